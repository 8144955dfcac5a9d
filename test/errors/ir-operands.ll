; Instructions on types that they do not work on.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
declare void @g(i32)
define i32 @f(float %x, ptr %p, <2 x i32> %v, i64 %n) {
  %a = add float %x, %x
  %b = fadd ptr %p, %p
  %c = trunc i64 %n to i64
  %d = load i32, i64 %n
  %e = icmp eq float %x, %x
  %g = bitcast i64 %n to ptr
  call void (i32) @g(i64 %n)
  ret i32 0
}
define void @h(float %x) {
  %a = add float %x, %x
  %b = zext i64 1 to i8
  %d = icmp eq float %x, %x
  %g = bitcast i64 1 to ptr
  %s = select i1 true, i8 1, i16 2
  store i8 1, i64 5
  ret void
}
;CHECK:{{.*}}:11:3: error: argument 1 is i64, but the callee takes i32
;CHECK:{{.*}}:15:8: error: this add works on integers, not on float
;CHECK:{{.*}}:16:8: error: zext cannot make i8 of i64
;CHECK:{{.*}}:17:8: error: this icmp works on integers or pointers, not on float
;CHECK:{{.*}}:18:8: error: bitcast cannot make ptr of i64
;CHECK:{{.*}}:19:8: error: the types of this select differ: i8 and i16
;CHECK:{{.*}}:20:3: error: this store works on a pointer, not on i64
