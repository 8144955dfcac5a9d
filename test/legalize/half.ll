; half is held as i16 and computed in float.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    %1 = bitcast half %a to i16
; CHECK-NEXT:    %2 = load i16, ptr %p, align 2
; CHECK-NEXT:    %3 = bitcast i16 %2 to half
; CHECK-NEXT:    %4 = call float @__extendhfsf2(half %3)
; CHECK-NEXT:    %5 = bitcast i16 %1 to half
; CHECK-NEXT:    %6 = call float @__extendhfsf2(half %5)
; CHECK-NEXT:    %7 = fadd float %6, %4
; CHECK-NEXT:    %8 = call half @__truncsfhf2(float %7)
; CHECK-NEXT:    %9 = bitcast half %8 to i16
; CHECK-NEXT:    %10 = xor i16 %9, -32768
; CHECK-NEXT:    %11 = bitcast i16 %10 to half
; CHECK-NEXT:    ret half %11
; CHECK-NEXT:  }
define half @f(half %a, ptr %p) {
  %b = load half, ptr %p
  %r = fadd half %a, %b
  %n = fneg half %r
  ret half %n
}
