; Only a variadic function has a place that va_start can name.
; RUN: %not %lathe -S %s -o - 2>&1 | FileCheck %s
; CHECK: error: va_start in a function that is not variadic
define void @f(ptr %list) {
  call void @llvm.va_start(ptr %list)
  ret void
}
declare void @llvm.va_start(ptr)
