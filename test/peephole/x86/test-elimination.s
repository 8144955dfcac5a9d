# A test behind the subtraction that made the value goes where only ZF is read, and stays where a signed order is.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	subl %esi, %edi
	testl %edi, %edi
	je .L1
	movl $3, %eax
	ret
.L1:	movl $4, %eax
	ret
	.size f, .-f
	.type g, @function
g:
	subl %esi, %edi
	testl %edi, %edi
	jle .L2
	movl $3, %eax
	ret
.L2:	movl $4, %eax
	ret
	.size g, .-g
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: subl %esi, %edi
# CHECK-NEXT: je .L1
# CHECK-LABEL: g:
# CHECK-NEXT: subl %esi, %edi
# CHECK-NEXT: testl %edi, %edi
# CHECK-NEXT: jle
