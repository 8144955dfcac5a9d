; A few targets within one word are tests of a mask.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @vowel(
; CHECK-NEXT:    %1 = sub i8 %c, 97
; CHECK-NEXT:    %2 = icmp ugt i8 %1, 20
; CHECK-NEXT:    br i1 %2, label %no, label %3
; CHECK:       3:
; CHECK-NEXT:    %4 = zext i8 %1 to i64
; CHECK-NEXT:    %5 = lshr i64 1065233, %4
; CHECK-NEXT:    %6 = trunc i64 %5 to i1
; CHECK-NEXT:    br i1 %6, label %yes, label %no
; CHECK:       yes:
; CHECK-NEXT:    ret i1 true
; CHECK:       no:
; CHECK-NEXT:    ret i1 false
; CHECK-NEXT:  }
define i1 @vowel(i8 %c) {
  switch i8 %c, label %no [ i8 97, label %yes
    i8 101, label %yes
    i8 105, label %yes
    i8 111, label %yes
    i8 117, label %yes ]
yes:
  ret i1 true
no:
  ret i1 false
}
