# cmp with zero becomes test; a comparison with one stays.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	cmpl $0, %edi
	je .L1
	cmpl $1, %edi
	je .L1
	movl $3, %eax
	ret
.L1:	movl $4, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: testl %edi, %edi
# CHECK-NEXT: je .L1
# CHECK-NEXT: cmpl $1, %edi
