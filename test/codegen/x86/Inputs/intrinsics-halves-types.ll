define void @f(ptr %p) {
  %a = load <8 x i64>, ptr %p
  %r = call <4 x i64> @llvm.x86.avx2.psad.bw(<8 x i64> %a, <8 x i64> %a)
  store <4 x i64> %r, ptr %p
  ret void
}
declare <4 x i64> @llvm.x86.avx2.psad.bw(<8 x i64>, <8 x i64>)
