; Attributes that say how a value is passed, on what cannot be passed so.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --implicit-check-not=error:
%opaque = type opaque
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@a' parameter 1 is ptr, which has no sign or zero extension
declare void @a(ptr zeroext, i8 zeroext)
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@b' parameter 1 is extended in two ways
declare void @b(i8 zeroext signext)
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@c' parameter 1 is passed in two ways
declare void @c(ptr byval(i32) sret(i32))
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@d' parameter 1 points to %opaque, which has no size
declare void @d(ptr byval(%opaque))
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@e' parameter 1 is ptr, but the function returns i64
declare i64 @e(ptr returned)
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@f' has two parameters with 'sret'
declare void @f(ptr sret(i32), ptr sret(i32))
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@g' parameter 3 is too late for 'sret'
declare void @g(i32, i32, ptr sret(i32))
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@h' returns i32, so it has no 'sret'
declare i32 @h(ptr sret(i32))
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@i' returns float, which has no sign or zero extension
declare signext float @i()
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@j' has "patchable-function-entry"="x", which is no number
declare void @j() "patchable-function-entry"="x"
; CHECK: {{.*}}:[[@LINE+1]]:{{[0-9]+}}: error: '@k' has an unknown "frame-pointer"="most"
declare void @k() "frame-pointer"="most"
declare void @good(ptr, ptr sret(%opaque2) align 8, ptr byval(i32) align 4)
%opaque2 = type { i32, ptr }
