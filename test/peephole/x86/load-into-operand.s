# A load read once by the next instruction becomes its operand; not when the register is read again.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl (%rdi), %ecx
	cmpl %ecx, %esi
	je .L1
	movl 4(%rdi), %ecx
	cmpl %ecx, %esi
	je .L2
	movl $1, %eax
	ret
.L1:	movl $2, %eax
	ret
.L2:	movl %ecx, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: cmpl (%rdi), %esi
# CHECK: movl 4(%rdi), %ecx
# CHECK-NEXT: cmpl %ecx, %esi
