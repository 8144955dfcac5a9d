# A value stored for another block stays stored, whatever the fusion of compare and branch makes of the register; the
# reader may stand many lines away, or before the writer.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
# CHECK-LABEL: f:
# CHECK: setl %al
# CHECK: movq %rax, -8(%rsp)
# CHECK: .Lfar:
f:
	xorl %eax, %eax
	cmpq %rsi, %rdi
	setl %al
	movq %rax, -8(%rsp)
	testq %rax, %rax
	jne .Lfar
	addq $1, %rdi
	addq $2, %rsi
	movq %rdi, (%rdx)
	movq %rsi, 8(%rdx)
	movq %rdi, 16(%rdx)
	movq %rsi, 24(%rdx)
	movq %rdi, 32(%rdx)
	movq %rsi, 40(%rdx)
	movq %rdi, 48(%rdx)
	movq %rsi, 56(%rdx)
	movq %rdi, 64(%rdx)
	movq %rsi, 72(%rdx)
	movq %rdi, 80(%rdx)
	movq %rsi, 88(%rdx)
.Lfar:
	movq -8(%rsp), %rax
	ret
	.size f, .-f

	.type loop, @function
# CHECK-LABEL: loop:
# CHECK: movq %rcx, -16(%rsp)
# CHECK: jne
loop:
	movq $0, -16(%rsp)
.Lagain:
	movq -16(%rsp), %rax
	leaq 3(%rax,%rdi), %rcx
	movq %rcx, -16(%rsp)
	subq $1, %rdi
	jne .Lagain
	ret
	.size loop, .-loop
