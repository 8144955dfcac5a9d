; An input tied to an output in memory is stored there first; one value tied to two outputs is in two registers.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}memory:
; CHECK-DAG:  movq %rdx, (%rdi)
; CHECK-DAG:  movq %rcx, (%rsi)
; CHECK:      #APP
; CHECK-NEXT: addq (%rdi), (%rsi)
define void @memory(ptr %p, ptr %q, i64 %x, i64 %y) nounwind {
  call void asm "addq $0, $1", "=*rm,=*rm,0,1"(ptr elementtype(i64) %p, ptr elementtype(i64) %q, i64 %x, i64 %y)
  ret void
}

; CHECK-LABEL: {{^}}twice:
; CHECK:      movq %rdi, %[[A:r[a-z0-9]+]]
; CHECK-NEXT: movq %rdi, %[[B:r[a-z0-9]+]]
; CHECK-NEXT: #APP
; CHECK-NEXT: use %[[A]] %[[B]]
define i64 @twice(i64 %x) nounwind {
  %r = call { i64, i64 } asm sideeffect "use $0 $1", "=r,=r,0,1"(i64 %x, i64 %x)
  %a = extractvalue { i64, i64 } %r, 0
  %b = extractvalue { i64, i64 } %r, 1
  %s = add i64 %a, %b
  ret i64 %s
}

; CHECK-LABEL: {{^}}narrow:
; CHECK:      movl %esi, (%rdi)
; CHECK-NEXT: #APP
define void @narrow(ptr %p, ptr %q) nounwind {
  call void asm "", "=*m,0"(ptr elementtype(i32) %p, ptr %q)
  ret void
}
