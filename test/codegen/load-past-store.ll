; A load stays in front of a store, and in its loop, when the store may write what it reads: through another pointer, a call,
; or another address of the same global.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

@table = internal global [4 x i32] [i32 1, i32 2, i32 3, i32 4]

; CHECK-LABEL: {{^}}pointers:
; CHECK: movl (%rdi), [[V:%e[a-z]+]]
; CHECK: movl $7, (%rsi)
; CHECK: addl
define i32 @pointers(ptr %p, ptr %q, i32 %x) nounwind {
  %v = load i32, ptr %p
  store i32 7, ptr %q
  %r = add i32 %v, %x
  ret i32 %r
}
; CHECK-LABEL: {{^}}call:
; CHECK: mov{{[lq]}} (%rdi), [[V:%[a-z]+]]
; CHECK: call other@PLT
; CHECK: [[V]]
define i32 @call(ptr %p, i32 %x) nounwind {
  %v = load i32, ptr %p
  call void @other()
  %r = add i32 %v, 5
  ret i32 %r
}
; CHECK-LABEL: {{^}}loop:
; CHECK: [[TOP:.LBB[0-9_]+]]:
; CHECK: table+4(%rip)
; CHECK: j{{[a-z]+}} [[TOP]]
define i32 @loop(i64 %n) nounwind {
entry:
  br label %top
top:
  %i = phi i64 [ 0, %entry ], [ %next, %top ]
  %sum = phi i32 [ 0, %entry ], [ %more, %top ]
  %at = getelementptr [4 x i32], ptr @table, i64 0, i64 1
  %v = load i32, ptr %at
  %more = add i32 %sum, %v
  %low = and i64 %i, 3
  %to = getelementptr i32, ptr @table, i64 %low
  store i32 %more, ptr %to
  %next = add i64 %i, 1
  %again = icmp ult i64 %next, %n
  br i1 %again, label %top, label %done
done:
  ret i32 %more
}
declare void @other()
