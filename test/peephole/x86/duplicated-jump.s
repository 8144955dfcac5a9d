# An interpreter's jump to the next instruction is repeated behind each instruction; the copies do not share operands,
# so what is found out about one changes that one only. At -O1 code does not grow.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s
# RUN: %lathe -S -O1 %s -o - | FileCheck %s --check-prefix=SMALL

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movq %rdi, %rax
	jmp .L1
.L2:	addl $1, %esi
	movq %rcx, %rax
	jmp .L1
.L3:	addl $2, %esi
.L1:	movslq (%rax), %rdx
	leaq 4(%rax), %rcx
	jmp *table(,%rdx,8)
.L4:	movl %esi, %eax
	ret
	.size f, .-f
	.section .rodata
table:	.quad .L2, .L3, .L4

# CHECK-LABEL: f:
# CHECK: movslq (%rdi), %rdx
# CHECK-NEXT: leaq 4(%rdi), %rcx
# CHECK-NEXT: jmp *table(,%rdx,8)
# CHECK: .L2:
# CHECK: movslq (%rcx), %rdx
# CHECK: jmp *table(,%rdx,8)
# CHECK: .L1:
# CHECK-NEXT: movslq (%rax), %rdx
# CHECK-NEXT: leaq 4(%rax), %rcx
# CHECK-NEXT: jmp *table(,%rdx,8)
# SMALL-COUNT-1: jmp *table
# SMALL-NOT: jmp *table
