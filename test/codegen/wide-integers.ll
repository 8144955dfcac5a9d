; i128 in register pairs: add/adc, sub/sbb, one-operand multiplication.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}add:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movq %rsi, %r9
; CHECK-NEXT: movq %rcx, %rsi
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: movq %r9, %rdx
; CHECK-NEXT: addq %rcx, %rax
; CHECK-NEXT: adcq %rsi, %rdx
; CHECK-NEXT: ret
define i128 @add(i128 %a, i128 %b) nounwind {
  %r = add i128 %a, %b
  ret i128 %r
}
; CHECK-LABEL: {{^}}sub:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movq %rsi, %r9
; CHECK-NEXT: movq %rcx, %rsi
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: movq %r9, %rdx
; CHECK-NEXT: subq %rcx, %rax
; CHECK-NEXT: sbbq %rsi, %rdx
; CHECK-NEXT: ret
define i128 @sub(i128 %a, i128 %b) nounwind {
  %r = sub i128 %a, %b
  ret i128 %r
}
; CHECK-LABEL: {{^}}multiply:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: mulq %rsi
; CHECK-NEXT: ret
define i128 @multiply(i64 %a, i64 %b) nounwind {
  %x = zext i64 %a to i128
  %y = zext i64 %b to i128
  %r = mul i128 %x, %y
  ret i128 %r
}
