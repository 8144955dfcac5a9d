; fp128 is computed by the library; a select of it is a branch.
; RUN: %legalize -O2 %s | FileCheck %s

; CHECK-LABEL: @f(
; CHECK-NEXT:    %1 = call fp128 @__addtf3(fp128 %a, fp128 %b)
; CHECK-NEXT:    %2 = call i32 @__lttf2(fp128 %1, fp128 %b)
; CHECK-NEXT:    %3 = icmp slt i32 %2, 0
; CHECK-NEXT:    %4 = freeze i1 %3
; CHECK-NEXT:    br i1 %4, label %5, label %6
; CHECK:       5:
; CHECK-NEXT:    br label %6
; CHECK:       6:
; CHECK-NEXT:    %7 = phi fp128 [ %a, %5 ], [ %1, %0 ]
; CHECK-NEXT:    ret fp128 %7
; CHECK-NEXT:  }
define fp128 @f(fp128 %a, fp128 %b) {
  %s = fadd fp128 %a, %b
  %c = fcmp olt fp128 %s, %b
  %r = select i1 %c, fp128 %a, fp128 %s
  ret fp128 %r
}
