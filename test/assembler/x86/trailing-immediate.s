# The addend of a RIP-relative operand counts the immediate bytes behind the field.
# RUN: %as %s -o %t.o && %readobj -r %t.o | FileCheck %s
movw $1, sym(%rip)              # CHECK: R_X86_64_PC32 sym 0xFFFFFFFFFFFFFFFA
cmpb $1, sym(%rip)              # CHECK: R_X86_64_PC32 sym 0xFFFFFFFFFFFFFFFB
movl $1, sym(%rip)              # CHECK: R_X86_64_PC32 sym 0xFFFFFFFFFFFFFFF8
movl sym+4(%rip), %eax          # CHECK: R_X86_64_PC32 sym 0x0
