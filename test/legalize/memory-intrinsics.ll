; Small constant lengths are loads and stores, the last one overlapping; others are calls.
; RUN: %legalize -O0 %s | FileCheck %s
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

; CHECK-LABEL: @copy_23(
; CHECK-NEXT:    %1 = load fp128, ptr %b, align 4
; CHECK-NEXT:    store fp128 %1, ptr %a, align 8
; CHECK-NEXT:    %2 = getelementptr i8, ptr %b, i64 15
; CHECK-NEXT:    %3 = load i64, ptr %2, align 1
; CHECK-NEXT:    %4 = getelementptr i8, ptr %a, i64 15
; CHECK-NEXT:    store i64 %3, ptr %4, align 1
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @copy_23(ptr %a, ptr %b) {
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %a, ptr align 4 %b, i64 23, i1 false)
  ret void
}

; CHECK-LABEL: @move_12(
; CHECK-NEXT:    %1 = load i64, ptr %b, align 1
; CHECK-NEXT:    %2 = getelementptr i8, ptr %b, i64 8
; CHECK-NEXT:    %3 = load i32, ptr %2, align 1
; CHECK-NEXT:    store i64 %1, ptr %a, align 1
; CHECK-NEXT:    %4 = getelementptr i8, ptr %a, i64 8
; CHECK-NEXT:    store i32 %3, ptr %4, align 1
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @move_12(ptr %a, ptr %b) {
  call void @llvm.memmove.p0.p0.i64(ptr %a, ptr %b, i64 12, i1 false)
  ret void
}

; CHECK-LABEL: @set(
; CHECK-NEXT:    store fp128 0xL00000000000000000000000000000000, ptr %a, align 1
; CHECK-NEXT:    %1 = zext i8 %v to i32
; CHECK-NEXT:    %2 = mul i32 %1, 16843009
; CHECK-NEXT:    store i32 %2, ptr %a, align 1
; CHECK-NEXT:    %3 = trunc i32 %2 to i16
; CHECK-NEXT:    %4 = getelementptr i8, ptr %a, i64 4
; CHECK-NEXT:    store i16 %3, ptr %4, align 1
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @set(ptr %a, i8 %v) {
  call void @llvm.memset.p0.i64(ptr %a, i8 0, i64 16, i1 false)
  call void @llvm.memset.p0.i64(ptr %a, i8 %v, i64 6, i1 false)
  ret void
}

; CHECK-LABEL: @calls(
; CHECK-NEXT:    %1 = call ptr @memcpy(ptr %a, ptr %b, i64 %n)
; CHECK-NEXT:    %2 = call ptr @memset(ptr %a, i32 1, i64 1000)
; CHECK-NEXT:    ret void
; CHECK-NEXT:  }
define void @calls(ptr %a, ptr %b, i64 %n) {
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %b, i64 %n, i1 false)
  call void @llvm.memset.p0.i64(ptr %a, i8 1, i64 1000, i1 false)
  ret void
}
