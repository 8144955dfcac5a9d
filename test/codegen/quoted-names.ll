; Names that assembly cannot hold bare are quoted, for GNU as and for the own assembler: the object is the same either way.
; REQUIRES: binutils
; RUN: %lathe -S %s -o %t.s && %FileCheck %s < %t.s
; RUN: %lathe -c %s -o %t.o && %as %t.s -o %t.as.o && cmp %t.o %t.as.o
; RUN: readelf -SW %t.o | %FileCheck %s --check-prefix=SECTIONS
; RUN: readelf -rsW %t.o | %FileCheck %s --check-prefix=SYMBOLS
target triple = "x86_64-pc-linux-gnu"

; CHECK: call "$x"@PLT
; CHECK: .section "a b","aw",@progbits
; CHECK: .section "c,d","aw",@progbits
; CHECK: .section "e;f","aw",@progbits
; CHECK: .section "g\"\\h","aw",@progbits
; SECTIONS-DAG: ] a b {{ *}}PROGBITS
; SECTIONS-DAG: ] c,d {{ *}}PROGBITS
; SECTIONS-DAG: ] e;f {{ *}}PROGBITS
; SECTIONS-DAG: ] g"\h {{ *}}PROGBITS
; SECTIONS-DAG: ] .data.k l {{ *}}PROGBITS
@a = global i32 1, section "a b"
@b = global i32 1, section "c,d"
@c = global i32 1, section "e;f"
@d = global i32 1, section "g\22\5Ch"

; CHECK: .section ".data.k l","awG",@progbits,"m, n",comdat
$"m, n" = comdat any
@"k l" = global i32 1, comdat($"m, n")

; CHECK: .quad "$x"
; CHECK: .quad "."
; SYMBOLS: R_X86_64_PLT32 {{.*}} $x - 4
; SYMBOLS: R_X86_64_64 {{.*}} $x + 0
; SYMBOLS: R_X86_64_64 {{.*}} . + 0
; SYMBOLS: FUNC GLOBAL DEFAULT {{.*}} .{{$}}
@x = global ptr @"$x"
@dot = global ptr @"."
declare void @"$x"()
define void @"."() {
  call void @"$x"()
  ret void
}
