# The symbol table is in GNU as's order: a local label joins it when something else than its place is said of it, when an
# operand begins with it for the second time, or when a relocation keeps it; movq reads its operand twice.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj --symbols %t.o | FileCheck %s
# CHECK: Name: a1
# CHECK: Name: .LF
# CHECK: Name: a2
# CHECK: Name: .LM
# CHECK: Name: .LN
# CHECK: Name: a3
# CHECK: Name: .LT
# CHECK: Name: a4
# CHECK: Name: .LO
# CHECK: Name: .LS
# CHECK: Name: _GLOBAL_OFFSET_TABLE_
# CHECK: Name: far
	.text
a1:	flds	.LF(%rip)
	movsd	8+.LO(%rip), %xmm0
	movsd	8+.LO(%rip), %xmm0
	movsd	.LS(%rip), %xmm0
	flds	.LF(%rip)
a2:	movq	.LM(%rip), %rax
	.set	.LN, .LM
	movq	.LN(%rip), %rax
a3:	.type	.LT, @object
	leaq	.LT(%rip), %rax
a4:	movq	far@GOTPCREL(%rip), %rax
	.section .rodata.cst8, "aM", @progbits, 8
.LF:	.quad	1
.LM:	.quad	2
.LO:	.quad	3
.LS:	.quad	4
.LT:	.quad	5
