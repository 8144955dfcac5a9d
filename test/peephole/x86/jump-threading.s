# A branch to a block that only jumps on goes there at once, but not through a block that does more.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	testl %edi, %edi
	je .L2
	movl $1, %eax
	ret
.L2:	jmp .L3
.L4:	movl $9, %eax
	ret
.L3:	movl $2, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: je .L3
