; The section of a variable follows from constness, relocations, unnamed_addr and size.
; RUN: %lathe -S -fno-pic %s -o - | %FileCheck %s --check-prefixes=CHECK,STATIC
; RUN: %lathe -S -fPIC %s -o - | %FileCheck %s --check-prefixes=CHECK,PIC
target triple = "x86_64-pc-linux-gnu"

; CHECK: .data
; CHECK: data:
@data = global i32 1
; CHECK: .bss
; CHECK: bss:
; CHECK-NEXT: .zero 8
@bss = global [2 x i32] zeroinitializer
; CHECK-NOT: .comm
; CHECK: .p2align 2
; CHECK-NEXT: local:
; CHECK-NEXT: .long 0
@local = internal global i32 0, align 4
; CHECK: .comm common, 8, 8
@common = common global i64 0, align 8
; CHECK: .section .rodata,"a",@progbits
; CHECK: constant:
@constant = constant i32 1
; CHECK: .section .rodata.cst4,"aM",@progbits,4
; CHECK: mergeable:
@mergeable = unnamed_addr constant i32 1, align 4
; CHECK: .section .rodata.str1.1,"aMS",@progbits,1
; CHECK: .Lstring:
@string = private unnamed_addr constant [3 x i8] c"hi\00"
; CHECK: .section .rodata.str4.4,"aMS",@progbits,4
; CHECK: wide:
@wide = unnamed_addr constant [2 x i32] [i32 65, i32 0], align 4
; STATIC: .section .rodata,"a",@progbits
; PIC: .section .data.rel.ro,"aw",@progbits
; CHECK: relocated:
; CHECK-NEXT: .quad data
@relocated = constant ptr @data
; CHECK: .section .tdata,"awT",@progbits
; CHECK: thread:
@thread = thread_local global i32 1
; CHECK: .section .tbss,"awT",@nobits
; CHECK: thread_zero:
@thread_zero = thread_local global i32 0
; CHECK: .section mine,"aw",@progbits
; CHECK: named:
@named = global i32 0, section "mine"
; CHECK: .section mine_constant,"a",@progbits
@named_constant = constant i32 3, section "mine_constant"
; CHECK: .section .init_array,"aw",@init_array
; CHECK: own_entry:
@own_entry = global ptr null, section ".init_array"
; CHECK: .section .data.inline_variable,"awG",@progbits,inline_variable,comdat
; CHECK: .weak inline_variable
$inline_variable = comdat any
@inline_variable = linkonce_odr global i32 4, comdat
