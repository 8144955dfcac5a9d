; A load, one operation and a store of the same place are one instruction, unless something stands between.
; RUN: %lathe -S -O0 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}add:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: addl %ecx, (%rax)
; CHECK-NEXT: ret
define void @add(ptr %p, i32 %a) nounwind {
  %x = load i32, ptr %p
  %y = add i32 %x, %a
  store i32 %y, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}increment:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: incb (%rax)
; CHECK-NEXT: ret
define void @increment(ptr %p) nounwind {
  %x = load i8, ptr %p
  %y = add i8 %x, 1
  store i8 %y, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}shift:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: shrq $3, (%rax)
; CHECK-NEXT: ret
define void @shift(ptr %p) nounwind {
  %x = load i64, ptr %p
  %y = lshr i64 %x, 3
  store i64 %y, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}volatile:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movl (%rax), %ecx
; CHECK-NEXT: orl $1, %ecx
; CHECK-NEXT: movl %ecx, (%rax)
; CHECK-NEXT: ret
define void @volatile(ptr %p) nounwind {
  %x = load volatile i32, ptr %p
  %y = or i32 %x, 1
  store volatile i32 %y, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}between:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movq %rsi, %rdx
; CHECK-NEXT: movl (%rax), %ecx
; CHECK-NEXT: movl $0, (%rdx)
; CHECK-NEXT: orl $1, %ecx
; CHECK-NEXT: movl %ecx, (%rax)
; CHECK-NEXT: ret
define void @between(ptr %p, ptr %q) nounwind {
  %x = load i32, ptr %p
  store i32 0, ptr %q
  %y = or i32 %x, 1
  store i32 %y, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}used_twice:
; CHECK-NEXT: movq %rdi, %rcx
; CHECK-NEXT: movl (%rcx), %eax
; CHECK-NEXT: orl $1, %eax
; CHECK-NEXT: movl %eax, (%rcx)
; CHECK-NEXT: ret
define i32 @used_twice(ptr %p) nounwind {
  %x = load i32, ptr %p
  %y = or i32 %x, 1
  store i32 %y, ptr %p
  ret i32 %y
}
