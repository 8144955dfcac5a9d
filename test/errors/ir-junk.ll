; What is no top-level entity is refused where it stands.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@x = global i32 0, align 4 junk
!0 = !{i32 1}
more junk
;CHECK:{{.*}}:5:1: error: expected a top-level entity, found 'more'
