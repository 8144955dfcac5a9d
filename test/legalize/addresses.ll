; Address arithmetic ends as base + index * scale, then + constant.
; RUN: %legalize -O0 %s | FileCheck %s
%s = type { i64, i32, double }

; CHECK-LABEL: @field(
; CHECK-NEXT:    %1 = sext i32 %i to i64
; CHECK-NEXT:    %2 = mul i64 %1, 3
; CHECK-NEXT:    %3 = getelementptr i64, ptr %p, i64 %2
; CHECK-NEXT:    %q = getelementptr i8, ptr %3, i64 8
; CHECK-NEXT:    ret ptr %q
; CHECK-NEXT:  }
define ptr @field(ptr %p, i32 %i) {
  %q = getelementptr %s, ptr %p, i32 %i, i32 1
  ret ptr %q
}

; CHECK-LABEL: @array(
; CHECK-NEXT:    %1 = shl i64 %i, 2
; CHECK-NEXT:    %2 = getelementptr i64, ptr %p, i64 %1
; CHECK-NEXT:    %q = getelementptr i32, ptr %2, i64 %j
; CHECK-NEXT:    ret ptr %q
; CHECK-NEXT:  }
define ptr @array(ptr %p, i64 %i, i64 %j) {
  %q = getelementptr [4 x [8 x i32]], ptr %p, i64 0, i64 %i, i64 %j
  ret ptr %q
}

; CHECK-LABEL: @nothing(
; CHECK-NEXT:    ret ptr %p
; CHECK-NEXT:  }
define ptr @nothing(ptr %p) {
  %q = getelementptr %s, ptr %p, i64 0, i32 0
  ret ptr %q
}

; CHECK-LABEL: @dynamic(
; CHECK-NEXT:    %1 = zext i32 %n to i64
; CHECK-NEXT:    %2 = mul i64 %1, 4
; CHECK-NEXT:    %a = alloca i8, i64 %2, align 4
; CHECK-NEXT:    ret ptr %a
; CHECK-NEXT:  }
define ptr @dynamic(i32 %n) {
  %a = alloca i32, i32 %n
  ret ptr %a
}
