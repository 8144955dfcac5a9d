; Statements in Intel syntax: operands are written in it too, memory with its size where the template says none.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: %lathe -c -O2 %s -o %t.o
; RUN: %objdump -d --no-show-raw-insn %t.o | %FileCheck %s --check-prefix=CODE
target triple = "x86_64-pc-linux-gnu"
@g = dso_local global i32 3

; CHECK-LABEL: {{^}}f:
; CHECK: .intel_syntax noprefix
; CHECK-NEXT: mov eax, dword ptr [rdi]; add eax, dword ptr [rdi+rsi*4+8]; add eax, esi; add eax, 5; add eax, dword ptr g[rip]
; CHECK-NEXT: .att_syntax prefix
; CODE: movl (%rdi), %eax
; CODE-NEXT: addl 0x8(%rdi,%rsi,4), %eax
; CODE-NEXT: addl %esi, %eax
; CODE-NEXT: addl $0x5, %eax
; CODE-NEXT: addl {{.*}}(%rip), %eax
define i32 @f(ptr %p, i64 %i) nounwind {
  %q = getelementptr [4 x i32], ptr %p, i64 0, i64 %i
  %t = getelementptr i8, ptr %q, i64 8
  %r = call i32 asm inteldialect "$(skipped$|mov$) $0, dword ptr $1; add $0, $2; add $0, ${3:k}; add $0, $4; add $0, $5",
       "=&{ax},*m,*m,r,i,*m"(ptr elementtype(i32) %p, ptr elementtype(i32) %t, i64 %i, i32 5, ptr elementtype(i32) @g)
  ret i32 %r
}
