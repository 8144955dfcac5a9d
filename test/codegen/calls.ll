; Arguments and results of the System V convention: registers, stack, byval, sret, pairs, variable arguments.
; RUN: %lathe -S -O2 -fno-pic -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
%big = type { [40 x i8] }
%huge = type { [400 x i8] }

; CHECK-LABEL: {{^}}stack_argument:
; CHECK-NEXT: movl 8(%rsp), %eax
; CHECK-NEXT: ret
define i32 @stack_argument(i32 %a, i32 %b, i32 %c, i32 %d, i32 %e, i32 %f, i32 %g) nounwind {
  ret i32 %g
}
; CHECK-LABEL: {{^}}many:
; CHECK-NEXT: subq $24, %rsp
; CHECK-NEXT: movl $7, %eax
; CHECK-NEXT: movq %rax, (%rsp)
; CHECK-NEXT: movq %rdi, 8(%rsp)
; CHECK-NEXT: movl $1, %edi
; CHECK-NEXT: movl $2, %esi
; CHECK-NEXT: movl $3, %edx
; CHECK-NEXT: movl $4, %ecx
; CHECK-NEXT: movl $5, %r8d
; CHECK-NEXT: movl $6, %r9d
; CHECK-NEXT: call eight
; CHECK-NEXT: addq $24, %rsp
; CHECK-NEXT: ret
define void @many(i64 %y) nounwind {
  call void @eight(i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i64 %y)
  ret void
}
; CHECK-LABEL: {{^}}eight_doubles_and_one:
; CHECK-NEXT: subq $24, %rsp
; CHECK-NEXT: movsd %xmm0, (%rsp)
; CHECK-NEXT: movaps %xmm0, %xmm1
; CHECK-NEXT: movaps %xmm0, %xmm2
; CHECK-NEXT: movaps %xmm0, %xmm3
; CHECK-NEXT: movaps %xmm0, %xmm4
; CHECK-NEXT: movaps %xmm0, %xmm5
; CHECK-NEXT: movaps %xmm0, %xmm6
; CHECK-NEXT: movaps %xmm0, %xmm7
; CHECK-NEXT: call nine
; CHECK-NEXT: addq $24, %rsp
; CHECK-NEXT: ret
define void @eight_doubles_and_one(double %x) nounwind {
  call void @nine(double %x, double %x, double %x, double %x, double %x, double %x, double %x, double %x, double %x)
  ret void
}
; CHECK-LABEL: {{^}}extended:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: movsbl %dil, %edi
; CHECK-NEXT: movzwl %si, %esi
; CHECK-NEXT: call narrow
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define void @extended(i8 %a, i16 %b) nounwind {
  call void @narrow(i8 signext %a, i16 zeroext %b)
  ret void
}
; CHECK-LABEL: {{^}}copied:
; CHECK-NEXT: subq $56, %rsp
; CHECK-NEXT: movups (%rdi), %xmm0
; CHECK-NEXT: movups %xmm0, (%rsp)
; CHECK-NEXT: movups 16(%rdi), %xmm0
; CHECK-NEXT: movups %xmm0, 16(%rsp)
; CHECK-NEXT: movq 32(%rdi), %rax
; CHECK-NEXT: movq %rax, 32(%rsp)
; CHECK-NEXT: call by_value
; CHECK-NEXT: addq $56, %rsp
; CHECK-NEXT: ret
define void @copied(ptr %p) nounwind {
  call void @by_value(ptr byval(%big) align 8 %p)
  ret void
}
; CHECK-LABEL: {{^}}copied_by_string_instruction:
; CHECK-NEXT: subq $408, %rsp
; CHECK-NEXT: movq %rsp, %rax
; CHECK-NEXT: movl $50, %ecx
; CHECK-NEXT: movq %rdi, %rsi
; CHECK-NEXT: movq %rax, %rdi
; CHECK-NEXT: rep movsq
; CHECK-NEXT: call by_value_huge
; CHECK-NEXT: addq $408, %rsp
; CHECK-NEXT: ret
define void @copied_by_string_instruction(ptr %p) nounwind {
  call void @by_value_huge(ptr byval(%huge) align 8 %p)
  ret void
}
; CHECK-LABEL: {{^}}byval_parameter:
; CHECK-NEXT: movq 24(%rsp), %rax
; CHECK-NEXT: ret
define i64 @byval_parameter(ptr byval(%big) align 8 %p) nounwind {
  %q = getelementptr i8, ptr %p, i64 16
  %x = load i64, ptr %q
  ret i64 %x
}
; CHECK-LABEL: {{^}}returned_in_memory:
; CHECK-NEXT: movq $1, (%rdi)
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: ret
define void @returned_in_memory(ptr sret(%big) %p) nounwind {
  store i64 1, ptr %p
  ret void
}
; CHECK-LABEL: {{^}}pair:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: ret
define {i64, double} @pair(i64 %a, double %b) nounwind {
  %r = insertvalue {i64, double} poison, i64 %a, 0
  %s = insertvalue {i64, double} %r, double %b, 1
  ret {i64, double} %s
}
; CHECK-LABEL: {{^}}use_of_pair:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: call two
; CHECK-NEXT: subq %rdx, %rax
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define i64 @use_of_pair() nounwind {
  %r = call {i64, i64} @two()
  %a = extractvalue {i64, i64} %r, 0
  %b = extractvalue {i64, i64} %r, 1
  %s = sub i64 %a, %b
  ret i64 %s
}
; The wide integer does not split: one register is left, so it goes to the stack, aligned.
; CHECK-LABEL: {{^}}wide_on_stack:
; CHECK-NEXT: movq 8(%rsp), %rax
; CHECK-NEXT: movq 16(%rsp), %rdx
; CHECK-NEXT: ret
define i128 @wide_on_stack(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i128 %w, i64 %f) nounwind {
  ret i128 %w
}
; CHECK-LABEL: {{^}}variadic:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: movl $0, %edi
; CHECK-NEXT: movl $4, %esi
; CHECK-NEXT: movl $1, %eax
; CHECK-NEXT: call print
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define void @variadic(double %x) nounwind {
  call void (ptr, ...) @print(ptr null, double %x, i32 4)
  ret void
}
; CHECK-LABEL: {{^}}indirect:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: call *(%rdi)
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define void @indirect(ptr %p) nounwind {
  %f = load ptr, ptr %p
  call void %f()
  ret void
}
; CHECK-LABEL: {{^}}tail:
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: movl %edi, %esi
; CHECK-NEXT: movl %ecx, %edi
; CHECK-NEXT: jmp swapped
define i32 @tail(i32 %a, i32 %b) nounwind {
  %r = tail call i32 @swapped(i32 %b, i32 %a)
  ret i32 %r
}
; CHECK-LABEL: {{^}}not_tail:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: movl %edi, %esi
; CHECK-NEXT: call swapped
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define i32 @not_tail(i32 %a) nounwind {
  %r = call i32 @swapped(i32 %a, i32 %a)
  ret i32 %r
}
declare void @eight(i32, i32, i32, i32, i32, i32, i32, i64)
declare void @nine(double, double, double, double, double, double, double, double, double)
declare void @narrow(i8 signext, i16 zeroext)
declare void @by_value(ptr byval(%big) align 8)
declare void @by_value_huge(ptr byval(%huge) align 8)
declare {i64, i64} @two()
declare void @print(ptr, ...)
declare i32 @swapped(i32, i32)
