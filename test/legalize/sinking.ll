; Addresses and compares that fold into their users stand in the users' block.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    br i1 %c, label %a, label %b
; CHECK:       a:
; CHECK-NEXT:    %1 = getelementptr i32, ptr %p, i64 %i
; CHECK-NEXT:    %v = load i32, ptr %1, align 4
; CHECK-NEXT:    ret i32 %v
; CHECK:       b:
; CHECK-NEXT:    %2 = getelementptr i32, ptr %p, i64 %i
; CHECK-NEXT:    store i32 3, ptr %2, align 4
; CHECK-NEXT:    %3 = icmp eq i64 %i, 3
; CHECK-NEXT:    br i1 %3, label %a, label %d
; CHECK:       d:
; CHECK-NEXT:    ret i32 0
; CHECK-NEXT:  }
define i32 @f(ptr %p, i64 %i, i1 %c) {
  %q = getelementptr i32, ptr %p, i64 %i
  %z = icmp eq i64 %i, 3
  br i1 %c, label %a, label %b
a:
  %v = load i32, ptr %q
  ret i32 %v
b:
  store i32 3, ptr %q
  br i1 %z, label %a, label %d
d:
  ret i32 0
}
