; Every kind of type is read and printed; names that need quotes keep them.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK-DAG: %pair = type { i32, i64 }
%pair = type { i32, i64 }
; CHECK-DAG: %"odd name" = type <{ i8, i32 }>
%"odd name" = type <{ i8, i32 }>
; CHECK-DAG: %0 = type { ptr, ptr }
%0 = type { ptr, %0* }
; CHECK-DAG: %hidden = type opaque
%hidden = type opaque
; CHECK-DAG: %list = type { ptr, %tail }
%list = type { %list*, %tail }
; CHECK-DAG: %tail = type { [2 x [3 x i7]] }
%tail = type { [2 x [3 x i7]] }
%empty = type {}

; CHECK: @a = external global <4 x float>
@a = external global <4 x float>
; CHECK: @b = external global { i1, i19, i129, half, bfloat, float, double, x86_fp80, fp128, ppc_fp128 }
@b = external global { i1, i19, i129, half, bfloat, float, double, x86_fp80, fp128, ppc_fp128 }
; CHECK: @c = external global [0 x { ptr, ptr addrspace(3) }]
@c = external global [ 0 x { ptr, ptr addrspace(3) } ]
; CHECK: @d = external global { <2 x ptr>, {}, %empty, %pair, %"odd name", %0, %list }
@d = external global { <2 x ptr>, {}, %empty, %pair, %"odd name", %0, %list }
; CHECK: declare <vscale x 4 x i32> @e(<vscale x 4 x i32>)
declare <vscale x 4 x i32> @e(<vscale x 4 x i32>)
; CHECK: declare { i32, ptr } @f({ i32, ptr }, ...)
declare {i32,i8*} @f({i32,i8*},...)
@g = external global %hidden*
