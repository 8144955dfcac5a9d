; A file that ends inside a body.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define void @f() {
  call void @f(
;CHECK:{{.*}}error: expected '}' at the end of the body, found the end of the file
