# Write masks, zeroing, broadcasts and roundings: each has its bits of the EVEX prefix.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vaddps %zmm1, %zmm2, %zmm3{%k1}             # CHECK: 62 f1 6c 49 58 d9
vaddps %zmm1, %zmm2, %zmm3{%k7}{z}          # CHECK: 62 f1 6c cf 58 d9
vaddps %zmm1, %zmm2, %zmm3 {z} {%k2}        # CHECK: 62 f1 6c ca 58 d9
vmovaps %xmm1, (%rax){%k3}                  # CHECK: 62 f1 7c 0b 29 08
vpcmpeqd %ymm1, %ymm2, %k4{%k5}             # CHECK: 62 f1 6d 2d 76 e1
vgatherdps (%rax,%zmm20,4), %zmm1{%k1}      # CHECK: 62 f2 7d 41 92 0c a0
vpscatterqd %ymm2, 8(%rax,%zmm9,8){%k6}     # CHECK: 62 b2 7d 4e a1 54 c8 02
vpcompressb %xmm1, (%rdx){%k2}              # CHECK: 62 f2 7d 0a 63 0a
vaddpd (%rax){1to8}, %zmm2, %zmm3           # CHECK: 62 f1 ed 58 58 18
vaddpd 8(%rax){1to2}, %xmm2, %xmm3{%k1}{z}  # CHECK: 62 f1 ed 99 58 58 01
vaddps {rn-sae}, %zmm1, %zmm2, %zmm3        # CHECK: 62 f1 6c 18 58 d9
vaddsd {rz-sae}, %xmm1, %xmm2, %xmm3{%k1}   # CHECK: 62 f1 ef 79 58 d9
vcmppd $3, {sae}, %zmm1, %zmm2, %k1         # CHECK: 62 f1 ed 18 c2 c9 03
vcvtusi2ss %eax, {rd-sae}, %xmm1, %xmm2     # CHECK: 62 f1 76 38 7b d0
vcvttsd2usi {sae}, %xmm1, %rax              # CHECK: 62 f1 ff 18 78 c1
