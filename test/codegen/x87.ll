; x86_fp80 values live in the frame and are on the x87 stack within one operation only.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}divide:
; CHECK-NEXT: fldt 8(%rsp)
; CHECK-NEXT: fldt 24(%rsp)
; CHECK-NEXT: fdivrp
; CHECK-NEXT: ret
define x86_fp80 @divide(x86_fp80 %a, x86_fp80 %b) nounwind {
  %r = fdiv x86_fp80 %a, %b
  ret x86_fp80 %r
}
; CHECK-LABEL: {{^}}less:
; CHECK-NEXT: fldt 8(%rsp)
; CHECK-NEXT: fldt 24(%rsp)
; CHECK-NEXT: fucomip %st(1)
; CHECK-NEXT: fstp %st
; CHECK-NEXT: seta %al
; CHECK-NEXT: ret
define i1 @less(x86_fp80 %a, x86_fp80 %b) nounwind {
  %r = fcmp olt x86_fp80 %a, %b
  ret i1 %r
}
; CHECK-LABEL: {{^}}to_int:
; CHECK-NEXT: fnstcw -24(%rsp)
; CHECK-NEXT: movzwl -24(%rsp), %eax
; CHECK-NEXT: orl $3072, %eax
; CHECK-NEXT: movw %ax, -22(%rsp)
; CHECK-NEXT: fldt 8(%rsp)
; CHECK-NEXT: fldcw -22(%rsp)
; CHECK-NEXT: fistpll -16(%rsp)
; CHECK-NEXT: fldcw -24(%rsp)
; CHECK-NEXT: movq -16(%rsp), %rax
; CHECK-NEXT: ret
define i64 @to_int(x86_fp80 %a) nounwind {
  %r = fptosi x86_fp80 %a to i64
  ret i64 %r
}
; CHECK-LABEL: {{^}}from_double:
; CHECK-NEXT: movsd %xmm0, -8(%rsp)
; CHECK-NEXT: fldl -8(%rsp)
; CHECK-NEXT: ret
define x86_fp80 @from_double(double %a) nounwind {
  %r = fpext double %a to x86_fp80
  ret x86_fp80 %r
}
; CHECK-LABEL: {{^}}pass:
; CHECK-NEXT: subq $24, %rsp
; CHECK-NEXT: fldt (%rdi)
; CHECK-NEXT: fstpt (%rsp)
; CHECK-NEXT: call take@PLT
; CHECK-NEXT: addq $24, %rsp
; CHECK-NEXT: ret
define void @pass(ptr %p) nounwind {
  %x = load x86_fp80, ptr %p
  call void @take(x86_fp80 %x)
  ret void
}
declare void @take(x86_fp80)
