; What is written outside of bodies and contradicts itself: the sides of a call or of a link would not meet.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
%opaque = type opaque
@extern = external global i32
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@a1' stands for '@extern', which is not defined here
@a1 = alias i32, ptr @extern
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@a2' stands for itself
@a2 = alias i32, ptr getelementptr (i8, ptr @a2, i64 4)
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@common' is common, so it begins as zero
@common = common global [2 x i32] [i32 0, i32 1]
@zero = common global [2 x i32] [i32 0, i32 0]
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@llvm.global_ctors' is an array of { i32, ptr, ptr }
@llvm.global_ctors = appending global [1 x { ptr, i32 }] zeroinitializer
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@llvm.used' lists what is no symbol
@llvm.used = appending global [1 x ptr] [ptr null], section "llvm.metadata"
; CHECK: {{.*}}:[[@LINE+1]]:1: error: '@ifunc' is resolved by no function that is defined here
@ifunc = ifunc void (), ptr @zero
