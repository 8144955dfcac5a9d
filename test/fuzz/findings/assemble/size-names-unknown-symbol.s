	.file 0 "e.c"
	.globl x1
	.globl x2
	.globl x3
	.globl x4
	.globl x5
	.globl x6
	.size f, .-f+y
	.type f, @function
f:
	.loc 0 1
	nop
