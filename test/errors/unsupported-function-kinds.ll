; What changes the code around a body and is not done is refused by name.
; RUN: split-file %s %t
; RUN: %not %lathe -S %t/split.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=SPLIT
; RUN: %not %lathe -S %t/gc.ll -o %t/x.s 2>&1 | %FileCheck %s --check-prefix=GC
; REQUIRES: split-file

;--- split.ll
target triple = "x86_64-pc-linux-gnu"
; SPLIT: split.ll:3:{{[0-9]+}}: error: attribute "split-stack" of 'f' is not supported
define void @f() "split-stack" { ret void }
;--- gc.ll
target triple = "x86_64-pc-linux-gnu"
; GC: gc.ll:3:{{[0-9]+}}: error: the garbage collection strategy "shadow-stack" of 'f' is not supported
define void @f() gc "shadow-stack" { ret void }
