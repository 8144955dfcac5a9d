; Constants of every form outside functions.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: @i = global [6 x i32] [i32 0, i32 -1, i32 2147483647, i32 -2147483648, i32 255, i32 16]
@i = global [6 x i32] [i32 0, i32 -1, i32 2147483647, i32 2147483648, i32 u0xFF, i32 s0x010]
; CHECK: @b = global [2 x i1] [i1 true, i1 false]
@b = global [2 x i1] [i1 true, i1 0]
; CHECK: @wide = global i128 18446744073709551871
@wide = global i128 18446744073709551871
; CHECK: @minus = global i128 -2
@minus = global i128 -2
; CHECK: @odd = global i33 -4294967296
@odd = global i33 4294967296
; CHECK: @zero = global { i32, [4 x i8], ptr } zeroinitializer
@zero = global { i32, [4 x i8], ptr } zeroinitializer
; CHECK: @zeros = global [3 x ptr] [ptr null, ptr null, ptr @i]
@zeros = global [3 x ptr] [ptr zeroinitializer, ptr null, ptr @i]
; CHECK: @packed = global <{ i8, i32 }> <{ i8 1, i32 2 }>
@packed = global <{ i8, i32 }> <{ i8 1, i32 2 }>
; CHECK: @vector = global <2 x i16> <i16 1, i16 -1>
@vector = global <2 x i16> <i16 1, i16 65535>
; CHECK: @splat = global <3 x i32> <i32 7, i32 7, i32 7>
@splat = global <3 x i32> splat (i32 7)
; CHECK: @undef = global { i32, float } { i32 undef, float poison }
@undef = global { i32, float } { i32 undef, float poison }
; CHECK: @bytes = global [7 x i8] c"a\22\5C\00\FFb\0A"
@bytes = global [7 x i8] c"a\22\\\00\ffb\0A"
; CHECK: @empty = global [0 x i32] zeroinitializer
@empty = global [0 x i32] []
; CHECK: @sum = global i64 add (i64 ptrtoint (ptr @i to i64), i64 4)
@sum = global i64 add (i64 ptrtoint (ptr @i to i64), i64 4)
; CHECK: @relative = global i32 trunc (i64 sub (i64 ptrtoint (ptr @b to i64), i64 ptrtoint (ptr @relative to i64)) to i32)
@relative = global i32 trunc (i64 sub (i64 ptrtoint (ptr @b to i64), i64 ptrtoint (ptr @relative to i64)) to i32)
; CHECK: @gep = global ptr getelementptr ({ i32, [4 x i8] }, ptr @zero, i64 0, i32 1, i64 2)
@gep = global ptr getelementptr ({ i32, [4 x i8] }, ptr @zero, i64 0, i32 1, i64 2)
; CHECK: @inrange = global ptr getelementptr inbounds ([6 x i32], ptr @i, i64 0, i64 1)
@inrange = global ptr getelementptr inbounds inrange(-4, 8) ([6 x i32], ptr @i, i64 0, i64 1)
; CHECK: @number = global ptr inttoptr (i64 4096 to ptr)
@number = global ptr inttoptr (i64 4096 to ptr)
; CHECK: @space = global ptr addrspacecast (ptr addrspace(1) @far to ptr)
@space = global ptr addrspacecast (ptr addrspace(1) @far to ptr)
@far = addrspace(1) global i8 0
; CHECK: @local = global ptr dso_local_equivalent @f
@local = global ptr dso_local_equivalent @f
; CHECK: @nocfi = global ptr no_cfi @f
@nocfi = global ptr no_cfi @f
; CHECK: @ahead = global ptr @later
@ahead = global ptr @later
@later = global i8 1
define void @f() {
  ret void
}
