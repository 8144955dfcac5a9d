# An 8-bit displacement counts what the instruction accesses, or the element that is broadcast or packed.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vmovups 64(%rax), %zmm1                  # CHECK: 62 f1 7c 48 10 48 01
vmovups 8128(%rax), %zmm1                # CHECK: 62 f1 7c 48 10 48 7f
vmovups 8192(%rax), %zmm1                # CHECK: 62 f1 7c 48 10 88 00 20 00 00
vmovups 65(%rax), %zmm1                  # CHECK: 62 f1 7c 48 10 88 41 00 00 00
vmovups -32(%rax), %ymm17                # CHECK: 62 e1 7c 28 10 48 ff
vmovups (%rbp), %ymm17                   # CHECK: 62 e1 7c 28 10 4d 00
vaddps 4(%rax){1to16}, %zmm1, %zmm2      # CHECK: 62 f1 74 58 58 50 01
vaddps 64(%rax){1to16}, %zmm1, %zmm2     # CHECK: 62 f1 74 58 58 50 10
vpmovzxbq 8(%rax), %zmm1                 # CHECK: 62 f2 7d 48 32 48 01
vpmovqb %xmm17, 2(%rax)                  # CHECK: 62 e2 7e 08 32 48 01
vpexpandd 4(%rax), %zmm1                 # CHECK: 62 f2 7d 48 89 48 01
vinserti32x4 $1, 16(%rax), %zmm1, %zmm2  # CHECK: 62 f3 75 48 38 50 01 01
vpslld 16(%rax), %zmm1, %zmm2            # CHECK: 62 f1 75 48 f2 50 01
vgatherdpd 8(%rax,%ymm1,8), %zmm2{%k1}   # CHECK: 62 f2 fd 49 92 54 c8 01
vmovss 4(%rax), %xmm20                   # CHECK: 62 e1 7e 08 10 60 01
{disp32} vmovups 64(%rax), %zmm1         # CHECK: 62 f1 7c 48 10 88 40 00 00 00
