; asm goto jumps to its labels itself: nothing stands between the statement and the blocks, and outputs are picked up in
; each of them.
; RUN: %lathe -S -O2 -fno-peephole %s -o - | %FileCheck %s
; RUN: %lathe -c -O0 %s -o %t.o
; RUN: %lathe -c -O2 %s -o %t.o
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}labels:
; CHECK: testl %edi, %edi; jz [[ZERO:\.LBB0_[0-9]+]]
; CHECK-NEXT: #NO_APP
; CHECK-NEXT: movl $1, %eax
; CHECK-NEXT: ret
; CHECK: [[ZERO]]:
; CHECK-NEXT: movl $2, %eax
; CHECK-NEXT: ret
define i32 @labels(i32 %x) nounwind {
  callbr void asm sideeffect "testl $0, $0; jz ${1:l}", "r,!i,~{flags}"(i32 %x) to label %a [label %zero]
a:
  ret i32 1
zero:
  ret i32 2
}

; The value on both ways.
; CHECK-LABEL: {{^}}outputs:
; CHECK: movl %edi, %eax; js [[NEG:\.LBB1_[0-9]+]]
; CHECK: incl %eax
; CHECK-NEXT: ret
; CHECK: [[NEG]]:
; CHECK: {{subl|addl|leal}} {{.*}}%eax
define i32 @outputs(i32 %x) nounwind {
  %r = callbr i32 asm sideeffect "movl $1, $0; js ${2:l}", "=r,r,!i,~{flags}"(i32 %x) to label %a [label %neg]
a:
  %p = add i32 %r, 1
  ret i32 %p
neg:
  %m = sub i32 %r, 5
  ret i32 %m
}

; Where the ways meet again, and where a label is the default destination too.
; CHECK-LABEL: {{^}}meets:
; CHECK: movl $7, %eax; jz [[SAME:\.LBB2_[0-9]+]]
; CHECK: ret
define i32 @meets(i32 %x) nounwind {
entry:
  %r = callbr i32 asm sideeffect "movl $$7, $0; jz ${1:l}; jc ${2:l}", "=r,!i,!i"() to label %same [label %same, label %other]
same:
  %p = phi i32 [ 1, %entry ], [ 1, %entry ], [ %y, %other ]
  %s = add i32 %r, %p
  ret i32 %s
other:
  %y = add i32 %x, 3
  br label %same
}

; The old way to name a label: the address of a block.
; CHECK-LABEL: {{^}}by_address:
; CHECK: jmp .LBB3_{{[0-9]+$}}
define i32 @by_address() nounwind {
  callbr void asm sideeffect "jmp ${0:l}", "i"(ptr blockaddress(@by_address, %b)) to label %a [label %b]
a:
  ret i32 1
b:
  ret i32 2
}

; CHECK-LABEL: {{^}}no_labels:
; CHECK: nop
; CHECK: movl $3, %eax
define i32 @no_labels() nounwind {
  callbr void asm sideeffect "nop", ""() to label %a []
a:
  ret i32 3
}

; A flag as an output of asm goto is read where the statement leads.
; CHECK-LABEL: {{^}}flag:
; CHECK: #NO_APP
; CHECK: setb %al
define i8 @flag(i32 %x) nounwind {
  %r = callbr i8 asm sideeffect "btl $$1, $1; jo ${2:l}", "={@ccc},r,!i"(i32 %x) to label %a [label %b]
a:
  ret i8 %r
b:
  ret i8 4
}
