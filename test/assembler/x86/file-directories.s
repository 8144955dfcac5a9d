# The primary file's name is split at its last slash even if a directory is given; a header's is not.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
	.file	0 "/tmp" "sub/e.c"
	.file	1 "/inc" "sub2/e.h"
	.file	2 "sub/e.c"
	.file	3 "/tmp/x.c"
	.file	4 "/inc/y.c"
	.loc	1 1 1
	nop
	.section .debug_info, "", @progbits
	.long 0
