; Vectors are taken apart into elements; one that is only copied is copied as a whole.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @add(
; CHECK-NEXT:    %1 = extractelement <2 x float> %b, i32 0
; CHECK-NEXT:    %2 = extractelement <2 x float> %b, i32 1
; CHECK-NEXT:    %3 = extractelement <2 x float> %a, i32 0
; CHECK-NEXT:    %4 = extractelement <2 x float> %a, i32 1
; CHECK-NEXT:    %5 = fadd float %3, %1
; CHECK-NEXT:    %6 = fadd float %4, %2
; CHECK-NEXT:    %7 = insertelement <2 x float> poison, float %5, i32 0
; CHECK-NEXT:    %8 = insertelement <2 x float> %7, float %6, i32 1
; CHECK-NEXT:    ret <2 x float> %8
; CHECK-NEXT:  }
define <2 x float> @add(<2 x float> %a, <2 x float> %b) {
  %r = fadd <2 x float> %a, %b
  ret <2 x float> %r
}

; CHECK-LABEL: @copy(
; CHECK-NEXT:    %1 = load fp128, ptr %a, align 16
; CHECK-NEXT:    store fp128 %1, ptr %b, align 16
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @copy(ptr %a, ptr %b) {
  %v = load <4 x i32>, ptr %a
  store <4 x i32> %v, ptr %b
  ret void
}

; CHECK-LABEL: @cast(
; CHECK-NEXT:    %1 = zext i32 %x to i64
; CHECK-NEXT:    %2 = zext i32 %y to i64
; CHECK-NEXT:    %3 = shl i64 %2, 32
; CHECK-NEXT:    %4 = or i64 %1, %3
; CHECK-NEXT:    ret i64 %4
; CHECK-NEXT:  }
define i64 @cast(i32 %x, i32 %y) {
  %a = insertelement <2 x i32> poison, i32 %x, i32 0
  %b = insertelement <2 x i32> %a, i32 %y, i32 1
  %c = bitcast <2 x i32> %b to i64
  ret i64 %c
}

; CHECK-LABEL: @variable_index(
; CHECK-NEXT:    %1 = alloca [16 x i8], align 16
; CHECK-NEXT:    %2 = load i32, ptr %p, align 16
; CHECK-NEXT:    %3 = getelementptr i8, ptr %p, i64 4
; CHECK-NEXT:    %4 = load i32, ptr %3, align 4
; CHECK-NEXT:    %5 = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    %6 = load i32, ptr %5, align 8
; CHECK-NEXT:    %7 = getelementptr i8, ptr %p, i64 12
; CHECK-NEXT:    %8 = load i32, ptr %7, align 4
; CHECK-NEXT:    store i32 %2, ptr %1, align 16
; CHECK-NEXT:    %9 = getelementptr i8, ptr %1, i64 4
; CHECK-NEXT:    store i32 %4, ptr %9, align 4
; CHECK-NEXT:    %10 = getelementptr i8, ptr %1, i64 8
; CHECK-NEXT:    store i32 %6, ptr %10, align 8
; CHECK-NEXT:    %11 = getelementptr i8, ptr %1, i64 12
; CHECK-NEXT:    store i32 %8, ptr %11, align 4
; CHECK-NEXT:    %12 = and i64 %i, 3
; CHECK-NEXT:    %13 = mul i64 %12, 4
; CHECK-NEXT:    %14 = getelementptr i8, ptr %1, i64 %13
; CHECK-NEXT:    %15 = load i32, ptr %14, align 1
; CHECK-NEXT:    ret i32 %15
; CHECK-NEXT:  }
define i32 @variable_index(ptr %p, i64 %i) {
  %v = load <4 x i32>, ptr %p
  %e = extractelement <4 x i32> %v, i64 %i
  ret i32 %e
}
declare i32 @llvm.vector.reduce.add.v4i32(<4 x i32>)

; CHECK-LABEL: @reduce(
; CHECK-NEXT:    %1 = load i32, ptr %p, align 16
; CHECK-NEXT:    %2 = getelementptr i8, ptr %p, i64 4
; CHECK-NEXT:    %3 = load i32, ptr %2, align 4
; CHECK-NEXT:    %4 = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    %5 = load i32, ptr %4, align 8
; CHECK-NEXT:    %6 = getelementptr i8, ptr %p, i64 12
; CHECK-NEXT:    %7 = load i32, ptr %6, align 4
; CHECK-NEXT:    %8 = add i32 %1, %3
; CHECK-NEXT:    %9 = add i32 %5, %7
; CHECK-NEXT:    %10 = add i32 %8, %9
; CHECK-NEXT:    ret i32 %10
; CHECK-NEXT:  }
define i32 @reduce(ptr %p) {
  %v = load <4 x i32>, ptr %p
  %s = call i32 @llvm.vector.reduce.add.v4i32(<4 x i32> %v)
  ret i32 %s
}
