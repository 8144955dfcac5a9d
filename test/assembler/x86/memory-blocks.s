# GNU as ends a fragment where a block of its memory is full, in the midst of an instruction as well; a `view -0` that
# begins the next one gets its own address. Pieces of all kinds, so that their sizes and order in memory count.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: llvm-dwarfdump-19 --debug-line --verbose %t.o | FileCheck %s
# CHECK-COUNT-40: DW_LNE_set_address
	.file	1 "a.c"
	.macro row
	.loc	1 1 1 view -0
	.endm
	.macro pieces
	row
	jmp	1f
1:	row
	mov	symbol(%rip), %r10
	row
	je	outside
	row
	movl	$1, 8(%rsp,%rax,4)
	row
	.p2align 2
	row
	movabs	$symbol, %rax
	row
	jne	1b
	row
	vaddps	%ymm9, %ymm12, %ymm3
	row
	jmp	1b
	row
	lock addl $1, symbol(%rip)
	row
	jg	1f
1:	row
	pshufb	8(%rax), %xmm2
	row
	jle	1b
	row
	fnstsw	%ax
	row
	jle	1b
	.endm
	.macro block count
	.rept	\count
	pieces
	.endr
	row
	call	outside
	row
	jmp	1b
	.endm
	.irp	count, 1, 2, 3, 5, 7, 11, 13, 17, 19
	.rept	3
	block	\count
	.endr
	.text	2
	block	\count
	row
	.skip	5
	row
	.fill	2, 4, 1
	row
	.byte	1, 2
	.quad	symbol
	.ascii	"text"
	.uleb128 300
	.uleb128 1f - 1b
	.nops	3
	.zero	7
	row
	loop	1b
1:	{disp32} jmp 1b
	row
	bnd jmp	1b
	row
	jmp	1b
	.section .text.other, "ax", @progbits
	block	\count
	.zero	5000
	.p2align 12
	row
	.text
	.endr
