# A register of the wrong class or width is an error, never the one of the same number.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
addl %ax, %ebx
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `addl'
addb %al, %xmm0
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `addb'
addps %eax, %xmm0
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `addps'
movl (%eax,%rbx), %eax
# CHECK: :[[#@LINE-1]]: error: `(%eax,%rbx)' is not a valid base/index expression
movl (%ax), %eax
# CHECK: :[[#@LINE-1]]: error: `(%ax)' is not a valid base/index expression
movl (%rax,%rsp), %eax
# CHECK: :[[#@LINE-1]]: error: `(%rax,%rsp)' is not a valid base/index expression
movl (%rip,%rax), %eax
# CHECK: :[[#@LINE-1]]: error: `(%rip,%rax)' is not a valid base/index expression
pushq %xmm0
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `pushq'
movl %cr0, %eax
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `movl'
leaq %rax, %rbx
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `leaq'
movabs foo(%rip), %rax
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `movabs'
# The upper sixteen lost the high bit of their number; only EVEX has room for it.
paddd %xmm17, %xmm1
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `paddd'
vpaddd %xmm20, %ymm1, %ymm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vpaddd'
vpaddd %ymm20, %xmm1, %xmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vpaddd'
vhaddps %xmm16, %xmm1, %xmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vhaddps'
vgatherdps %xmm1, (%rax,%xmm18,4), %xmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vgatherdps'
