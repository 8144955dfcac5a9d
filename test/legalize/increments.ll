; An increment stands where it is needed first, and what is loaded through it above has an address of its own.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK:         %[[A:.*]] = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    %v = load i64, ptr %[[A]]
; CHECK-NEXT:    %w = load i64, ptr %p
; CHECK-NEXT:    %x = add i64 %v, %w
; CHECK-NEXT:    %c = icmp ne i64 %x, 0
; CHECK-NEXT:    %q = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT:    br i1 %c
define ptr @f(ptr %a) {
entry:
  br label %loop
loop:
  %p = phi ptr [ %a, %entry ], [ %q, %loop ]
  %q = getelementptr i8, ptr %p, i64 8
  %v = load i64, ptr %q
  %w = load i64, ptr %p
  %x = add i64 %v, %w
  %c = icmp ne i64 %x, 0
  br i1 %c, label %loop, label %end
end:
  ret ptr %q
}
