# .eqv: the expression is evaluated at each use. An assignment to the dot is .org.
# REQUIRES: gas
# RUN: %as %s -o %t.o && %gas %s -o %t.gas
# RUN: llvm-objdump -s -r -j .data %t.o | FileCheck %s
# RUN: llvm-objdump -s -r -j .data %t.gas | FileCheck %s
	.data
	d = 4
	.eqv e, d+1
	.eqv f, b+d
	.long e
	d = 7
	.long e, f
	d = 8
	.long f
	. = . + 3
	.byte 9
b:
# CHECK: 05000000 08000000 00000000 00000000
# CHECK: 00000009
