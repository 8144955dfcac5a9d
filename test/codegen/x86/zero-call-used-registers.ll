; "zero-call-used-regs": what a call may change is 0 at every return, but for what carries the result.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: sed s/used-gpr/sometimes/ %s > %t.ll && %not %lathe -S %t.ll -o - 2>&1 | %FileCheck --check-prefix=BAD %s
target triple = "x86_64-pc-linux-gnu"
; BAD: error: "zero-call-used-regs"="sometimes" is not supported, in function 'used'

; CHECK-LABEL: {{^}}used:
; CHECK:      movl %edi, %eax
; CHECK-NEXT: xorl %edi, %edi
; CHECK-NEXT: ret
define i32 @used(i32 %x) nounwind "zero-call-used-regs"="used-gpr" {
  ret i32 %x
}

; CHECK-LABEL: {{^}}arguments:
; CHECK-NOT:  %eax, %eax
; CHECK:      xorl %ecx, %ecx
; CHECK-NEXT: xorl %edx, %edx
; CHECK-NEXT: xorl %esi, %esi
; CHECK-NEXT: xorl %edi, %edi
; CHECK-NEXT: xorl %r8d, %r8d
; CHECK-NEXT: xorl %r9d, %r9d
; CHECK-NEXT: xorps %xmm1, %xmm1
; CHECK:      xorps %xmm7, %xmm7
; CHECK-NEXT: ret
define double @arguments(double %x) nounwind "zero-call-used-regs"="all-arg" {
  ret double %x
}

; CHECK-LABEL: {{^}}all:
; CHECK-COUNT-8: fldz
; CHECK-COUNT-8: fstp %st
; CHECK-NEXT: xorl %eax, %eax
; CHECK:      xorl %r11d, %r11d
; CHECK-NEXT: xorps %xmm0, %xmm0
; CHECK:      xorps %xmm15, %xmm15
; CHECK-NEXT: ret
define void @all() nounwind "zero-call-used-regs"="all" {
  ret void
}

; CHECK-LABEL: {{^}}skip:
; CHECK:      movl %edi, %eax
; CHECK-NEXT: ret
define i32 @skip(i32 %x) nounwind "zero-call-used-regs"="skip" {
  ret i32 %x
}

; A tail call keeps what it passes on.
; CHECK-LABEL: {{^}}passes:
; CHECK-NOT:  %edi, %edi
; CHECK:      xorl %r11d, %r11d
; CHECK-NEXT: jmp used
define i32 @passes(i32 %x) nounwind "zero-call-used-regs"="all-gpr" {
  %r = tail call i32 @used(i32 %x)
  ret i32 %r
}
