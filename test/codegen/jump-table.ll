; A dense switch is a table of addresses, or of distances where code may move.
; RUN: %lathe -S -O2 -fno-pic -fno-peephole %s -o - | %FileCheck %s --check-prefix=STATIC
; RUN: %lathe -S -O2 -fPIC -fno-peephole %s -o - | %FileCheck %s --check-prefix=PIC
target triple = "x86_64-pc-linux-gnu"

; STATIC-LABEL: {{^}}dense:
; STATIC-NEXT: movq %rdi, %rax
; STATIC-NEXT: subl $10, %eax
; STATIC-NEXT: cmpl $4, %eax
; STATIC-NEXT: ja .LBB0_6
; STATIC-NEXT: jmp *.LJTI0_0(,%rax,8)
; STATIC: movl $7, %eax
; STATIC-NEXT: ret
; STATIC: movl $1, %eax
; STATIC-NEXT: ret
; STATIC: movl $9, %eax
; STATIC-NEXT: ret
; STATIC: movl $30, %eax
; STATIC-NEXT: ret
; STATIC-NEXT: .LBB0_6:
; STATIC-NEXT: movl $0, %eax
; STATIC-NEXT: ret
; PIC-LABEL: {{^}}dense:
; PIC-NEXT: movq %rdi, %rax
; PIC-NEXT: subl $10, %eax
; PIC-NEXT: cmpl $4, %eax
; PIC-NEXT: ja .LBB0_6
; PIC-NEXT: leaq .LJTI0_0(%rip), %rcx
; PIC-NEXT: movslq (%rcx,%rax,4), %rax
; PIC-NEXT: addq %rcx, %rax
; PIC-NEXT: jmp *%rax
; PIC: movl $7, %eax
; PIC-NEXT: ret
; PIC: movl $1, %eax
; PIC-NEXT: ret
; PIC: movl $9, %eax
; PIC-NEXT: ret
; PIC: movl $30, %eax
; PIC-NEXT: ret
; PIC-NEXT: .LBB0_6:
; PIC-NEXT: movl $0, %eax
; PIC-NEXT: ret
define i32 @dense(i32 %x) nounwind {
  switch i32 %x, label %other [
    i32 10, label %a
    i32 11, label %b
    i32 12, label %c
    i32 13, label %a
    i32 14, label %d
  ]
a:
  ret i32 7
b:
  ret i32 1
c:
  ret i32 9
d:
  ret i32 30
other:
  ret i32 0
}
