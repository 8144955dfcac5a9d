# Every repetition starts again at its body's first line.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
# CHECK: repetition-lines.s:8: error: unknown pseudo-op: `.foo'
# CHECK: repetition-lines.s:8: error: unknown pseudo-op: `.foo'
# CHECK: repetition-lines.s:12: error: unknown pseudo-op: `.bar'
# CHECK: repetition-lines.s:12: error: unknown pseudo-op: `.bar'
	.rept	2
	.foo
	nop
	.endr
	.irp	x, 1, 2
	.bar	\x
	.endr
