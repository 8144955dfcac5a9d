; Floating-point constants: each format's own hexadecimal form, and decimal where it is exact.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: @d = global [5 x double] [double 0x3FF8000000000000, double 0xC08F400000000000, double 0x7FF0000000000000, double 0x0000000000000001, double 0x3FB999999999999A]
@d = global [5 x double] [double 1.5, double -1.0e+03, double 0x7FF0000000000000, double 0x1, double 0.1]
; CHECK: @f = global [5 x float] [float 0x3FF8000000000000, float 0x3FB99999A0000000, float 0x7FF0000000000000, float 0x7FF8000000000000, float 0x36A0000000000000]
@f = global [5 x float] [float 1.5, float 0x3FB99999A0000000, float 0x7FF0000000000000, float 0x7FF8000000000000, float 0x36A0000000000000]
; CHECK: @h = global [2 x half] [half 0xH3C00, half 0xH3E00]
@h = global [2 x half] [half 0xH3C00, half 1.5]
; CHECK: @b = global [2 x bfloat] [bfloat 0xR3F80, bfloat 0xR3FC0]
@b = global [2 x bfloat] [bfloat 0xR3F80, bfloat 1.5]
; CHECK: @x = global x86_fp80 0xK3FFF8000000000000000
@x = global x86_fp80 0xK3FFF8000000000000000
; CHECK: @q = global fp128 0xL00000000000000003FFF000000000000
@q = global fp128 0xL00000000000000003FFF000000000000
; CHECK: @p = global ppc_fp128 0xM3FF00000000000000000000000000000
@p = global ppc_fp128 0xM3FF00000000000000000000000000000
; CHECK: @z = global [3 x float] [float 0x0000000000000000, float 0x8000000000000000, float 0x0000000000000000]
@z = global [3 x float] [float 0.0, float -0.0, float zeroinitializer]
; CHECK: define float @add(float %a)
define float @add(float %a) {
; CHECK: fadd float %a, 0x4010000000000000
  %r = fadd float %a, 4.000000e+00
  ret float %r
}
