; A call that must take over its caller's frame: where it could not, it became an ordinary call without a word.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
declare i32 @none()
declare i64 @wide()
declare fastcc i32 @fast()
declare i32 @one(i32)
declare void @by_value(ptr byval(i64))
declare i32 @variadic(...)
define i32 @used() {
  %x = musttail call i32 @none()
  %y = add i32 %x, 1
  ret i32 %y
}
define i32 @dropped() {
  %x = musttail call i32 @none()
  ret i32 0
}
define i32 @type() {
  %x = musttail call i64 @wide()
  ret i32 undef
}
define i32 @convention() {
  %x = musttail call fastcc i32 @fast()
  ret i32 %x
}
define i32 @parameters() {
  %x = musttail call i32 @one(i32 1)
  ret i32 %x
}
define void @passing(ptr %p) {
  musttail call void @by_value(ptr byval(i64) %p)
  ret void
}
define i32 @dots() {
  %x = musttail call i32 (...) @variadic()
  ret i32 %x
}
define void @assembly() {
  musttail call void asm "", ""()
  ret void
}
define tailcc i32 @tail(i64 %x, ptr %callee) {
  %r = musttail call tailcc i32 %callee()
  ret i32 %r
}
define void @good(ptr byval(i64) %p) {
  musttail call void @by_value(ptr byval(i64) %p)
  ret void
}
; CHECK: {{.*}}:10:8: error: behind a musttail call stands a return
; CHECK: {{.*}}:15:8: error: behind a musttail call stands the return of its result
; CHECK: {{.*}}:19:8: error: this musttail call and its caller give different types
; CHECK: {{.*}}:23:8: error: this musttail call and its caller have different calling conventions
; CHECK: {{.*}}:27:8: error: this musttail call and its caller take different parameters
; CHECK: {{.*}}:31:3: error: argument 1 of this musttail call and its caller's parameter are passed differently
; CHECK: {{.*}}:35:8: error: of this musttail call and its caller one is variadic
; CHECK: {{.*}}:39:3: error: inline assembly cannot be called by musttail
