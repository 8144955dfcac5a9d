; Conversions that the target lacks are exact sequences of signed ones.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @u64_to_double(
; CHECK-NEXT:    %1 = lshr i64 %a, 32
; CHECK-NEXT:    %2 = sitofp i64 %1 to double
; CHECK-NEXT:    %3 = and i64 %a, 4294967295
; CHECK-NEXT:    %4 = sitofp i64 %3 to double
; CHECK-NEXT:    %5 = fmul double %2, 0x41F0000000000000
; CHECK-NEXT:    %6 = fadd double %5, %4
; CHECK-NEXT:    ret double %6
; CHECK-NEXT:  }
define double @u64_to_double(i64 %a) {
  %r = uitofp i64 %a to double
  ret double %r
}

; CHECK-LABEL: @u64_to_float(
; CHECK-NEXT:    %1 = icmp slt i64 %a, 0
; CHECK-NEXT:    %2 = and i64 %a, 1
; CHECK-NEXT:    %3 = lshr i64 %a, 1
; CHECK-NEXT:    %4 = or i64 %3, %2
; CHECK-NEXT:    %5 = select i1 %1, i64 %4, i64 %a
; CHECK-NEXT:    %6 = sitofp i64 %5 to float
; CHECK-NEXT:    %7 = sext i1 %1 to i32
; CHECK-NEXT:    %8 = bitcast float %6 to i32
; CHECK-NEXT:    %9 = and i32 %8, %7
; CHECK-NEXT:    %10 = bitcast i32 %9 to float
; CHECK-NEXT:    %11 = fadd float %6, %10
; CHECK-NEXT:    ret float %11
; CHECK-NEXT:  }
define float @u64_to_float(i64 %a) {
  %r = uitofp i64 %a to float
  ret float %r
}

; CHECK-LABEL: @float_to_u64(
; CHECK-NEXT:    %1 = fcmp olt float %a, 0x43E0000000000000
; CHECK-NEXT:    %2 = select i1 %1, i32 0, i32 1593835520
; CHECK-NEXT:    %3 = bitcast i32 %2 to float
; CHECK-NEXT:    %4 = fsub float %a, %3
; CHECK-NEXT:    %5 = fptosi float %4 to i64
; CHECK-NEXT:    %6 = select i1 %1, i64 0, i64 -9223372036854775808
; CHECK-NEXT:    %7 = xor i64 %5, %6
; CHECK-NEXT:    ret i64 %7
; CHECK-NEXT:  }
define i64 @float_to_u64(float %a) {
  %r = fptoui float %a to i64
  ret i64 %r
}

; CHECK-LABEL: @u32_to_float(
; CHECK-NEXT:    %1 = zext i32 %a to i64
; CHECK-NEXT:    %2 = sitofp i64 %1 to float
; CHECK-NEXT:    ret float %2
; CHECK-NEXT:  }
define float @u32_to_float(i32 %a) {
  %r = uitofp i32 %a to float
  ret float %r
}

; CHECK-LABEL: @double_to_i8(
; CHECK-NEXT:    %1 = fptosi double %a to i32
; CHECK-NEXT:    %2 = trunc i32 %1 to i8
; CHECK-NEXT:    ret i8 %2
; CHECK-NEXT:  }
define i8 @double_to_i8(double %a) {
  %r = fptosi double %a to i8
  ret i8 %r
}
