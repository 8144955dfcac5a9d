# An immediate _GLOBAL_OFFSET_TABLE_ counts from the start of its instruction.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -r %t.o | FileCheck %s
# CHECK: 0x2 R_X86_64_GOTPC32 _GLOBAL_OFFSET_TABLE_ 0x2
# CHECK-NEXT: 0x9 R_X86_64_GOTPC32 _GLOBAL_OFFSET_TABLE_ 0x3
	add	$_GLOBAL_OFFSET_TABLE_, %rax
	add	$_GLOBAL_OFFSET_TABLE_, %rbx
	lea	_GLOBAL_OFFSET_TABLE_(%rip), %rax
	add	$(_GLOBAL_OFFSET_TABLE_ - .), %rax
	add	$_GLOBAL_OFFSET_TABLE_+3, %ebx
	movq	$_GLOBAL_OFFSET_TABLE_, %rcx
	pushq	$_GLOBAL_OFFSET_TABLE_
	movabs	$_GLOBAL_OFFSET_TABLE_, %rax
	movabs	$(_GLOBAL_OFFSET_TABLE_-.), %rax
	movl	$_GLOBAL_OFFSET_TABLE_, (%rcx)
	movl	_GLOBAL_OFFSET_TABLE_(%rbx), %ecx
	movl	$5, _GLOBAL_OFFSET_TABLE_(%rip)
	.data
	.long	_GLOBAL_OFFSET_TABLE_
	.quad	_GLOBAL_OFFSET_TABLE_
	.long	_GLOBAL_OFFSET_TABLE_ - .
