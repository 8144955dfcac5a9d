; Bundles that are not supported are named; what computes their operands is found where they are kept.
; RUN: %not %lathe -O2 -c %s -o %t.o 2>&1 | FileCheck %s
; RUN: %not %lathe -O0 -c %s -o %t.o 2>&1 | FileCheck %s
; CHECK: [[#@LINE+5]]:3: error: operand bundle 'foo' is not supported, in function 'f'
declare void @g()
define void @f(ptr %p) {
  %l = load i32, ptr %p
  %x = add i32 %l, 1
  call void @g() [ "foo"(i32 42, i64 100, i32 %x), "bar"(float 0.0, i32 %l) ]
  ret void
}
