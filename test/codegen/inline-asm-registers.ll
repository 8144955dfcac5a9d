; Which registers operands get: none that the statement overwrites, the certain one of several letters that suits,
; memory where there are no more registers. Flags become values.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; An input was left in a register that the statement says it overwrites.
; CHECK-LABEL: {{^}}clobbered:
; CHECK: movl %edi, [[R:%e[a-z]+]]
; CHECK: xorl %edi, %edi; movl [[R]], %eax
define i32 @clobbered(i32 %x) nounwind {
  %r = call i32 asm sideeffect "xorl %edi, %edi; movl $1, $0", "=r,r,~{rdi}"(i32 %x)
  ret i32 %r
}
; The constant fits N only below 256.
; CHECK-LABEL: {{^}}port:
; CHECK: movl $1016, %edx
; CHECK: outb %al, %dx
; CHECK: outb %al, $128
define void @port(i8 %v) nounwind {
  call void asm sideeffect "outb ${0:b}, ${1:w}", "{ax},N{dx}"(i8 %v, i16 1016)
  call void asm sideeffect "outb ${0:b}, $1", "{ax},N{dx}"(i8 %v, i16 128)
  ret void
}
; CHECK-LABEL: {{^}}alternatives:
; CHECK: addl $37, %eax
; CHECK: addl %esi, %eax
define i32 @alternatives(i32 %x, i32 %y) nounwind {
  %a = call i32 asm "addl $2, $0", "=r|r,0|0,i|r"(i32 %x, i32 37)
  %b = call i32 asm "addl $2, $0", "=r|r,0|0,i|r"(i32 %a, i32 %y)
  ret i32 %b
}
; CHECK-LABEL: {{^}}flags:
; CHECK: cmpl %esi, %edi
; CHECK-NEXT: #NO_APP
; CHECK-NEXT: sete %al
; CHECK-NEXT: setb %cl
; CHECK: movzbl %al, %eax
define i32 @flags(i32 %x, i32 %y) nounwind {
  %r = call { i32, i8 } asm "cmpl $3, $2", "={@ccz},={@ccc},r,r"(i32 %x, i32 %y)
  %z = extractvalue { i32, i8 } %r, 0
  %c = extractvalue { i32, i8 } %r, 1
  %w = zext i8 %c to i32
  %s = add i32 %z, %w
  ret i32 %s
}
; A value that must be in memory is stored there.
; CHECK-LABEL: {{^}}direct_memory:
; CHECK: mov{{[lq]}} {{%rdi, -8|%edi, -8}}(%rsp)
; CHECK: pushq -8(%rsp)
define void @direct_memory(i64 %x) nounwind {
  call void asm sideeffect "pushq $0", "m"(i64 %x)
  ret void
}
