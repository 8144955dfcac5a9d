# .nop is one byte of no operation, or as many as it says.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .text %t.o | FileCheck %s
# CHECK: 0x00000000 90019002 90909003
	.nop
	.byte	1
	.nop	0
	.byte	2
	.nop	3
	.byte	3
