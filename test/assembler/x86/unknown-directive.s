# Unknown directives, open conditionals, bad expressions: an error for each line, all in one run.
# RUN: %not %as --gnu-messages %s -o %t.o 2>&1 | FileCheck %s
.foo 1
# CHECK: :[[#@LINE-1]]: Error: unknown pseudo-op: `.foo'
.byte 1 2
# CHECK: :[[#@LINE-1]]: Error: junk at end of line, first unrecognized character is `2'
.balign 3
# CHECK: :[[#@LINE-1]]: Error: alignment not a power of 2
x: nop
x: nop
# CHECK: :[[#@LINE-1]]: Error: symbol `x' is already defined
jmp 5b
# CHECK: :[[#@LINE-1]]: Error: backward ref to unknown label "5:"
.cfi_endproc
# CHECK: :[[#@LINE-1]]: Error: .cfi_endproc without corresponding .cfi_startproc
# CHECK: Error: end of file inside conditional
# CHECK: :[[#@LINE+1]]: Error: can't resolve
.long a - b
.if 1
