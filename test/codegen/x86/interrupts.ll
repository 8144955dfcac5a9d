; x86_intrcc: the processor's frame lies where a return address would; everything is preserved, iret leaves.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: sed s/x86_intrcc/x86_regcallcc/ %s > %t.ll && %not %lathe -S %t.ll -o - 2>&1 | %FileCheck --check-prefix=OTHER %s
target triple = "x86_64-pc-linux-gnu"
; OTHER: calling convention 'x86_regcallcc' is not supported

@ip = dso_local global i64 0
@code = dso_local global i64 0

; CHECK-LABEL: {{^}}plain:
; CHECK:      cld
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: movq 8(%rsp), %rax
; CHECK-NEXT: movq %rax, ip
; CHECK-NEXT: popq %rax
; CHECK-NEXT: iretq
define dso_local x86_intrcc void @plain(ptr byval([5 x i64]) %frame) nounwind {
  %v = load i64, ptr %frame
  store volatile i64 %v, ptr @ip
  ret void
}

; CHECK-LABEL: {{^}}with_code:
; CHECK:      pushq %rax
; CHECK-NEXT: cld
; CHECK-NEXT: pushq %rax
; CHECK:      movq 16(%rsp), %rax
; CHECK:      movq 24(%rsp), %r
; CHECK:      addq $16, %rsp
; CHECK-NEXT: iretq
define dso_local x86_intrcc void @with_code(ptr byval([5 x i64]) %frame, i64 %error) nounwind {
  store volatile i64 %error, ptr @code
  %v = load i64, ptr %frame
  store volatile i64 %v, ptr @ip
  ret void
}

; A call may change what C functions do not preserve: all of it is saved, vectors too.
; CHECK-LABEL: {{^}}calls:
; CHECK-DAG:  pushq %rdi
; CHECK-DAG:  pushq %r11
; CHECK-DAG:  movaps %xmm15,
; CHECK:      call f
; CHECK:      movaps {{.*}}, %xmm15
; CHECK:      popq %r11
; CHECK:      iretq
define dso_local x86_intrcc void @calls(ptr byval([5 x i64]) %frame) nounwind {
  call void @f()
  ret void
}

; Without vector registers there is nothing of them to save.
; CHECK-LABEL: {{^}}general:
; CHECK-NOT:  xmm
; CHECK:      iretq
define dso_local x86_intrcc void @general(ptr byval([5 x i64]) %frame) nounwind "target-features"="-sse" {
  call void @f()
  ret void
}
declare void @f()
