; Several indirectbr with different targets that share some: they become one, and a value that one path computes is still
; there for those who use it, though paths appear that do not compute it.
; RUN: %lathe -O0 %s -o %t.0 && %t.0 | FileCheck %s
; RUN: %lathe -O2 %s -o %t.2 && %t.2 | FileCheck %s
; RUN: lli %s | FileCheck %s

; CHECK: 7 1046 2000
@format = constant [10 x i8] c"%d %d %d\0A\00"
declare i32 @printf(ptr, ...)

@targets = constant [3 x ptr] [ptr blockaddress(@f, %done), ptr blockaddress(@f, %second), ptr blockaddress(@f, %third)]

define i32 @f(i32 %a, i32 %first, i32 %next) noinline {
entry:
  %p = getelementptr [3 x ptr], ptr @targets, i32 0, i32 %first
  %t = load ptr, ptr %p
  indirectbr ptr %t, [label %done, label %second]
second:
  %b = mul i32 %a, 6
  %wide = sext i32 %b to i128
  %q = getelementptr [3 x ptr], ptr @targets, i32 0, i32 %next
  %u = load ptr, ptr %q
  indirectbr ptr %u, [label %done, label %third]
third:
  %c = add i32 %b, 1000
  %low = trunc i128 %wide to i32
  %twice = icmp eq i32 %low, 42
  br i1 %twice, label %other, label %done
other:
  %d = add i32 %c, 4
  br label %done
done:
  %r = phi i32 [ 7, %entry ], [ 2000, %second ], [ %c, %third ], [ %d, %other ]
  ret i32 %r
}

define i32 @main() {
  %x = call i32 @f(i32 7, i32 0, i32 0)
  %y = call i32 @f(i32 7, i32 1, i32 2)
  %z = call i32 @f(i32 7, i32 1, i32 0)
  %n = call i32 (ptr, ...) @printf(ptr @format, i32 %x, i32 %y, i32 %z)
  ret i32 0
}
