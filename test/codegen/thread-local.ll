; The four models of thread-local storage, by relocation model and by what the variable says.
; RUN: %lathe -S -O2 -fno-pic -fno-peephole %s -o - | %FileCheck %s --check-prefix=STATIC
; RUN: %lathe -S -O2 -fPIC -fno-peephole %s -o - | %FileCheck %s --check-prefix=PIC
target triple = "x86_64-pc-linux-gnu"
@own = dso_local thread_local global i32 0
@local = internal thread_local global [4 x i32] zeroinitializer
@foreign = external thread_local global i32
@initial = external thread_local(initialexec) global i32

declare ptr @llvm.threadlocal.address.p0(ptr)
; STATIC-LABEL: {{^}}load_own:
; STATIC-NEXT: movl %fs:own@TPOFF, %eax
; STATIC-NEXT: ret
; PIC-LABEL: {{^}}load_own:
; PIC-NEXT: pushq %rax
; PIC-NEXT: leaq own@TLSLD(%rip), %rdi
; PIC-NEXT: call __tls_get_addr@PLT
; PIC-NEXT: movl own@DTPOFF(%rax), %eax
; PIC-NEXT: popq %rcx
; PIC-NEXT: ret
define i32 @load_own() nounwind {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %x = load i32, ptr %p
  ret i32 %x
}
; STATIC-LABEL: {{^}}load_local:
; STATIC-NEXT: movl %fs:local@TPOFF+8, %eax
; STATIC-NEXT: ret
; PIC-LABEL: {{^}}load_local:
; PIC-NEXT: pushq %rax
; PIC-NEXT: leaq local@TLSLD(%rip), %rdi
; PIC-NEXT: call __tls_get_addr@PLT
; PIC-NEXT: movl local@DTPOFF+8(%rax), %eax
; PIC-NEXT: popq %rcx
; PIC-NEXT: ret
define i32 @load_local() nounwind {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @local)
  %q = getelementptr i8, ptr %p, i64 8
  %x = load i32, ptr %q
  ret i32 %x
}
; STATIC-LABEL: {{^}}address_of_foreign:
; STATIC-NEXT: movq %fs:0, %rax
; STATIC-NEXT: addq foreign@GOTTPOFF(%rip), %rax
; STATIC-NEXT: ret
; PIC-LABEL: {{^}}address_of_foreign:
; PIC-NEXT: pushq %rax
; PIC-NEXT: .byte 102
; PIC-NEXT: leaq foreign@TLSGD(%rip), %rdi
; PIC-NEXT: .value 26214
; PIC-NEXT: rex.W call __tls_get_addr@PLT
; PIC-NEXT: popq %rcx
; PIC-NEXT: ret
define ptr @address_of_foreign() nounwind {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @foreign)
  ret ptr %p
}
; STATIC-LABEL: {{^}}load_initial:
; STATIC-NEXT: movq %fs:0, %rax
; STATIC-NEXT: addq initial@GOTTPOFF(%rip), %rax
; STATIC-NEXT: movl (%rax), %eax
; STATIC-NEXT: ret
; PIC-LABEL: {{^}}load_initial:
; PIC-NEXT: movq %fs:0, %rax
; PIC-NEXT: addq initial@GOTTPOFF(%rip), %rax
; PIC-NEXT: movl (%rax), %eax
; PIC-NEXT: ret
define i32 @load_initial() nounwind {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @initial)
  %x = load i32, ptr %p
  ret i32 %x
}
