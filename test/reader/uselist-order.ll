; Use-list orders say nothing to us.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK-LABEL: define void @f
define void @f(i32 %a) {
  %1 = add i32 %a, %a
; CHECK: ret void
  ret void

; CHECK-NEXT: }
  uselistorder i32 %a, { 1, 0 }
}
; CHECK: @g = global i32 0
@g = global i32 0
uselistorder ptr @f, { 1, 0 }
uselistorder_bb @f, %b, { 1, 0 }
