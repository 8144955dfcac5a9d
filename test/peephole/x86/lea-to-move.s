# An lea without parts is a move; one of itself goes.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	leaq (%rdi), %rax
	leaq (%rax), %rax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movq %rdi, %rax
# CHECK-NEXT: ret
