; -fsanitize=kcfi: a hash of its type stands in front of every function, indirect calls look at it first, and
; .kcfi_traps tells where. The hash is inside of an instruction and never reads as endbr64.
; RUN: %lathe -O2 -S %s -o - | %FileCheck %s
; RUN: %lathe -O0 -S %s -o - | %FileCheck %s --check-prefix=O0

target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: __cfi_call:
; CHECK-COUNT-11: nop
; CHECK-NEXT: movl $329620, %eax
; CHECK-NEXT: .size __cfi_call, .-__cfi_call
; CHECK-NEXT: call:
; CHECK: movq %rdi, %r11
; CHECK: movl $-329620, %r10d
; CHECK-NEXT: addl -4(%r11), %r10d
; CHECK-NEXT: je [[GOOD:.*]]
; CHECK-NEXT: [[TRAP:.*]]:
; CHECK-NEXT: ud2
; CHECK-NEXT: [[GOOD]]:
; CHECK-NEXT: call *%r11
; CHECK: .section .kcfi_traps,"ao",@progbits,.text
; CHECK-NEXT: [[ENTRY:.*]]:
; CHECK-NEXT: .long [[TRAP]]-[[ENTRY]]
; O0-LABEL: {{^}}call:
; O0: addl -4(%r11), %r10d
; O0: call *%r11
define i32 @call(ptr %f, i32 %x) !kcfi_type !1 {
  %r = tail call i32 %f(i32 %x) [ "kcfi"(i32 329620) ]
  ret i32 %r
}

; Nops in front of functions lie between the hash and the label; a direct call needs no check.
; CHECK-LABEL: __cfi_patched:
; CHECK-COUNT-8: nop
; CHECK-NEXT: movl $-98693132, %eax
; CHECK-NEXT: .size
; CHECK-COUNT-3: nop
; CHECK-NEXT: patched:
; CHECK: call call
; CHECK: movl $98693132, %r10d
; CHECK-NEXT: addl -7(%r11), %r10d
define i32 @patched(ptr %f) "patchable-function-prefix"="3" "patchable-function-entry"="0" !kcfi_type !2 {
  %d = call i32 @call(ptr %f, i32 1) [ "kcfi"(i32 329620) ]
  %r = call i32 %f(i32 %d) [ "kcfi"(i32 4196274163) ]
  %s = add i32 %r, %d
  ret i32 %s
}

; CHECK-LABEL: __cfi_hidden:
; CHECK: movl $98693134, %eax
define internal void @hidden() optsize !kcfi_type !3 { ret void }

; A function without a type has no hash.
; CHECK-NOT: __cfi_plain
; CHECK-LABEL: plain:
define void @plain() { ret void }

!llvm.module.flags = !{!0}
!0 = !{i32 4, !"kcfi", i32 1}
!1 = !{i32 329620}
!2 = !{i32 4196274163}
!3 = !{i32 98693133}
