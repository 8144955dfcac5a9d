; Wide additions are add and add-with-carry in the order that selection fuses.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @add(
; CHECK-NEXT:    %1 = trunc i128 %a to i64
; CHECK-NEXT:    %2 = lshr i128 %a, 64
; CHECK-NEXT:    %3 = trunc i128 %2 to i64
; CHECK-NEXT:    %4 = trunc i128 %b to i64
; CHECK-NEXT:    %5 = lshr i128 %b, 64
; CHECK-NEXT:    %6 = trunc i128 %5 to i64
; CHECK-NEXT:    %7 = call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %1, i64 %4)
; CHECK-NEXT:    %8 = extractvalue { i64, i1 } %7, 0
; CHECK-NEXT:    %9 = extractvalue { i64, i1 } %7, 1
; CHECK-NEXT:    %10 = add i64 %3, %6
; CHECK-NEXT:    %11 = zext i1 %9 to i64
; CHECK-NEXT:    %12 = add i64 %10, %11
; CHECK-NEXT:    %13 = zext i64 %8 to i128
; CHECK-NEXT:    %14 = zext i64 %12 to i128
; CHECK-NEXT:    %15 = shl i128 %14, 64
; CHECK-NEXT:    %16 = or i128 %13, %15
; CHECK-NEXT:    ret i128 %16
; CHECK-NEXT:  }
define i128 @add(i128 %a, i128 %b) {
  %r = add i128 %a, %b
  ret i128 %r
}

; CHECK-LABEL: @sub192(
; CHECK-NEXT:    %1 = load i64, ptr %p, align 16
; CHECK-NEXT:    %2 = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    %3 = load i64, ptr %2, align 8
; CHECK-NEXT:    %4 = getelementptr i8, ptr %p, i64 16
; CHECK-NEXT:    %5 = load i64, ptr %4, align 16
; CHECK-NEXT:    %6 = load i64, ptr %q, align 16
; CHECK-NEXT:    %7 = getelementptr i8, ptr %q, i64 8
; CHECK-NEXT:    %8 = load i64, ptr %7, align 8
; CHECK-NEXT:    %9 = getelementptr i8, ptr %q, i64 16
; CHECK-NEXT:    %10 = load i64, ptr %9, align 16
; CHECK-NEXT:    %11 = call { i64, i1 } @llvm.usub.with.overflow.i64(i64 %1, i64 %6)
; CHECK-NEXT:    %12 = extractvalue { i64, i1 } %11, 0
; CHECK-NEXT:    %13 = extractvalue { i64, i1 } %11, 1
; CHECK-NEXT:    %14 = call { i64, i1 } @llvm.usub.with.overflow.i64(i64 %3, i64 %8)
; CHECK-NEXT:    %15 = extractvalue { i64, i1 } %14, 0
; CHECK-NEXT:    %16 = extractvalue { i64, i1 } %14, 1
; CHECK-NEXT:    %17 = zext i1 %13 to i64
; CHECK-NEXT:    %18 = call { i64, i1 } @llvm.usub.with.overflow.i64(i64 %15, i64 %17)
; CHECK-NEXT:    %19 = extractvalue { i64, i1 } %18, 0
; CHECK-NEXT:    %20 = extractvalue { i64, i1 } %18, 1
; CHECK-NEXT:    %21 = or i1 %16, %20
; CHECK-NEXT:    %22 = sub i64 %5, %10
; CHECK-NEXT:    %23 = zext i1 %21 to i64
; CHECK-NEXT:    %24 = sub i64 %22, %23
; CHECK-NEXT:    store i64 %12, ptr %p, align 16
; CHECK-NEXT:    %25 = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    store i64 %19, ptr %25, align 8
; CHECK-NEXT:    %26 = getelementptr i8, ptr %p, i64 16
; CHECK-NEXT:    store i64 %24, ptr %26, align 16
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @sub192(ptr %p, ptr %q) {
  %a = load i192, ptr %p
  %b = load i192, ptr %q
  %r = sub i192 %a, %b
  store i192 %r, ptr %p
  ret void
}
