# Without a compiler's .ident, flags and every register may be results.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.text
	.type f, @function
f:
	movl $0, %ecx
	cmpl $0, %edi
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movl $0, %ecx
# CHECK-NEXT: cmpl $0, %edi
# CHECK-NEXT: ret
