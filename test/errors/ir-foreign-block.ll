; A block's address in the body of another function: the block must be there.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s
; CHECK: error: '@f' has no block '%1'
define void @f() {
  ret void
}
define ptr @g() {
  ret ptr blockaddress(@f, %1)
}
