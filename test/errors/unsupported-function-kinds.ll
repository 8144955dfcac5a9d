; What changes the code around a body and is not done is refused by name.
; RUN: split-file %s %t
; RUN: %not %lathe -S %t/prefix.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=PREFIX
; RUN: %not %lathe -S %t/patchable.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=PATCHABLE
; RUN: %not %lathe -S %t/gc.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=GC
; REQUIRES: split-file

;--- prefix.ll
target triple = "x86_64-pc-linux-gnu"
; PREFIX: prefix.ll:3:{{[0-9]+}}: error: the prefix data of 'f' is not supported
define void @f() prefix i32 1 { ret void }
;--- patchable.ll
target triple = "x86_64-pc-linux-gnu"
; PATCHABLE: patchable.ll:3:{{[0-9]+}}: error: attribute "patchable-function-entry" of 'f' is not supported
define void @f() "patchable-function-entry"="2" { ret void }
;--- gc.ll
target triple = "x86_64-pc-linux-gnu"
; GC: gc.ll:3:{{[0-9]+}}: error: the garbage collection strategy "shadow-stack" of 'f' is not supported
define void @f() gc "shadow-stack" { ret void }
