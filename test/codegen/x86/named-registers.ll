; Global register variables: the stack and frame pointers can be read and written, others are refused.
; RUN: split-file %s %t
; RUN: %lathe -S -O2 %t/a.ll -o - | %FileCheck %s
; RUN: %not %lathe -S -O2 %t/b.ll -o - 2>&1 | %FileCheck %s --check-prefix=REFUSED
; CHECK-LABEL: {{^}}sp:
; CHECK: movq %rsp, %rax
; CHECK-LABEL: {{^}}fp:
; CHECK: movq %rsp, %rbp
; CHECK: movq %rbp, %rax
; CHECK-LABEL: {{^}}set:
; CHECK: movq %rdi, %rsp
; REFUSED: error: the global register variable 'rbx' (in '%r') is not supported

;--- a.ll
target triple = "x86_64-pc-linux-gnu"
define i64 @sp() nounwind {
  %r = call i64 @llvm.read_register.i64(metadata !0)
  ret i64 %r
}
define i64 @fp() nounwind {
  %r = call i64 @llvm.read_register.i64(metadata !1)
  ret i64 %r
}
define void @set(i64 %x) nounwind {
  call void @llvm.write_register.i64(metadata !0, i64 %x)
  ret void
}
declare i64 @llvm.read_register.i64(metadata)
declare void @llvm.write_register.i64(metadata, i64)
!0 = !{!"rsp"}
!1 = !{!"rbp"}
;--- b.ll
target triple = "x86_64-pc-linux-gnu"
define i64 @f() nounwind {
  %r = call i64 @llvm.read_register.i64(metadata !0)
  ret i64 %r
}
declare i64 @llvm.read_register.i64(metadata)
!0 = !{!"rbx"}
