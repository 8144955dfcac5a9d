; Metadata of any shape is passed over, attachments too; a node may go over lines.
; RUN: ir-tool --verify --print %s > %t.1
; RUN: FileCheck %s < %t.1
; RUN: llvm-as %t.1 -o /dev/null
; RUN: ir-tool --verify --print %t.1 | diff %t.1 -

; CHECK: @g = global i32 0, !a !0, !b !1
@g = global i32 0, !a !0, !b !1
; CHECK-LABEL: define void @f
define void @f(ptr %p) !note !0 {
  %1 = load i32, ptr %p, align 4, !tbaa !0, !range !2, !noundef !{}
  store i32 %1, ptr %p, align 4, !alias.scope !{!0, !1}, !my\2dkind !"text }"
; CHECK: br label
  br label %2, !llvm.loop !3
2:
  %r = call i64 @llvm.read_register.i64(metadata !{!"rsp"}), !x !DIExpression(DW_OP_plus, 3)
  ret void, !x !0, !y !1
}
declare i64 @llvm.read_register.i64(metadata)
!named = !{!0,
  !1}
!0 = !{i32 1, !"a string with \22 } and ;", !{!"inner"}, null}
!1 = distinct !{!1,
                ptr @g}
!2 = !{i32 0, i32 10} ; trailing
!3 = distinct !{!3}
^0 = module: (path: "x", hash: (0, 0, 0, 0, 0))
^1 = gv: (name: "f")
