; A constant of the x87 type has no register to be copied from.
; RUN: %lathe -S -O0 %s -o - | FileCheck %s
; CHECK-LABEL: {{^}}f:
; CHECK: fldz
; CHECK-NEXT: fstpt
define void @f(ptr %q) {
  %r = freeze x86_fp80 poison
  store x86_fp80 %r, ptr %q
  ret void
}
