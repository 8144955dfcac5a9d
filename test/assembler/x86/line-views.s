# A .loc with a view is a row of the line table at its own place, even if data follows; a view forced to begin anew counts on.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .rodata %t.o | FileCheck %s
# CHECK: 0x00000000 01
	.file	1 "a.c"
	.loc	1 1 view 0
	.loc	1 2 view -0
	.loc	1 3 view .L1
	.quad	0
	.section .rodata
	.uleb128 .L1
