; Names are given once.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define void @a(i32 %x) {
  %x = add i32 1, 2
  ret void
}
define void @b() {
x:
  br label %x
x:
  ret void
}
define void @c() {
  %2 = add i32 1, 2
  %1 = add i32 1, 2
  ret void
}
;CHECK:{{.*}}:4:3: error: '%x' is defined twice
;CHECK:{{.*}}:10:1: error: '%x' is defined twice
;CHECK:{{.*}}:15:3: error: this instruction should be numbered '%3'
