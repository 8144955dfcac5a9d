; Addresses of blocks in data and in the body itself; the number printed is that of the block.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: @table = internal constant [3 x ptr] [ptr blockaddress(@f, %a), ptr blockaddress(@f, %3), ptr blockaddress(@f, %a)]
@table = internal constant [3 x ptr] [ptr blockaddress(@f, %a), ptr blockaddress(@f, %3), ptr blockaddress(@f, %a)]
; CHECK: define i32 @f
define i32 @f(i64 %i) {
  %1 = getelementptr [3 x ptr], ptr @table, i64 0, i64 %i
  %2 = load ptr, ptr %1, align 8
  indirectbr ptr %2, [label %a, label %3]
a:
  ret i32 1
3:
; CHECK: store ptr blockaddress(@f, %a), ptr @place
  store ptr blockaddress(@f, %a), ptr @place, align 8
  ret i32 2
}
@place = global ptr null
