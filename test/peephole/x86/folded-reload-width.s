# A slot stored with 4 bytes is not what an 8-byte comparison reads.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl %edi, -8(%rsp)
	cmpq -8(%rsp), %rsi
	je .L1
	cmpl -8(%rsp), %esi
	je .L1
	movl $3, %eax
	ret
.L1:	movl $4, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: cmpq -8(%rsp), %rsi
# CHECK: cmpl %edi, %esi
