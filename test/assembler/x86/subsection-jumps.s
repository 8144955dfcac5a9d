# The relocations of relaxed jumps that leave their section stand behind those of all subsections' own.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
	.text
	jmp	elsewhere
	call	elsewhere
	.text	1
	call	elsewhere
	je	elsewhere
	.text
	call	elsewhere
