; Pointers with a type, as LLVM wrote them up to 14, become ptr; casts between them vanish.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

%node = type { i32, %node*, void (%node*)* }

; CHECK: @text = private unnamed_addr constant [3 x i8] c"ab\00"
@text = private unnamed_addr constant [3 x i8] c"ab\00", align 1
; CHECK: @first = global ptr @text
@first = global i8* getelementptr inbounds ([3 x i8], [3 x i8]* @text, i32 0, i32 0)
; CHECK: @second = global ptr getelementptr inbounds ([3 x i8], ptr @text, i64 0, i64 1)
@second = global i8* getelementptr inbounds ([3 x i8], [3 x i8]* @text, i64 0, i64 1)
; CHECK: @handler = global ptr @free_node
@handler = global i32* bitcast (void (%node*)* @free_node to i32*)
; CHECK: @other = alias void (ptr), ptr @free_node
@other = alias void (%node*), void (%node*)* @free_node
; CHECK: @far = external addrspace(1) global ptr addrspace(2)
@far = external addrspace(1) global i32 addrspace(2)*

; CHECK-LABEL: define void @free_node(ptr %n)
define void @free_node(%node* %n) {
; CHECK-NEXT: call void @free(ptr %n)
  %raw = bitcast %node* %n to i8*
  call void @free(i8* %raw)
; CHECK-NEXT: %field = getelementptr inbounds %node, ptr %n, i64 0, i32 2
  %field = getelementptr inbounds %node, %node* %n, i64 0, i32 2
; CHECK-NEXT: %f = load ptr, ptr %field, align 8
  %f = load void (%node*)*, void (%node*)** %field, align 8
; CHECK-NEXT: call void %f(ptr %n)
  call void %f(%node* %n)
; CHECK-NEXT: %p = call i32 (ptr, ...) @printf(ptr @text)
  %p = call i32 (i8*, ...) @printf(i8* getelementptr inbounds ([3 x i8], [3 x i8]* @text, i32 0, i32 0))
; CHECK-NEXT: call void @byvalue(ptr byval(%node) align 8 %n)
  call void @byvalue(%node* byval(%node) align 8 %n)
  ret void
}
declare void @free(i8*)
declare i32 @printf(i8*, ...)
declare void @byvalue(%node* byval(%node) align 8)

; A cast of a value that is defined later stays an instruction.
; CHECK-LABEL: define ptr @later(
define i8* @later(i32* %a, i1 %c) {
entry:
  br label %head
head:
; CHECK: %p = phi ptr [ %a, %entry ], [ %q, %body ]
  %p = phi i32* [ %a, %entry ], [ %q, %body ]
  br i1 %c, label %body, label %out
body:
; CHECK: %q = getelementptr i32, ptr %p, i64 1
  %q = getelementptr i32, i32* %p, i64 1
  br label %head
out:
; CHECK: ret ptr %p
  %r = bitcast i32* %p to i8*
  ret i8* %r
}
