; Two-address arithmetic: immediates, folded loads, lea where a source lives on, inc, neg, not.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}add:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: addl %esi, %eax
; CHECK-NEXT: ret
define i32 @add(i32 %a, i32 %b) nounwind {
  %r = add i32 %a, %b
  ret i32 %r
}
; CHECK-LABEL: {{^}}add_immediate:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: addq $1000, %rax
; CHECK-NEXT: ret
define i64 @add_immediate(i64 %a) nounwind {
  %r = add i64 %a, 1000
  ret i64 %r
}
; CHECK-LABEL: {{^}}add_wide_immediate:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movabsq $81985529216486895, %rcx
; CHECK-NEXT: addq %rcx, %rax
; CHECK-NEXT: ret
define i64 @add_wide_immediate(i64 %a) nounwind {
  %r = add i64 %a, 81985529216486895
  ret i64 %r
}
; CHECK-LABEL: {{^}}add_load:
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: addl (%rdi), %eax
; CHECK-NEXT: ret
define i32 @add_load(ptr %p, i32 %a) nounwind {
  %x = load i32, ptr %p
  %r = add i32 %x, %a
  ret i32 %r
}
; CHECK-LABEL: {{^}}store_between:
; CHECK-NEXT: movl (%rdi), %eax
; CHECK-NEXT: movl $0, (%rsi)
; CHECK-NEXT: addl %edx, %eax
; CHECK-NEXT: ret
define i32 @store_between(ptr %p, ptr %q, i32 %a) nounwind {
  %x = load i32, ptr %p
  store i32 0, ptr %q
  %r = add i32 %x, %a
  ret i32 %r
}
; CHECK-LABEL: {{^}}lea_when_source_lives:
; CHECK-NEXT: leal 7(%rdi), %eax
; CHECK-NEXT: imull %edi, %eax
; CHECK-NEXT: ret
define i32 @lea_when_source_lives(i32 %a, i32 %b) nounwind {
  %x = add i32 %a, 7
  %y = mul i32 %x, %a
  ret i32 %y
}
; CHECK-LABEL: {{^}}lea_of_three:
; CHECK-NEXT: leaq 5(%rdi,%rsi,4), %rax
; CHECK-NEXT: ret
define i64 @lea_of_three(i64 %a, i64 %b) nounwind {
  %s = shl i64 %b, 2
  %x = add i64 %a, %s
  %y = add i64 %x, 5
  ret i64 %y
}
; CHECK-LABEL: {{^}}negate:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: negl %eax
; CHECK-NEXT: ret
define i32 @negate(i32 %a) nounwind {
  %r = sub i32 0, %a
  ret i32 %r
}
; CHECK-LABEL: {{^}}complement:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: notl %eax
; CHECK-NEXT: ret
define i32 @complement(i32 %a) nounwind {
  %r = xor i32 %a, -1
  ret i32 %r
}
; CHECK-LABEL: {{^}}multiply_by_nine:
; CHECK-NEXT: leal (%rdi,%rdi,8), %eax
; CHECK-NEXT: ret
define i32 @multiply_by_nine(i32 %a) nounwind {
  %r = mul i32 %a, 9
  ret i32 %r
}
; CHECK-LABEL: {{^}}multiply_memory:
; CHECK-NEXT: imull $100, (%rdi), %eax
; CHECK-NEXT: ret
define i32 @multiply_memory(ptr %p) nounwind {
  %x = load i32, ptr %p
  %r = mul i32 %x, 100
  ret i32 %r
}
; CHECK-LABEL: {{^}}mask_of_32_bits:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: ret
define i64 @mask_of_32_bits(i64 %a) nounwind {
  %r = and i64 %a, 4294967295
  ret i64 %r
}
