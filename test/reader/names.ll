; Names with quotes, escapes and digits, and values used before their definition.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: define void @"a b\22"(i32 %"x y", i32 %x.1$-_, i32 %"12") {
define void @"a b\22"(i32 %"x y", i32 %x.1$-_, i32 %"12") {
"start here":
; CHECK: %0 = add i32 %"x y", %"12"
  %0 = add i32 %"x y", %"12"
  br label %loop-1
loop-1:
; CHECK: phi i32 [ %"x y", %"start here" ], [ %"next\01", %loop-1 ]
  %p = phi i32 [ %"x y", %"start here" ], [ %"next\01", %loop-1 ]
; CHECK: phi i32 [ 0, %"start here" ], [ %1, %loop-1 ]
  %q = phi i32 [ 0, %"start here" ], [ %1, %loop-1 ]
  %"next\01" = add i32 %p, 1
  %1 = add i32 %q, %"next\01"
  br label %loop-1
}
; Definitions need not stand before their uses in the text.
; CHECK: define i32 @order()
define i32 @order() {
  br label %b
a:
; CHECK: ret i32 %v
  ret i32 %v
b:
  %v = add i32 1, 2
  br label %a
}
