# What stands in the bits of VEX and EVEX that the processor ignores can be chosen.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
# RUN: %as -mavxscalar=256 -mvexwig=1 -mevexlig=512 -mevexwig=1 -mevexrcig=rz %s -o %t.o && %objdump -d %t.o | FileCheck %s --check-prefix=OTHER
vaddss %xmm1, %xmm2, %xmm3        # CHECK: c5 ea 58 d9
#                                   OTHER: c4 e1 ee 58 d9
vaddss %xmm1, %xmm2, %xmm19       # CHECK: 62 e1 6e 08 58 d9
#                                   OTHER: 62 e1 6e 48 58 d9
vpaddb %zmm1, %zmm2, %zmm3        # CHECK: 62 f1 6d 48 fc d9
#                                   OTHER: 62 f1 ed 48 fc d9
vmaxps {sae}, %zmm1, %zmm2, %zmm3 # CHECK: 62 f1 6c 18 5f d9
#                                   OTHER: 62 f1 6c 78 5f d9
