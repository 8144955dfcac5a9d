# A .loc without a view waits for the next instruction or .loc, over padding and into other sections; where that is no
# code, and at the end of the text, it is no row.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s 2>&1 | FileCheck --check-prefix=WARN %s && %as -o %t.o %s 2>&1 | FileCheck --check-prefix=WARN %s
# RUN: cmp %t.gas.o %t.o
# WARN: dwarf line number information for .data ignored
# WARN-NOT: ignored
	.file	1 "a.c"
	.text
	.loc	1 1 1
	nop
	.loc	1 2 1
	.balign	16
	nop
	.loc	1 3 1
	.p2align 5
	.loc	1 4 1 view -0
	nop
	.loc	1 5 1
	.section .text.later,"ax",@progbits
	nop
	.loc	1 6 1
	.text	1
	nop
	.loc	1 7 1 view -0
	nop
	.text
	.loc	1 8 1 view -0
	nop
	.loc	1 9 1
	.data
	.long	1
	.loc	1 10 1
	.text
	nop
	.loc	1 11 1
