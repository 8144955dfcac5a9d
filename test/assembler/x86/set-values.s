# A symbol set twice has at each use the value it had there.
# RUN: %as %s -o %t.o && %readobj -x .data %t.o | FileCheck %s
# CHECK: 0x00000000 01020304 05ff0861
.data
.set n, 1
.byte n
.set n, 2
.byte n
m = 3
.byte m, m + 1
.byte (2 + 3) * (m == 3) * -1
.byte -1
.byte 1 << 3
.byte 'a'
