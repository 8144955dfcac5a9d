; Templates: modifiers, $$, dialect alternatives, tied and fixed operands, memory, unique numbers.
; RUN: %lathe -S -O1 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}modifiers:
; CHECK: #APP
; CHECK-NEXT: movb %al, %cl; movw %ax, %cx; movl %eax, %ecx; movq %rax, %rcx; movb %ah, %cl
; CHECK-NEXT: #NO_APP
define i64 @modifiers(i64 %x) {
  %r = call i64 asm "movb ${1:b}, ${0:b}; movw ${1:w}, ${0:w}; movl ${1:k}, ${0:k}; movq ${1:q}, ${0:q}; movb ${1:h}, ${0:b}", "={cx},{ax}"(i64 %x)
  ret i64 %r
}
; CHECK-LABEL: {{^}}numbers:
; CHECK: addl $5, %eax; addl $-5, %eax; .long 5
define i32 @numbers(i32 %x) {
  %r = call i32 asm "addl $2, $0; addl $$${2:n}, $0; .long ${2:c}", "={ax},0,i"(i32 %x, i32 5)
  ret i32 %r
}
; CHECK-LABEL: {{^}}dialects:
; CHECK: movl %edi, %eax
define i32 @dialects(i32 %x) {
  %r = call i32 asm "$(movl $1, $0$|mov $0, $1$)", "={ax},{di}"(i32 %x)
  ret i32 %r
}
; CHECK-LABEL: {{^}}memory:
; CHECK: incl (%rdi)
define void @memory(ptr %p) {
  call void asm sideeffect "incl $0", "*m,~{memory}"(ptr elementtype(i32) %p)
  ret void
}
