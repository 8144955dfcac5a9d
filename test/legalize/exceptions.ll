; An invoke's value is received in its normal destination, a landing pad belongs to one invoke, resume is a call, and
; what cannot unwind is a call and a branch.
; RUN: %legalize -O0 --stop-after=exceptions %s | FileCheck %s

; CHECK-LABEL: @value(
; CHECK:         invoke i32 @f() to label %[[NORMAL:.*]] unwind label %pad
; CHECK:       [[NORMAL]]:
; CHECK-NEXT:    [[R:%.*]] = call i32 @llvm.callbr.landingpad()
; CHECK:       pad:
; CHECK-NEXT:    [[E:%.*]] = landingpad { ptr, i32 } cleanup
; CHECK-NEXT:    call void @g()
; CHECK-NEXT:    [[P:%.*]] = extractvalue { ptr, i32 } [[E]], 0
; CHECK-NEXT:    call void @_Unwind_Resume(ptr [[P]])
; CHECK-NEXT:    unreachable
define i32 @value() personality ptr @__gxx_personality_v0 {
  %r = invoke i32 @f() to label %done unwind label %pad
done:
  ret i32 %r
pad:
  %e = landingpad { ptr, i32 } cleanup
  call void @g()
  resume { ptr, i32 } %e
}

; CHECK-LABEL: @shared(
; CHECK:         invoke void @g() to label %second unwind label %[[A:.*]]
; CHECK:       [[A]]:
; CHECK-NEXT:    [[EA:%.*]] = landingpad { ptr, i32 } catch ptr null
; CHECK-NEXT:    br label %pad
; CHECK:         invoke void @g() to label %done unwind label %[[B:.*]]
; CHECK:       [[B]]:
; CHECK-NEXT:    [[EB:%.*]] = landingpad { ptr, i32 }
; CHECK:       pad:
; CHECK-DAG:     phi { ptr, i32 } [ [[EA]], %[[A]] ], [ [[EB]], %[[B]] ]
; CHECK-DAG:     phi i32 [ 1, %[[A]] ], [ 2, %[[B]] ]
define i32 @shared() personality ptr @__gxx_personality_v0 {
  invoke void @g() to label %second unwind label %pad
second:
  invoke void @g() to label %done unwind label %pad
done:
  ret i32 0
pad:
  %at = phi i32 [ 1, %0 ], [ 2, %second ]
  %e = landingpad { ptr, i32 } catch ptr null
  %n = extractvalue { ptr, i32 } %e, 1
  %s = add i32 %at, %n
  ret i32 %s
}

; CHECK-LABEL: @intrinsic(
; CHECK-NEXT:    call void @llvm.donothing()
; CHECK-NEXT:    br label %done
; CHECK-NOT:     landingpad
; CHECK:       }
define void @intrinsic() personality ptr @__gxx_personality_v0 {
  invoke void @llvm.donothing() to label %done unwind label %pad
done:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}

declare i32 @f()
declare void @g()
declare void @llvm.donothing()
declare i32 @__gxx_personality_v0(...)
