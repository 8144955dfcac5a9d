; Shifts by constants and by cl, rotates, double shifts, byte swaps, bit scans.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}left:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: shll $5, %eax
; CHECK-NEXT: ret
define i32 @left(i32 %a) nounwind {
  %r = shl i32 %a, 5
  ret i32 %r
}
; CHECK-LABEL: {{^}}right:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movq %rsi, %rcx
; CHECK-NEXT: shrq %cl, %rax
; CHECK-NEXT: ret
define i64 @right(i64 %a, i64 %n) nounwind {
  %r = lshr i64 %a, %n
  ret i64 %r
}
; CHECK-LABEL: {{^}}narrow_arithmetic:
; CHECK-NEXT: movsbl %dil, %eax
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: sarl %cl, %eax
; CHECK-NEXT: ret
define i8 @narrow_arithmetic(i8 %a, i8 %n) nounwind {
  %r = ashr i8 %a, %n
  ret i8 %r
}
; CHECK-LABEL: {{^}}masked_count:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: movl %esi, %ecx
; CHECK-NEXT: shll %cl, %eax
; CHECK-NEXT: ret
define i32 @masked_count(i32 %a, i32 %n) nounwind {
  %m = and i32 %n, 31
  %r = shl i32 %a, %m
  ret i32 %r
}
; CHECK-LABEL: {{^}}rotate:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: roll $9, %eax
; CHECK-NEXT: ret
define i32 @rotate(i32 %a) nounwind {
  %r = call i32 @llvm.fshl.i32(i32 %a, i32 %a, i32 9)
  ret i32 %r
}
; CHECK-LABEL: {{^}}funnel:
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: shldq %cl, %rsi, %rax
; CHECK-NEXT: ret
define i64 @funnel(i64 %a, i64 %b, i64 %n) nounwind {
  %r = call i64 @llvm.fshl.i64(i64 %a, i64 %b, i64 %n)
  ret i64 %r
}
; CHECK-LABEL: {{^}}swap_bytes:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: bswapl %eax
; CHECK-NEXT: ret
define i32 @swap_bytes(i32 %a) nounwind {
  %r = call i32 @llvm.bswap.i32(i32 %a)
  ret i32 %r
}
; CHECK-LABEL: {{^}}leading:
; CHECK-NEXT: movl $63, %eax
; CHECK-NEXT: bsrl %edi, %ecx
; CHECK-NEXT: cmovel %eax, %ecx
; CHECK-NEXT: xorl $31, %ecx
; CHECK-NEXT: movl %ecx, %eax
; CHECK-NEXT: ret
define i32 @leading(i32 %a) nounwind {
  %r = call i32 @llvm.ctlz.i32(i32 %a, i1 false)
  ret i32 %r
}
; CHECK-LABEL: {{^}}trailing:
; CHECK-NEXT: bsfq %rdi, %rax
; CHECK-NEXT: ret
define i64 @trailing(i64 %a) nounwind {
  %r = call i64 @llvm.cttz.i64(i64 %a, i1 true)
  ret i64 %r
}
declare i32 @llvm.fshl.i32(i32, i32, i32)
declare i64 @llvm.fshl.i64(i64, i64, i64)
declare i32 @llvm.bswap.i32(i32)
declare i32 @llvm.ctlz.i32(i32, i1)
declare i64 @llvm.cttz.i64(i64, i1)
