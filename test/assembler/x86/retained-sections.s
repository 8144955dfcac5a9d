# A section that the linker must keep (flag R) is another one than that of its name without the flag. Numbers may stand
# among the flags' letters.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -S %t.o | FileCheck %s
# CHECK: Name: .text (
# CHECK: Size: 3
# CHECK: Name: .text (
# CHECK: SHF_GNU_RETAIN
# CHECK: Size: 1
	.byte	1
	.section .text,"axR"
	.byte	2
	.text
	.byte	3
	.section .text,"ax"
	.byte	4
	.section mixed,"a128x"
	.byte	5
	.section hexadecimal,"0x06000000"
	.byte	6
