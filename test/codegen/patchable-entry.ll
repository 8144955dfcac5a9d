; Room for patching at a function's entry: nops before and behind its label, the place in a section that goes with it;
; prefix and prologue data.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: %lathe -c -O2 %s -o %t.o
; RUN: %readobj --sections %t.o | %FileCheck %s --check-prefix=SECTIONS
target triple = "x86_64-pc-linux-gnu"

; CHECK: .Lpatch0:
; CHECK-NEXT: nop
; CHECK-NEXT: nop
; CHECK-NEXT: {{^}}both:
; CHECK: endbr64
; CHECK-NEXT: nop
; CHECK-NEXT: nop
; CHECK-NEXT: nop
; CHECK-NEXT: ret
; CHECK: .section __patchable_function_entries,"awo",@progbits,both
; CHECK-NEXT: .p2align 3
; CHECK-NEXT: .quad .Lpatch0
define void @both() nounwind "patchable-function-entry"="3" "patchable-function-prefix"="2" { ret void }

; CHECK: {{^}}behind:
; CHECK: endbr64
; CHECK-NEXT: .Lpatch1:
; CHECK-NEXT: nop
; CHECK-NEXT: ret
; CHECK: .section __patchable_function_entries,"awoG",@progbits,behind,group,comdat
$group = comdat any
define linkonce_odr void @behind() nounwind "patchable-function-entry"="1" comdat($group) { ret void }

; CHECK: .long 123
; CHECK-NEXT: {{^}}data:
; CHECK-NEXT: .quad 5
; CHECK-NEXT: endbr64
define void @data() nounwind prefix i32 123 prologue i64 5 { ret void }

; SECTIONS: Name: __patchable_function_entries
; SECTIONS: SHF_LINK_ORDER
!llvm.module.flags = !{!0}
!0 = !{i32 8, !"cf-protection-branch", i32 1}
