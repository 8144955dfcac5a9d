; A value used as another type: the message says both and where the value comes from.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define i32 @f(i32 %x) {
  %total = add i64 1, 2
  %r = add i32 %total, %x
  ret i32 %r
}
;      CHECK:{{.*}}ir-type-mismatch.ll:5:16: error: '%total' is i64 here, but this add works on i32
; CHECK-NEXT:  %r = add i32 %total, %x
; CHECK-NEXT:               ^~~~~~
; CHECK-NEXT:{{.*}}ir-type-mismatch.ll:4:12: note: '%total' is defined here
; CHECK-NEXT:  %total = add i64 1, 2
; CHECK-NEXT:           ^~~
