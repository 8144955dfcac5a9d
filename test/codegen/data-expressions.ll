; Constant expressions come to symbol, difference and number.
; RUN: %lathe -S -fno-pic %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
%pair = type { i32, [4 x i16] }

@base = global [10 x %pair] zeroinitializer
; CHECK-LABEL: {{^}}element:
; CHECK-NEXT: .quad base+32
@element = global ptr getelementptr ([10 x %pair], ptr @base, i64 0, i64 2, i32 1, i64 2)
; CHECK-LABEL: {{^}}before:
; CHECK-NEXT: .quad base-12
@before = global ptr getelementptr (%pair, ptr @base, i64 -1)
; CHECK-LABEL: {{^}}number:
; CHECK-NEXT: .quad base+100000
@number = global i64 add (i64 ptrtoint (ptr @base to i64), i64 100000)
; CHECK-LABEL: {{^}}relative:
; CHECK-NEXT: .long element-relative
; CHECK-NEXT: .long before-relative+4
@relative = global [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr @element to i64), i64 ptrtoint (ptr @relative to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr getelementptr (i8, ptr @before, i64 4) to i64), i64 ptrtoint (ptr @relative to i64)) to i32)]
; CHECK-LABEL: {{^}}pointer:
; CHECK-NEXT: .quad 4096
@pointer = global ptr inttoptr (i64 4096 to ptr)
; CHECK-LABEL: {{^}}folded:
; CHECK-NEXT: .quad 8
@folded = global i64 sub (i64 ptrtoint (ptr getelementptr (i8, ptr @base, i64 8) to i64), i64 ptrtoint (ptr @base to i64))
