# Jumps start short and grow; padding and .org are laid out again after they do; subsections keep their targets.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
jmp b                           # CHECK: 0: eb 1e
.org 32
b: nop                          # CHECK: 20: 90
jne far                         # CHECK: 21: 0f 85
.p2align 4
c: nop                          # CHECK: 30: 90
.skip 130
jmp far                         # CHECK: b3: eb
far: ret                        # CHECK: b5: c3
.subsection 1
back: jmp c                     # CHECK: e9
.previous
