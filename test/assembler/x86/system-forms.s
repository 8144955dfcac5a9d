# System instructions with their operands written out, far loads and jumps, suffixes where the manual has none.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
# CHECK: 0f 01 fc
	clzero	%rax
	clzero	%eax
	umonitor %eax
	invlpgb
	rmpquery
	pvalidate
	psmash
	rmpupdate
	rmpadjust
	vmgexit
	vmrun
	vmload
	vmsave
	stgi
	clgi
	skinit
	invlpga
	sidtq	(%rax)
	sgdtq	(%rax)
	lidtq	(%rax)
	lgdtq	(%rax)
	ud2a
	lfs	(%rax), %ecx
	lgs	(%rax), %cx
	lssl	(%r8), %ecx
	ljmpw	*(%rax)
	lcallw	*(%rax)
	call	*%ax
	jmp	*%ax
	movsxd	%eax, %cx
	movsxd	(%rax), %cx
	movsl	%eax, %rax
	prefetchit0 0x10(%rip)
	prefetchit1 0x10(%rip)
	rex.w call system
	rex.wrxb nop
	.globl	system
system:
	.intel_syntax noprefix
	sysexitd
