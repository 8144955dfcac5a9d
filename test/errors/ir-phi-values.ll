; Two edges from one block to a phi carry one value.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
define i32 @f(i32 %x) {
e:
  switch i32 %x, label %b [ i32 1, label %b ]
b:
  %good = phi i32 [ %x, %e ], [ %x, %e ]
  %bad = phi i32 [ 1, %e ], [ 2, %e ]
  ret i32 %bad
}
; CHECK: {{.*}}:8:10: error: this phi has two values for block '%e'
