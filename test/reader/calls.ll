; Calls: kinds of tail call, conventions, attributes of all positions, inline assembly, operand bundles.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

declare i32 @printf(ptr, ...)
declare fastcc void @fast(i8, ptr)
declare ptr @get()
declare void @llvm.assume(i1)
declare double @llvm.sqrt.f64(double)
; CHECK-LABEL: define void @f
define void @f(ptr %p, i32 %n, double %d) {
; CHECK-NEXT: call i32 (ptr, ...) @printf(ptr nonnull noundef %p, i32 signext %n, double %d) nounwind "k"="v"
  %1 = call i32 (ptr, ...) @printf(ptr nonnull noundef %p, i32 signext %n, double %d) #0 "k"="v"
; CHECK-NEXT: tail call fastcc void @fast(i8 3, ptr %p)
  tail call fastcc void @fast(i8 3, ptr %p)
; CHECK-NEXT: notail call zeroext i1 %p(i64 1)
  %2 = notail call zeroext i1 %p(i64 1)
; CHECK-NEXT: call fast double @llvm.sqrt.f64(double %d)
  %3 = call fast double @llvm.sqrt.f64(double %d)
; CHECK-NEXT: call noalias dereferenceable(8) ptr @get() cold
  %4 = call noalias dereferenceable(8) ptr @get() cold
; CHECK-NEXT: call i32 asm sideeffect "nop\0A# $0 \22", "=r,0,~{memory}"(i32 %n)
  %5 = call i32 asm sideeffect "nop\0A# $0 \22", "=r,0,~{memory}"(i32 %n) #1, !srcloc !0
; CHECK-NEXT: call void asm sideeffect alignstack inteldialect unwind "", ""()
  call void asm sideeffect alignstack inteldialect unwind "", ""()
; CHECK-NEXT: call { i32, i32 } asm "cpuid", "={ax},={bx},0"(i32 0)
  %6 = call { i32, i32 } asm "cpuid", "={ax},={bx},0"(i32 0)
; CHECK-NEXT: call void @llvm.assume(i1 true)
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 16), "nonnull"(ptr %p) ]
; CHECK-NEXT: call ptr @get() [ "deopt"(i32 %n, ptr null), "x"() ]
  %7 = call ptr @get() [ "deopt"(i32 %n, ptr null), "x"() ]
  ret void
}
; CHECK-LABEL: define i32 @last
define i32 @last(ptr %p, ...) {
; CHECK-NEXT: musttail call i32 (ptr, ...) @printf(ptr %p, ...)
  %1 = musttail call i32 (ptr, ...) @printf(ptr %p, ...)
  ret i32 %1
}
; CHECK-LABEL: define i32 @jumps
define i32 @jumps(i32 %x) {
; CHECK-NEXT: callbr i32 asm "", "=r,r,!i,!i"(i32 %x)
; CHECK-SAME: to label %a [label %b, label %c]
  %1 = callbr i32 asm "", "=r,r,!i,!i"(i32 %x)
          to label %a [label %b, label %c]
a:
  ret i32 %1
b:
  ret i32 1
c:
  ret i32 2
}
; CHECK-LABEL: define ptr @list
define ptr @list(ptr %ap) {
; CHECK-NEXT: va_arg ptr %ap, ptr
  %1 = va_arg ptr %ap, ptr
  ret ptr %1
}
attributes #0 = { nounwind }
attributes #1 = { nounwind memory(none) }
!0 = !{i64 123}
