# The instructions of mask registers, which have VEX prefixes.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
kmovb (%rax), %k1       # CHECK: c5 f9 90 08
kmovw %k1, %k2          # CHECK: c5 f8 90 d1
kmovd %k3, %r9d         # CHECK: c5 7b 93 cb
kmovq %rax, %k7         # CHECK: c4 e1 fb 92 f8
kmovq %k1, 8(%rsp)      # CHECK: c4 e1 f8 91 4c 24 08
kandw %k1, %k2, %k3     # CHECK: c5 ec 41 d9
kandnq %k1, %k2, %k3    # CHECK: c4 e1 ec 42 d9
kxnorb %k1, %k2, %k3    # CHECK: c5 ed 46 d9
kortestd %k1, %k2       # CHECK: c4 e1 f9 98 d1
ktestw %k1, %k2         # CHECK: c5 f8 99 d1
kshiftrq $63, %k1, %k2  # CHECK: c4 e3 f9 31 d1 3f
kunpckbw %k1, %k2, %k3  # CHECK: c5 ed 4b d9
knotd %k1, %k2          # CHECK: c4 e1 f9 44 d1
kaddw %k1, %k2, %k3     # CHECK: c5 ec 4a d9
vpmovm2b %k1, %zmm1     # CHECK: 62 f2 7e 48 28 c9
vpmovd2m %ymm17, %k1    # CHECK: 62 b2 7e 28 39 c9
