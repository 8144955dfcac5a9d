; All terminators of plain C, blocks with and without names, and branch weights.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK-LABEL: define i32 @f
define i32 @f(i32 %x, ptr %where) {
; CHECK-NEXT: switch i32 %x, label %3 [
; CHECK-NEXT:   i32 0, label %1
; CHECK-NEXT:   i32 -7, label %"a b"
; CHECK-NEXT: ], !prof !{!"branch_weights", i32 1, i32 2, i32 3}
  switch i32 %x, label %3 [
    i32 0, label %1
    i32 -7, label %"a b"
  ], !prof !0

; CHECK: 1:
; CHECK-NEXT: %2 = icmp
1:
  %2 = icmp eq i32 %x, 5
; CHECK-NEXT: br i1 %2, label %3, label %"a b", !prof !{!"branch_weights", i32 2000, i32 4000000000}
  br i1 %2, label %3, label %"a b", !prof !1

; CHECK: 3:
3:                                                ; preds = %1, %0
; CHECK-NEXT: phi i32 [ %x, %0 ], [ 4, %1 ]
  %4 = phi i32 [ %x, %0 ], [ 4, %1 ]
  indirectbr ptr %where, [label %last, label %"a b"]

; CHECK: "a b":
"a b":
; CHECK-NEXT: unreachable
  unreachable

; CHECK: last:
last:
; CHECK-NEXT: %5 = select i1 true, i32 %4, i32 0, !prof !{!"branch_weights", i32 7, i32 8}
  %5 = select i1 true, i32 %4, i32 0, !prof !2
  ret i32 %5
}
; A block that has no label takes the next number.
; CHECK-LABEL: define void @implicit
define void @implicit(i1 %c) {
  br i1 %c, label %1, label %2
; CHECK: 1:
  br label %2
; CHECK: 2:
; CHECK-NEXT: switch i8 3, label %3 [
  switch i8 3, label %3 []
; CHECK: 3:
  ret void
}
!0 = !{!"branch_weights", i32 1, i32 2, i32 3}
!1 = !{!"branch_weights", !"expected", i32 2000, i32 4000000000}
!2 = !{!"branch_weights", i32 7, i32 8}
