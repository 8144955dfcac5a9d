# Mandatory and segment prefixes stay; a default segment has none; byte registers beyond %bl get their REX prefix.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
addl %ebx, %es:(%rax)           # CHECK: 26 01 18
movdqa %xmm0, %xmm1             # CHECK: 66 0f 6f c8
movl %ds:(%rax), %ecx           # CHECK: 8b 08
setc %sil                       # CHECK: 40 0f 92 c6
movb %sil, %al                  # CHECK: 40 88 f0
incl %eax                       # CHECK: ff c0
lzcntl (%rax), %eax             # CHECK: f3 0f bd 00
rep stosq                       # CHECK: f3 48 ab
lock addl %eax, (%rbx)          # CHECK: f0 {{.*}}lock
# CHECK: 01 03
