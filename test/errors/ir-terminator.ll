; A block without an end, and an instruction behind the end of the body.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define void @a() {
  %1 = add i32 1, 2
}
define void @b() {
entry:
  %1 = add i32 1, 2
next:
  ret void
}
define void @c() {
}
;CHECK:{{.*}}:5:1: error: the last block has no terminator (ret, br, ...)
;CHECK:{{.*}}:9:1: error: the block before this one has no terminator (ret, br, ...)
;CHECK:{{.*}}:13:1: error: a body has at least one block
