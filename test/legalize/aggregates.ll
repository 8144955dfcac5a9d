; Struct values are their members; calls get them one by one, a return is an insertvalue chain.
; RUN: %legalize -O2 %s | FileCheck %s
declare void @take({i32, ptr})
declare {i64, i32} @give()

; CHECK-LABEL: @f(
; CHECK-NEXT:    %1 = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    %2 = load ptr, ptr %1, align 8
; CHECK-NEXT:    call void @take(i32 7, ptr %2)
; CHECK-NEXT:    br i1 %c, label %a, label %b
; CHECK:       a:
; CHECK-NEXT:    %g = call { i64, i32 } @give()
; CHECK-NEXT:    %3 = extractvalue { i64, i32 } %g, 0
; CHECK-NEXT:    %4 = extractvalue { i64, i32 } %g, 1
; CHECK-NEXT:    br label %b
; CHECK:       b:
; CHECK-NEXT:    %5 = phi i64 [ 1, %0 ], [ %3, %a ]
; CHECK-NEXT:    %6 = phi i32 [ 2, %0 ], [ %4, %a ]
; CHECK-NEXT:    %7 = insertvalue { i64, i32 } poison, i64 %5, 0
; CHECK-NEXT:    %8 = insertvalue { i64, i32 } %7, i32 %6, 1
; CHECK-NEXT:    ret { i64, i32 } %8
; CHECK-NEXT:  }
define {i64, i32} @f(ptr %p, i1 %c) {
  %v = load {i32, ptr}, ptr %p
  %w = insertvalue {i32, ptr} %v, i32 7, 0
  call void @take({i32, ptr} %w)
  br i1 %c, label %a, label %b
a:
  %g = call {i64, i32} @give()
  br label %b
b:
  %r = phi {i64, i32} [ {i64 1, i32 2}, %0 ], [ %g, %a ]
  ret {i64, i32} %r
}
