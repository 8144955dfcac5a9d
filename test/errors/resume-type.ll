; Only what a personality routine hands over can be resumed; LangRef allows any type.
; RUN: %not %lathe -c %s -o %t.o 2>&1 | FileCheck %s
; RUN: %not test -e %t.o
; CHECK: error: a resume of another type than { ptr, i32 } is not supported, in function 'f'
define void @f(ptr %p) personality ptr @__gxx_personality_v0 {
  resume ptr %p
}
declare i32 @__gxx_personality_v0(...)
