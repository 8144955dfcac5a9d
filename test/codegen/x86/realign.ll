; A function that must not trust its caller's stack aligns its own; probes touch every page of a large or dynamic frame.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
declare void @use(ptr)
; CHECK-LABEL: {{^}}realigned:
; CHECK: movq %rsp, %rbp
; CHECK: andq $-16, %rsp
; CHECK: movq %rbp, %rsp
define void @realigned() nounwind "stackrealign" {
  %a = alloca i64
  call void @use(ptr %a)
  ret void
}
; CHECK-LABEL: {{^}}wider:
; CHECK: andq $-64, %rsp
define void @wider() nounwind alignstack(64) {
  call void @use(ptr null)
  ret void
}
; CHECK-LABEL: {{^}}probed:
; CHECK: subq $4096, %rsp
; CHECK-NEXT: orq $0, (%rsp)
; CHECK-NEXT: subq $4096, %rsp
; CHECK-NEXT: orq $0, (%rsp)
define void @probed() nounwind "probe-stack"="inline-asm" {
  %a = alloca [10000 x i8]
  call void @use(ptr %a)
  ret void
}
; CHECK-LABEL: {{^}}dynamic:
; CHECK: [[LOOP:\.LT3_[0-9]+]]:
; CHECK-NEXT: cmpq [[R:%r[a-z0-9]+]], %rsp
; CHECK-NEXT: jbe [[DONE:\.LT3_[0-9]+]]
; CHECK-NEXT: orq $0, (%rsp)
; CHECK-NEXT: subq $4096, %rsp
; CHECK-NEXT: jmp [[LOOP]]
; CHECK-NEXT: [[DONE]]:
define void @dynamic(i64 %n) nounwind "probe-stack"="inline-asm" {
  %a = alloca i8, i64 %n
  call void @use(ptr %a)
  ret void
}
