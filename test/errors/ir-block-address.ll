; The address of a block that is not there, or not in this function.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@t = global ptr blockaddress(@f, %nowhere)
define void @f() {
  ret void
}
;CHECK:{{.*}}:3:34: error: '@f' has no block '%nowhere'
