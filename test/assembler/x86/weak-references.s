# A name of .weakref means its target: a weak reference, unless the target is also referenced by its own name.
# REQUIRES: gas
# RUN: %as %s -o %t.o && %gas %s -o %t.gas && cmp %t.o %t.gas
# RUN: readelf -sW %t.o | FileCheck %s
	.weakref alias, target
	.weakref second, strong
	.weakref unused, never
	.weakref local, here
	call alias
	.quad alias
	movq alias@GOTPCREL(%rip), %rax
	call second
	call strong
	call local
	.weakref chained, alias
	call chained
here:	nop
# CHECK: NOTYPE WEAK DEFAULT UND target
# CHECK: NOTYPE GLOBAL DEFAULT UND strong
# CHECK-NOT: alias
# CHECK-NOT: never
