declare i32 @llvm.sideeffect()
define i32 @f() {
  %r = call i32 @llvm.sideeffect()
  ret i32 %r
}
