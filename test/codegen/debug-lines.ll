; Line tables, compile units and subprograms from metadata.
; RUN: %lathe -S -O1 %s -o - | %FileCheck %s
target triple = "x86_64-pc-linux-gnu"

; CHECK: .file 0 "/src" "a.c"
; CHECK: .file 1 "/src" "b.h"
; CHECK-LABEL: {{^}}f:
; CHECK: .loc 0 3 0
; CHECK: .loc 0 4 5 prologue_end
; CHECK: .loc 1 7 2
; CHECK: .Lfunc_end0:
define i32 @f(i32 %x) !dbg !5 {
  %y = mul i32 %x, %x, !dbg !8
  %z = sdiv i32 %y, 3, !dbg !9
  ret i32 %z, !dbg !9
}

; CHECK: .section .debug_abbrev,"",@progbits
; CHECK: .section .debug_info,"",@progbits
; CHECK: .value 5
; CHECK: .quad f
; CHECK-NEXT: .long .Lfunc_end0-f
; CHECK: .section .debug_str,"MS",@progbits,1
; CHECK: .string "maker"
; CHECK: .section .debug_line,"",@progbits
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "maker", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug)
!1 = !DIFile(filename: "a.c", directory: "/src")
!2 = !{i32 7, !"Dwarf Version", i32 5}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = !DIFile(filename: "b.h", directory: "/src")
!5 = distinct !DISubprogram(name: "f", scope: !1, file: !1, line: 3, type: !6, scopeLine: 3, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition, unit: !0)
!6 = !DISubroutineType(types: !7)
!7 = !{null}
!8 = !DILocation(line: 4, column: 5, scope: !5)
!9 = !DILocation(line: 7, column: 2, scope: !10)
!10 = !DILexicalBlockFile(scope: !5, file: !4, discriminator: 0)
