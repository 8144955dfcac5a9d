; Linkage, visibility, thread-local storage and the clauses behind a variable.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

source_filename = "some \22file\22.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
module asm ".globl frob"
module asm "frob: .asciz \22x\\n\22"
; CHECK: source_filename = "some \22file\22.c"
; CHECK: module asm ".globl frob"
; CHECK: module asm "frob: .asciz \22x\5Cn\22"

$group = comdat any
$"big group" = comdat largest
; CHECK: $group = comdat any
; CHECK: $"big group" = comdat largest

; CHECK: @a = private unnamed_addr constant i8 1, align 1
@a = private unnamed_addr constant i8 1, align 1
; CHECK: @b = internal global i8 1
@b = internal global i8 1
; CHECK: @c = weak hidden global i8 1
@c = weak hidden global i8 1
; CHECK: @d = weak_odr protected global i8 1, comdat($group)
@d = weak_odr protected global i8 1, comdat($group)
; CHECK: @e = linkonce_odr dso_local local_unnamed_addr global i8 1, comdat(
@e = linkonce_odr dso_local local_unnamed_addr global i8 1, comdat($"big group")
; CHECK: @group = linkonce global i8 1, comdat($group)
@group = linkonce global i8 1, comdat
; CHECK: @f = common global [4 x i32] zeroinitializer, align 16
@f = common global [4 x i32] zeroinitializer, align 16
; CHECK: @g = extern_weak global i8
@g = extern_weak global i8
; CHECK: @h = external dllimport global i8
@h = external dllimport global i8
; CHECK: @i = available_externally global i8 3
@i = available_externally global i8 3
; CHECK: @j = thread_local global i8 0
@j = thread_local global i8 0
; CHECK: @k = thread_local(localdynamic) global i8 0
@k = thread_local(localdynamic) global i8 0
; CHECK: @l = internal thread_local(localexec) global i8 0
@l = internal thread_local(localexec) global i8 0
; CHECK: @m = dso_local thread_local(initialexec) global i8 0
@m = dso_local thread_local(initialexec) global i8 0
; CHECK: @n = global i8 0, section ".my \22section\22", partition "part", align 4096
@n = global i8 0, section ".my \22section\22", partition "part", align 4096
; CHECK: @o = externally_initialized global i8 0, code_model "large"
@o = externally_initialized global i8 0, code_model "large"
; CHECK: @p = global i8 0
@p = global i8 0, no_sanitize_address
; CHECK: @q = global i8 0, !type !0
@q = global i8 0, !type !0
; CHECK: @llvm.used = appending global [1 x ptr] [ptr @b], section "llvm.metadata"
@llvm.used = appending global [1 x ptr] [ptr @b], section "llvm.metadata"
; CHECK: @r = global i8 0 "bss-section"=".mybss"
@r = global i8 0 "bss-section"=".mybss"
; CHECK: @s = hidden alias i8, ptr @n
@s = hidden alias i8, ptr @n
; CHECK: @t = weak unnamed_addr alias i8, ptr getelementptr (i8, ptr @f, i64 2)
@t = weak unnamed_addr alias i8, getelementptr (i8, ptr @f, i64 2)
; CHECK: @u = ifunc void (), ptr @resolve
@u = ifunc void (), ptr @resolve
define ptr @resolve() {
  ret ptr null
}
; CHECK: @0 = private constant i8 5
@0 = private constant i8 5
; CHECK: @"1" = global ptr @0
@"1" = global ptr @0
; CHECK: @1 = internal global i8 6
internal global i8 6
; CHECK: @"a\01b" = global ptr @1
@"a\01b" = global ptr @1
; CHECK: @"\01raw" = global i8 7
@"\01raw" = global i8 7
!0 = !{i64 0, !"type"}
