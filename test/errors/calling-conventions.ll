; A calling convention that is not known, and what the Windows one passes by a pointer, are refused by name.
; RUN: split-file %s %t
; RUN: %not %lathe -S %t/unknown.ll -o %t/out.s 2>&1 | %FileCheck %s --check-prefix=UNKNOWN
; RUN: %not %lathe -S %t/wide.ll -o %t/out.s 2>&1 | %FileCheck %s --check-prefix=WIDE
; RUN: %not %lathe -S %t/byval.ll -o %t/out.s 2>&1 | %FileCheck %s --check-prefix=BYVAL

; UNKNOWN: error: calling convention 'ghccc' is not supported, in function 'haskell'
; WIDE: error: an argument of type 'x86_fp80' by calling convention 'win64cc' is not supported, in function 'wide'
; BYVAL: error: a 'byval' argument by calling convention 'win64cc' is not supported, in function 'copied'

;--- unknown.ll
target triple = "x86_64-pc-linux-gnu"
define ghccc void @haskell() {
  ret void
}

;--- wide.ll
target triple = "x86_64-pc-linux-gnu"
define win64cc void @wide(x86_fp80 %a) {
  ret void
}

;--- byval.ll
target triple = "x86_64-pc-linux-gnu"
define win64cc void @copied(ptr byval(i64) %a) {
  ret void
}
