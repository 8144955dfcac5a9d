# Numeric labels mean the nearest one of that number in the direction said.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
1: nop
jmp 1b                          # CHECK: 1: eb fd
jmp 1f                          # CHECK: 3: eb 01
nop
1: jmp 1b                       # CHECK: 6: eb fe
