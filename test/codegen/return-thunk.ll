; -mfunction-return=thunk-extern: no function returns by itself.
; RUN: %lathe -S -O1 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
; CHECK-NOT: {{^[[:space:]]}}ret
; CHECK: jmp __x86_return_thunk
define void @f() fn_ret_thunk_extern { ret void }
