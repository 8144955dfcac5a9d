; A type that nobody defines.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@c = external global [2 x %t]
;CHECK:{{.*}}:3:27: error: undefined type '%t'
