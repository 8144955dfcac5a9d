; Phis and call arguments that swap places: every cycle of the parallel copy is broken, and values that live at the
; same time have registers of their own.
; RUN: %lathe -O0 %s -o %t && %t
; RUN: %lathe -O1 %s -o %t && %t
; RUN: %lathe -O2 %s -o %t && %t
target triple = "x86_64-pc-linux-gnu"

; Two cycles at once, of two and of three values, and a value copied into both.
define i64 @rotate(i64 %n, i64 %p, i64 %q) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %j, %loop ]
  %a = phi i64 [ 1, %entry ], [ %b, %loop ]
  %b = phi i64 [ 2, %entry ], [ %a, %loop ]
  %c = phi i64 [ %p, %entry ], [ %d, %loop ]
  %d = phi i64 [ %q, %entry ], [ %e, %loop ]
  %e = phi i64 [ 5, %entry ], [ %c, %loop ]
  %f = phi i64 [ 0, %entry ], [ %c, %loop ]
  %j = add i64 %i, 1
  %more = icmp ult i64 %j, %n
  br i1 %more, label %loop, label %out
out:
  %x1 = mul i64 %a, 100000
  %x2 = mul i64 %b, 10000
  %x3 = mul i64 %c, 1000
  %x4 = mul i64 %d, 100
  %x5 = mul i64 %e, 10
  %y1 = add i64 %x1, %x2
  %y2 = add i64 %x3, %x4
  %y3 = add i64 %y1, %y2
  %y4 = add i64 %y3, %x5
  %y5 = add i64 %y4, %f
  ret i64 %y5
}

; node->next = head; head = node: both are alive at the store.
define ptr @push(ptr %head, ptr %node) noinline {
  store ptr %head, ptr %node
  ret ptr %node
}

define i64 @seven(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g) noinline {
  %1 = mul i64 %a, 1000000
  %2 = mul i64 %b, 100000
  %3 = mul i64 %c, 10000
  %4 = mul i64 %d, 1000
  %5 = mul i64 %e, 100
  %6 = mul i64 %f, 10
  %7 = add i64 %1, %2
  %8 = add i64 %3, %4
  %9 = add i64 %5, %6
  %10 = add i64 %7, %8
  %11 = add i64 %9, %g
  %12 = add i64 %10, %11
  ret i64 %12
}
; All six registers change places, and the seventh argument comes from the stack and goes there.
define i64 @shuffle(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g) noinline {
  %r = call i64 @seven(i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %a, i64 %g)
  %s = call i64 @seven(i64 %g, i64 %f, i64 %e, i64 %d, i64 %c, i64 %b, i64 %a)
  %t = add i64 %r, %s
  ret i64 %t
}
; Pairs between single arguments.
define i128 @pairs(i64 %a, i128 %b, i64 %c, i128 %d, i128 %e) noinline {
  %1 = sub i128 %b, %d
  %2 = zext i64 %a to i128
  %3 = add i128 %1, %2
  %4 = zext i64 %c to i128
  %5 = add i128 %3, %4
  %6 = add i128 %5, %e
  ret i128 %6
}
define i128 @swapped(i64 %a, i128 %b, i64 %c, i128 %d, i128 %e) noinline {
  %r = call i128 @pairs(i64 %c, i128 %d, i64 %a, i128 %b, i128 %e)
  ret i128 %r
}

define i32 @main() {
  %cell = alloca ptr
  %a = call i64 @rotate(i64 4, i64 3, i64 4)
  ; After three turns of the copies: a b = 2 1, c d e = 3 4 5, f = the c before.
  %a1 = icmp ne i64 %a, 213455
  %p = call ptr @push(ptr inttoptr (i64 77 to ptr), ptr %cell)
  %q = load i64, ptr %p
  %b1 = icmp ne i64 %q, 77
  %c = call i64 @shuffle(i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7)
  %c1 = icmp ne i64 %c, 9999938
  %d = call i128 @swapped(i64 1, i128 1000, i64 2, i128 36893488147419103232, i128 5)
  %d1 = icmp ne i128 %d, 36893488147419102240
  %r1 = or i1 %a1, %b1
  %r2 = or i1 %r1, %c1
  %r3 = or i1 %r2, %d1
  %r = zext i1 %r3 to i32
  ret i32 %r
}
