; Order is decided by the highest words that differ, the sign by the top word alone.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @less(
; CHECK-NEXT:    %1 = trunc i128 %a to i64
; CHECK-NEXT:    %2 = lshr i128 %a, 64
; CHECK-NEXT:    %3 = trunc i128 %2 to i64
; CHECK-NEXT:    %4 = trunc i128 %b to i64
; CHECK-NEXT:    %5 = lshr i128 %b, 64
; CHECK-NEXT:    %6 = trunc i128 %5 to i64
; CHECK-NEXT:    %7 = icmp ult i64 %1, %4
; CHECK-NEXT:    %8 = icmp slt i64 %3, %6
; CHECK-NEXT:    %9 = icmp eq i64 %3, %6
; CHECK-NEXT:    %10 = select i1 %9, i1 %7, i1 %8
; CHECK-NEXT:    ret i1 %10
; CHECK-NEXT:  }
define i1 @less(i128 %a, i128 %b) {
  %r = icmp slt i128 %a, %b
  ret i1 %r
}

; CHECK-LABEL: @negative(
; CHECK-NEXT:    %1 = lshr i128 %a, 64
; CHECK-NEXT:    %2 = trunc i128 %1 to i64
; CHECK-NEXT:    %3 = icmp slt i64 %2, 0
; CHECK-NEXT:    ret i1 %3
; CHECK-NEXT:  }
define i1 @negative(i128 %a) {
  %r = icmp slt i128 %a, 0
  ret i1 %r
}

; CHECK-LABEL: @equal(
; CHECK-NEXT:    %1 = trunc i128 %a to i64
; CHECK-NEXT:    %2 = lshr i128 %a, 64
; CHECK-NEXT:    %3 = trunc i128 %2 to i64
; CHECK-NEXT:    %4 = trunc i128 %b to i64
; CHECK-NEXT:    %5 = lshr i128 %b, 64
; CHECK-NEXT:    %6 = trunc i128 %5 to i64
; CHECK-NEXT:    %7 = xor i64 %1, %4
; CHECK-NEXT:    %8 = xor i64 %3, %6
; CHECK-NEXT:    %9 = or i64 %7, %8
; CHECK-NEXT:    %10 = icmp eq i64 %9, 0
; CHECK-NEXT:    ret i1 %10
; CHECK-NEXT:  }
define i1 @equal(i128 %a, i128 %b) {
  %r = icmp eq i128 %a, %b
  ret i1 %r
}
