# The VEX form where there is one, EVEX where an operand or the text asks for it; some VEX forms want {vex}.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vpaddd %ymm1, %ymm2, %ymm3          # CHECK: c5 ed fe d9
{evex} vpaddd %ymm1, %ymm2, %ymm3   # CHECK: 62 f1 6d 28 fe d9
vpaddd %ymm1, %ymm2, %ymm3{%k1}     # CHECK: 62 f1 6d 29 fe d9
vmovss 512(%rax), %xmm1             # CHECK: c5 fa 10 88 00 02 00 00
vpdpbusd %xmm1, %xmm2, %xmm3        # CHECK: 62 f2 6d 08 50 d9
{vex} vpdpbusd %xmm1, %xmm2, %xmm3  # CHECK: c4 e2 69 50 d9
vpsravq %ymm1, %ymm2, %ymm3         # CHECK: 62 f2 ed 28 46 d9
vcmpeqps %ymm1, %ymm2, %ymm3        # CHECK: c5 ec c2 d9 00
vcmpeqps %ymm1, %ymm2, %k3          # CHECK: 62 f1 6c 28 c2 d9 00
vpcmpeqb %ymm1, %ymm2, %ymm3        # CHECK: c5 ed 74 d9
vpcmpeqb %ymm1, %ymm2, %k3          # CHECK: 62 f1 6d 28 74 d9
{vex3} vpaddd %ymm1, %ymm2, %ymm3   # CHECK: c4 e1 6d fe d9
