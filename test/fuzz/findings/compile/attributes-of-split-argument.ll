target triple = "x86_64-pc-linux-gnu"
declare void @g(ptr, { i32, i64 })
define void @f(ptr %p, { i32, i64 } %s) {
  call void @g(ptr nonnull %p, { i32, i64 } %s)
  ret void
}
