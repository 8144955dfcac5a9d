# Every write ends what is known of a register: by an operand (shift, set), by the instruction's nature (division,
# string instructions, cmpxchg8b, syscall, cpuid).
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type one_operand_shift, @function
# The copy is changed behind: what is stored is not %rax.
# CHECK-LABEL: one_operand_shift:
# CHECK: shrq
# CHECK-NEXT: movq %rcx, -48(%rsp)
one_operand_shift:
	movq %rax, %rcx
	shrq %rcx
	movq %rcx, -48(%rsp)
	movq %rax, -40(%rsp)
	ret
	.size one_operand_shift, .-one_operand_shift

	.type set_byte, @function
# sete writes the low byte of %ecx: it is no longer a copy of %eax.
# CHECK-LABEL: set_byte:
# CHECK: sete %cl
# CHECK: movl %ecx, (%rsi)
set_byte:
	movl %eax, %ecx
	testl %edi, %edi
	sete %cl
	movl %ecx, (%rsi)
	movl %eax, 4(%rsi)
	ret
	.size set_byte, .-set_byte

	.type divide, @function
# CHECK-LABEL: divide:
# CHECK: idivl %edi
# CHECK-NEXT: movl %edx, (%rsi)
divide:
	movl %ecx, %edx
	movl %ecx, 8(%rsi)
	movl %r8d, %eax
	cltd
	idivl %edi
	movl %edx, (%rsi)
	movl %eax, 4(%rsi)
	ret
	.size divide, .-divide

	.type exchange, @function
# CHECK-LABEL: exchange:
# CHECK: lock cmpxchg8b (%rdi)
# CHECK-NEXT: movl %eax, (%rsi)
# CHECK-NEXT: movl %edx, 4(%rsi)
exchange:
	pushq %rbx
	movl $1, %eax
	movl $2, %edx
	movl $3, %ebx
	movl $4, %ecx
	lock cmpxchg8b (%rdi)
	movl %eax, (%rsi)
	movl %edx, 4(%rsi)
	popq %rbx
	ret
	.size exchange, .-exchange

	.type system, @function
# syscall reads its number and arguments, and writes rax, rcx and r11.
# CHECK-LABEL: system:
# CHECK: movq %rdx, %rdi
# CHECK-NEXT: movl $39, %eax
# CHECK-NEXT: syscall
# CHECK-NEXT: movq %rcx, (%r8)
# CHECK-NEXT: movq %r11, 8(%r8)
system:
	movq %rsi, %rcx
	movq %rsi, 16(%r8)
	movq %rsi, %r11
	movq %rdx, %rdi
	movl $39, %eax
	syscall
	movq %rcx, (%r8)
	movq %r11, 8(%r8)
	ret
	.size system, .-system

	.type string, @function
# rep movsb moves %rdi, %rsi and counts %rcx down.
# CHECK-LABEL: string:
# CHECK: movl $16, %ecx
# CHECK: rep movsb
# CHECK-NEXT: movq %rdi, %rax
# CHECK-NEXT: movl %ecx, (%r8)
string:
	movq %rdi, %rdx
	movq %rdx, 8(%r8)
	movl $16, %ecx
	rep movsb
	movq %rdi, %rax
	movl %ecx, (%r8)
	ret
	.size string, .-string

	.type counter, @function
# inc leaves the carry that adc reads; an addition of one before adc stays.
# CHECK-LABEL: counter:
# CHECK: addl $1, %eax
# CHECK-NEXT: adcl $0, %edx
counter:
	addl $1, %eax
	adcl $0, %edx
	ret
	.size counter, .-counter
