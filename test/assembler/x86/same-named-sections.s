# Of sections with one name only the first has its symbol from the start; those of the others stand where the first
# relocation against them puts them, as for gcc -g3's .debug_macro.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
	.section .a,"",@progbits
	.long .La1
	.long .Ll
	.long .La2
	.section .a,"G",@progbits,k1,comdat
.La1:	.long 5
	.long .Ls
	.section .a,"G",@progbits,k2,comdat
.La2:	.long 6
	.section .l,"",@progbits
.Ll:	.long .La2
	.section .s,"",@progbits
.Ls:	.long .Ll
