# AVX-512 in Intel's syntax.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
vaddps zmm1, zmm2, ZMMWORD PTR [rax+64]           # CHECK: 62 f1 6c 48 58 48 01
vaddps zmm1{k1}{z}, zmm2, DWORD PTR [rax]{1to16}  # CHECK: 62 f1 6c d9 58 08
vaddps ymm1, ymm20, DWORD BCST [rax+4]            # CHECK: 62 f1 5c 30 58 48 01
vaddpd ymm1, ymm20, [rdx]{1to4}                   # CHECK: 62 f1 dd 30 58 0a
vmovaps ZMMWORD PTR [rax]{k2}, zmm3               # CHECK: 62 f1 7c 4a 29 18
vaddps zmm1, zmm2, zmm3, {ru-sae}                 # CHECK: 62 f1 6c 58 58 cb
vaddps zmm1, zmm2, zmm3{rd-sae}                   # CHECK: 62 f1 6c 38 58 cb
vcmpps k1{k2}, zmm2, zmm3, {sae}, 3               # CHECK: 62 f1 6c 1a c2 cb 03
vcvtusi2ss xmm30, xmm29, {rn-sae}, eax            # CHECK: 62 61 16 10 7b f0
vgatherdps zmm1{k1}, DWORD PTR [rax+zmm2*4]       # CHECK: 62 f2 7d 49 92 0c 90
kmovw k1, WORD PTR [rax]                          # CHECK: c5 f8 90 08
vcvtpd2ps xmm1, XMMWORD PTR [rax]                 # CHECK: c5 f9 5a 08
vcvtpd2ps xmm1, YMMWORD PTR [rax]                 # CHECK: c5 fd 5a 08
vcvtqq2ps xmm17, QWORD PTR [rax]{1to2}            # CHECK: 62 e1 fc 18 5b 08
vpcmpltud k1, zmm2, zmm3                          # CHECK: 62 f3 6d 48 1e cb 01
