; Names of globals that nobody defines.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@a = global ptr @b
define void @f() {
  call void @g()
  ret void
}
;CHECK:{{.*}}:3:17: error: undefined value '@b'
