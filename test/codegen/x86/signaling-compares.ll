; Strict ordered compares raise invalid for quiet NaNs too: comis, fcomip. They fuse with their user, and are made even
; when nobody asks for the answer.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}branch:
; CHECK-NEXT: comisd %xmm0, %xmm1
; CHECK-NEXT: jbe
define i32 @branch(double %a, double %b) nounwind strictfp {
  %c = call i1 @llvm.experimental.constrained.fcmps.f64(double %a, double %b, metadata !"olt", metadata !"fpexcept.strict")
  br i1 %c, label %yes, label %no
yes:
  ret i32 1
no:
  ret i32 2
}

; CHECK-LABEL: {{^}}memory:
; CHECK-NEXT: comiss (%rdi), %xmm0
; CHECK-NEXT: setae %al
define i1 @memory(float %a, ptr %p) nounwind strictfp {
  %b = load float, ptr %p
  %c = call i1 @llvm.experimental.constrained.fcmps.f32(float %a, float %b, metadata !"oge", metadata !"fpexcept.strict")
  ret i1 %c
}

; CHECK-LABEL: {{^}}x87:
; CHECK:      fcomip %st(1)
; CHECK-NEXT: fstp %st
define i1 @x87(x86_fp80 %a, x86_fp80 %b) nounwind strictfp {
  %c = call i1 @llvm.experimental.constrained.fcmps.f80(x86_fp80 %a, x86_fp80 %b, metadata !"ogt", metadata !"fpexcept.strict")
  ret i1 %c
}

; CHECK-LABEL: {{^}}unused:
; CHECK-NEXT: comisd
define void @unused(double %a, double %b) nounwind strictfp {
  %c = call i1 @llvm.experimental.constrained.fcmps.f64(double %a, double %b, metadata !"oeq", metadata !"fpexcept.strict")
  ret void
}

; The exceptions are asked for behind the compare.
; CHECK-LABEL: {{^}}in_order:
; CHECK:      comisd
; CHECK:      call fetestexcept
define i1 @in_order(double %a, double %b, ptr %p) nounwind strictfp {
  %c = call i1 @llvm.experimental.constrained.fcmps.f64(double %a, double %b, metadata !"olt", metadata !"fpexcept.strict")
  %e = call i32 @fetestexcept(i32 1)
  store i32 %e, ptr %p
  ret i1 %c
}

declare i32 @fetestexcept(i32)
declare i1 @llvm.experimental.constrained.fcmps.f32(float, float, metadata, metadata)
declare i1 @llvm.experimental.constrained.fcmps.f64(double, double, metadata, metadata)
declare i1 @llvm.experimental.constrained.fcmps.f80(x86_fp80, x86_fp80, metadata, metadata)
