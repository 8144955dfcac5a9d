# A slot just stored is not loaded again; after a call it is, since the callee may own stack arguments.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	subq $24, %rsp
	movq %rdi, 8(%rsp)
	movq 8(%rsp), %rdi
	call g
	movq 8(%rsp), %rax
	addq $24, %rsp
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: movq %rdi, 8(%rsp)
# CHECK-NEXT: call g
# CHECK-NEXT: movq 8(%rsp), %rax
