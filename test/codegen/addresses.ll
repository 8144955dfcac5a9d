; Chains of getelementptr become base + index*scale + displacement, frame slots and symbols included.
; RUN: %lathe -S -O2 -fno-pic -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@table = dso_local global [100 x i32] zeroinitializer
@other = external global i32

; CHECK-LABEL: {{^}}scaled:
; CHECK-NEXT: movl 12(%rdi,%rsi,4), %eax
; CHECK-NEXT: ret
define i32 @scaled(ptr %p, i64 %i) nounwind {
  %q = getelementptr i32, ptr %p, i64 %i
  %r = getelementptr i8, ptr %q, i64 12
  %x = load i32, ptr %r
  ret i32 %x
}
; CHECK-LABEL: {{^}}index_plus_constant:
; CHECK-NEXT: movl -12(%rdi,%rsi,4), %eax
; CHECK-NEXT: ret
define i32 @index_plus_constant(ptr %p, i64 %i) nounwind {
  %j = add i64 %i, -3
  %q = getelementptr i32, ptr %p, i64 %j
  %x = load i32, ptr %q
  ret i32 %x
}
; CHECK-LABEL: {{^}}twenty_four:
; CHECK-NEXT: leaq (%rsi,%rsi,2), %rax
; CHECK-NEXT: movzbl (%rdi,%rax,8), %eax
; CHECK-NEXT: ret
define i8 @twenty_four(ptr %p, i64 %i) nounwind {
  %q = getelementptr [3 x i64], ptr %p, i64 %i
  %x = load i8, ptr %q
  ret i8 %x
}
; CHECK-LABEL: {{^}}symbol:
; CHECK-NEXT: movl table+8(%rip), %eax
; CHECK-NEXT: ret
define i32 @symbol() nounwind {
  %x = load i32, ptr getelementptr (i8, ptr @table, i64 8)
  ret i32 %x
}
; CHECK-LABEL: {{^}}symbol_and_index:
; CHECK-NEXT: movl table(,%rdi,4), %eax
; CHECK-NEXT: ret
define i32 @symbol_and_index(i64 %i) nounwind {
  %q = getelementptr i32, ptr @table, i64 %i
  %x = load i32, ptr %q
  ret i32 %x
}
; CHECK-LABEL: {{^}}preemptible:
; CHECK-NEXT: movq other@GOTPCREL(%rip), %rax
; CHECK-NEXT: movl (%rax), %eax
; CHECK-NEXT: ret
define i32 @preemptible() nounwind {
  %x = load i32, ptr @other
  ret i32 %x
}
; CHECK-LABEL: {{^}}address_of_symbol:
; CHECK-NEXT: movl $table, %eax
; CHECK-NEXT: ret
define ptr @address_of_symbol() nounwind {
  ret ptr @table
}
; CHECK-LABEL: {{^}}frame:
; CHECK-NEXT: subq $56, %rsp
; CHECK-NEXT: movq %rdi, (%rsp)
; CHECK-NEXT: leaq 8(%rsp), %rdi
; CHECK-NEXT: call use
; CHECK-NEXT: movq (%rsp), %rax
; CHECK-NEXT: movl 8(%rsp,%rax,4), %eax
; CHECK-NEXT: addq $56, %rsp
; CHECK-NEXT: ret
define i32 @frame(i64 %i) nounwind {
  %a = alloca [10 x i32]
  call void @use(ptr %a)
  %q = getelementptr i32, ptr %a, i64 %i
  %x = load i32, ptr %q
  ret i32 %x
}
declare void @use(ptr)
