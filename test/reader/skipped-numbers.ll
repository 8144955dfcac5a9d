; Numbers may be left out, in parameters as in what follows; a global called "" has the next number.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %s -o /dev/null
; RUN: llvm-as %t.1 -o /dev/null
; RUN: sed 's/%9/%3/' %s > %t.bad
; RUN: %not ir-tool --print %t.bad 2>&1 | FileCheck --check-prefix=BAD %s

; CHECK: @5 = global ptr @6
@5 = global ptr @6
; CHECK: @6 = global i8 1
@"" = global i8 1

; CHECK: define i32 @f(i32 %0, i32 %a, i32 %1) {
; BAD: error: this parameter should be numbered '%5'
define i32 @f(i32 %4, i32 %a, i32 %9) {
; CHECK: %3 = add i32 %0, %1
  %11 = add i32 %4, %9
  ret i32 %11
}
