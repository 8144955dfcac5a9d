; An intrinsic that the module only calls is declared by the type of the call, as LLVM does it; a name in a comment or a
; string is none.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -
; RUN: llvm-as %s -o /dev/null
; RUN: %lathe -O2 -S %s -o - | FileCheck --check-prefix=ASM %s

; CHECK: define i32 @f(i32 %a, ptr %p)
define i32 @f(i32 %a, ptr %p) {
  ; call void @llvm.nothing(i32 %a)
  call void asm "# @llvm.text", ""()
  call void @llvm.memset.p0.i64(ptr align 8 %p, i8 0, i64 16,
    i1 false)
; CHECK: %b = tail call i32 @llvm.ctpop.i32(i32 noundef %a)
  %b = tail call range(i32 0, 33) i32 @llvm.ctpop.i32(i32 noundef %a)
  %c = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %b, i32 add (i32 3, i32 4))
  %d = extractvalue { i32, i1 } %c, 0
  %e = call nnan float @llvm.fabs.f32(float +2.0)
  %g = fptosi float %e to i32
  %h = add i32 %d, %g
  ret i32 %h
}
; ASM-LABEL: f:
; ASM-NOT: call
; ASM: ret

; CHECK-NOT: @llvm.nothing
; CHECK-NOT: @llvm.text
; CHECK: declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
; CHECK: declare i32 @llvm.ctpop.i32(i32)
