# RUN: not %as %s -o %t.o 2>&1 | FileCheck %s
	nop
	jmp 1f
# CHECK: missing-local-label.s:3: error: local label `"1" (instance number 1 of a fb label)' is not defined
