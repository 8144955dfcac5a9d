# In foreign text a value in a caller-saved register may be meant for the callee (gcc -fipa-ra).
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl $5, %r11d
	call g
	movl %r11d, %eax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movl $5, %r11d
# CHECK-NEXT: call g
# CHECK-NEXT: movl %r11d, %eax
