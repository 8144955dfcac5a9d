# .previous swaps and does not pop; .popsection does; .subsection's code stands behind and keeps its targets; alignments may
# be written in hexadecimal; numeric labels stand in data, too.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .data %t.o | FileCheck %s
# CHECK: 0x00000000 01030000 00000000 00000000 00000000
# CHECK-NEXT: 0x00000010 041000 
	.data
	.byte	1
	.section .other, "a"
	.byte	2
	.previous
	.byte	3
	.previous
	.previous
	.pushsection .other
	.popsection
	.balign	0x10
1:	.byte	4
	.value	1b - .data
	.text
	nop
a:	nop
	.subsection 1
b:	jmp	a
	.previous
	jmp	b
