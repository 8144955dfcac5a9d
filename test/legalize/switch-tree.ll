; Sparse cases become a balanced tree, neighbours with one target one range check.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    %1 = icmp slt i64 %x, 1000
; CHECK-NEXT:    br i1 %1, label %2, label %4
; CHECK:       2:
; CHECK-NEXT:    %3 = icmp eq i64 %x, -7
; CHECK-NEXT:    br i1 %3, label %c, label %6
; CHECK:       4:
; CHECK-NEXT:    %5 = icmp sle i64 %x, 1002
; CHECK-NEXT:    br i1 %5, label %b, label %8
; CHECK:       6:
; CHECK-NEXT:    %7 = icmp eq i64 %x, 1
; CHECK-NEXT:    br i1 %7, label %a, label %d
; CHECK:       8:
; CHECK-NEXT:    %9 = icmp eq i64 %x, 50000
; CHECK-NEXT:    br i1 %9, label %c, label %d
; CHECK:       a:
; CHECK-NEXT:    ret i32 1
; CHECK:       b:
; CHECK-NEXT:    ret i32 2
; CHECK:       c:
; CHECK-NEXT:    ret i32 3
; CHECK:       d:
; CHECK-NEXT:    ret i32 0
; CHECK-NEXT:  }
define i32 @f(i64 %x) {
  switch i64 %x, label %d [ i64 1, label %a
    i64 1000, label %b
    i64 1001, label %b
    i64 1002, label %b
    i64 50000, label %c
    i64 -7, label %c ]
a:
  ret i32 1
b:
  ret i32 2
c:
  ret i32 3
d:
  ret i32 0
}
