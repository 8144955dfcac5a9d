; -mcmodel=kernel holds for IR that does not say so itself: addresses are absolute, sign-extended 32 bits.
; RUN: %lathe -O2 -mcmodel=kernel -S %s -o - | %FileCheck %s
; RUN: %lathe -O2 -S %s -o - | %FileCheck %s --check-prefix=SMALL
target triple = "x86_64-pc-linux-gnu"
@x = external dso_local global i32

; CHECK: movq $x, %rax
; SMALL: leaq x(%rip), %rax
define ptr @address() nounwind {
  ret ptr @x
}
