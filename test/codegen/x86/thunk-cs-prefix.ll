; -mindirect-branch-cs-prefix: each call and jump to the thunk is six bytes long, which the kernel writes over.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: %lathe -O2 -c %s -o %t.o && %objdump -d %t.o | %FileCheck %s --check-prefix=BYTES
; BYTES-COUNT-2: 2e e{{[89]}} 00 00 00 00
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}call:
; CHECK: movq %rdi, %r11
; CHECK-NEXT: cs
; CHECK-NEXT: call __x86_indirect_thunk_r11
define i32 @call(ptr %f) #0 {
  %r = call i32 %f()
  %s = add i32 %r, 1
  ret i32 %s
}
; CHECK-LABEL: {{^}}tail:
; CHECK: movq %rdi, %r11
; CHECK-NEXT: cs
; CHECK-NEXT: jmp __x86_indirect_thunk_r11
define i32 @tail(ptr %f) #0 {
  %r = tail call i32 %f()
  ret i32 %r
}

attributes #0 = { "target-features"="+retpoline-external-thunk,+retpoline-indirect-branches,+retpoline-indirect-calls" }
!llvm.module.flags = !{!0}
!0 = !{i32 4, !"indirect_branch_cs_prefix", i32 1}
