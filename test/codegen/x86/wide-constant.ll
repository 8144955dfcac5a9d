; A constant argument or result of 65 to 127 bits keeps its value: it was taken for zero.
; RUN: %lathe -S -O2 %s -o - | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

declare i64 @f(i80)

; CHECK-LABEL: pass:
; CHECK-DAG:     movq $-2, %rdi
; CHECK-DAG:     movl $65535, %esi
; CHECK:         f@PLT
define i64 @pass() {
  %k = call i64 @f(i80 -2)
  ret i64 %k
}

; CHECK-LABEL: give:
; CHECK-DAG:     movl $5, %eax
; CHECK-DAG:     movl $1, %edx
define i80 @give() {
  ret i80 18446744073709551621
}
