; -fsanitize=function: two words in front of a function say what its type is, and callers read them, so that they are aligned.
; RUN: %lathe -O2 -S %s -o - | %FileCheck %s

target triple = "x86_64-pc-linux-gnu"

; CHECK: .p2align 4
; CHECK-NEXT: .type f, @function
; CHECK-NEXT: .long 3238382334
; CHECK-NEXT: .long 3397024367
; CHECK-NEXT: f:
define void @f() !func_sanitize !0 { ret void }

; CHECK: .p2align 2
; CHECK-NEXT: .type small, @function
; CHECK-NEXT: .long 3238382334
define void @small() optsize !func_sanitize !0 { ret void }

!0 = !{i32 -1056584962, i32 -897942929}
