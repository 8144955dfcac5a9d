; Without SSE nothing uses vector registers: variable arguments save only general ones, copies go by words; values that
; need them are refused.
; RUN: split-file %s %t
; RUN: %lathe -S -O2 %t/a.ll -o - | %FileCheck %s
; RUN: %not %lathe -S -O2 %t/double.ll -o - 2>&1 | %FileCheck %s --check-prefix=DOUBLE
; RUN: %not %lathe -S -O2 %t/long.ll -o - 2>&1 | %FileCheck %s --check-prefix=LONG
; CHECK-NOT: xmm
; CHECK: movq %r9,
; CHECK-NOT: xmm
; CHECK: .size copy
; DOUBLE: double.ll:2:{{[0-9]+}}: error: a floating-point or vector value without SSE (-mno-sse, -mgeneral-regs-only) is not supported
; LONG: long.ll:2:{{[0-9]+}}: error: a value of type 'x86_fp80' without x87 (-mno-80387, -mgeneral-regs-only) is not supported

;--- a.ll
target triple = "x86_64-pc-linux-gnu"
define i32 @variadic(i32 %n, ...) nounwind "target-features"="+cx8,-mmx,-sse,-sse2,-x87" {
  %ap = alloca [24 x i8], align 16
  call void @llvm.va_start(ptr %ap)
  call void @use(ptr %ap)
  ret i32 0
}
declare void @llvm.va_start(ptr)
declare void @use(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define void @copy(ptr %p, ptr %q) nounwind "target-features"="+cx8,-mmx,-sse,-sse2,-x87" {
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 32, i1 false)
  ret void
}
;--- double.ll
target triple = "x86_64-pc-linux-gnu"
define double @f(double %x) "target-features"="-sse" {
  %r = fadd double %x, %x
  ret double %r
}
;--- long.ll
target triple = "x86_64-pc-linux-gnu"
define void @f(ptr %p) "target-features"="-x87" {
  %x = load x86_fp80, ptr %p
  %y = fadd x86_fp80 %x, %x
  store x86_fp80 %y, ptr %p
  ret void
}
