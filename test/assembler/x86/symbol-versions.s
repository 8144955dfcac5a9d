# What .symver says behind the version is about the symbol itself: its versions keep binding and visibility.
# REQUIRES: gas
# RUN: %as %s -o %t.o && %gas %s -o %t.gas && cmp %t.o %t.gas
	.globl a, c, e
	.symver a, b@V, hidden
	.symver c, d@V, local
	.symver e, f@V, hidden
	.symver e, f@@W, local
a:	nop
c:	nop
e:	nop
