; An attribute of a later LLVM is skipped, once with a warning.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; RUN: ir-tool %s 2>&1 | FileCheck %s --check-prefix=WARN
; WARN: unknown-attribute.ll:[[@LINE+3]]:21: warning: unknown attribute 'quiet' is ignored
; WARN-NOT: warning
; CHECK: declare void @f(ptr noundef, i32)
declare void @f(ptr quiet(1, 2) noundef, i32 quiet(3))
