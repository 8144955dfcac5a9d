; A group that nothing defines is empty, and one defined twice is both: LLVM reads hand-cut modules so.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %s -o /dev/null
; RUN: llvm-as %t.1 -o /dev/null

; CHECK: define void @f() {
define void @f() #7 {
; CHECK: call void @g(){{$}}
  call void @g() #8
  ret void
}
; CHECK: declare void @g() noinline nounwind
declare void @g() #1

attributes #1 = { nounwind }
attributes #1 = { noinline }
