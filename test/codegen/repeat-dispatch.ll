; The indirect jump that all of an interpreter's handlers share stands behind each of them, and a bare return is
; repeated rather than jumped to. At -O0 nothing is repeated.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
; RUN: %lathe -S -O0 %s -o - | %FileCheck %s --check-prefix=O0
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}interpret:
; CHECK-COUNT-3: jmp *%
; CHECK: .size interpret
; O0-LABEL: {{^}}interpret:
; O0-COUNT-1: jmp *%
; O0-NOT: jmp *%
; O0: .size interpret
@table = internal constant [2 x ptr] [ptr blockaddress(@interpret, %add), ptr blockaddress(@interpret, %double)]
define i32 @interpret(ptr %code) {
entry:
  br label %dispatch
dispatch:
  %pc = phi ptr [ %code, %entry ], [ %next, %add ], [ %next, %double ]
  %a = phi i32 [ 1, %entry ], [ %b, %add ], [ %c, %double ]
  %next = getelementptr i8, ptr %pc, i64 1
  %op = load i8, ptr %pc
  %index = zext i8 %op to i64
  %entry.address = getelementptr [2 x ptr], ptr @table, i64 0, i64 %index
  %target = load ptr, ptr %entry.address
  indirectbr ptr %target, [label %add, label %double]
add:
  %b = add i32 %a, 3
  br label %dispatch
double:
  %c = mul i32 %a, 5
  br label %dispatch
}

; CHECK-LABEL: {{^}}early:
; CHECK-COUNT-2: ret
; CHECK: .size early
define i32 @early(i32 %x, ptr %p, ptr %q) {
  %zero = icmp eq i32 %x, 0
  br i1 %zero, label %out, label %work
work:
  store i32 %x, ptr %p
  %more = icmp eq ptr %p, %q
  br i1 %more, label %third, label %out
third:
  store i32 %x, ptr %q
  br label %out
out:
  %r = phi i32 [ 5, %0 ], [ %x, %work ], [ 7, %third ]
  ret i32 %r
}
