# A branch over a jump becomes the opposite branch.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	testl %edi, %edi
	je .L1
	jmp .L2
.L1:	movl $1, %eax
	ret
.L2:	movl $2, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: jne .L2
# CHECK-NOT: jmp
# CHECK: .L1:
