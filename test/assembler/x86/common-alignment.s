# The alignment of common symbols that name none: rounded up to 16 at most, 1 after .local, rounded down to 8 for .lcomm.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: llvm-readelf -sW %t.o | FileCheck %s
# CHECK: {{ +}}7 OBJECT {{ *}}LOCAL  DEFAULT {{ *}}{{[0-9]+}} seven
# CHECK: 0000000000000004 {{ *}}3 OBJECT  GLOBAL DEFAULT  COM three
# CHECK: 0000000000000010 {{ *}}9 OBJECT  GLOBAL DEFAULT  COM nine
.comm three,3
.comm nine,9
.comm forty,40
.local seven
.comm seven,7
.lcomm thirty,30
.lcomm one,1
.lcomm six,6
