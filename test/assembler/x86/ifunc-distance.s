# The distance to an indirect function is known to the linker only.
# REQUIRES: gas
# RUN: %as %s -o %t.o && %gas %s -o %t.gas && cmp %t.o %t.gas
# RUN: readelf -rW %t.o | FileCheck %s
	.type f, @gnu_indirect_function
f:	ret
	.size f, .-f
	.long f-.
# CHECK: R_X86_64_PC32
