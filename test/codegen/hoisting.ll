; What does not change in a loop is made before it: addresses of symbols, entries of the offset table, wide constants.
; RUN: %lathe -S -O2 -fPIC -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@table = internal global [100 x i64] zeroinitializer

; CHECK-LABEL: {{^}}sum:
; CHECK-NEXT: leaq table(%rip), %rax
; CHECK-NEXT: movabsq $81985529216486895, %rcx
; CHECK-NEXT: movl $0, %esi
; CHECK-NEXT: movl $0, %edx
; CHECK-NEXT: .LBB0_1:
; CHECK-NEXT: movq %rcx, %r8
; CHECK-NEXT: imulq (%rax,%rsi,8), %r8
; CHECK-NEXT: addq %r8, %rdx
; CHECK-NEXT: incq %rsi
; CHECK-NEXT: cmpq %rdi, %rsi
; CHECK-NEXT: jne .LBB0_1
; CHECK-NEXT: movq %rdx, %rax
; CHECK-NEXT: ret
define i64 @sum(i64 %n) nounwind {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %j, %loop ]
  %s = phi i64 [ 0, %entry ], [ %t, %loop ]
  %p = getelementptr i64, ptr @table, i64 %i
  %x = load i64, ptr %p
  %y = mul i64 %x, 81985529216486895
  %t = add i64 %s, %y
  %j = add i64 %i, 1
  %c = icmp eq i64 %j, %n
  br i1 %c, label %done, label %loop
done:
  ret i64 %t
}
