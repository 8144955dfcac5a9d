define void @f(ptr %q) {
  %r = freeze x86_fp80 poison
  store x86_fp80 %r, ptr %q
  ret void
}
