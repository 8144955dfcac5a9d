# A jump to the next label goes; one beyond it stays.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	testl %edi, %edi
	je .L2
	jmp .L1
.L1:	movl $1, %eax
	ret
.L2:	movl $2, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: je .L2
# CHECK-NOT: jmp
# CHECK: ret
