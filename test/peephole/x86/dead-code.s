# A value that nobody reads is not made. A load that might be a device, a division that might trap and a result that the caller reads stay.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl $5, %ecx
	movl (%rsi), %edx
	movl $1, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NOT: %ecx
# CHECK: movl (%rsi), %edx
# CHECK-NEXT: movl $1, %eax
# CHECK-NEXT: ret
