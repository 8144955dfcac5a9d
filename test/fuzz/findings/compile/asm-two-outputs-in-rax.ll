target triple = "x86_64-pc-linux-gnu"
define void @f() {
  %r = call { i32, i32 } asm "", "={ax},={ax}"()
  ret void
}
