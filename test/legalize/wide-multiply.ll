; A product of two extended words keeps the one i128 shape that a multiply instruction gives.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @high(
; CHECK-NEXT:    %1 = zext i64 %a to i128
; CHECK-NEXT:    %2 = zext i64 %b to i128
; CHECK-NEXT:    %3 = mul i128 %1, %2
; CHECK-NEXT:    %4 = lshr i128 %3, 64
; CHECK-NEXT:    %5 = trunc i128 %4 to i64
; CHECK-NEXT:    ret i64 %5
; CHECK-NEXT:  }
define i64 @high(i64 %a, i64 %b) {
  %x = zext i64 %a to i128
  %y = zext i64 %b to i128
  %m = mul i128 %x, %y
  %h = lshr i128 %m, 64
  %t = trunc i128 %h to i64
  ret i64 %t
}

; CHECK-LABEL: @high_signed(
; CHECK-NEXT:    %1 = sext i64 %a to i128
; CHECK-NEXT:    %2 = sext i64 %a to i128
; CHECK-NEXT:    %3 = mul i128 %1, %2
; CHECK-NEXT:    %4 = lshr i128 %3, 64
; CHECK-NEXT:    %5 = trunc i128 %4 to i64
; CHECK-NEXT:    ret i64 %5
; CHECK-NEXT:  }
define i64 @high_signed(i64 %a) {
  %x = sext i64 %a to i128
  %m = mul i128 %x, %x
  %h = lshr i128 %m, 64
  %t = trunc i128 %h to i64
  ret i64 %t
}
