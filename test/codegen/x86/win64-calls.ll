; The Windows convention beside System V's: argument k in its register of either class, 32 bytes of shadow, doubles that
; `...` takes in general registers too; rdi, rsi and xmm6-15 belong to the caller.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}positions:
; CHECK-NEXT: subq $56, %rsp
; CHECK-NEXT: movl $5, %eax
; CHECK-NEXT: movq %rax, 32(%rsp)
; CHECK-NEXT: movl $6, %eax
; CHECK-NEXT: movq %rax, 40(%rsp)
; CHECK-NEXT: movl $1, %ecx
; CHECK-NEXT: movsd .LCPI0_0(%rip), %xmm1
; CHECK-NEXT: movl $3, %r8d
; CHECK-NEXT: movsd .LCPI0_1(%rip), %xmm3
; CHECK-NEXT: call callee@PLT
; CHECK-NEXT: addq $56, %rsp
; CHECK-NEXT: ret
define i64 @positions() nounwind {
  %r = call win64cc i64 @callee(i32 1, double 2.0, i32 3, double 4.0, i32 5, i64 6)
  ret i64 %r
}

; CHECK-LABEL: {{^}}unnamed:
; CHECK:      movq %xmm1, %rdx
; CHECK-NOT:  %al
; CHECK:      call variadic@PLT
define void @unnamed(double %d) nounwind {
  call win64cc void (i32, ...) @variadic(i32 1, double %d)
  ret void
}

; The home of the register arguments begins right above the return address; the list points into it.
; CHECK-LABEL: {{^}}start:
; CHECK-NEXT: movq %rdx, 16(%rsp)
; CHECK-NEXT: movq %r8, 24(%rsp)
; CHECK-NEXT: movq %r9, 32(%rsp)
; CHECK-NEXT: leaq 16(%rsp), %rax
; CHECK-NEXT: movq %rax, (%rcx)
; CHECK-NEXT: ret
define win64cc void @start(ptr %list, ...) nounwind {
  call void @llvm.va_start(ptr %list)
  ret void
}

; CHECK-LABEL: {{^}}saves:
; CHECK-NEXT: .cfi_startproc
; CHECK-NEXT: pushq %rdi
; CHECK-NEXT: .cfi_def_cfa_offset 16
; CHECK-NEXT: .cfi_offset %rdi, -16
; CHECK-NEXT: pushq %rsi
; CHECK-NEXT: .cfi_def_cfa_offset 24
; CHECK-NEXT: .cfi_offset %rsi, -24
; CHECK-NEXT: subq $168, %rsp
; CHECK-NEXT: .cfi_def_cfa_offset 192
; CHECK-NEXT: movaps %xmm6, 144(%rsp)
; CHECK-NEXT: .cfi_offset %xmm6, -48
; CHECK:      movaps %xmm15, (%rsp)
; CHECK-NEXT: .cfi_offset %xmm15, -192
; CHECK-NEXT: call system_v@PLT
; CHECK-NEXT: movaps 144(%rsp), %xmm6
; CHECK:      movaps (%rsp), %xmm15
; CHECK-NEXT: addq $168, %rsp
; CHECK-NEXT: .cfi_def_cfa_offset 24
; CHECK-NEXT: popq %rsi
; CHECK-NEXT: .cfi_def_cfa_offset 16
; CHECK-NEXT: popq %rdi
; CHECK-NEXT: .cfi_def_cfa_offset 8
; CHECK-NEXT: ret
define win64cc void @saves() uwtable {
  tail call void @system_v()
  ret void
}

; A value stays in rdi across the call: no push, no move.
; CHECK-LABEL: {{^}}keeps:
; CHECK-NOT:  %rbx
; CHECK:      call leaf@PLT
define i64 @keeps(i64 %a, i64 %b) nounwind {
  call win64cc void @leaf()
  %s = add i64 %a, %b
  ret i64 %s
}

declare win64cc i64 @callee(i32, double, i32, double, i32, i64)
declare win64cc void @variadic(i32, ...)
declare win64cc void @leaf()
declare void @system_v()
declare void @llvm.va_start(ptr)
