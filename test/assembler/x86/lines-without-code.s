# A .debug_info of the text's own may refer to the file table: .debug_line is written even if nothing has a line.
# RUN: %as -o %t.o %s && %readobj -S %t.o | FileCheck %s
# CHECK: Name: .debug_line
	.file	1 "a.c"
	.data
x:	.long	5
	.section .debug_info, "", @progbits
	.long	0
