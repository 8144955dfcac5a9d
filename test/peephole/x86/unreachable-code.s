# What no jump reaches goes; what a table in data names stays.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	jmp *t(,%rdi,8)
	movl $1, %eax
	ret
.L2:	movl $2, %eax
	ret
	.size f, .-f
	.data
t:	.quad .L2
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: jmp
# CHECK-NEXT: .L2:
# CHECK-NEXT: movl $2, %eax
