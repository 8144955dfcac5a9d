; Frames: the red zone, the frame pointer, over-aligned slots, saved registers and what unwinders are told.
; RUN: %lathe -S -O1 %s -o - | %FileCheck %s --check-prefixes=CHECK,RED
; RUN: %lathe -S -O1 -mno-red-zone %s -o - | %FileCheck %s --check-prefixes=CHECK,NORED
target triple = "x86_64-pc-linux-gnu"
declare void @use(ptr)
declare i32 @value(i32)

; A leaf's slots stay below the stack pointer.
; CHECK-LABEL: {{^}}leaf:
; RED-NEXT: movl %edi, -8(%rsp)
; RED-NEXT: movl -8(%rsp), %eax
; NORED-NEXT: pushq %rax
; CHECK: ret
define i32 @leaf(i32 %x) nounwind {
  %slot = alloca i32
  store volatile i32 %x, ptr %slot
  %y = load volatile i32, ptr %slot
  ret i32 %y
}

; CHECK-LABEL: {{^}}with_call:
; CHECK-NEXT: .cfi_startproc
; CHECK: subq $24, %rsp
; CHECK-NEXT: .cfi_def_cfa_offset 32
; CHECK: call use
; CHECK: addq $24, %rsp
; CHECK-NEXT: .cfi_def_cfa_offset 8
; CHECK-NEXT: ret
; CHECK-NEXT: .size with_call, .-with_call
; CHECK-NEXT: .cfi_endproc
define void @with_call() {
  %slot = alloca [3 x i32]
  call void @use(ptr %slot)
  ret void
}

; CHECK-LABEL: {{^}}frame_pointer:
; CHECK: pushq %rbp
; CHECK-NEXT: .cfi_def_cfa_offset 16
; CHECK-NEXT: .cfi_offset %rbp, -16
; CHECK-NEXT: movq %rsp, %rbp
; CHECK-NEXT: .cfi_def_cfa_register %rbp
; CHECK: leaq -{{[0-9]+}}(%rbp), %rdi
; CHECK: popq %rbp
; CHECK-NEXT: .cfi_def_cfa %rsp, 8
define void @frame_pointer() "frame-pointer"="all" {
  %slot = alloca i32
  call void @use(ptr %slot)
  ret void
}

; CHECK-LABEL: {{^}}aligned:
; CHECK: pushq %rbp
; CHECK: andq $-64, %rsp
; CHECK-NEXT: subq $64, %rsp
; CHECK: movq %rsp, %rdi
; CHECK: movq %rbp, %rsp
; CHECK-NEXT: popq %rbp
define void @aligned() nounwind {
  %slot = alloca i32, align 64
  call void @use(ptr %slot)
  ret void
}

; A value that lives across a call is in a saved register.
; CHECK-LABEL: {{^}}saved:
; CHECK: pushq %rbx
; CHECK: popq %rbx
define i32 @saved(i32 %a) nounwind {
  %b = call i32 @value(i32 %a)
  %c = add i32 %a, %b
  ret i32 %c
}

; CHECK-LABEL: {{^}}dynamic:
; CHECK: movq %rsp, %rbp
; CHECK: movq %rbp, %rsp
; CHECK-NEXT: popq %rbp
define void @dynamic(i64 %n) nounwind {
  %p = alloca i8, i64 %n
  call void @use(ptr %p)
  ret void
}

; CHECK-LABEL: {{^}}protected:
; CHECK: movq %fs:40, %r11
; CHECK: call use
; CHECK: movq %fs:40, %r11
; CHECK-NEXT: cmpq {{[0-9]+}}(%rsp), %r11
; CHECK-NEXT: jne .LT
; CHECK: call __stack_chk_fail@PLT
define void @protected() sspstrong nounwind {
  %slot = alloca [16 x i8]
  call void @use(ptr %slot)
  ret void
}

; Two returns: the second one's frame is described as if the first had not been.
; CHECK-LABEL: {{^}}two_returns:
; CHECK: .cfi_remember_state
; CHECK: ret
; CHECK-NEXT: .cfi_restore_state
; CHECK: ret
define i32 @two_returns(i32 %a) uwtable {
  %b = call i32 @value(i32 %a)
  %c = icmp eq i32 %a, 0
  br i1 %c, label %yes, label %no
yes:
  %d = call i32 @value(i32 %b)
  ret i32 %d
no:
  ret i32 %a
}
