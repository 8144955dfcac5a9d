; The exception table: call sites with pads and the code between them without, actions, types, a filter; what lives into
; a pad lies in the frame or a callee-saved register across the call.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: {{^}}catches:
; CHECK-NEXT: .cfi_startproc
; CHECK-NEXT: .cfi_personality 155, DW.ref.__gxx_personality_v0
; CHECK-NEXT: .cfi_lsda 27, .Lexception0
; CHECK-NEXT: .Lfunc_begin0:
; CHECK:      movq %rdi, (%rsp)
; CHECK:      .LE0_0:
; CHECK-NEXT: call f@PLT
; CHECK-NEXT: .LE0_1:
; CHECK:      ret
; CHECK:      [[PAD:\.LBB0_[0-9]+]]:
; CHECK:      addq (%rsp), %rax
; CHECK:      ret
; CHECK:      .Lfunc_end0:
; CHECK:      .section .gcc_except_table,"a",@progbits
; CHECK-NEXT: .p2align 2
; CHECK-NEXT: .Lexception0:
; CHECK-NEXT: .byte 255
; CHECK-NEXT: .byte 155
; CHECK-NEXT: .uleb128 .Lexception0t-.Lexception0r
; CHECK-NEXT: .Lexception0r:
; CHECK-NEXT: .byte 1
; CHECK-NEXT: .uleb128 .Lexception0e-.Lexception0s
; CHECK-NEXT: .Lexception0s:
; CHECK-NEXT: .uleb128 .Lfunc_begin0-.Lfunc_begin0
; CHECK-NEXT: .uleb128 .LE0_0-.Lfunc_begin0
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .uleb128 .LE0_0-.Lfunc_begin0
; CHECK-NEXT: .uleb128 .LE0_1-.LE0_0
; CHECK-NEXT: .uleb128 [[PAD]]-.Lfunc_begin0
; CHECK-NEXT: .uleb128 1
; CHECK-NEXT: .uleb128 .LE0_1-.Lfunc_begin0
; CHECK-NEXT: .uleb128 .Lfunc_end0-.LE0_1
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .Lexception0e:
; CHECK-NEXT: .sleb128 {{[12]}}
; CHECK-NEXT: .byte 1
; CHECK-NEXT: .sleb128 {{[12]}}
; CHECK-NEXT: .byte 1
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .byte 0
; CHECK-NEXT: .p2align 2
; CHECK-NEXT: .long
; CHECK-NEXT: .long
; CHECK-NEXT: .Lexception0t:
define i64 @catches(i64 %a) uwtable personality ptr @__gxx_personality_v0 {
  %r = invoke i64 @f() to label %done unwind label %pad
done:
  ret i64 %r
pad:
  %e = landingpad { ptr, i32 } cleanup catch ptr @_ZTIi catch ptr null
  %n = extractvalue { ptr, i32 } %e, 1
  %t = call i32 @llvm.eh.typeid.for.p0(ptr @_ZTIi)
  %c = icmp eq i32 %n, %t
  %p = extractvalue { ptr, i32 } %e, 0
  %i = ptrtoint ptr %p to i64
  %s = add i64 %i, %a
  %v = select i1 %c, i64 %s, i64 5
  ret i64 %v
}

; A pad that only cleans up has no action, and no types are needed.
; CHECK-LABEL: {{^}}cleans:
; CHECK:      .Lexception1:
; CHECK-NEXT: .byte 255
; CHECK-NEXT: .byte 255
; CHECK-NEXT: .byte 1
; CHECK:      .uleb128 .LBB1_{{[0-9]+}}-.Lfunc_begin1
; CHECK-NEXT: .uleb128 0
define void @cleans() uwtable personality ptr @__gxx_personality_v0 {
  invoke void @g() to label %done unwind label %pad
done:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  call void @g()
  resume { ptr, i32 } %e
}

; CHECK-LABEL: {{^}}specified:
; CHECK:      .Lexception2e:
; CHECK-NEXT: .sleb128 -1
; CHECK-NEXT: .byte 0
; CHECK:      .Lexception2t:
; CHECK-NEXT: .uleb128 1
; CHECK-NEXT: .byte 0
define void @specified() uwtable personality ptr @__gxx_personality_v0 {
  invoke void @g() to label %done unwind label %pad
done:
  ret void
pad:
  %e = landingpad { ptr, i32 } filter [1 x ptr] [ptr @_ZTIi]
  %p = extractvalue { ptr, i32 } %e, 0
  tail call void @__cxa_call_unexpected(ptr %p) noreturn
  unreachable
}

; CHECK:      .hidden DW.ref.__gxx_personality_v0
; CHECK-NEXT: .weak DW.ref.__gxx_personality_v0
; CHECK-NEXT: .section .data.rel.local.DW.ref.__gxx_personality_v0,"awG",@progbits,DW.ref.__gxx_personality_v0,comdat
; CHECK:      DW.ref.__gxx_personality_v0:
; CHECK-NEXT: .quad __gxx_personality_v0

@_ZTIi = external constant ptr
declare i64 @f()
declare void @g()
declare void @__cxa_call_unexpected(ptr)
declare i32 @llvm.eh.typeid.for.p0(ptr)
declare i32 @__gxx_personality_v0(...)
