# A common symbol cannot be weak, and nothing is equated to it.
# RUN: %not %as --gnu-messages %s -o %t.o 2>&1 | FileCheck %s
	.comm	a, 4, 4
	.weak	a
# CHECK: Error: symbol `a' can not be both weak and common
	.weak	b
	.comm	b, 4, 4
# CHECK: Error: symbol `b' can not be both weak and common
	.comm	c, 4, 4
	.set	d, c
# CHECK: :[[#@LINE-1]]: Error: `d' can't be equated to common symbol `c'
