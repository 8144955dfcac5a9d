# A COMDAT group lists its sections; merge sections keep their entry size.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %as %s -o %t.o && %readobj --sections --section-groups %t.o | FileCheck %s
.section .text.f,"axG",@progbits,f,comdat
.weak f
f: ret
.section .rodata.str1.1,"aMS",@progbits,1
.string "x"
# CHECK: Name: .rodata.str1.1
# CHECK: EntrySize: 1
# CHECK: Type: COMDAT
# CHECK: Signature: f
# CHECK: .text.f
