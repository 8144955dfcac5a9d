# How many bytes .nops writes may follow from a section that stands behind; numbers of the debugging data that count over
# them wait for that.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d --section=.text %t.o | FileCheck %s
# CHECK: nopl
	.text
f:	testl	%eax, %eax
1:	.nops	-(((4f - 3f) - (1b - f)) > 0) * ((4f - 3f) - (1b - f)), 7
2:	xorl	%eax, %eax
	.pushsection .replacement, "ax"
3:	movl	$1, %eax
	jmp	outside
4:
	.popsection
	.zero	100
5:	nop
	.section .debug_x, ""
	.uleb128 5b - f
	.uleb128 2b - f
	.byte	1
