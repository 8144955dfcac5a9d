# An immediate or a displacement that does not fit is an error, or what GNU as makes of it and a warning.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s
addq $0x80000000, %rax
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `addq'
addl $0x123456789, %eax
# CHECK: :[[#@LINE-1]]: warning: 0x123456789 shortened to 0x23456789
addb $256, %al
# CHECK: :[[#@LINE-1]]: warning: 0x100 shortened to 0x0
outb %al, $256
# CHECK: :[[#@LINE-1]]: warning: 0x100 shortened to 0x0
out %eax, $300
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `out'
int $256
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `int'
shll $256, %eax
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `shll'
enter $65536, $0
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `enter'
enter $1, $256
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `enter'
ret $65536
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `ret'
pushw $65536
# CHECK: :[[#@LINE-1]]: warning: 0x10000 shortened to 0x0
movl 0x80000000(%rax), %eax
# CHECK: :[[#@LINE-1]]: error: 0x80000000 out of range of signed 32bit displacement
jrcxz .+200
# CHECK: :[[#@LINE-1]]: error: value of 198 too large for field of 1 byte
