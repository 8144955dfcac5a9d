; Intrinsics that say something to optimizers only are gone.
; RUN: %legalize -O2 %s | FileCheck %s
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.assume(i1)
declare i64 @llvm.expect.i64(i64, i64)
declare i1 @llvm.is.constant.i32(i32)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)

; CHECK-LABEL: @f(
; CHECK-NEXT:    %s = add i64 %x, -1
; CHECK-NEXT:    ret i64 %s
; CHECK-NEXT:  }
define i64 @f(ptr %p, i64 %x, i32 %y) {
  call void @llvm.lifetime.start.p0(i64 8, ptr %p)
  %e = call i64 @llvm.expect.i64(i64 %x, i64 1)
  %k = call i1 @llvm.is.constant.i32(i32 %y)
  call void @llvm.assume(i1 %k)
  %o = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 false, i1 true, i1 false)
  %s = add i64 %e, %o
  ret i64 %s
}
