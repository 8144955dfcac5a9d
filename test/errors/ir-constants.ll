; Constants that do not fit their types.
; RUN: %not ir-tool %s 2>&1 | FileCheck %s --match-full-lines --strict-whitespace --implicit-check-not=error:
@a = global i32 1.5
@b = global float 0.1
@c = global [2 x i32] [i32 1]
@d = global { i32, i8 } { i32 1, i32 2 }
@e = global i32 null
@f = global [3 x i8] c"ab"
@g = global i32 99999999999999999999
@h = global ptr getelementptr ({ i32 }, ptr @a, i32 0, i32 1)
;CHECK:{{.*}}:3:17: error: a floating-point number is no value of type i32
;CHECK:{{.*}}:4:19: error: this number has no exact value of type float
;CHECK:{{.*}}:5:23: error: there are 1 elements here, but the type is [2 x i32]
;CHECK:{{.*}}:6:34: error: this element is i32, but { i32, i8 } wants i8
;CHECK:{{.*}}:7:17: error: 'null' is no value of type i32
;CHECK:{{.*}}:8:22: error: this string has 2 bytes, but the type is [3 x i8]
;CHECK:{{.*}}:9:17: error: this number does not fit in 32 bits
;CHECK:{{.*}}:10:56: error: index 1 is too large, { i32 } has 1 fields
