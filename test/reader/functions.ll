; Function headers: conventions, attributes of all positions, groups, and the clauses behind them.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: declare void @plain()
declare void @plain()
; CHECK: declare fastcc signext i16 @conv(i8 zeroext, ptr nocapture nonnull readonly dereferenceable(32) align 16)
declare fastcc signext i16 @conv(i8 zeroext %x, ptr nocapture nonnull readonly align 16 dereferenceable(32) %p)
; CHECK: declare x86_stdcallcc noalias noundef ptr @numbered(i32 inreg)
declare cc 64 noalias noundef ptr @numbered(i32 inreg)
; CHECK: declare coldcc void @cold()
declare coldcc void @cold()
; CHECK: define internal i32 @main(i32 %argc, ptr noundef %argv) unnamed_addr cold nounwind uwtable "frame-pointer"="all" "key with \22" section ".text.hot" align 32 {
define internal i32 @main(i32 %argc, ptr noundef %argv) unnamed_addr #0 section ".text.hot" align 32 #1 {
  ret i32 0
}
; CHECK: define void @numbers(i32 %0, i32 %named, i64 %1) personality ptr @plain {
define void @numbers(i32 %0, i32 %named, i64) personality ptr @plain {
  %3 = add i32 %0, %named
  %4 = add i64 %1, 1
  ret void
}
; CHECK: define void @before() gc "statepoint-example" prefix i32 7 prologue { i8, i8 } { i8 1, i8 2 } {
define void @before() gc "statepoint-example" prefix i32 7 prologue { i8, i8 } { i8 1, i8 2 } {
  ret void
}
; CHECK: define void @stack(ptr byval({ i32, i64 }) align 8 %0, ptr sret(i128)
define void @stack(ptr byval({ i32, i64 }) align 8 %0, ptr noalias sret(i128) align 16 %1) alignstack(64) minsize optsize {
  ret void
}
; CHECK: define void @pure() readnone willreturn {
define void @pure() memory(none) willreturn {
  ret void
}
; CHECK: declare void @variadic(i32, ...)
declare void @variadic(i32, ...)
; CHECK: define void @aligned() cold nounwind uwtable "frame-pointer"="all" align 2 {
define void @aligned() #0 align 2 {
  ret void
}
attributes #0 = { cold nounwind uwtable "frame-pointer"="all" }
attributes #1 = { "key with \22" }
