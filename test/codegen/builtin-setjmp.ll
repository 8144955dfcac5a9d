; The built-in setjmp keeps nothing in registers and comes back with 1 behind the label it has stored.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@buffer = internal global [5 x ptr] zeroinitializer

declare i32 @llvm.eh.sjlj.setjmp(ptr)
declare void @llvm.eh.sjlj.longjmp(ptr)
; CHECK-LABEL: {{^}}set:
; CHECK-NEXT: pushq %rbp
; CHECK-NEXT: movq %rsp, %rbp
; CHECK-NEXT: pushq %r15
; CHECK-NEXT: pushq %r14
; CHECK-NEXT: pushq %r13
; CHECK-NEXT: pushq %r12
; CHECK-NEXT: pushq %rbx
; CHECK-NEXT: leaq buffer(%rip), %rdx
; CHECK: leaq 1f(%rip), %rax
; CHECK-NEXT: movq %rax, 8(%rdx)
; CHECK-NEXT: xorl %eax, %eax
; CHECK-NEXT: jmp 2f
; CHECK-NEXT: 1: movl $1, %eax
; CHECK-NEXT: 2:
; CHECK: popq %rbx
; CHECK-NEXT: popq %r12
; CHECK-NEXT: popq %r13
; CHECK-NEXT: popq %r14
; CHECK-NEXT: popq %r15
; CHECK-NEXT: popq %rbp
; CHECK-NEXT: ret
define i32 @set() nounwind {
  %r = call i32 @llvm.eh.sjlj.setjmp(ptr @buffer)
  ret i32 %r
}
; CHECK-LABEL: {{^}}jump:
; CHECK-NEXT: leaq buffer(%rip), %rdx
; CHECK: movq (%rdx), %rbp
; CHECK-NEXT: movq 8(%rdx), %rax
; CHECK-NEXT: movq 16(%rdx), %rsp
; CHECK-NEXT: jmp *%rax
; CHECK: ud2
define void @jump() nounwind {
  call void @llvm.eh.sjlj.longjmp(ptr @buffer)
  unreachable
}
