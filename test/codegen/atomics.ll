; Atomic loads are plain, sequentially consistent stores exchange, read-modify-write has lock forms.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}load:
; CHECK-NEXT: movl (%rdi), %eax
; CHECK-NEXT: ret
define i32 @load(ptr %p) nounwind {
  %x = load atomic i32, ptr %p seq_cst, align 4
  ret i32 %x
}
; CHECK-LABEL: {{^}}store:
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: xchgl %eax, (%rdi)
; CHECK-NEXT: ret
define void @store(ptr %p, i32 %x) nounwind {
  store atomic i32 %x, ptr %p seq_cst, align 4
  ret void
}
; CHECK-LABEL: {{^}}release:
; CHECK-NEXT: movl %esi, (%rdi)
; CHECK-NEXT: ret
define void @release(ptr %p, i32 %x) nounwind {
  store atomic i32 %x, ptr %p release, align 4
  ret void
}
; CHECK-LABEL: {{^}}fetch_add:
; CHECK-NEXT: movq %rsi, %rax
; CHECK-NEXT: lock xaddq %rax, (%rdi)
; CHECK-NEXT: ret
define i64 @fetch_add(ptr %p, i64 %x) nounwind {
  %r = atomicrmw add ptr %p, i64 %x seq_cst
  ret i64 %r
}
; CHECK-LABEL: {{^}}add_unused:
; CHECK-NEXT: lock addq %rsi, (%rdi)
; CHECK-NEXT: ret
define void @add_unused(ptr %p, i64 %x) nounwind {
  %r = atomicrmw add ptr %p, i64 %x seq_cst
  ret void
}
; CHECK-LABEL: {{^}}exchange:
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: xchgw %ax, (%rdi)
; CHECK-NEXT: ret
define i16 @exchange(ptr %p, i16 %x) nounwind {
  %r = atomicrmw xchg ptr %p, i16 %x seq_cst
  ret i16 %r
}
; CHECK-LABEL: {{^}}compare_exchange:
; CHECK-NEXT: movl %esi, %eax
; CHECK-NEXT: lock cmpxchgl %edx, (%rdi)
; CHECK-NEXT: jne .LBB6_2
; CHECK-NEXT: movl $0, %eax
; CHECK-NEXT: ret
; CHECK-NEXT: .LBB6_2:
; CHECK-NEXT: ret
define i32 @compare_exchange(ptr %p, i32 %old, i32 %new) nounwind {
  %r = cmpxchg ptr %p, i32 %old, i32 %new seq_cst seq_cst
  %v = extractvalue {i32, i1} %r, 0
  %s = extractvalue {i32, i1} %r, 1
  br i1 %s, label %done, label %failed
done:
  ret i32 0
failed:
  ret i32 %v
}
; CHECK-LABEL: {{^}}fence:
; CHECK-NEXT: mfence
; CHECK-NEXT: ret
define void @fence() nounwind {
  fence seq_cst
  fence acquire
  ret void
}
