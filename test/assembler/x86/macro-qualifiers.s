# Blanks may stand around the colon of a macro's parameter.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .data %t.o | FileCheck %s
# CHECK: 0x00000000 01000000 02000000
	.data
	.macro	v first : req, more : vararg
	.long	\first
	.ifnb	\more
	v	\more
	.endif
	.endm
	v	1, 2
	.slong	-1
