# AMD's XOP (8F with maps of its own), FMA4 (a fourth register in the last byte), TBM, LWP and 3DNow!
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
vpmacsdd %xmm4, (%rax), %xmm2, %xmm1  # CHECK: 8f e8 68 9e 08 40
vpcmov (%rax), %ymm2, %ymm3, %ymm4    # CHECK: 8f e8 e4 a2 20 20
vprotb %xmm1, %xmm2, %xmm3            # CHECK: 8f e9 70 90 da
vprotd $3, (%rax), %xmm3              # CHECK: 8f e8 78 c2 18 03
vpcomltub %xmm1, %xmm2, %xmm3         # CHECK: 8f e8 68 ec d9 00
vfmaddps %xmm1, %xmm2, %xmm3, %xmm4   # CHECK: c4 e3 e1 68 e1 20
vfmaddsd %xmm1, (%rax), %xmm3, %xmm4  # CHECK: c4 e3 61 6b 20 10
blcfill %eax, %r9d                    # CHECK: 8f e9 30 01 c8
tzmsk (%rax), %rdx                    # CHECK: 8f e9 e8 01 20
bextr $0x1234, (%rax), %ecx           # CHECK: 8f ea 78 10 08 34 12 00 00
lwpval $1, %eax, %r10                 # CHECK: 8f ea a8 12 c8 01 00 00 00
pfadd (%rax), %mm1                    # CHECK: 0f 0f 08 9e
