; What assembly cannot write as symbol+offset is computed, a phi's operands in the incoming block.
; RUN: %legalize -O0 %s | FileCheck %s
@g = external global [10 x i32]
@t = external thread_local global [10 x i32]

; CHECK-LABEL: @stays(
; CHECK-NEXT:    ret ptr getelementptr ([10 x i32], ptr @g, i64 0, i64 3)
; CHECK-NEXT:  }
define ptr @stays() {
  ret ptr getelementptr ([10 x i32], ptr @g, i64 0, i64 3)
}

; CHECK-LABEL: @computed(
; CHECK-NEXT:    br i1 %c, label %a, label %b
; CHECK:       a:
; CHECK-NEXT:    %1 = ptrtoint ptr @g to i32
; CHECK-NEXT:    br label %b
; CHECK:       b:
; CHECK-NEXT:    %r = phi i32 [ 0, %0 ], [ %1, %a ]
; CHECK-NEXT:    ret i32 %r
; CHECK-NEXT:  }
define i32 @computed(i1 %c) {
  br i1 %c, label %a, label %b
a:
  br label %b
b:
  %r = phi i32 [ 0, %0 ], [ ptrtoint (ptr @g to i32), %a ]
  ret i32 %r
}

; CHECK-LABEL: @thread(
; CHECK-NEXT:    %1 = getelementptr i8, ptr @t, i64 12
; CHECK-NEXT:    ret ptr %1
; CHECK-NEXT:  }
define ptr @thread() {
  ret ptr getelementptr ([10 x i32], ptr @t, i64 0, i64 3)
}
