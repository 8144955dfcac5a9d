; va_start points at the save area and at the stack arguments behind the named ones.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}start:
; CHECK-NEXT: subq $184, %rsp
; CHECK-NEXT: movq %rdx, 16(%rsp)
; CHECK-NEXT: movq %rcx, 24(%rsp)
; CHECK-NEXT: movq %r8, 32(%rsp)
; CHECK-NEXT: movq %r9, 40(%rsp)
; CHECK-NEXT: testb %al, %al
; CHECK-NEXT: je .LT0_0
; CHECK-NEXT: movaps %xmm1, 64(%rsp)
; CHECK-NEXT: movaps %xmm2, 80(%rsp)
; CHECK-NEXT: movaps %xmm3, 96(%rsp)
; CHECK-NEXT: movaps %xmm4, 112(%rsp)
; CHECK-NEXT: movaps %xmm5, 128(%rsp)
; CHECK-NEXT: movaps %xmm6, 144(%rsp)
; CHECK-NEXT: movaps %xmm7, 160(%rsp)
; CHECK-NEXT: .LT0_0:
; CHECK-NEXT: movl $16, (%rdi)
; CHECK-NEXT: movl $64, 4(%rdi)
; CHECK-NEXT: leaq 192(%rsp), %rax
; CHECK-NEXT: movq %rax, 8(%rdi)
; CHECK-NEXT: movq %rsp, %rax
; CHECK-NEXT: movq %rax, 16(%rdi)
; CHECK-NEXT: addq $184, %rsp
; CHECK-NEXT: ret
define void @start(ptr %list, i32 %a, double %b, ...) nounwind {
  call void @llvm.va_start.p0(ptr %list)
  ret void
}
; CHECK-LABEL: {{^}}copy:
; CHECK-NEXT: movq (%rsi), %rax
; CHECK-NEXT: movq 8(%rsi), %rcx
; CHECK-NEXT: movq 16(%rsi), %rdx
; CHECK-NEXT: movq %rax, (%rdi)
; CHECK-NEXT: movq %rcx, 8(%rdi)
; CHECK-NEXT: movq %rdx, 16(%rdi)
; CHECK-NEXT: ret
define void @copy(ptr %to, ptr %from) nounwind {
  call void @llvm.va_copy.p0(ptr %to, ptr %from)
  ret void
}
declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_copy.p0(ptr, ptr)
