# -g gives text without line numbers its own: a row an instruction (a macro's belong to where it is used, a repetition's to
# its body), a unit, and the functions whose size is known; as GNU as does, byte for byte.
# REQUIRES: gas
# RUN: %gas -g -o %t.gas.o %s && %as -g -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %gas --gdwarf-4 -o %t.gas4.o %s && %as --gdwarf-4 -o %t4.o %s && cmp %t.gas4.o %t4.o
# RUN: %gas --gdwarf-5 -o %t.gas5.o %s && %as --gdwarf-5 -o %t5.o %s && cmp %t.gas5.o %t5.o
	.text
	.globl	first
	.type	first, @function
first:	call	first
	.macro	two
	nop
	ret
	.endm
	two
	.size	first, .-first
	.section .text.b, "ax", @progbits
	.type	second, @function
second:	nop; nop
	.rept	2
	nop
	hlt
	.endr
	.size	second, .-second
	.type	unknown_size, @function
unknown_size: ret
