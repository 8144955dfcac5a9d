; The overflow intrinsics use the flags of the operation itself.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}branch:
; CHECK-NEXT: movl %edi, %eax
; CHECK-NEXT: addl %esi, %eax
; CHECK-NEXT: jno .LBB0_2
; CHECK-NEXT: movl $-1, %eax
; CHECK-NEXT: ret
; CHECK-NEXT: .LBB0_2:
; CHECK-NEXT: ret
define i32 @branch(i32 %a, i32 %b) nounwind {
  %p = call {i32, i1} @llvm.sadd.with.overflow.i32(i32 %a, i32 %b)
  %v = extractvalue {i32, i1} %p, 0
  %o = extractvalue {i32, i1} %p, 1
  br i1 %o, label %bad, label %good
bad:
  ret i32 -1
good:
  ret i32 %v
}
; CHECK-LABEL: {{^}}unsigned_product:
; CHECK-NEXT: movq %rdx, %rcx
; CHECK-NEXT: movq %rdi, %rax
; CHECK-NEXT: mulq %rsi
; CHECK-NEXT: seto %dl
; CHECK-NEXT: movq %rax, (%rcx)
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: ret
define i1 @unsigned_product(i64 %a, i64 %b, ptr %p) nounwind {
  %s = call {i64, i1} @llvm.umul.with.overflow.i64(i64 %a, i64 %b)
  %v = extractvalue {i64, i1} %s, 0
  %o = extractvalue {i64, i1} %s, 1
  store i64 %v, ptr %p
  ret i1 %o
}
declare {i32, i1} @llvm.sadd.with.overflow.i32(i32, i32)
declare {i64, i1} @llvm.umul.with.overflow.i64(i64, i64)
