; Every kind of scalar has its own width and padding; runs of zeros are one .zero.
; RUN: %lathe -S --target=x86_64 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}a:
; CHECK-NEXT: .byte 7
; CHECK-NEXT: .zero 1
; CHECK-NEXT: .value 513
; CHECK-NEXT: .long 4294967294
; CHECK-NEXT: .quad 81985529216486895
; CHECK-NEXT: .size a, 16
@a = global { i8, i16, i32, i64 } { i8 7, i16 513, i32 -2, i64 81985529216486895 }
; CHECK-LABEL: {{^}}wide:
; CHECK-NEXT: .quad 1
; CHECK-NEXT: .quad 2
; CHECK-NEXT: .size wide, 16
@wide = global i128 36893488147419103233
; CHECK-LABEL: {{^}}odd:
; CHECK-NEXT: .value 515
; CHECK-NEXT: .byte 1
; CHECK-NEXT: .zero 1
@odd = global i24 66051
; CHECK-LABEL: {{^}}floats:
; CHECK-NEXT: .long 1069547520
; CHECK-NEXT: .zero 4
; CHECK-NEXT: .quad 4611686018427387904
@floats = global { float, double } { float 1.5, double 2.0 }
; CHECK-LABEL: {{^}}extended:
; CHECK-NEXT: .quad -9223372036854775808
; CHECK-NEXT: .value 16383
; CHECK-NEXT: .zero 6
@extended = global x86_fp80 0xK3FFF8000000000000000
; CHECK-LABEL: {{^}}text:
; CHECK-NEXT: .string "a\"b\n\001"
; CHECK-NEXT: .size text, 6
@text = global [6 x i8] c"a\22b\0A\01\00"
; CHECK-LABEL: {{^}}bare:
; CHECK-NEXT: .ascii "abc"
@bare = global [3 x i8] c"abc"
; CHECK-LABEL: {{^}}padded:
; CHECK-NEXT: .ascii "ab"
; CHECK-NEXT: .zero 98
; CHECK-NEXT: .size padded, 100
@padded = global <{ [2 x i8], [98 x i8] }> <{ [2 x i8] c"ab", [98 x i8] zeroinitializer }>
; CHECK-LABEL: {{^}}zeros:
; CHECK-NEXT: .long 5
; CHECK-NEXT: .zero 8
; CHECK-NEXT: .long 6
; CHECK-NEXT: .long 0
; CHECK-NEXT: .long 7
@zeros = global [6 x i32] [i32 5, i32 0, i32 0, i32 6, i32 0, i32 7]
; CHECK-LABEL: {{^}}mask:
; CHECK-NEXT: .byte 5
@mask = global <3 x i1> <i1 true, i1 false, i1 true>
