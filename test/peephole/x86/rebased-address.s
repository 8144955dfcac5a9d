# An address whose base was made by adding a constant uses the register that it was made from, also when that has been
# moved on since; a register that was written otherwise is another value.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq %rdi, %rax
	leaq 8(%rdi), %rdi
	leaq 4(%rax), %rcx
	movl (%rax), %edx
	addl (%rcx), %edx
	leaq 16(%rdi), %rsi
	movl (%rdi), %edi
	addl (%rsi), %edi
	leal (%rdi,%rdx), %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movq %rdi, %rax
# CHECK-NEXT: leaq 8(%rdi), %rdi
# CHECK-NEXT: movl -8(%rdi), %edx
# CHECK-NEXT: addl -4(%rdi), %edx
# CHECK-NEXT: movl (%rdi), %edi
# CHECK-NEXT: addl 24(%rax), %edi
