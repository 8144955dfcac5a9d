; A constant divisor is multiplied by its inverse, at -O0 it is not.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @unsigned(
; CHECK-NEXT:    %1 = zext i32 %a to i64
; CHECK-NEXT:    %2 = mul i64 %1, 3435973837
; CHECK-NEXT:    %3 = lshr i64 %2, 32
; CHECK-NEXT:    %4 = trunc i64 %3 to i32
; CHECK-NEXT:    %5 = lshr i32 %4, 3
; CHECK-NEXT:    ret i32 %5
; CHECK-NEXT:  }
define i32 @unsigned(i32 %a) {
  %r = udiv i32 %a, 10
  ret i32 %r
}

; CHECK-LABEL: @unsigned_7(
; CHECK-NEXT:    %1 = zext i32 %a to i64
; CHECK-NEXT:    %2 = mul i64 %1, 613566757
; CHECK-NEXT:    %3 = lshr i64 %2, 32
; CHECK-NEXT:    %4 = trunc i64 %3 to i32
; CHECK-NEXT:    %5 = sub i32 %a, %4
; CHECK-NEXT:    %6 = lshr i32 %5, 1
; CHECK-NEXT:    %7 = add i32 %6, %4
; CHECK-NEXT:    %8 = lshr i32 %7, 2
; CHECK-NEXT:    ret i32 %8
; CHECK-NEXT:  }
define i32 @unsigned_7(i32 %a) {
  %r = udiv i32 %a, 7
  ret i32 %r
}

; CHECK-LABEL: @signed(
; CHECK-NEXT:    %1 = sext i64 -7378697629483820647 to i128
; CHECK-NEXT:    %2 = sext i64 %a to i128
; CHECK-NEXT:    %3 = mul i128 %2, %1
; CHECK-NEXT:    %4 = lshr i128 %3, 64
; CHECK-NEXT:    %5 = trunc i128 %4 to i64
; CHECK-NEXT:    %6 = ashr i64 %5, 1
; CHECK-NEXT:    %7 = lshr i64 %6, 63
; CHECK-NEXT:    %8 = add i64 %6, %7
; CHECK-NEXT:    ret i64 %8
; CHECK-NEXT:  }
define i64 @signed(i64 %a) {
  %r = sdiv i64 %a, -5
  ret i64 %r
}

; CHECK-LABEL: @power(
; CHECK-NEXT:    %1 = ashr i32 %a, 31
; CHECK-NEXT:    %2 = lshr i32 %1, 29
; CHECK-NEXT:    %3 = add i32 %a, %2
; CHECK-NEXT:    %4 = and i32 %3, -8
; CHECK-NEXT:    %5 = sub i32 %a, %4
; CHECK-NEXT:    ret i32 %5
; CHECK-NEXT:  }
define i32 @power(i32 %a) {
  %r = srem i32 %a, 8
  ret i32 %r
}

; CHECK-LABEL: @narrow(
; CHECK-NEXT:    %1 = sext i8 %a to i32
; CHECK-NEXT:    %2 = sext i8 %b to i32
; CHECK-NEXT:    %3 = sdiv i32 %1, %2
; CHECK-NEXT:    %4 = trunc i32 %3 to i8
; CHECK-NEXT:    ret i8 %4
; CHECK-NEXT:  }
define i8 @narrow(i8 %a, i8 %b) {
  %r = sdiv i8 %a, %b
  ret i8 %r
}

; The remainder by 1 or -1 shifted by the whole width.
; CHECK-LABEL: @by_minus_one(
; CHECK-NEXT:    ret i32 0
define i32 @by_minus_one(i32 %a) {
  %r = srem i32 %a, -1
  ret i32 %r
}
