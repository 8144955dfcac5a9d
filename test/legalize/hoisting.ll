; What does not change in the innermost loop is added to the base in front of it, and a symbol is held in a register.
; RUN: %legalize -O2 %s | FileCheck %s
; RUN: %legalize -O0 %s | FileCheck %s --check-prefix=O0

@b = external global [160 x [160 x double]]

; CHECK-LABEL: @column(
; CHECK:         %[[P:.*]] = getelementptr i64, ptr @b, i64 %j
; CHECK-NEXT:    br label %loop
; CHECK:       loop:
; CHECK-NOT:     @b
; CHECK:         %[[M:.*]] = mul i64 %k, 160
; CHECK-NEXT:    %[[Q:.*]] = getelementptr i64, ptr %[[P]], i64 %[[M]]
; CHECK-NEXT:    load double, ptr %[[Q]]
; O0-LABEL: @column(
; O0:       loop:
; O0:         getelementptr i64, ptr @b, i64
define double @column(i64 %j, i64 %n) {
  br label %loop
loop:
  %k = phi i64 [ 0, %0 ], [ %l, %loop ]
  %s = phi double [ 0.0, %0 ], [ %t, %loop ]
  %p = getelementptr [160 x [160 x double]], ptr @b, i64 0, i64 %k, i64 %j
  %v = load double, ptr %p
  %t = fadd double %s, %v
  %l = add i64 %k, 1
  %c = icmp eq i64 %l, %n
  br i1 %c, label %end, label %loop
end:
  ret double %t
}
