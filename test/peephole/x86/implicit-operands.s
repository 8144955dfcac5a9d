# Carry for adc, cl for shifts, al for a variadic call and the flags behind a partial write are inputs.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	subq $8, %rsp
	addq %rsi, %rdi
	adcq $0, %rdx
	movl %edx, %ecx
	shlq %cl, %rdi
	xorl %eax, %eax
	call printf
	addq $8, %rsp
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: addq %rsi, %rdi
# CHECK-NEXT: adcq $0, %rdx
# CHECK-NEXT: movl %edx, %ecx
# CHECK-NEXT: shlq %cl, %rdi
# CHECK-NEXT: xorl %eax, %eax
# CHECK-NEXT: call printf
