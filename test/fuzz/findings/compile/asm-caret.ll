target triple = "x86_64-pc-linux-gnu"
define void @f(i32 %x) {
  call void asm "", "^"(i32 %x)
  ret void
}
