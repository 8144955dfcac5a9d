# 512 bits, and the upper sixteen registers of any length, have the EVEX prefix.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vaddps %zmm1, %zmm2, %zmm3              # CHECK: 62 f1 6c 48 58 d9
vaddps %xmm17, %xmm2, %xmm3             # CHECK: 62 b1 6c 08 58 d9
vaddps %ymm1, %ymm26, %ymm3             # CHECK: 62 f1 2c 20 58 d9
vaddps %zmm1, %zmm2, %zmm31             # CHECK: 62 61 6c 48 58 f9
vmovdqu64 (%rax,%r9,4), %zmm20          # CHECK: 62 a1 fe 48 6f 24 88
vmovups %zmm9, (%r12)                   # CHECK: 62 51 7c 48 11 0c 24
vmovq %xmm16, %rax                      # CHECK: 62 e1 fd 08 7e c0
vextractps $1, %xmm30, %ecx             # CHECK: 62 63 7d 08 17 f1 01
vpmovzxbq (%rdi), %ymm18                # CHECK: 62 e2 7d 28 32 17
vcvtpd2ps %zmm7, %ymm8                  # CHECK: 62 71 fd 48 5a c7
vgf2p8affineqb $3, %zmm1, %zmm2, %zmm3  # CHECK: 62 f3 ed 48 ce d9 03
vaesenc %zmm1, %zmm2, %zmm3             # CHECK: 62 f2 6d 48 dc d9
vpclmulqdq $17, %zmm5, %zmm6, %zmm7     # CHECK: 62 f3 4d 48 44 fd 11
vpermt2b %zmm1, %zmm2, %zmm3            # CHECK: 62 f2 6d 48 7d d9
vaddph %zmm1, %zmm2, %zmm3              # CHECK: 62 f5 6c 48 58 d9
