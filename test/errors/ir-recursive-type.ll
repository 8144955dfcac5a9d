; A structure that contains itself has no size.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
%a = type { i32, [2 x %b] }
%b = type { %a }
;CHECK:ir-tool: error: type %a contains itself
