# Operands of mixed widths, of the wrong bank or too many of them are errors, each with its line; nothing is written.
# RUN: rm -f %t.o
# RUN: %not %as --gnu-messages %s -o %t.o 2>&1 | FileCheck %s
# RUN: not ls %t.o
# CHECK: Assembler messages:
addl %ax, %ebx
# CHECK: :[[#@LINE-1]]: Error: operand type mismatch for `addl'
addb %al, %xmm0
# CHECK: :[[#@LINE-1]]: Error: operand type mismatch for `addb'
addl %eax, %ebx, %ecx
# CHECK: :[[#@LINE-1]]: Error: number of operands mismatch for `addl'
addl %eax
# CHECK: :[[#@LINE-1]]: Error: number of operands mismatch for `addl'
incl %al
# CHECK: :[[#@LINE-1]]: Error: operand type mismatch for `incl'
movl (%rax,%rsp), %ecx
# CHECK: :[[#@LINE-1]]: Error: `(%rax,%rsp)' is not a valid base/index expression
movb %ah, %sil
# CHECK: :[[#@LINE-1]]: Error: can't encode register '%ah' in an instruction requiring REX prefix
movl %eax, %foo
# CHECK: :[[#@LINE-1]]: Error: bad register name `%foo'
frobl %eax
# CHECK: :[[#@LINE-1]]: Error: no such instruction: `frobl %eax'
addq $0x123456789, %rax
# CHECK: :[[#@LINE-1]]: Error: operand type mismatch for `addq'
shll $256, %eax
# CHECK: :[[#@LINE-1]]: Error: operand type mismatch for `shll'
lock movl %eax, (%rbx)
# CHECK: :[[#@LINE-1]]: Error: expecting lockable instruction after `lock'
movl (%rax,%rbx,3), %ecx
# CHECK: :[[#@LINE-1]]: Error: expecting scale factor of 1, 2, 4, or 8: got `3'
