# Strings without a comma between them are one string, with one zero behind it.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -x .data %t.o | FileCheck %s
# CHECK: 0x00000000 61620063 6400
	.data
	.asciz "a" "b", "c"   "d"
	.ascii "e" "f"
	.string16 "g" "h"
