; A number that no metadata node has is an error where it is used, as in llvm-as; nothing is written.
; RUN: %not %lathe -c %s -o %t.o 2>&1 | FileCheck %s
; RUN: %not test -e %t.o
; RUN: sed 's/!dbg !5//' %s > %t.ll
; RUN: %not %lathe -c %t.ll -o %t.o 2>&1 | FileCheck --check-prefix=BODY %s
; CHECK: [[#@LINE+1]]:28: error: use of undefined metadata '!5'
define i32 @f(i32 %a) !dbg !5 {
  ret i32 %a
}
define i32 @g(ptr %p) {
; BODY: [[#@LINE+1]]:{{[0-9]+}}: error: use of undefined metadata '!6'
  %v = load i32, ptr %p, align 4, !range !6
  ret i32 %v
}
