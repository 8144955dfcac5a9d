; What LLVM 20 and 21 print anew; llvm-as 19 does not know all of it.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: declare void @f(ptr nocapture, ptr, i32 noext)
declare void @f(ptr captures(none), ptr captures(address, read_provenance), i32 noext)
; CHECK: define void @g(ptr %p, i32 %a, i32 %b)
define void @g(ptr initializes((0, 4), (8, 16)) dead_on_return %p, i32 range(i32 0, 10) %a, i32 %b) nocreateundeforpoison {
; CHECK-NEXT: icmp samesign ult i32 %a, %b
  %1 = icmp samesign ult i32 %a, %b
; CHECK-NEXT: trunc nuw i32 %a to i8
  %2 = trunc nuw i32 %a to i8
; CHECK-NEXT: getelementptr inbounds nuw i8, ptr %p, i64 4
  %3 = getelementptr inbounds nuw i8, ptr %p, i64 4
; CHECK-NEXT: ptrtoaddr ptr %p to i64
  %4 = ptrtoaddr ptr %p to i64
; CHECK-NEXT: fptrunc nnan double
  %5 = fptrunc nnan double 1.0 to float
; CHECK-NEXT: atomicrmw usub_cond ptr %p, i32 %a monotonic, align 4
  %6 = atomicrmw usub_cond ptr %p, i32 %a monotonic, align 4
; CHECK-NEXT: uitofp nneg i32 %a to half
  %7 = uitofp nneg i32 %a to half
; CHECK-NEXT: ret void
    #dbg_value(i32 %a, !3, !DIExpression(), !4)
  ret void
}
!3 = !{}
!4 = !{}
