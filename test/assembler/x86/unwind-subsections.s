# Each subsection has an open frame of its own; registers that only unwinders name.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -S %t.o | FileCheck %s
# CHECK: .eh_frame
	.text
	.cfi_startproc simple
	.subsection 3
	.cfi_startproc simple
	.long	0
	.cfi_def_cfa 0, 16
	.previous
	.long	0
	.cfi_remember_state
	.cfi_undefined rflags
	.cfi_undefined fs.base
	.cfi_undefined fcw
	.cfi_undefined mxcsr
	.previous
	.cfi_endproc
	.previous
	.cfi_endproc
