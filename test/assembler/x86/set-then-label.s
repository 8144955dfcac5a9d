# What .set made may be set again and may become a label; each use keeps the meaning that it saw. An equated symbol takes
# its target's type and size where it says none of its own.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -r %t.o | FileCheck %s
# CHECK: 0x8 R_X86_64_32 outside 0x0
	.data
here:
	.set	sym, here
	.long	sym
	.set	sym, 0x11111111
	.long	sym
	.set	sym, outside
	.long	sym
	.set	sym, 0x22222222
	.long	sym
sym:
	.long	sym
	.set	early, f
	.text
	.globl	f
	.type	f, @function
f:	nop
	.size	f, 1
