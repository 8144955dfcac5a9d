; A check of the callee's type that cannot be made, or that says nothing, is never left out.
; RUN: split-file %s %t
; RUN: %not %lathe -S %t/musttail.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=TAIL
; RUN: %not %lathe -S %t/type.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=TYPE
; RUN: %not %lathe -S %t/nest.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=NEST
; REQUIRES: split-file

;--- musttail.ll
target triple = "x86_64-pc-linux-gnu"
; TAIL: musttail.ll:4:{{[0-9]+}}: error: 'musttail' with operand bundle 'kcfi' is not supported
define void @f(ptr %p) {
  musttail call void %p(ptr %p) [ "kcfi"(i32 1) ]
  ret void
}
;--- type.ll
target triple = "x86_64-pc-linux-gnu"
; TYPE: type.ll:3:{{[0-9]+}}: error: !kcfi_type of 'f' holds no numbers
define void @f() !kcfi_type !1 { ret void }
!llvm.module.flags = !{!0}
!0 = !{i32 4, !"kcfi", i32 1}
!1 = !{!"text"}
;--- nest.ll
target triple = "x86_64-pc-linux-gnu"
; NEST: nest.ll:4:{{[0-9]+}}: error: operand bundle 'kcfi' with an argument in r10 is not supported
define void @f(ptr %p) {
  call void %p(ptr nest %p) [ "kcfi"(i32 1) ]
  ret void
}
