; The size of what a pointer points into, where the object is in sight.
; RUN: %lathe -S -O1 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"
@g = dso_local global [20 x i32] zeroinitializer
@w = weak global [20 x i32] zeroinitializer
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)
declare i32 @llvm.objectsize.i32.p0(ptr, i1, i1, i1)
declare ptr @malloc(i64)
declare void @use(ptr)
declare void @size(i64)
; CHECK-LABEL: {{^}}slots:
; CHECK: movl $28, %edi
; CHECK-NEXT: call size
; CHECK: xorl %edi, %edi
; CHECK-NEXT: call size
; CHECK: movl $28, %edi
; CHECK-NEXT: call size
; CHECK: movl $7, %edi
; CHECK-NEXT: call size
define void @slots(i1 %c) nounwind {
  %a = alloca [10 x i32]
  %b = alloca i8, i32 7
  call void @use(ptr %a)
  call void @use(ptr %b)
  %p = getelementptr [10 x i32], ptr %a, i64 0, i64 3
  %n = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 false, i1 true, i1 false)
  call void @size(i64 %n)
  %q = getelementptr i8, ptr %b, i64 9
  %m = call i64 @llvm.objectsize.i64.p0(ptr %q, i1 false, i1 true, i1 false)
  call void @size(i64 %m)
  %s = select i1 %c, ptr %p, ptr %b
  %o = call i64 @llvm.objectsize.i64.p0(ptr %s, i1 false, i1 true, i1 false)
  call void @size(i64 %o)
  %u = call i64 @llvm.objectsize.i64.p0(ptr %s, i1 true, i1 true, i1 false)
  call void @size(i64 %u)
  ret void
}
; CHECK-LABEL: {{^}}global_:
; CHECK: movl $64, %eax
define i64 @global_() {
  %n = call i64 @llvm.objectsize.i64.p0(ptr getelementptr (i8, ptr @g, i64 16), i1 false, i1 true, i1 false)
  ret i64 %n
}
; CHECK-LABEL: {{^}}weak_:
; CHECK: movq $-1, %rax
define i64 @weak_() {
  %n = call i64 @llvm.objectsize.i64.p0(ptr @w, i1 false, i1 true, i1 false)
  ret i64 %n
}
; CHECK-LABEL: {{^}}byval_:
; CHECK: movl $24, %eax
define i32 @byval_(ptr byval([3 x i64]) %p) {
  %n = call i32 @llvm.objectsize.i32.p0(ptr %p, i1 false, i1 true, i1 false)
  ret i32 %n
}
; CHECK-LABEL: {{^}}malloc_:
; CHECK: movl $99, %eax
define i64 @malloc_() {
  %p = call ptr @malloc(i64 100)
  call void @use(ptr %p)
  %q = getelementptr i8, ptr %p, i64 1
  %n = call i64 @llvm.objectsize.i64.p0(ptr %q, i1 false, i1 true, i1 false)
  ret i64 %n
}
; CHECK-LABEL: {{^}}null_:
; CHECK: movq $-1, %rax
define i64 @null_() {
  %n = call i64 @llvm.objectsize.i64.p0(ptr null, i1 false, i1 true, i1 false)
  %m = call i64 @llvm.objectsize.i64.p0(ptr null, i1 false, i1 false, i1 false)
  %s = sub i64 %n, %m
  ret i64 %s
}
; CHECK-LABEL: {{^}}arg_:
; CHECK: xorl %eax, %eax
define i64 @arg_(ptr %p) {
  %n = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 true, i1 true, i1 false)
  ret i64 %n
}
