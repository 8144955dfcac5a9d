; Division uses rax and rdx; quotient and remainder of the same operands come from one instruction.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}signed:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: cltd
; CHECK-NEXT: idivl %esi
; CHECK-NEXT: ret
define i32 @signed(i32 %a, i32 %b) nounwind {
  %r = sdiv i32 %a, %b
  ret i32 %r
}
; CHECK-LABEL: {{^}}unsigned_remainder:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movl $0, %edx
; CHECK-NEXT: divq %rsi
; CHECK-NEXT: movq %rdx, %rax
; CHECK-NEXT: ret
define i64 @unsigned_remainder(i64 %a, i64 %b) nounwind {
  %r = urem i64 %a, %b
  ret i64 %r
}
; CHECK-LABEL: {{^}}both:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: cltd
; CHECK-NEXT: idivl %esi
; CHECK-NEXT: xorl %edx, %eax
; CHECK-NEXT: ret
define i32 @both(i32 %a, i32 %b) nounwind {
  %q = sdiv i32 %a, %b
  %r = srem i32 %a, %b
  %s = xor i32 %q, %r
  ret i32 %s
}
; CHECK-LABEL: {{^}}narrow:
; CHECK-NEXT: movzbl %dil, %eax
; CHECK-NEXT: movzbl %sil, %ecx
; CHECK-NEXT: movl $0, %edx
; CHECK-NEXT: divl %ecx
; CHECK-NEXT: ret
define i8 @narrow(i8 %a, i8 %b) nounwind {
  %r = udiv i8 %a, %b
  ret i8 %r
}
