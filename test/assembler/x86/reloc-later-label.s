# .reloc may name a label that follows.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -r %t.o | FileCheck %s
# CHECK: 0x7 R_X86_64_NONE outside 0x0
# CHECK: 0x2 R_X86_64_32 outside 0x4
	.text
foo:	.reloc	1f+1, BFD_RELOC_NONE, outside
	.reloc	foo+2, R_X86_64_32, outside+4
	.byte	1, 2, 3, 4, 5, 6
1:	.long	0
