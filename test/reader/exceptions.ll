; Invokes, landing pads and the funclet instructions are read whole.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

declare void @may_throw()
declare i32 @__gxx_personality_v0(...)
@type = external constant ptr
; CHECK-LABEL: define i32 @f
define i32 @f() personality ptr @__gxx_personality_v0 {
entry:
; CHECK: invoke void @may_throw() to label %ok unwind label %pad
  invoke void @may_throw()
          to label %ok unwind label %pad
ok:
  ret i32 0
pad:
; CHECK: landingpad { ptr, i32 } cleanup catch ptr @type catch ptr null filter [1 x ptr] [ptr @type]
  %l = landingpad { ptr, i32 }
          cleanup
          catch ptr @type
          catch ptr null
          filter [1 x ptr] [ptr @type]
; CHECK-NEXT: resume { ptr, i32 } %l
  resume { ptr, i32 } %l
}
; CHECK-LABEL: define void @g
define void @g() personality ptr @__CxxFrameHandler3 {
entry:
  invoke void @may_throw() to label %ok unwind label %dispatch
ok:
  ret void
dispatch:
; CHECK: %cs = catchswitch within none [label %handler] unwind label %cleanup
  %cs = catchswitch within none [label %handler] unwind label %cleanup
handler:
; CHECK: %cp = catchpad within %cs [ptr null, i32 64, ptr null]
  %cp = catchpad within %cs [ptr null, i32 64, ptr null]
; CHECK-NEXT: call void @may_throw() [ "funclet"(token %cp) ]
  call void @may_throw() [ "funclet"(token %cp) ]
; CHECK-NEXT: catchret from %cp to label %ok
  catchret from %cp to label %ok
cleanup:
; CHECK: %up = cleanuppad within none []
  %up = cleanuppad within none []
; CHECK-NEXT: cleanupret from %up unwind to caller
  cleanupret from %up unwind to caller
}
declare i32 @__CxxFrameHandler3(...)
