; Strict compares: a quiet one is a plain fcmp; a signaling one stays where the machine has it, is asked of float for
; half, and left to the compiler library for fp128.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @quiet(
; CHECK:         fcmp ult double %a, %b
define i1 @quiet(double %a, double %b) strictfp {
  %r = call i1 @llvm.experimental.constrained.fcmp.f64(double %a, double %b, metadata !"ult", metadata !"fpexcept.strict")
  ret i1 %r
}

; CHECK-LABEL: @signaling(
; CHECK:         call i1 @llvm.experimental.constrained.fcmps.f64(double %a, double %b, metadata !"oge", metadata !"fpexcept.strict")
define i1 @signaling(double %a, double %b) strictfp {
  %r = call i1 @llvm.experimental.constrained.fcmps.f64(double %a, double %b, metadata !"oge", metadata !"fpexcept.strict")
  ret i1 %r
}

; CHECK-LABEL: @half(
; CHECK:         call i1 @llvm.experimental.constrained.fcmps.f32(float {{.*}}, float {{.*}}, metadata !"oeq", metadata !"fpexcept.strict")
define i1 @half(half %a, half %b) strictfp {
  %r = call i1 @llvm.experimental.constrained.fcmps.f16(half %a, half %b, metadata !"oeq", metadata !"fpexcept.strict")
  ret i1 %r
}

; CHECK-LABEL: @quad(
; CHECK:         call i32 @__lttf2(
define i1 @quad(fp128 %a, fp128 %b) strictfp {
  %r = call i1 @llvm.experimental.constrained.fcmps.f128(fp128 %a, fp128 %b, metadata !"olt", metadata !"fpexcept.strict")
  ret i1 %r
}

declare i1 @llvm.experimental.constrained.fcmp.f64(double, double, metadata, metadata)
declare i1 @llvm.experimental.constrained.fcmps.f64(double, double, metadata, metadata)
declare i1 @llvm.experimental.constrained.fcmps.f16(half, half, metadata, metadata)
declare i1 @llvm.experimental.constrained.fcmps.f128(fp128, fp128, metadata, metadata)
