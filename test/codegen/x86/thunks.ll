; Indirect calls, tail calls and jumps go through the thunk with their target in r11, and no jump tables are made;
; without the external thunk this is refused.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: sed 's/,+retpoline-external-thunk//' %s > %t.ll && %not %lathe -S %t.ll -o - 2>&1 | %FileCheck %s --check-prefix=REFUSED
; REFUSED: error: the target feature 'retpoline' without an external thunk is not supported
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}call:
; CHECK: movq %rdi, %r11
; CHECK-NEXT: call __x86_indirect_thunk_r11
; CHECK: jmp __x86_return_thunk
define i32 @call(ptr %f) #0 {
  %r = call i32 %f()
  %s = add i32 %r, 1
  ret i32 %s
}
; CHECK-LABEL: {{^}}tail:
; CHECK: movq %rdi, %r11
; CHECK-NEXT: jmp __x86_indirect_thunk_r11
define i32 @tail(ptr %f) #0 {
  %r = tail call i32 %f()
  ret i32 %r
}
; CHECK-LABEL: {{^}}memory:
; CHECK: movq (%rdi), %r11
; CHECK-NEXT: call __x86_indirect_thunk_r11
define void @memory(ptr %p) #0 {
  %f = load ptr, ptr %p
  call void %f()
  call void @barrier()
  ret void
}
declare void @barrier()
; CHECK-LABEL: {{^}}jump:
; CHECK: jmp __x86_indirect_thunk_r11
define i32 @jump(ptr %p) #0 {
  indirectbr ptr %p, [label %a, label %b]
a:
  ret i32 1
b:
  ret i32 2
}
; CHECK-LABEL: {{^}}table:
; CHECK-NOT: .LJTI
; CHECK: .size table
define i32 @table(i32 %x) #0 {
  switch i32 %x, label %d [ i32 0, label %a
    i32 1, label %b
    i32 2, label %a
    i32 3, label %c
    i32 4, label %b
    i32 5, label %c ]
a:
  ret i32 11
b:
  ret i32 22
c:
  ret i32 33
d:
  ret i32 0
}
attributes #0 = { nounwind fn_ret_thunk_extern "target-features"="+retpoline-indirect-branches,+retpoline-indirect-calls,+retpoline-external-thunk" }
