# An operand too many is not dropped, one too few has no default, and a long list is an error.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
addl %eax, %ebx, %ecx
# CHECK: :[[#@LINE-1]]: error: number of operands mismatch for `addl'
ret %eax
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `ret'
pshufd %xmm0, %xmm1
# CHECK: :[[#@LINE-1]]: error: number of operands mismatch for `pshufd'
movl %eax
# CHECK: :[[#@LINE-1]]: error: number of operands mismatch for `movl'
vaddps %xmm0, %xmm1
# CHECK: :[[#@LINE-1]]: error: number of operands mismatch for `vaddps'
cltq %rax
# CHECK: :[[#@LINE-1]]: error: number of operands mismatch for `cltq'
addl %eax, %eax, %eax, %eax, %eax, %eax, %eax
# CHECK: :[[#@LINE-1]]: error: too many memory references or operands
