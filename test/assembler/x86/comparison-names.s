# A comparison's predicate in its name is the immediate.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vcmpltps %zmm1, %zmm2, %k1                    # CHECK: 62 f1 6c 48 c2 c9 01
vcmptrue_usps (%rax){1to16}, %zmm2, %k1{%k2}  # CHECK: 62 f1 6c 5a c2 08 1f
vcmpneq_oqsd {sae}, %xmm1, %xmm2, %k1         # CHECK: 62 f1 ef 18 c2 c9 0c
vcmpge_osph %zmm1, %zmm2, %k1                 # CHECK: 62 f3 6c 48 c2 c9 0d
vpcmpltd %zmm1, %zmm2, %k1                    # CHECK: 62 f3 6d 48 1f c9 01
vpcmpnleub (%rdi), %xmm17, %k3{%k1}           # CHECK: 62 f3 75 01 3e 1f 06
vpcmpequq (%rax){1to4}, %ymm2, %k1            # CHECK: 62 f3 ed 38 1e 08 00
vcmpeq_oqpd %xmm1, %xmm2, %xmm3               # CHECK: c5 e9 c2 d9 00
