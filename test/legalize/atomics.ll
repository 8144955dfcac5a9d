; Operations without an instruction are loops, widths without one library calls.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @nand(
; CHECK-NEXT:    %1 = load atomic i32, ptr %p monotonic, align 4
; CHECK-NEXT:    br label %2
; CHECK:       2:
; CHECK-NEXT:    %3 = phi i32 [ %1, %0 ], [ %7, %2 ]
; CHECK-NEXT:    %4 = and i32 %3, %v
; CHECK-NEXT:    %5 = xor i32 %4, -1
; CHECK-NEXT:    %6 = cmpxchg ptr %p, i32 %3, i32 %5 seq_cst seq_cst, align 4
; CHECK-NEXT:    %7 = extractvalue { i32, i1 } %6, 0
; CHECK-NEXT:    %8 = extractvalue { i32, i1 } %6, 1
; CHECK-NEXT:    br i1 %8, label %9, label %2
; CHECK:       9:
; CHECK-NEXT:    ret i32 %7
; CHECK-NEXT:  }
define i32 @nand(ptr %p, i32 %v) {
  %r = atomicrmw nand ptr %p, i32 %v seq_cst
  ret i32 %r
}

; CHECK-LABEL: @add(
; CHECK-NEXT:    %r = atomicrmw add ptr %p, i32 %v seq_cst, align 4
; CHECK-NEXT:    ret i32 %r
; CHECK-NEXT:  }
define i32 @add(ptr %p, i32 %v) {
  %r = atomicrmw add ptr %p, i32 %v seq_cst
  ret i32 %r
}

; CHECK-LABEL: @or_unused(
; CHECK-NEXT:    %r = atomicrmw or ptr %p, i32 %v seq_cst, align 4
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @or_unused(ptr %p, i32 %v) {
  %r = atomicrmw or ptr %p, i32 %v seq_cst
  ret void
}

; CHECK-LABEL: @load_float(
; CHECK-NEXT:    %1 = load atomic i32, ptr %p acquire, align 4
; CHECK-NEXT:    %2 = bitcast i32 %1 to float
; CHECK-NEXT:    ret float %2
; CHECK-NEXT:  }
define float @load_float(ptr %p) {
  %r = load atomic float, ptr %p acquire, align 4
  ret float %r
}

; CHECK-LABEL: @load_wide(
; CHECK-NEXT:    %1 = alloca [16 x i8], align 16
; CHECK-NEXT:    call void @__atomic_load(i64 16, ptr %p, ptr %1, i32 5)
; CHECK-NEXT:    %2 = load i64, ptr %1, align 16
; CHECK-NEXT:    %3 = getelementptr i8, ptr %1, i64 8
; CHECK-NEXT:    %4 = load i64, ptr %3, align 8
; CHECK-NEXT:    %5 = zext i64 %2 to i128
; CHECK-NEXT:    %6 = zext i64 %4 to i128
; CHECK-NEXT:    %7 = shl i128 %6, 64
; CHECK-NEXT:    %8 = or i128 %5, %7
; CHECK-NEXT:    ret i128 %8
; CHECK-NEXT:  }
define i128 @load_wide(ptr %p) {
  %r = load atomic i128, ptr %p seq_cst, align 16
  ret i128 %r
}
