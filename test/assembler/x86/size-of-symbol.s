# NAME@SIZE of a local symbol is a number; a global one's size is left to the linker.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -r %t.o | FileCheck %s
# CHECK: R_X86_64_SIZE32 global
# CHECK-NOT: R_X86_64
	movl	$local@SIZE, %eax
	movl	$local@SIZE-2, %eax
	movl	$global@SIZE, %eax
	.data
	.globl	global
	.type	global, @object
	.size	global, 4
global:	.long	1
	.type	local, @object
local:	.zero	80
	.size	local, .-local
