; Text that nobody prints like this, yet is allowed: several entities on a line, bodies on one line, braces anywhere.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

%t=type{i32,i8}
@x=global %t{i32 1,i8 2}
; CHECK: @y = global i32 7
@y =
  global
  i32 7 ; a comment with } and "
; CHECK: define void @one() {
define void @one() { ret void } define void @two() { ret void }
; CHECK: define { i32, i8 } @three({ i8 } %a) {
define { i32, i8 }
@three({ i8 } %a)
{ ; }
entry: %v = insertvalue { i32, i8 } undef, i8 3, 1 ret { i32, i8 } %v }
; CHECK: define void @four() prefix { i8 } { i8 1 } {
define void @four() prefix { i8 } { i8 1 } {
  call void asm sideeffect "}", ""() ; }
  ret void
  }
