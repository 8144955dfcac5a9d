; Fixed-point products and quotients, rounded downwards, cut or saturated: each check is against Python's integers.
; RUN: %lathe -O0 %s -o %t && %t
; RUN: %lathe -O2 %s -o %t && %t
define internal i8 @f0(i8 %x, i8 %y) noinline {
  %r = call i8 @llvm.smul.fix.i8(i8 %x, i8 %y, i32 4)
  ret i8 %r
}
define internal i32 @f1(i32 %x, i32 %y) noinline {
  %r = call i32 @llvm.smul.fix.i32(i32 %x, i32 %y, i32 31)
  ret i32 %r
}
define internal i32 @f2(i32 %x, i32 %y) noinline {
  %r = call i32 @llvm.umul.fix.i32(i32 %x, i32 %y, i32 32)
  ret i32 %r
}
define internal i16 @f3(i16 %x, i16 %y) noinline {
  %r = call i16 @llvm.smul.fix.sat.i16(i16 %x, i16 %y, i32 0)
  ret i16 %r
}
define internal i7 @f4(i7 %x, i7 %y) noinline {
  %r = call i7 @llvm.umul.fix.sat.i7(i7 %x, i7 %y, i32 0)
  ret i7 %r
}
define internal i8 @f5(i8 %x, i8 %y) noinline {
  %r = call i8 @llvm.sdiv.fix.i8(i8 %x, i8 %y, i32 4)
  ret i8 %r
}
define internal i64 @f6(i64 %x, i64 %y) noinline {
  %r = call i64 @llvm.udiv.fix.i64(i64 %x, i64 %y, i32 32)
  ret i64 %r
}
define internal i32 @f7(i32 %x, i32 %y) noinline {
  %r = call i32 @llvm.sdiv.fix.sat.i32(i32 %x, i32 %y, i32 31)
  ret i32 %r
}
define internal i64 @f8(i64 %x, i64 %y) noinline {
  %r = call i64 @llvm.sdiv.fix.sat.i64(i64 %x, i64 %y, i32 63)
  ret i64 %r
}
define internal i13 @f9(i13 %x, i13 %y) noinline {
  %r = call i13 @llvm.udiv.fix.sat.i13(i13 %x, i13 %y, i32 13)
  ret i13 %r
}
define internal i128 @f10(i128 %x, i128 %y) noinline {
  %r = call i128 @llvm.smul.fix.i128(i128 %x, i128 %y, i32 64)
  ret i128 %r
}
define internal <2 x i32> @vector(<2 x i32> %x, <2 x i32> %y) noinline {
  %r = call <2 x i32> @llvm.smul.fix.sat.v2i32(<2 x i32> %x, <2 x i32> %y, i32 1)
  ret <2 x i32> %r
}
define i32 @main() {
  %v = call <2 x i32> @vector(<2 x i32> <i32 -3, i32 2147483647>, <2 x i32> <i32 3, i32 4>)
  %e = icmp ne <2 x i32> %v, <i32 -5, i32 2147483647>
  %either = call i1 @llvm.vector.reduce.or.v2i1(<2 x i1> %e)
  %vector = zext i1 %either to i32
  %r0 = call i8 @f0(i8 -3, i8 5)
  %c0 = icmp ne i8 %r0, -1
  %w0 = zext i1 %c0 to i32
  %s0 = add i32 %vector, %w0
  %r1 = call i32 @f1(i32 -2147483648, i32 2147483647)
  %c1 = icmp ne i32 %r1, -2147483647
  %w1 = zext i1 %c1 to i32
  %s1 = add i32 %s0, %w1
  %r2 = call i32 @f2(i32 4294967295, i32 4294967295)
  %c2 = icmp ne i32 %r2, 4294967294
  %w2 = zext i1 %c2 to i32
  %s2 = add i32 %s1, %w2
  %r3 = call i16 @f3(i16 -32768, i16 -1)
  %c3 = icmp ne i16 %r3, 32767
  %w3 = zext i1 %c3 to i32
  %s3 = add i32 %s2, %w3
  %r4 = call i7 @f4(i7 127, i7 2)
  %c4 = icmp ne i7 %r4, 127
  %w4 = zext i1 %c4 to i32
  %s4 = add i32 %s3, %w4
  %r5 = call i8 @f5(i8 -3, i8 32)
  %c5 = icmp ne i8 %r5, -2
  %w5 = zext i1 %c5 to i32
  %s5 = add i32 %s4, %w5
  %r6 = call i64 @f6(i64 9223372036854775808, i64 13835058055282163712)
  %c6 = icmp ne i64 %r6, 2863311530
  %w6 = zext i1 %c6 to i32
  %s6 = add i32 %s5, %w6
  %r7 = call i32 @f7(i32 -2147483648, i32 1)
  %c7 = icmp ne i32 %r7, -2147483648
  %w7 = zext i1 %c7 to i32
  %s7 = add i32 %s6, %w7
  %r8 = call i64 @f8(i64 -9223372036854775808, i64 -1)
  %c8 = icmp ne i64 %r8, 9223372036854775807
  %w8 = zext i1 %c8 to i32
  %s8 = add i32 %s7, %w8
  %r9 = call i13 @f9(i13 8191, i13 1)
  %c9 = icmp ne i13 %r9, 8191
  %w9 = zext i1 %c9 to i32
  %s9 = add i32 %s8, %w9
  %r10 = call i128 @f10(i128 -170141183460469231731687303715884105728, i128 36893488147419103233)
  %c10 = icmp ne i128 %r10, -9223372036854775808
  %w10 = zext i1 %c10 to i32
  %s10 = add i32 %s9, %w10
  ret i32 %s10
}
declare i128 @llvm.smul.fix.i128(i128, i128, i32)
declare i13 @llvm.udiv.fix.sat.i13(i13, i13, i32)
declare i16 @llvm.smul.fix.sat.i16(i16, i16, i32)
declare i32 @llvm.sdiv.fix.sat.i32(i32, i32, i32)
declare i32 @llvm.smul.fix.i32(i32, i32, i32)
declare i32 @llvm.umul.fix.i32(i32, i32, i32)
declare i64 @llvm.sdiv.fix.sat.i64(i64, i64, i32)
declare i64 @llvm.udiv.fix.i64(i64, i64, i32)
declare i7 @llvm.umul.fix.sat.i7(i7, i7, i32)
declare i8 @llvm.sdiv.fix.i8(i8, i8, i32)
declare i8 @llvm.smul.fix.i8(i8, i8, i32)
declare <2 x i32> @llvm.smul.fix.sat.v2i32(<2 x i32>, <2 x i32>, i32)
declare i1 @llvm.vector.reduce.or.v2i1(<2 x i1>)
