# A copy and an addition become lea, but not when the carry is read.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq %rdi, %rax
	addq %rsi, %rax
	ret
	.size f, .-f
	.type g, @function
g:
	movq %rdi, %rax
	addq %rsi, %rax
	adcq $0, %rax
	ret
	.size g, .-g
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: leaq (%rdi,%rsi), %rax
# CHECK-NEXT: ret
# CHECK-LABEL: g:
# CHECK-NEXT: movq %rdi, %rax
# CHECK-NEXT: addq %rsi, %rax
# CHECK-NEXT: adcq
