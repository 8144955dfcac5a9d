# Instructions with fixed registers may name them, in one order in both syntaxes; others are errors.
# RUN: split-file %s %t
# RUN: %as %t/good.s -o %t.o && %objdump -d %t.o | FileCheck %t/good.s
# RUN: %not %as %t/bad.s -o %t.o 2>&1 | FileCheck %t/bad.s

#--- good.s
monitor %rax, %rcx, %rdx      # CHECK: 0f 01 c8
monitorx %eax, %ecx, %edx     # CHECK: 67 0f 01 fa
mwaitx %eax, %ecx, %ebx       # CHECK: 0f 01 fb
invlpga %rax, %ecx            # CHECK: 0f 01 df
umwait %edi, %edx, %eax       # CHECK: f2 0f ae f7
rmpquery %rax, %rcx, %rdx     # CHECK: f3 0f 01 fd
.intel_syntax noprefix
monitorx rax, ecx, edx        # CHECK: 0f 01 fa
tpause edi, edx, eax          # CHECK: 66 0f ae f7

#--- bad.s
monitor %rax, %rdx, %rcx
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `monitor'
