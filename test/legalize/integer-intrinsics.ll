; Overflow checks and rotates stay at register widths; the rest is plain arithmetic.
; RUN: %legalize -O2 %s | FileCheck %s
declare {i32, i1} @llvm.sadd.with.overflow.i32(i32, i32)
declare i32 @llvm.fshl.i32(i32, i32, i32)
declare i8 @llvm.fshl.i8(i8, i8, i8)
declare i16 @llvm.bswap.i16(i16)
declare i32 @llvm.smax.i32(i32, i32)
declare i8 @llvm.uadd.sat.i8(i8, i8)
declare i16 @llvm.ctlz.i16(i16, i1)

; CHECK-LABEL: @overflow(
; CHECK-NEXT:    %p = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %a, i32 %b)
; CHECK-NEXT:    %1 = extractvalue { i32, i1 } %p, 1
; CHECK-NEXT:    ret i1 %1
; CHECK-NEXT:  }
define i1 @overflow(i32 %a, i32 %b) {
  %p = call {i32, i1} @llvm.sadd.with.overflow.i32(i32 %a, i32 %b)
  %o = extractvalue {i32, i1} %p, 1
  ret i1 %o
}

; CHECK-LABEL: @rotate(
; CHECK-NEXT:    %r = call i32 @llvm.fshl.i32(i32 %a, i32 %a, i32 %n)
; CHECK-NEXT:    ret i32 %r
; CHECK-NEXT:  }
define i32 @rotate(i32 %a, i32 %n) {
  %r = call i32 @llvm.fshl.i32(i32 %a, i32 %a, i32 %n)
  ret i32 %r
}

; CHECK-LABEL: @funnel(
; CHECK-NEXT:    %1 = lshr i8 %b, 5
; CHECK-NEXT:    %2 = shl i8 %a, 3
; CHECK-NEXT:    %3 = or i8 %2, %1
; CHECK-NEXT:    ret i8 %3
; CHECK-NEXT:  }
define i8 @funnel(i8 %a, i8 %b) {
  %r = call i8 @llvm.fshl.i8(i8 %a, i8 %b, i8 3)
  ret i8 %r
}

; CHECK-LABEL: @swap(
; CHECK-NEXT:    %1 = call i16 @llvm.fshl.i16(i16 %a, i16 %a, i16 8)
; CHECK-NEXT:    ret i16 %1
; CHECK-NEXT:  }
define i16 @swap(i16 %a) {
  %r = call i16 @llvm.bswap.i16(i16 %a)
  ret i16 %r
}

; CHECK-LABEL: @max(
; CHECK-NEXT:    %1 = icmp sgt i32 %a, %b
; CHECK-NEXT:    %2 = select i1 %1, i32 %a, i32 %b
; CHECK-NEXT:    ret i32 %2
; CHECK-NEXT:  }
define i32 @max(i32 %a, i32 %b) {
  %r = call i32 @llvm.smax.i32(i32 %a, i32 %b)
  ret i32 %r
}

; CHECK-LABEL: @saturate(
; CHECK-NEXT:    %1 = add i8 %a, %b
; CHECK-NEXT:    %2 = icmp ult i8 %1, %a
; CHECK-NEXT:    %3 = select i1 %2, i8 -1, i8 %1
; CHECK-NEXT:    ret i8 %3
; CHECK-NEXT:  }
define i8 @saturate(i8 %a, i8 %b) {
  %r = call i8 @llvm.uadd.sat.i8(i8 %a, i8 %b)
  ret i8 %r
}

; CHECK-LABEL: @leading(
; CHECK-NEXT:    %1 = zext i16 %a to i32
; CHECK-NEXT:    %2 = call i32 @llvm.ctlz.i32(i32 %1, i1 false)
; CHECK-NEXT:    %3 = sub i32 %2, 16
; CHECK-NEXT:    %4 = trunc i32 %3 to i16
; CHECK-NEXT:    ret i16 %4
; CHECK-NEXT:  }
define i16 @leading(i16 %a) {
  %r = call i16 @llvm.ctlz.i16(i16 %a, i1 false)
  ret i16 %r
}
