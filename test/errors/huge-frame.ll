; A frame beyond what a displacement reaches is refused, not wrapped.
; RUN: %not %lathe -S %s -o %t.s 2>&1 | %FileCheck %s
; RUN: not ls %t.s
target triple = "x86_64-pc-linux-gnu"
declare void @use(ptr)
; CHECK: huge-frame.ll:[[@LINE+1]]:{{[0-9]+}}: error: the stack frame of 'f' takes {{[0-9]+}} bytes
define void @f() {
  %slot = alloca [3000000000 x i8]
  call void @use(ptr %slot)
  ret void
}
