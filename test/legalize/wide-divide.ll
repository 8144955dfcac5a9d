; Division is the compiler library's; by a power of two it is a shift, over 128 bits a loop.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @div(
; CHECK-NEXT:    %1 = trunc i128 %b to i64
; CHECK-NEXT:    %2 = lshr i128 %b, 64
; CHECK-NEXT:    %3 = trunc i128 %2 to i64
; CHECK-NEXT:    %4 = trunc i128 %a to i64
; CHECK-NEXT:    %5 = lshr i128 %a, 64
; CHECK-NEXT:    %6 = trunc i128 %5 to i64
; CHECK-NEXT:    %7 = zext i64 %4 to i128
; CHECK-NEXT:    %8 = zext i64 %6 to i128
; CHECK-NEXT:    %9 = shl i128 %8, 64
; CHECK-NEXT:    %10 = or i128 %7, %9
; CHECK-NEXT:    %11 = zext i64 %1 to i128
; CHECK-NEXT:    %12 = zext i64 %3 to i128
; CHECK-NEXT:    %13 = shl i128 %12, 64
; CHECK-NEXT:    %14 = or i128 %11, %13
; CHECK-NEXT:    %15 = call i128 @__divti3(i128 %10, i128 %14)
; CHECK-NEXT:    %16 = trunc i128 %15 to i64
; CHECK-NEXT:    %17 = lshr i128 %15, 64
; CHECK-NEXT:    %18 = trunc i128 %17 to i64
; CHECK-NEXT:    %19 = zext i64 %16 to i128
; CHECK-NEXT:    %20 = zext i64 %18 to i128
; CHECK-NEXT:    %21 = shl i128 %20, 64
; CHECK-NEXT:    %22 = or i128 %19, %21
; CHECK-NEXT:    ret i128 %22
; CHECK-NEXT:  }
define i128 @div(i128 %a, i128 %b) {
  %r = sdiv i128 %a, %b
  ret i128 %r
}

; CHECK-LABEL: @by_power(
; CHECK-NEXT:    %1 = trunc i128 %a to i64
; CHECK-NEXT:    %2 = lshr i128 %a, 64
; CHECK-NEXT:    %3 = trunc i128 %2 to i64
; CHECK-NEXT:    %4 = shl i64 %3, 54
; CHECK-NEXT:    %5 = lshr i64 %1, 10
; CHECK-NEXT:    %6 = or i64 %5, %4
; CHECK-NEXT:    %7 = lshr i64 %3, 10
; CHECK-NEXT:    %8 = zext i64 %6 to i128
; CHECK-NEXT:    %9 = zext i64 %7 to i128
; CHECK-NEXT:    %10 = shl i128 %9, 64
; CHECK-NEXT:    %11 = or i128 %8, %10
; CHECK-NEXT:    ret i128 %11
; CHECK-NEXT:  }
define i128 @by_power(i128 %a) {
  %r = udiv i128 %a, 1024
  ret i128 %r
}
