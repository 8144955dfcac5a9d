; An argument that is split must not take the attributes of the others with it: what a call says of its arguments was
; read from memory that had been given back.
; RUN: %legalize -O0 %s | FileCheck %s
declare void @g(ptr, { i32, i64 }, i8 zeroext)
; CHECK-LABEL: define void @f(
; CHECK: call void @g(ptr nonnull %p, i32 %{{[^,]*}}, i64 %{{[^,]*}}, i8 zeroext %c)
define void @f(ptr %p, { i32, i64 } %s, i8 %c) {
  call void @g(ptr nonnull %p, { i32, i64 } %s, i8 zeroext %c)
  ret void
}
