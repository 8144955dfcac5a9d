; SSE2 scalars: literals and loads as operands, sign masks, conversions without a false dependency.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}literal:
; CHECK-NEXT: addsd .LCPI0_0(%rip), %xmm0
; CHECK-NEXT: ret
define double @literal(double %a) nounwind {
  %r = fadd double %a, 1.5
  ret double %r
}
; CHECK-LABEL: {{^}}load:
; CHECK-NEXT: mulss (%rdi), %xmm0
; CHECK-NEXT: ret
define float @load(ptr %p, float %a) nounwind {
  %x = load float, ptr %p
  %r = fmul float %x, %a
  ret float %r
}
; CHECK-LABEL: {{^}}zero:
; CHECK-NEXT: xorps %xmm0, %xmm0
; CHECK-NEXT: ret
define double @zero() nounwind {
  ret double 0.0
}
; CHECK-LABEL: {{^}}negate:
; CHECK-NEXT: xorps .LCPI3_0(%rip), %xmm0
; CHECK-NEXT: ret
define double @negate(double %a) nounwind {
  %r = fneg double %a
  ret double %r
}
; CHECK-LABEL: {{^}}absolute:
; CHECK-NEXT: andps .LCPI4_0(%rip), %xmm0
; CHECK-NEXT: ret
define float @absolute(float %a) nounwind {
  %r = call float @llvm.fabs.f32(float %a)
  ret float %r
}
; CHECK-LABEL: {{^}}from_int:
; CHECK-NEXT: xorps %xmm0, %xmm0
; CHECK-NEXT: cvtsi2sdl %edi, %xmm0
; CHECK-NEXT: ret
define double @from_int(i32 %a) nounwind {
  %r = sitofp i32 %a to double
  ret double %r
}
; CHECK-LABEL: {{^}}to_int:
; CHECK-NEXT: cvttsd2siq %xmm0, %rax
; CHECK-NEXT: ret
define i64 @to_int(double %a) nounwind {
  %r = fptosi double %a to i64
  ret i64 %r
}
; CHECK-LABEL: {{^}}root:
; CHECK-NEXT: sqrtsd %xmm0, %xmm0
; CHECK-NEXT: ret
define double @root(double %a) nounwind {
  %r = call double @llvm.sqrt.f64(double %a)
  ret double %r
}
; CHECK-LABEL: {{^}}choose:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: andl $1, %eax
; CHECK-NEXT: testb %al, %al
; CHECK-NEXT: jne .LT8_0
; CHECK-NEXT: movaps %xmm1, %xmm0
; CHECK-NEXT: .LT8_0:
; CHECK-NEXT: ret
define double @choose(i1 %c, double %a, double %b) nounwind {
  %r = select i1 %c, double %a, double %b
  ret double %r
}
; CHECK-LABEL: {{^}}store_literal:
; CHECK-NEXT: movabsq $4607182418800017408, %rax
; CHECK-NEXT: movq %rax, (%rdi)
; CHECK-NEXT: movl $1073741824, (%rdi)
; CHECK-NEXT: ret
define void @store_literal(ptr %p) nounwind {
  store double 1.0, ptr %p
  store float 2.0, ptr %p
  ret void
}
declare float @llvm.fabs.f32(float)
declare double @llvm.sqrt.f64(double)
