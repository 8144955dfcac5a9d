; LangRef: an atomic load or store says its alignment.
; RUN: %not %lathe -c %s -o %t.o 2>&1 | FileCheck %s
; RUN: %not llvm-as %s -o /dev/null
; CHECK: [[#@LINE+2]]:8: error: an atomic load or store needs an alignment
define i32 @f(ptr %p) {
  %v = load atomic i32, ptr %p seq_cst
  ret i32 %v
}
