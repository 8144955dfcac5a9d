# Two overlapping stores of different widths both stay, and the wide load reads memory.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq $0, -16(%rsp)
	movl %edi, -16(%rsp)
	movq -16(%rsp), %rax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movq $0, -16(%rsp)
# CHECK-NEXT: movl %edi, -16(%rsp)
# CHECK-NEXT: movq -16(%rsp), %rax
