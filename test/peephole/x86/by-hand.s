# Without a compiler's .ident, flags and every register may be results.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.text
	.type f, @function
f:
	cmpl $0, %edi
	movl $0, %ecx
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: cmpl $0, %edi
# CHECK-NEXT: movl $0, %ecx
# CHECK-NEXT: ret
