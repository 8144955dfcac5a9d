; A constant for the way around a single block is made before the branch, so that neither way needs a jump.
; RUN: %lathe -S -O2 %s -o - | %FileCheck %s

; CHECK-LABEL: height:
; CHECK:      xorl %eax, %eax
; CHECK-NEXT: testq %rdi, %rdi
; CHECK-NEXT: je [[END:\.L[A-Z0-9_]+]]
; CHECK-NEXT: movl 20(%rdi), %eax
; CHECK-NEXT: [[END]]:
; CHECK-NEXT: ret
define i32 @height(ptr %n) {
  %none = icmp eq ptr %n, null
  br i1 %none, label %end, label %some
some:
  %p = getelementptr i8, ptr %n, i64 20
  %h = load i32, ptr %p
  br label %end
end:
  %r = phi i32 [ %h, %some ], [ 0, %0 ]
  ret i32 %r
}
