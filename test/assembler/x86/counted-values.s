# .dcb is a count of values, .ds a count of spaces, .dc values, as assemblers of the 68000 have them.
# RUN: %as %s -o %t.o && llvm-objdump -s -j .data %t.o | FileCheck %s
	.data
	.dcb 1,3
	.dcb.b 2,4
	.dcb.l 1,5
	.ds.w 2
	.dc 1
	.dc.b 9
	.ds.x 1
	.ds.d 1
	.byte 0xff
# CHECK: 0000 03000404 05000000 00000000 01000900
# CHECK-NEXT: 0010 00000000 00000000 00000000 00000000
# CHECK-NEXT: 0020 00ff
