; A dynamic alloca lowers rsp by whole steps of its alignment and lies above the outgoing arguments.
; RUN: %lathe -S -O2 -fno-pic -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}array:
; CHECK-NEXT: pushq %rbp
; CHECK-NEXT: movq %rsp, %rbp
; CHECK-NEXT: movq %rsp, %rax
; CHECK-NEXT: subq %rdi, %rax
; CHECK-NEXT: andq $-16, %rax
; CHECK-NEXT: movq %rax, %rsp
; CHECK-NEXT: movq %rax, %rdi
; CHECK-NEXT: call use
; CHECK-NEXT: movq %rbp, %rsp
; CHECK-NEXT: popq %rbp
; CHECK-NEXT: ret
define void @array(i64 %n) nounwind {
  %p = alloca i8, i64 %n, align 16
  call void @use(ptr %p)
  ret void
}
; CHECK-LABEL: {{^}}with_stack_arguments:
; CHECK-NEXT: pushq %rbp
; CHECK-NEXT: movq %rsp, %rbp
; CHECK-NEXT: subq $16, %rsp
; CHECK-NEXT: leaq 16(%rsp), %rax
; CHECK-NEXT: subq %rdi, %rax
; CHECK-NEXT: andq $-64, %rax
; CHECK-NEXT: leaq -16(%rax), %rsp
; CHECK-NEXT: movl $7, %ecx
; CHECK-NEXT: movq %rcx, (%rsp)
; CHECK-NEXT: movl $2, %esi
; CHECK-NEXT: movl $3, %edx
; CHECK-NEXT: movl $4, %ecx
; CHECK-NEXT: movl $5, %r8d
; CHECK-NEXT: movl $6, %r9d
; CHECK-NEXT: movq %rax, %rdi
; CHECK-NEXT: call seven
; CHECK-NEXT: movq %rbp, %rsp
; CHECK-NEXT: popq %rbp
; CHECK-NEXT: ret
define void @with_stack_arguments(i64 %n) nounwind {
  %p = alloca i8, i64 %n, align 64
  call void @seven(ptr %p, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7)
  ret void
}
declare void @use(ptr)
declare void @seven(ptr, i64, i64, i64, i64, i64, i64)
