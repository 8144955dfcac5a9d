# Operands are tokens: copying a register's source forward never touches the letters of a symbol's name.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq %rdi, %rcx
	movq main.rcx.0(%rcx), %rax
	leaq rcx(%rip), %rdx
	addq rcx_table(,%rdx,8), %rax
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: movq main.rcx.0(%rdi), %rax
# CHECK-NEXT: leaq rcx(%rip), %rdx
# CHECK-NEXT: addq rcx_table(,%rdx,8), %rax
