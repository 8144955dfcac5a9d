; A dense switch checks its range and keeps a switch that counts from 0; outliers are compared.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    %1 = icmp eq i32 %x, -900
; CHECK-NEXT:    br i1 %1, label %c, label %2
; CHECK:       2:
; CHECK-NEXT:    %3 = sub i32 %x, 11
; CHECK-NEXT:    %4 = icmp ugt i32 %3, 4
; CHECK-NEXT:    br i1 %4, label %d, label %5
; CHECK:       5:
; CHECK-NEXT:    %6 = zext i32 %3 to i64
; CHECK-NEXT:    switch i64 %6, label %a [
; CHECK-NEXT:      i64 0, label %a
; CHECK-NEXT:      i64 1, label %b
; CHECK-NEXT:      i64 2, label %d
; CHECK-NEXT:      i64 3, label %a
; CHECK-NEXT:      i64 4, label %c
; CHECK-NEXT:    ]
; CHECK:       a:
; CHECK-NEXT:    ret i32 1
; CHECK:       b:
; CHECK-NEXT:    ret i32 2
; CHECK:       c:
; CHECK-NEXT:    ret i32 3
; CHECK:       d:
; CHECK-NEXT:    ret i32 0
; CHECK-NEXT:  }
define i32 @f(i32 %x) {
  switch i32 %x, label %d [ i32 11, label %a
    i32 12, label %b
    i32 14, label %a
    i32 15, label %c
    i32 -900, label %c ]
a:
  ret i32 1
b:
  ret i32 2
c:
  ret i32 3
d:
  ret i32 0
}
