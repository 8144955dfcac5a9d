; Branches on constants go, and a block joins its only successor.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    ret i32 %x
; CHECK-NEXT:  }
define i32 @f(i32 %x) {
  br i1 false, label %dead, label %a
dead:
  br label %b
a:
  br label %b
b:
  %p = phi i32 [ 1, %dead ], [ %x, %a ]
  ret i32 %p
}
