target triple = "x86_64-pc-linux-gnu"
define i32 @f(i32 %x) {
  %r = call i32 asm "", "=fmul0|0,r"(i32 %x)
  ret i32 %r
}
