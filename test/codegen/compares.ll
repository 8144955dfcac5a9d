; Compares fuse with the branch, select or set that uses them; test, bt, parity of floating-point equality.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}branch:
; CHECK-NEXT: cmpl %esi, %edi
; CHECK-NEXT: jge .LBB0_2
; CHECK-NEXT: movl $1, %eax
; CHECK-NEXT: ret
; CHECK-NEXT: .LBB0_2:
; CHECK-NEXT: movl $2, %eax
; CHECK-NEXT: ret
define i32 @branch(i32 %a, i32 %b) nounwind {
  %c = icmp slt i32 %a, %b
  br i1 %c, label %yes, label %no
yes:
  ret i32 1
no:
  ret i32 2
}
; CHECK-LABEL: {{^}}set:
; CHECK-NEXT: cmpq $10, %rdi
; CHECK-NEXT: seta %al
; CHECK-NEXT: ret
define i1 @set(i64 %a) nounwind {
  %c = icmp ugt i64 %a, 10
  ret i1 %c
}
; CHECK-LABEL: {{^}}test_mask:
; CHECK-NEXT: testb $6, %dil
; CHECK-NEXT: sete %al
; CHECK-NEXT: movzbl %al, %eax
; CHECK-NEXT: ret
define i32 @test_mask(i32 %a) nounwind {
  %m = and i32 %a, 6
  %c = icmp eq i32 %m, 0
  %r = zext i1 %c to i32
  ret i32 %r
}
; CHECK-LABEL: {{^}}test_high_bit:
; CHECK-NEXT: btq $40, %rdi
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define i1 @test_high_bit(i64 %a) nounwind {
  %m = and i64 %a, 1099511627776
  %c = icmp ne i64 %m, 0
  ret i1 %c
}
; CHECK-LABEL: {{^}}compare_memory:
; CHECK-NEXT: cmpb $47, (%rdi)
; CHECK-NEXT: sete %al
; CHECK-NEXT: ret
define i1 @compare_memory(ptr %p) nounwind {
  %x = load i8, ptr %p
  %c = icmp eq i8 %x, 47
  ret i1 %c
}
; CHECK-LABEL: {{^}}select:
; CHECK-NEXT: movl %ecx, %eax
; CHECK-NEXT: cmpl %esi, %edi
; CHECK-NEXT: cmovel %edx, %eax
; CHECK-NEXT: ret
define i32 @select(i32 %a, i32 %b, i32 %x, i32 %y) nounwind {
  %c = icmp eq i32 %a, %b
  %r = select i1 %c, i32 %x, i32 %y
  ret i32 %r
}
; CHECK-LABEL: {{^}}float_equal:
; CHECK-NEXT: ucomisd %xmm1, %xmm0
; CHECK-NEXT: sete %al
; CHECK-NEXT: setnp %cl
; CHECK-NEXT: andb %cl, %al
; CHECK-NEXT: ret
define i1 @float_equal(double %a, double %b) nounwind {
  %c = fcmp oeq double %a, %b
  ret i1 %c
}
; CHECK-LABEL: {{^}}float_less:
; CHECK-NEXT: ucomiss %xmm0, %xmm1
; CHECK-NEXT: jbe .LBB7_2
; CHECK-NEXT: movl $1, %eax
; CHECK-NEXT: ret
; CHECK-NEXT: .LBB7_2:
; CHECK-NEXT: movl $2, %eax
; CHECK-NEXT: ret
define i32 @float_less(float %a, float %b) nounwind {
  %c = fcmp olt float %a, %b
  br i1 %c, label %yes, label %no
yes:
  ret i32 1
no:
  ret i32 2
}
; CHECK-LABEL: {{^}}float_unequal_branch:
; CHECK-NEXT: ucomisd %xmm1, %xmm0
; CHECK-NEXT: jne .LBB8_1
; CHECK-NEXT: jnp .LBB8_2
; CHECK-NEXT: .LBB8_1:
; CHECK-NEXT: movl $1, %eax
; CHECK-NEXT: ret
; CHECK-NEXT: .LBB8_2:
; CHECK-NEXT: movl $2, %eax
; CHECK-NEXT: ret
define i32 @float_unequal_branch(double %a, double %b) nounwind {
  %c = fcmp une double %a, %b
  br i1 %c, label %yes, label %no
yes:
  ret i32 1
no:
  ret i32 2
}
; CHECK-LABEL: {{^}}minimum:
; CHECK-NEXT: minsd %xmm1, %xmm0
; CHECK-NEXT: ret
define double @minimum(double %a, double %b) nounwind {
  %c = fcmp olt double %a, %b
  %r = select i1 %c, double %a, double %b
  ret double %r
}
; CHECK-LABEL: {{^}}inverse:
; CHECK-NEXT: cmpl $3, %edi
; CHECK-NEXT: setne %al
; CHECK-NEXT: ret
define i1 @inverse(i32 %a) nounwind {
  %c = icmp eq i32 %a, 3
  %r = xor i1 %c, true
  ret i1 %r
}
; The loop's own subtraction sets the flags.
; CHECK-LABEL: {{^}}count_down:
; CHECK-NEXT: pushq %rbx
; CHECK-NEXT: movl %edi, %ebx
; CHECK-NEXT: .LBB11_1:
; CHECK-NEXT: call use@PLT
; CHECK-NEXT: decl %ebx
; CHECK-NEXT: jne .LBB11_1
; CHECK-NEXT: popq %rbx
; CHECK-NEXT: ret
define void @count_down(i32 %n) nounwind {
entry:
  br label %loop
loop:
  %i = phi i32 [ %n, %entry ], [ %next, %loop ]
  call void @use()
  %next = add i32 %i, -1
  %c = icmp eq i32 %next, 0
  br i1 %c, label %done, label %loop
done:
  ret void
}
declare void @use()
