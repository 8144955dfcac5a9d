# Numbers of sections beyond 0xff00 do not fit st_shndx and e_shnum: they stand in .symtab_shndx and the first header,
# as GNU as writes them.
# REQUIRES: gas
# RUN: %as %s -o %t.o && %gas %s -o %t.gas && cmp %t.o %t.gas
# RUN: %readobj --file-headers %t.o | FileCheck %s
# CHECK: SectionHeaderCount: 0 (66

	.macro one
	.section .text.f\@,"ax",@progbits
f\@:	.long 0
	.endm
	.rept 66000
	one
	.endr
	.globl absolute
	.set absolute, 7
	.comm common, 8, 8
	.quad f65999
