# A zero is made by xor where the flags are dead, and by mov where a branch still reads them.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl $0, %eax
	ret
	.size f, .-f
	.type g, @function
g:
	cmpl %esi, %edi
	movl $0, %eax
	je 1f
	movl $2, %eax
1:	ret
	.size g, .-g
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: xorl %eax, %eax
# CHECK-NEXT: ret
# CHECK-LABEL: g:
# CHECK-NEXT: cmpl %esi, %edi
# CHECK-NEXT: movl $0, %eax
# CHECK-NEXT: je
