; A third integer result lies in rcx: the epilogue must not pop the padding into it.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}three:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: call system_v@PLT
; CHECK:      movl $3, %ecx
; CHECK-NEXT: addq $8, %rsp
; CHECK-NEXT: ret
define {i64, i64, i64} @three() nounwind {
  call void @system_v()
  ret {i64, i64, i64} {i64 1, i64 2, i64 3}
}

declare void @system_v()
