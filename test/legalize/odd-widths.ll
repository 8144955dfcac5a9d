; Bits above an odd width are anything, and are cleared or filled only where they matter.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @compare(
; CHECK-NEXT:    %1 = zext i24 %a to i32
; CHECK-NEXT:    %2 = zext i24 %b to i32
; CHECK-NEXT:    %3 = add i32 %1, %2
; CHECK-NEXT:    %4 = and i32 %2, 16777215
; CHECK-NEXT:    %5 = and i32 %3, 16777215
; CHECK-NEXT:    %6 = icmp ult i32 %5, %4
; CHECK-NEXT:    ret i1 %6
; CHECK-NEXT:  }
define i1 @compare(i24 %a, i24 %b) {
  %s = add i24 %a, %b
  %c = icmp ult i24 %s, %b
  ret i1 %c
}

; CHECK-LABEL: @memory(
; CHECK-NEXT:    %1 = load i32, ptr %p, align 8
; CHECK-NEXT:    %2 = zext i32 %1 to i64
; CHECK-NEXT:    %3 = getelementptr i8, ptr %p, i64 4
; CHECK-NEXT:    %4 = load i16, ptr %3, align 4
; CHECK-NEXT:    %5 = zext i16 %4 to i64
; CHECK-NEXT:    %6 = shl i64 %5, 32
; CHECK-NEXT:    %7 = or i64 %2, %6
; CHECK-NEXT:    %8 = shl i64 %7, 16
; CHECK-NEXT:    %9 = ashr i64 %8, 16
; CHECK-NEXT:    %10 = ashr i64 %9, 3
; CHECK-NEXT:    %11 = trunc i64 %10 to i32
; CHECK-NEXT:    store i32 %11, ptr %p, align 8
; CHECK-NEXT:    %12 = getelementptr i8, ptr %p, i64 4
; CHECK-NEXT:    %13 = lshr i64 %10, 32
; CHECK-NEXT:    %14 = trunc i64 %13 to i16
; CHECK-NEXT:    store i16 %14, ptr %12, align 4
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @memory(ptr %p) {
  %v = load i48, ptr %p
  %w = ashr i48 %v, 3
  store i48 %w, ptr %p
  ret void
}

; CHECK-LABEL: @bits(
; CHECK-NEXT:    %1 = load i8, ptr %p, align 1
; CHECK-NEXT:    %2 = trunc i8 %1 to i1
; CHECK-NEXT:    %3 = xor i1 %a, %2
; CHECK-NEXT:    %4 = zext i1 %3 to i8
; CHECK-NEXT:    store i8 %4, ptr %p, align 1
; CHECK-NEXT:    %z = zext i1 %3 to i8
; CHECK-NEXT:    ret i8 %z
; CHECK-NEXT:  }
define i8 @bits(ptr %p, i1 %a) {
  %b = load i1, ptr %p
  %c = add i1 %a, %b
  store i1 %c, ptr %p
  %z = zext i1 %c to i8
  ret i8 %z
}
