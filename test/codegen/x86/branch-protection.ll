; endbr64 stands wherever a checked indirect jump may land: at functions, behind calls that return twice, at blocks whose
; address is taken. Jump tables, and calls that ask for it, are not checked.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}twice:
; CHECK: endbr64
; CHECK: call setjmp@PLT
; CHECK-NEXT: endbr64
define i32 @twice(ptr %p) nounwind {
  %r = call i32 @setjmp(ptr %p) returns_twice
  ret i32 %r
}
declare i32 @setjmp(ptr) returns_twice
; CHECK-LABEL: {{^}}blocks:
; CHECK: endbr64
; CHECK: {{^}} jmp *%rdi
; CHECK: .LBA1_
; CHECK: endbr64
; CHECK: .LBA1_
; CHECK: endbr64
define i32 @blocks(ptr %p) nounwind {
  store ptr blockaddress(@blocks, %a), ptr @t
  store ptr blockaddress(@blocks, %b), ptr @t
  indirectbr ptr %p, [label %a, label %b]
a:
  ret i32 1
b:
  ret i32 2
}
@t = dso_local global ptr null
; CHECK-LABEL: {{^}}table:
; CHECK: notrack jmp
define void @table(i32 %x) nounwind {
  switch i32 %x, label %d [ i32 0, label %a
    i32 1, label %b
    i32 2, label %a
    i32 3, label %c
    i32 4, label %b
    i32 5, label %c ]
a:
  call void @f1()
  ret void
b:
  call void @f2()
  ret void
c:
  call void @f3()
  ret void
d:
  ret void
}
declare void @f1()
declare void @f2()
declare void @f3()
; CHECK-LABEL: {{^}}unchecked:
; CHECK-NEXT: pushq
; CHECK: notrack call *%rdi
define void @unchecked(ptr %f) nounwind nocf_check {
  call void %f() nocf_check
  call void @f1()
  ret void
}
; CHECK: .section .note.gnu.property
!llvm.module.flags = !{!0, !1}
!0 = !{i32 8, !"cf-protection-branch", i32 1}
!1 = !{i32 8, !"cf-protection-return", i32 1}
