; The address of a table that a loop reads is made before the loop, and not in another loop that stands before it.
; RUN: %lathe -S -O2 -fPIE %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@table = internal global [64 x i32] zeroinitializer

; CHECK-LABEL: sum:
; CHECK:     leaq table(%rip)
; CHECK:     .LBB0_1:
; CHECK-NOT: leaq
; CHECK:     .LBB0_{{.*}}# %second
; CHECK-NOT: leaq
; CHECK:     ret
define i32 @sum(i64 %n, ptr %p) {
entry:
  br label %first
first:
  %i = phi i64 [ 0, %entry ], [ %i1, %first ]
  %q = getelementptr i32, ptr %p, i64 %i
  store i32 7, ptr %q
  %i1 = add i64 %i, 1
  %c = icmp ult i64 %i1, %n
  br i1 %c, label %first, label %second
second:
  %j = phi i64 [ 0, %first ], [ %j1, %second ]
  %s = phi i32 [ 0, %first ], [ %s1, %second ]
  %a = getelementptr i32, ptr @table, i64 %j
  %v = load i32, ptr %a
  %s1 = add i32 %s, %v
  %j1 = add i64 %j, 1
  %d = icmp ult i64 %j1, %n
  br i1 %d, label %second, label %end
end:
  ret i32 %s1
}
