; Landing pads are reached by unwinding alone, and all of a function give what it resumes with: the first and the
; last function here ended in internal errors.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
declare i32 @g()
declare i32 @p(...)
define i32 @both() personality ptr @p {
  %x = invoke i32 @g() to label %b unwind label %b
b:
  %l = landingpad { ptr, i32 } cleanup
  ret i32 0
}
define void @entry() personality ptr @p {
  %l = landingpad { ptr, i32 } cleanup
  ret void
}
define void @jump() personality ptr @p {
  br label %b
b:
  %l = landingpad { ptr, i32 } cleanup
  ret void
}
define void @nothing() personality ptr @p {
  %x = invoke i32 @g() to label %a unwind label %b
a:
  ret void
b:
  %l = landingpad { ptr, i32 }
  ret void
}
define void @resume() personality ptr @p {
  %x = invoke i32 @g() to label %a unwind label %b
a:
  ret void
b:
  %l = landingpad { ptr, i32 } cleanup
  resume i32 0
}
; CHECK: {{.*}}:9:8: error: block 0 comes to this landingpad by another way than an invoke's unwinding
; CHECK: {{.*}}:13:8: error: a landingpad stands in no entry block
; CHECK: {{.*}}:19:8: error: block 0 comes to this landingpad by another way than an invoke's unwinding
; CHECK: {{.*}}:27:8: error: this landingpad has neither a clause nor 'cleanup'
; CHECK: {{.*}}:36:3: error: this resume works on i32, another one of the function on { ptr, i32 }
