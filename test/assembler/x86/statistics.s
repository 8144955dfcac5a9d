# RUN: %as --statistics %s -o %t.o 2>&1 | FileCheck %s
	nop
# CHECK: lathe-as: total time in assembly: {{[0-9.]+}}
# CHECK-NEXT: lathe-as: data size {{[1-9][0-9]*}}
