; Linkage, visibility, aliases, ifuncs, constructors as directives.
; RUN: %lathe -S -fno-pic %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

module asm ".globl from_asm"
; CHECK: .globl from_asm

; CHECK: .weak weak_function
; CHECK-NEXT: .p2align 4
; CHECK-NEXT: .type weak_function, @function
; CHECK-NEXT: weak_function:
define weak void @weak_function() { ret void }
; CHECK: .globl hidden_function
; CHECK-NEXT: .hidden hidden_function
define hidden void @hidden_function() { ret void }
; CHECK-NOT: .globl static_function
define internal void @static_function() { ret void }
; CHECK: .section .text.unlikely.,"ax",@progbits
define void @cold_function() cold { ret void }
; CHECK: .section .text.inline_function,"axG",@progbits,inline_function,comdat
$inline_function = comdat any
define linkonce_odr void @inline_function() comdat { ret void }
define internal ptr @resolver() { ret ptr @static_function }
declare extern_weak void @maybe()
@keep = global ptr @maybe
; Named by llvm.used, so that garbage collection keeps it.
; CHECK: .section .data.object,"awR",@progbits
@object = global i32 1

; CHECK: .section .init_array.00101,"aw",@init_array
; CHECK-NEXT: .p2align 3
; CHECK-NEXT: .quad static_function
; CHECK-NEXT: .section .init_array,"aw",@init_array
; CHECK-NEXT: .p2align 3
; CHECK-NEXT: .quad cold_function
@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @cold_function, ptr null }, { i32, ptr, ptr } { i32 101, ptr @static_function, ptr null }]
@llvm.used = appending global [1 x ptr] [ptr @object], section "llvm.metadata"

; CHECK: .weak maybe
; CHECK: .globl other_name
; CHECK-NEXT: .type other_name, @function
; CHECK-NEXT: .set other_name, hidden_function
@other_name = alias void (), ptr @hidden_function
; CHECK: .weak other_object
; CHECK: .set other_object, object
@other_object = weak alias i32, ptr @object
; CHECK: .type dispatched, @gnu_indirect_function
; CHECK-NEXT: .set dispatched, resolver
@dispatched = ifunc void (), ptr @resolver

; CHECK: .ident "Lathe 0.1.0"
; CHECK: .ident "front end"
; CHECK: .section .note.GNU-stack,"",@progbits
!llvm.ident = !{!0}
!0 = !{!"front end"}
