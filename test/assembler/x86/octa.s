# Numbers of 128 bits: negative, complemented, decimal; an expression of smaller ones.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .data %t.o | FileCheck %s
# CHECK: ffff3344 55667788 99aabbcc ddeeffff
	.data
	.octa	~0x112233445566778899aabbcc0000
	.octa	-347510587133311339321256747728896
	.octa	1 + 2, -1, 5 , 0x10-3
