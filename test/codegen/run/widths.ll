; 32-bit values in 64-bit registers: a sign extension is never forgotten, a 64-bit shift never narrowed.
; RUN: %lathe -O0 %s -o %t && %t
; RUN: %lathe -O1 %s -o %t && %t
; RUN: %lathe -O2 %s -o %t && %t
target triple = "x86_64-pc-linux-gnu"

define i64 @half_of_int(i32 %x) noinline {
  %w = sext i32 %x to i64
  %h = sdiv i64 %w, 2
  ret i64 %h
}
define i64 @power(i64 %n) noinline {
  %p = shl i64 1, %n
  ret i64 %p
}
; The upper half of a 32-bit argument is nobody's promise.
define i64 @wide_index(ptr %p, i32 %i) noinline {
  %m = add i32 %i, -1
  %w = zext i32 %m to i64
  %r = add i64 %w, 1
  ret i64 %r
}
define i32 @unsigned_division(i32 %x) noinline {
  %q = udiv i32 %x, 7
  ret i32 %q
}
define i64 @compare(i64 %a, i64 %b) noinline {
  %c = icmp ult i64 %a, %b
  %r = zext i1 %c to i64
  ret i64 %r
}
define i64 @from_load(ptr %p) noinline {
  %v = load i32, ptr %p
  %n = xor i32 %v, -1
  %w = sext i32 %n to i64
  %s = ashr i64 %w, 4
  ret i64 %s
}
@number = global i32 15

define i32 @main() {
  %a = call i64 @half_of_int(i32 -2147483648)
  %a1 = icmp ne i64 %a, -1073741824
  %b = call i64 @power(i64 47)
  %b1 = icmp ne i64 %b, 140737488355328
  %c = call i64 @wide_index(ptr null, i32 0)
  %c1 = icmp ne i64 %c, 4294967296
  %d = call i32 @unsigned_division(i32 -1)
  %d1 = icmp ne i32 %d, 613566756
  %e = call i64 @compare(i64 4294967296, i64 1)
  %e1 = icmp ne i64 %e, 0
  %f = call i64 @from_load(ptr @number)
  %f1 = icmp ne i64 %f, -1
  %r1 = or i1 %a1, %b1
  %r2 = or i1 %r1, %c1
  %r3 = or i1 %r2, %d1
  %r4 = or i1 %r3, %e1
  %r5 = or i1 %r4, %f1
  %r = zext i1 %r5 to i32
  ret i32 %r
}
