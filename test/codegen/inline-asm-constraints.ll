; Constraints choose registers, memory and immediates; early clobbers keep inputs apart; x87 operands are pushed.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}early_clobber:
; CHECK: movl %edi, %eax; addl %esi, %eax
; CHECK: ret
define i32 @early_clobber(i32 %a, i32 %b) nounwind {
  %r = call i32 asm "movl $1, $0; addl $2, $0", "=&r,r,r"(i32 %a, i32 %b)
  ret i32 %r
}
; CHECK-LABEL: {{^}}tied:
; CHECK-NEXT: movl %edi, %eax
; CHECK: addl $42, %eax
; CHECK: ret
define i32 @tied(i32 %a) nounwind {
  %r = call i32 asm "addl $2, $0", "=r,0,i"(i32 %a, i32 42)
  ret i32 %r
}
; CHECK-LABEL: {{^}}memory:
; CHECK: incl (%rdi)
; CHECK: ret
define void @memory(ptr %p) nounwind {
  call void asm sideeffect "incl $0", "=*m,*m,~{memory}"(ptr elementtype(i32) %p, ptr elementtype(i32) %p)
  ret void
}
; CHECK-LABEL: {{^}}fixed:
; CHECK-NEXT: pushq %rbx
; CHECK-NEXT: movl $0, %ecx
; CHECK-NEXT: movl %edi, %eax
; CHECK: cpuid
; CHECK: movl %ebx, %eax
; CHECK-NEXT: movl %eax, %eax
; CHECK-NEXT: popq %rbx
; CHECK-NEXT: ret
define i64 @fixed(i32 %leaf) nounwind {
  %r = call {i32, i32, i32, i32} asm "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx}"(i32 %leaf, i32 0)
  %b = extractvalue {i32, i32, i32, i32} %r, 1
  %x = zext i32 %b to i64
  ret i64 %x
}
; CHECK-LABEL: {{^}}x87:
; CHECK-NEXT: movsd %xmm0, -8(%rsp)
; CHECK-NEXT: fldl -8(%rsp)
; CHECK: fsqrt
; CHECK: fstpl -8(%rsp)
; CHECK-NEXT: movsd -8(%rsp), %xmm0
; CHECK-NEXT: ret
define double @x87(double %a) nounwind {
  %r = call double asm "fsqrt", "={st},0"(double %a)
  ret double %r
}
; CHECK-LABEL: {{^}}clobbers:
; CHECK-NEXT: pushq %r12
; CHECK-NEXT: pushq %rbx
; CHECK: popq %rbx
; CHECK-NEXT: popq %r12
; CHECK-NEXT: ret
define void @clobbers() nounwind {
  call void asm sideeffect "", "~{rbx},~{r12},~{xmm3},~{cc},~{memory}"()
  ret void
}
