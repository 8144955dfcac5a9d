# Macros: the longest parameter name wins, defaults, required and variable arguments, counters, repetitions.
# RUN: %as %s -o %t.o && %readobj -x .data %t.o | FileCheck %s
.data
.macro m orig, orig_len=9
.byte \orig_len, \orig
.endm
m 1, 2                          # CHECK: 02010903
m 3
.macro all first:req, rest:vararg
.byte \first
.ifnb \rest
all \rest
.endif
.endm
all 4, 5, 6                     # CHECK-SAME: 040506
.rept 2
.byte 7
.endr
.irp x, 8, 9
.byte \x
.endr
.irpc c, 12
.byte \c
.endr
.macro counted
.byte \@
.endm
.if 0
.byte 99
.elseif 1
.byte 10
.else
.byte 98
.endif
# CHECK-SAME: 07 07080901 020a
