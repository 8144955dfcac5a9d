; Sums with a carry take it by an addition that overflows a byte and give it by setb.
; RUN: %lathe -S -O2 %s -o %t.s
; RUN: %FileCheck %s < %t.s
; RUN: %gas %t.s -o %t.o && %as %t.s -o %t2.o && %objdump -d %t.o | tail -n +4 > %t.d && %objdump -d %t2.o | tail -n +4 > %t2.d && cmp %t.d %t2.d
; REQUIRES: gas
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}addcarry_32: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: addb $-1, %cl
; CHECK-NEXT: adcl %eax, %edx
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define { i8, i32 } @addcarry_32(i8 %a0, i32 %a1, i32 %a2) nounwind {
  %r = call { i8, i32 } @llvm.x86.addcarry.32(i8 %a0, i32 %a1, i32 %a2)
  ret { i8, i32 } %r
}

; CHECK-LABEL: {{^}}addcarry_64: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdx, %rax
; CHECK-NEXT: movq %rsi, %rdx
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: addb $-1, %cl
; CHECK-NEXT: adcq %rax, %rdx
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define { i8, i64 } @addcarry_64(i8 %a0, i64 %a1, i64 %a2) nounwind {
  %r = call { i8, i64 } @llvm.x86.addcarry.64(i8 %a0, i64 %a1, i64 %a2)
  ret { i8, i64 } %r
}

; CHECK-LABEL: {{^}}subborrow_32: {{ *}}# @{{.*}}
; CHECK-NEXT: movl %edx, %eax
; CHECK-NEXT: movl %esi, %edx
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: addb $-1, %cl
; CHECK-NEXT: sbbl %eax, %edx
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define { i8, i32 } @subborrow_32(i8 %a0, i32 %a1, i32 %a2) nounwind {
  %r = call { i8, i32 } @llvm.x86.subborrow.32(i8 %a0, i32 %a1, i32 %a2)
  ret { i8, i32 } %r
}

; CHECK-LABEL: {{^}}subborrow_64: {{ *}}# @{{.*}}
; CHECK-NEXT: movq %rdx, %rax
; CHECK-NEXT: movq %rsi, %rdx
; CHECK-NEXT: movl %edi, %ecx
; CHECK-NEXT: addb $-1, %cl
; CHECK-NEXT: sbbq %rax, %rdx
; CHECK-NEXT: setb %al
; CHECK-NEXT: ret
define { i8, i64 } @subborrow_64(i8 %a0, i64 %a1, i64 %a2) nounwind {
  %r = call { i8, i64 } @llvm.x86.subborrow.64(i8 %a0, i64 %a1, i64 %a2)
  ret { i8, i64 } %r
}

declare { i8, i32 } @llvm.x86.addcarry.32(i8, i32, i32)
declare { i8, i64 } @llvm.x86.addcarry.64(i8, i64, i64)
declare { i8, i32 } @llvm.x86.subborrow.32(i8, i32, i32)
declare { i8, i64 } @llvm.x86.subborrow.64(i8, i64, i64)
