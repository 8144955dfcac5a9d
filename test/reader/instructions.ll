; Arithmetic, casts and compares with all their flags.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK-LABEL: define void @binary
define void @binary(i32 %a, i32 %b, float %x, <2 x i32> %v) {
; CHECK-NEXT: add nuw nsw i32 %a, %b
  %1 = add nuw nsw i32 %a, %b
; CHECK-NEXT: sub nsw i32 %a, -5
  %2 = sub nsw i32 %a, -5
; CHECK-NEXT: mul nuw i32 %a, %b
  %3 = mul nuw i32 %a, %b
; CHECK-NEXT: udiv exact i32 %a, %b
  %4 = udiv exact i32 %a, %b
; CHECK-NEXT: sdiv i32 %a, %b
  %5 = sdiv i32 %a, %b
; CHECK-NEXT: urem i32 %a, %b
  %6 = urem i32 %a, %b
; CHECK-NEXT: srem i32 %a, %b
  %7 = srem i32 %a, %b
; CHECK-NEXT: shl nuw nsw i32 %a, 3
  %8 = shl nuw nsw i32 %a, 3
; CHECK-NEXT: lshr exact i32 %a, %b
  %9 = lshr exact i32 %a, %b
; CHECK-NEXT: ashr i32 %a, %b
  %10 = ashr i32 %a, %b
; CHECK-NEXT: and <2 x i32> %v, <i32 1, i32 2>
  %11 = and <2 x i32> %v, <i32 1, i32 2>
; CHECK-NEXT: or disjoint i32 %a, %b
  %12 = or disjoint i32 %a, %b
; CHECK-NEXT: xor i32 %a, -1
  %13 = xor i32 %a, -1
; CHECK-NEXT: fadd fast float %x, %x
  %14 = fadd fast float %x, %x
; CHECK-NEXT: fsub nnan ninf float %x, %x
  %15 = fsub nnan ninf float %x, %x
; CHECK-NEXT: fmul contract float %x, %x
  %16 = fmul contract float %x, %x
; CHECK-NEXT: fdiv arcp afn reassoc float %x, %x
  %17 = fdiv arcp afn reassoc float %x, %x
; CHECK-NEXT: frem nsz float %x, %x
  %18 = frem nsz float %x, %x
; CHECK-NEXT: fneg float %x
  %19 = fneg float %x
; CHECK-NEXT: freeze i32 %a
  %20 = freeze i32 %a
  ret void
}
; CHECK-LABEL: define void @casts
define void @casts(i32 %a, i8 %b, float %x, double %d, ptr %p, <2 x float> %v) {
; CHECK-NEXT: trunc nuw nsw i32 %a to i8
  %1 = trunc nuw nsw i32 %a to i8
; CHECK-NEXT: zext nneg i8 %b to i64
  %2 = zext nneg i8 %b to i64
; CHECK-NEXT: sext i8 %b to i33
  %3 = sext i8 %b to i33
; CHECK-NEXT: fptrunc double %d to float
  %4 = fptrunc double %d to float
; CHECK-NEXT: fpext float %x to x86_fp80
  %5 = fpext float %x to x86_fp80
; CHECK-NEXT: fptoui float %x to i32
  %6 = fptoui float %x to i32
; CHECK-NEXT: fptosi double %d to i128
  %7 = fptosi double %d to i128
; CHECK-NEXT: uitofp nneg i32 %a to float
  %8 = uitofp nneg i32 %a to float
; CHECK-NEXT: sitofp i8 %b to double
  %9 = sitofp i8 %b to double
; CHECK-NEXT: ptrtoint ptr %p to i32
  %10 = ptrtoint ptr %p to i32
; CHECK-NEXT: inttoptr i32 %a to ptr
  %11 = inttoptr i32 %a to ptr
; CHECK-NEXT: bitcast <2 x float> %v to i64
  %12 = bitcast <2 x float> %v to i64
; CHECK-NEXT: addrspacecast ptr %p to ptr addrspace(1)
  %13 = addrspacecast ptr %p to ptr addrspace(1)
  ret void
}
; CHECK-LABEL: define void @compares
define void @compares(i32 %a, ptr %p, double %d, <2 x i64> %v) {
; CHECK-NEXT: icmp eq i32 %a, 1
  %1 = icmp eq i32 %a, 1
; CHECK-NEXT: icmp ugt ptr %p, null
  %2 = icmp ugt ptr %p, null
; CHECK-NEXT: icmp sle <2 x i64> %v, zeroinitializer
  %3 = icmp sle <2 x i64> %v, zeroinitializer
; CHECK-NEXT: fcmp uno double %d, 0x0000000000000000
  %4 = fcmp uno double %d, 0.0
; CHECK-NEXT: fcmp fast ogt double %d, %d
  %5 = fcmp fast ogt double %d, %d
; CHECK-NEXT: select i1 %1, i32 %a, i32 0
  %6 = select i1 %1, i32 %a, i32 0
; CHECK-NEXT: select nsz <2 x i1> %3, <2 x float> undef, <2 x float> poison
  %7 = select nsz <2 x i1> %3, <2 x float> undef, <2 x float> poison
; CHECK-NEXT: fcmp true double %d, %d
  %8 = fcmp true double %d, %d
  ret void
}
; CHECK-LABEL: define void @aggregates
define void @aggregates({ i32, [2 x i64] } %s, <4 x i16> %v) {
; CHECK-NEXT: extractvalue { i32, [2 x i64] } %s, 1, 0
  %1 = extractvalue { i32, [2 x i64] } %s, 1, 0
; CHECK-NEXT: insertvalue { i32, [2 x i64] } %s, i64 %1, 1, 1
  %2 = insertvalue { i32, [2 x i64] } %s, i64 %1, 1, 1
; CHECK-NEXT: extractelement <4 x i16> %v, i64 2
  %3 = extractelement <4 x i16> %v, i64 2
; CHECK-NEXT: insertelement <4 x i16> %v, i16 %3, i32 0
  %4 = insertelement <4 x i16> %v, i16 %3, i32 0
; CHECK-NEXT: shufflevector <4 x i16> %v, <4 x i16> poison, <2 x i32> <i32 3, i32 poison>
  %5 = shufflevector <4 x i16> %v, <4 x i16> poison, <2 x i32> <i32 3, i32 poison>
; CHECK-NEXT: shufflevector <4 x i16> %v, <4 x i16> %4, <8 x i32> zeroinitializer
  %6 = shufflevector <4 x i16> %v, <4 x i16> %4, <8 x i32> zeroinitializer
  ret void
}
