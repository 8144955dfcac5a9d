# A load of a stored slot becomes a move. When the frame is lent to others it stays a load.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	subq $24, %rsp
	movq %rdi, 8(%rsp)
	movq 8(%rsp), %rax
	addq $24, %rsp
	ret
	.size f, .-f
	.type g, @function
g:
	subq $24, %rsp
	leaq 8(%rsp), %rcx
	movq %rdi, 8(%rsp)
	movq $7, (%rcx)
	movq 8(%rsp), %rax
	addq $24, %rsp
	ret
	.size g, .-g
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: movq %rdi, 8(%rsp)
# CHECK-NEXT: movq %rdi, %rax
# CHECK-LABEL: g:
# CHECK: movq 8(%rsp), %rax
