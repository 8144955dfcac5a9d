# A zero extension of what is zero above already goes; one behind a partial write stays.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movzbl (%rdi), %eax
	movzbl %al, %eax
	ret
	.size f, .-f
	.type g, @function
g:
	movl %edi, %eax
	cmpl %esi, %edi
	sete %al
	movzbl %al, %eax
	ret
	.size g, .-g
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movzbl (%rdi), %eax
# CHECK-NEXT: ret
# CHECK-LABEL: g:
# CHECK: sete %al
# CHECK-NEXT: movzbl %al, %eax
# CHECK-NEXT: ret
