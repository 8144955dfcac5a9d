# What GNU as lets one leave out in AT&T's syntax: the x87 operands, the accumulator of in and out, the suffix of the
# string instructions (then they move 32 bits).
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
fadd                            # CHECK: de c1
fsub                            # CHECK: de e1
fsubr                           # CHECK: de e9
fmul                            # CHECK: de c9
fdiv                            # CHECK: de f1
fdivr                           # CHECK: de f9
inb %dx                         # CHECK: ec
in %dx                          # CHECK: ed
outw %dx                        # CHECK: 66 ef
lods                            # CHECK: ad
rep stos                        # CHECK: f3 ab
movsd                           # CHECK: a5
cmpsd                           # CHECK: a7
movsd %xmm1, %xmm0              # CHECK: f2 0f 10 c1
xchg %rax, %rax                 # CHECK: {{: +}}90
leavew                          # CHECK: 66 c9
retw $4                         # CHECK: 66 c2 04 00
lsl %eax, %ecx                  # CHECK: 0f 03 c8
