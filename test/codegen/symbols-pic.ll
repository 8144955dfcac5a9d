; Position-independent access: what may be preempted goes through the global offset table and the PLT.
; RUN: %lathe -S -O2 -fPIC -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@preemptible = global i32 0
@hidden = hidden global i32 0
@local = internal global [8 x i32] zeroinitializer

; CHECK-LABEL: {{^}}through_table:
; CHECK-NEXT: movq preemptible@GOTPCREL(%rip), %rax
; CHECK-NEXT: movl (%rax), %eax
; CHECK-NEXT: ret
define i32 @through_table() nounwind {
  %x = load i32, ptr @preemptible
  ret i32 %x
}
; CHECK-LABEL: {{^}}direct:
; CHECK-NEXT: movl hidden(%rip), %eax
; CHECK-NEXT: ret
define i32 @direct() nounwind {
  %x = load i32, ptr @hidden
  ret i32 %x
}
; CHECK-LABEL: {{^}}indexed:
; CHECK-NEXT: leaq local(%rip), %rax
; CHECK-NEXT: movl (%rax,%rdi,4), %eax
; CHECK-NEXT: ret
define i32 @indexed(i64 %i) nounwind {
  %p = getelementptr i32, ptr @local, i64 %i
  %x = load i32, ptr %p
  ret i32 %x
}
; CHECK-LABEL: {{^}}calls:
; CHECK-NEXT: pushq %rax
; CHECK-NEXT: call foreign@PLT
; CHECK-NEXT: call own
; CHECK-NEXT: call *no_lazy_binding@GOTPCREL(%rip)
; CHECK-NEXT: popq %rcx
; CHECK-NEXT: ret
define void @calls() nounwind {
  call void @foreign()
  call void @own()
  call void @no_lazy_binding()
  ret void
}
; CHECK-LABEL: {{^}}function_address:
; CHECK-NEXT: movq foreign@GOTPCREL(%rip), %rax
; CHECK-NEXT: ret
define ptr @function_address() nounwind {
  ret ptr @foreign
}
declare void @foreign()
declare hidden void @own()
declare void @no_lazy_binding() nonlazybind
