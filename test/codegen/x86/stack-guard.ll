; Where the stack protector's secret lies: %fs:40, %gs:40 in the kernel, elsewhere when the module says so.
; RUN: split-file %s %t
; RUN: cat %t/f.ll %t/plain.ll > %t/1.ll && %lathe -S -O2 %t/1.ll -o - | %FileCheck %s --check-prefix=PLAIN
; RUN: cat %t/f.ll %t/kernel.ll > %t/2.ll && %lathe -S -O2 %t/2.ll -o - | %FileCheck %s --check-prefix=KERNEL
; RUN: cat %t/f.ll %t/symbol.ll > %t/3.ll && %lathe -S -O2 %t/3.ll -o - | %FileCheck %s --check-prefix=SYMBOL
; RUN: cat %t/f.ll %t/global.ll > %t/4.ll && %lathe -S -O2 %t/4.ll -o - | %FileCheck %s --check-prefix=GLOBAL
; PLAIN: movq %fs:40, %r11
; PLAIN: call __stack_chk_fail
; KERNEL: movq %gs:40, %r11
; SYMBOL: movq secret@GOTPCREL(%rip), %r11
; SYMBOL-NEXT: movq %gs:(%r11), %r11
; RUN: %lathe -S -O2 -fno-pic %t/3.ll -o - | %FileCheck %s --check-prefix=FIXED
; FIXED: movq %gs:secret(%rip), %r11
; RUN: %lathe -S -O2 -fno-pic %t/4.ll -o - | %FileCheck %s --check-prefix=STATIC
; STATIC: movq __stack_chk_guard(%rip), %r11
; GLOBAL: movq __stack_chk_guard@GOTPCREL(%rip), %r11
; GLOBAL-NEXT: movq (%r11), %r11
; GLOBAL: call *__stack_chk_fail@GOTPCREL(%rip)

;--- f.ll
target triple = "x86_64-pc-linux-gnu"
define void @f() nounwind sspreq {
  %a = alloca [16 x i8]
  call void @use(ptr %a)
  ret void
}
declare void @use(ptr)
;--- plain.ll
;--- kernel.ll
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"Code Model", i32 2}
;--- symbol.ll
!llvm.module.flags = !{!0, !1, !2}
!0 = !{i32 1, !"stack-protector-guard", !"tls"}
!1 = !{i32 1, !"stack-protector-guard-reg", !"gs"}
!2 = !{i32 1, !"stack-protector-guard-symbol", !"secret"}
;--- global.ll
!llvm.module.flags = !{!0, !1}
!0 = !{i32 1, !"stack-protector-guard", !"global"}
!1 = !{i32 7, !"RtLibUseGOT", i32 1}
