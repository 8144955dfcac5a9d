# The same constant is neither made nor stored twice.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl $7, %eax
	movl %eax, -8(%rsp)
	movl $7, %eax
	movl %eax, -8(%rsp)
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movl $7, %eax
# CHECK-NEXT: movl %eax, -8(%rsp)
# CHECK-NEXT: ret
