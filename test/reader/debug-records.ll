; Debug intrinsics and records hold nothing alive and are no code; locations stay.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK-LABEL: define i32 @f
; CHECK-SAME: !dbg !4
define i32 @f(i32 %x) !dbg !4 {
  call void @llvm.dbg.value(metadata i32 %x, metadata !7, metadata !DIExpression()), !dbg !8
    #dbg_declare(ptr poison, !7, !DIExpression(DW_OP_deref, DW_OP_plus_uconst, 8), !8)
    #dbg_label(!9, !8)
; CHECK-NEXT: %y = add i32 %x, 1, !dbg !8
  %y = add i32 %x, 1, !dbg !8
; CHECK-NEXT: %z = mul i32 %y, 3, !dbg !DILocation(line: 9, column: 3, scope: !4)
  %z = mul i32 %y, 3, !dbg !DILocation(line: 9, column: 3, scope: !4)
; CHECK-NEXT: ret i32 %z, !dbg !8
  ret i32 %z, !dbg !8
}
declare void @llvm.dbg.value(metadata, metadata, metadata)
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "p (1)", isOptimized: false, runtimeVersion: 0, emissionKind: FullDebug)
; CHECK: !1 = !DIFile(filename: "a.c", directory: "/x")
!1 = !DIFile(filename: "a.c", directory: "/x")
!2 = !{i32 7, !"Dwarf Version", i32 5}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = distinct !DISubprogram(name: "f", scope: !1, file: !1, line: 1, type: !5, scopeLine: 1, spFlags: DISPFlagDefinition, unit: !0)
!5 = !DISubroutineType(types: !6)
!6 = !{null}
!7 = !DILocalVariable(name: "x", arg: 1, scope: !4, file: !1, line: 1, type: !10)
!8 = !DILocation(line: 2, column: 5, scope: !4)
!9 = !DILabel(scope: !4, name: "l", file: !1, line: 3)
!10 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
