# A version of an undefined symbol that no relocation needs is not written, even if the symbol is global.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -s %t.o | FileCheck %s --implicit-check-not=unused@
# CHECK: used@v1
	.globl	unused
	.symver	unused,unused@v1
	.symver	used,used@v1
	.long	used
