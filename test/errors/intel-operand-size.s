# Memory without a width in Intel's syntax is refused where more than one would do, and taken where only one does.
# RUN: %not %as %s -o %t.o 2>&1 | %FileCheck %s
# RUN: test ! -e %t.o
.intel_syntax noprefix
mov [rax], 5
# CHECK: :[[#@LINE-1]]: error: ambiguous operand size for `mov'
fld [rax]
# CHECK: :[[#@LINE-1]]: error: ambiguous operand size for `fld'
movzx eax, [rax]
# CHECK: :[[#@LINE-1]]: error: ambiguous operand size for `movzx'
mov [rax], ecx
push [rax]
movd xmm0, [rax]
setc [rax]
# CHECK-NOT: error
