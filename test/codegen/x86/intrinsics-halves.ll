; RUN: %lathe -O1 -S -o - %s | %FileCheck %s
; RUN: %not %lathe -S -o - %S/Inputs/intrinsics-halves-types.ll 2>&1 | %FileCheck --check-prefix=TYPES %s

; An intrinsic of AVX2 that does the same in both lanes is done lane by lane.

; CHECK-LABEL: sad:
; CHECK-COUNT-2: psadbw
; CHECK-NOT: psadbw
define void @sad(ptr %p, ptr %q, ptr %to) "target-features"="+avx2" {
  %a = load <32 x i8>, ptr %p
  %b = load <32 x i8>, ptr %q
  %r = call <4 x i64> @llvm.x86.avx2.psad.bw(<32 x i8> %a, <32 x i8> %b)
  store <4 x i64> %r, ptr %to
  ret void
}

; The count is no lane: it goes to both.
; CHECK-LABEL: shift:
; CHECK: pslld %[[COUNT:xmm[0-9]+]]
; CHECK: pslld %[[COUNT]]
; CHECK-NOT: pslld
define void @shift(ptr %p, <4 x i32> %count) "target-features"="+avx2" {
  %a = load <8 x i32>, ptr %p
  %r = call <8 x i32> @llvm.x86.avx2.psll.d(<8 x i32> %a, <4 x i32> %count)
  store <8 x i32> %r, ptr %p
  ret void
}

; A constant goes to both.
; CHECK-LABEL: dot:
; CHECK-COUNT-2: dpps $-15
define void @dot(ptr %p) "target-features"="+avx" {
  %a = load <8 x float>, ptr %p
  %r = call <8 x float> @llvm.x86.avx.dp.ps.256(<8 x float> %a, <8 x float> %a, i8 -15)
  store <8 x float> %r, ptr %p
  ret void
}

; A test holds when it holds for both.
; CHECK-LABEL: test:
; CHECK: ptest
; CHECK: sete
; CHECK: ptest
; CHECK: sete
; CHECK: andl
; CHECK: vzeroupper
; CHECK: ret
define i32 @test(ptr %p) "target-features"="+avx" {
  %a = load <4 x i64>, ptr %p
  %r = call i32 @llvm.x86.avx.ptestz.256(<4 x i64> %a, <4 x i64> %a)
  call void @llvm.x86.avx.vzeroupper()
  ret i32 %r
}

; TYPES: error: a call of 'llvm.x86.avx2.psad.bw' with these types is not supported, in function 'f'

declare <4 x i64> @llvm.x86.avx2.psad.bw(<32 x i8>, <32 x i8>)
declare <8 x i32> @llvm.x86.avx2.psll.d(<8 x i32>, <4 x i32>)
declare i32 @llvm.x86.avx.ptestz.256(<4 x i64>, <4 x i64>)
declare void @llvm.x86.avx.vzeroupper()
declare <8 x float> @llvm.x86.avx.dp.ps.256(<8 x float>, <8 x float>, i8)
