; Bits of x where the mask is set and of y elsewhere take three instructions.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}merge:
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: xorl %edx, %eax
; CHECK-NEXT: andl %edi, %eax
; CHECK-NEXT: xorl %edx, %eax
; CHECK-NEXT: ret
define i32 @merge(i32 %m, i32 %x, i32 %y) nounwind {
  %a = and i32 %m, %x
  %n = xor i32 %m, -1
  %b = and i32 %y, %n
  %r = or i32 %a, %b
  ret i32 %r
}
