; preserve_mostcc and preserve_allcc: the caller keeps its values in any register but r11 and the result's; the callee
; saves what it changes.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}caller:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: call most@PLT
; CHECK-NEXT: addq %rdi, %rax
; CHECK-NEXT: addq %rsi, %rax
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define i64 @caller(i64 %a, i64 %b) nounwind {
  %r = call preserve_mostcc i64 @most()
  %s = add i64 %r, %a
  %t = add i64 %s, %b
  ret i64 %t
}

; CHECK-LABEL: {{^}}callee:
; CHECK:      pushq %rcx
; CHECK:      movaps %xmm15
; CHECK:      call system_v@PLT
; CHECK:      popq %rcx
; CHECK-NOT:  %rax
; CHECK:      ret
define preserve_allcc i64 @callee() nounwind {
  call void @system_v()
  ret i64 7
}

declare preserve_mostcc i64 @most()
declare void @system_v()
