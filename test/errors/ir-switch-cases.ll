; Each case of a switch is a value of its own: of two equal ones the wrong block could be taken.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
define void @f(i32 %x, i128 %y) {
  switch i32 %x, label %a [ i32 1, label %a
                            i32 0, label %b
                            i32 1, label %b ]
a:
  switch i128 %y, label %b [ i128 36893488147419103232, label %b
                             i128 36893488147419103232, label %c ]
b:
  br label %c
c:
  switch i32 %x, label %c [ i32 1, label %c
                            i32 2, label %c ]
}
; CHECK: {{.*}}:4:3: error: two cases of this switch have the same value
; CHECK: {{.*}}:8:3: error: two cases of this switch have the same value
