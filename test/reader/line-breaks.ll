; White space is free: a call's attributes in the next line, a type's name at the beginning of a line of another type,
; several metadata nodes in one line.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %s -o /dev/null
; RUN: llvm-as %t.1 -o /dev/null

; CHECK: %pair = type { %one, %"other (one)" }
%pair = type {
  %one,
  %"other (one)"
}
%one = type { i32 }
%"other (one)" = type { i64 }

; CHECK: define i32 @f()
define i32 @f() {
; CHECK: %a = call i32 @g() cold nounwind
  %a = call i32 @g()
  nounwind
    #0
; CHECK-NEXT: call void @llvm.donothing(){{$}}
  call void @llvm.donothing()
  br label %cold
cold:
  ret i32 %a
}
declare i32 @g()
declare void @llvm.donothing()

attributes #0 = { cold }

; CHECK: !named = !{!0, !1, !2}
; CHECK: !0 = !{!"a = b"}
; CHECK: !1 = !{!0}
; CHECK: !2 = !{!1}
!named = !{!0, !1, !2}
!0 = !{!"a = b"}!1 = !{!0} !2 = !{!1} ; and a comment
