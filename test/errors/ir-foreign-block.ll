; A block's address in the body of another function is refused by name.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s
; CHECK: ir-foreign-block.ll:8:28: error: the address of another function's block in a body is not supported
define void @f() {
  ret void
}
define ptr @g() {
  ret ptr blockaddress(@f, %0)
}
