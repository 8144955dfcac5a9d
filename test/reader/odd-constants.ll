; Forms of constants that LLVM's own tests use: signs, hexadecimal integers, short hexadecimal floats, field indices that
; are vectors, a phi without an edge.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %s -o /dev/null
; RUN: llvm-as %t.1 -o /dev/null
; RUN: sed '/^@fields/d' %s > %t.ll
; RUN: %lathe -O0 -c %t.ll -o %t.o
; RUN: %lathe -O2 -c %t.ll -o %t.o

; CHECK: @f = global [2 x float] [float 0x4000000000000000, float 0xBFF0000000000000]
@f = global [2 x float] [float +2.0, float -1.0]
; CHECK: @q = global fp128 0xL00000000000000010000000000000000
@q = global fp128 0xL01
; CHECK: @wide = global [16 x i8] zeroinitializer
@wide = global [u0x10 x i8] zeroinitializer
@s = global { i8, i16 } zeroinitializer
; CHECK: @fields = global <2 x ptr> getelementptr ({ i8, i16 }, <2 x ptr> <ptr @s, ptr @s>, <2 x i64> zeroinitializer, <2 x i32> {{.*}}1
@fields = global <2 x ptr> getelementptr ({ i8, i16 }, <2 x ptr> <ptr @s, ptr @s>, <2 x i64> zeroinitializer, <2 x i32> <i32 1, i32 1>)

define i128 @g(i128 %a) {
  ret i128 %a
dead:
; CHECK: %p = phi i32
  %p = phi i32
; CHECK: call i128 @g(i128 {{u0x10000000000000001|18446744073709551617}})
  %r = call i128 @g(i128 u0x10000000000000001)
  ret i128 %r
}
