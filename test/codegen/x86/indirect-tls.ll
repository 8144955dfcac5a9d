; -mno-tls-direct-seg-refs: only the thread pointer itself is read through a segment.
; RUN: %lathe -O2 -S %s -o - | %FileCheck %s

target triple = "x86_64-pc-linux-gnu"
@x = internal thread_local(localexec) global [4 x i32] zeroinitializer

; CHECK-LABEL: {{^}}get:
; CHECK: movq %fs:0, [[TP:%r..]]
; CHECK-NEXT: movl x@TPOFF+4([[TP]]), %eax
define i32 @get() "indirect-tls-seg-refs" {
  %v = load i32, ptr getelementptr (i8, ptr @x, i64 4)
  ret i32 %v
}

; CHECK-LABEL: {{^}}set:
; CHECK-NOT: %fs:{{[^0]}}
; CHECK: ret
define void @set(i64 %i) "indirect-tls-seg-refs" {
  %p = getelementptr i32, ptr @x, i64 %i
  store i32 1, ptr %p
  ret void
}

; CHECK-LABEL: {{^}}direct:
; CHECK: movl %fs:x@TPOFF, %eax
define i32 @direct() {
  %v = load i32, ptr @x
  ret i32 %v
}
