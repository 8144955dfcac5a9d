; A variable shift is a funnel shift of neighbours, then a choice by the word count.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @shl(
; CHECK-NEXT:    %1 = trunc i128 %n to i64
; CHECK-NEXT:    %2 = trunc i128 %a to i64
; CHECK-NEXT:    %3 = lshr i128 %a, 64
; CHECK-NEXT:    %4 = trunc i128 %3 to i64
; CHECK-NEXT:    %5 = and i64 %1, 63
; CHECK-NEXT:    %6 = shl i64 %2, %5
; CHECK-NEXT:    %7 = call i64 @llvm.fshl.i64(i64 %4, i64 %2, i64 %5)
; CHECK-NEXT:    %8 = and i64 %1, 64
; CHECK-NEXT:    %9 = icmp ne i64 %8, 0
; CHECK-NEXT:    %10 = select i1 %9, i64 0, i64 %6
; CHECK-NEXT:    %11 = select i1 %9, i64 %6, i64 %7
; CHECK-NEXT:    %12 = zext i64 %10 to i128
; CHECK-NEXT:    %13 = zext i64 %11 to i128
; CHECK-NEXT:    %14 = shl i128 %13, 64
; CHECK-NEXT:    %15 = or i128 %12, %14
; CHECK-NEXT:    ret i128 %15
; CHECK-NEXT:  }
define i128 @shl(i128 %a, i128 %n) {
  %r = shl i128 %a, %n
  ret i128 %r
}

; CHECK-LABEL: @ashr_68(
; CHECK-NEXT:    %1 = lshr i128 %a, 64
; CHECK-NEXT:    %2 = trunc i128 %1 to i64
; CHECK-NEXT:    %3 = ashr i64 %2, 63
; CHECK-NEXT:    %4 = ashr i64 %2, 4
; CHECK-NEXT:    %5 = zext i64 %4 to i128
; CHECK-NEXT:    %6 = zext i64 %3 to i128
; CHECK-NEXT:    %7 = shl i128 %6, 64
; CHECK-NEXT:    %8 = or i128 %5, %7
; CHECK-NEXT:    ret i128 %8
; CHECK-NEXT:  }
define i128 @ashr_68(i128 %a) {
  %r = ashr i128 %a, 68
  ret i128 %r
}
