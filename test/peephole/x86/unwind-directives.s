# An instruction that an unwind directive describes stays.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	.cfi_startproc
	pushq %rbx
	.cfi_def_cfa_offset 16
	.cfi_offset 3, -16
	popq %rbx
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
	.size f, .-f

# CHECK-LABEL: f:
# CHECK: pushq %rbx
# CHECK-NEXT: .cfi_def_cfa_offset 16
