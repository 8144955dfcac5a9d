; Constant expressions that LLVM gave up after 14 become instructions in front of their user.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

@x = extern_weak global i32
@y = global i32 0
; CHECK-LABEL: define i32 @f
define i32 @f(i1 %c) {
entry:
; CHECK-NEXT: entry:
; CHECK-NEXT: %0 = icmp ne ptr @x, null
; CHECK-NEXT: br i1 %0, label %a, label %b
  br i1 icmp ne (i32* @x, i32* null), label %a, label %b
a:
; CHECK: %1 = icmp eq ptr @x, @y
; CHECK-NEXT: %2 = zext i1 %1 to i32
; CHECK-NEXT: br i1 %c, label %b, label %b
  br i1 %c, label %b, label %b
b:
; CHECK: %p = phi i32 [ 1, %entry ], [ %2, %a ], [ %2, %a ]
  %p = phi i32 [ 1, %entry ], [ zext (i1 icmp eq (i32* @x, i32* @y) to i32), %a ], [ zext (i1 icmp eq (i32* @x, i32* @y) to i32), %a ]
; CHECK-NEXT: %3 = lshr i64 ptrtoint (ptr @y to i64), 3
; CHECK-NEXT: %4 = trunc i64 %3 to i32
; CHECK-NEXT: %s = add i32 %p, %4
  %s = add i32 %p, trunc (i64 lshr (i64 ptrtoint (i32* @y to i64), i64 3) to i32)
  ret i32 %s
}
