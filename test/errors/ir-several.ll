; Each body with a mistake is reported, not only the first.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
define void @a() {
  br label %nowhere
}
define i32 @b() {
  ret i32 %missing
}
define void @c() {
  frobnicate i32 1
}
;CHECK:{{.*}}:4:12: error: undefined block '%nowhere'
;CHECK:{{.*}}:7:11: error: undefined value '%missing'
;CHECK:{{.*}}:10:3: error: expected an instruction, found 'frobnicate'
