; Values that are not computed on every path, and phis that do not match their block's predecessors.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define i32 @f(i1 %c) {
entry:
  br i1 %c, label %a, label %b
a:
  %x = add i32 1, 2
  br label %b
b:
  ret i32 %x
}
define i32 @g(i1 %c) {
entry:
  br i1 %c, label %a, label %b
a:
  br label %b
b:
  %p = phi i32 [ 1, %a ]
  ret i32 %p
}
define i32 @h() {
  %y = add i32 %y, 1
  br label %1
1:
  ret i32 %y
}
;CHECK:{{.*}}:10:3: error: operand 1 of this ret ('%x') is not computed on every path to it
;CHECK:{{.*}}:18:8: error: the blocks of this phi are not the predecessors of its block
;CHECK:{{.*}}:22:8: error: operand 1 of this add ('%y') is not computed on every path to it
