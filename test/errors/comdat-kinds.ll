; ELF has no comdat that compares its copies.
; RUN: %not %lathe -c %s -o %t.o 2>&1 | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
$a = comdat exactmatch
$b = comdat largest
$c = comdat samesize
; CHECK: comdat-kinds.ll:[[#@LINE+1]]:{{.*}}error: the comdat 'a' is of kind 'exactmatch', and ELF has only 'any' and 'nodeduplicate'
@a = global i32 1, comdat
; CHECK: error: the comdat 'b' is of kind 'largest'
@b = global i32 1, comdat
; CHECK-NOT: error
