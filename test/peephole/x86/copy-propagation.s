# A copy that is read once more is read at its source, until the source is written.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq %rdi, %rcx
	movq (%rcx), %rax
	movq $0, %rdi
	addq (%rcx), %rax
	addq %rdi, %rax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movq %rdi, %rcx
# CHECK-NEXT: movq (%rdi), %rax
# CHECK: addq (%rcx), %rax
