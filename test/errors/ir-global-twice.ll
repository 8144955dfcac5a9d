; A global is defined once; the note says where else.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@x = global i32 0
define void @x() {
  ret void
}
;CHECK:{{.*}}:4:13: error: '@x' is defined twice
;CHECK:{{.*}}:3:1: note: '@x' is defined here, too
