# A macro without its end is named, where it begins, whether it is assembled or only rewritten.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s
# RUN: %not %lathe -O2 -S %s -o - 2>&1 | FileCheck %s
# CHECK: unfinished-macro.s:6: error: unexpected end of file in macro `Late' definition
	nop
	.macro Late
