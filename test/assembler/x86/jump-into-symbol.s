# A jump to a place behind or before a symbol does not go through the symbol's PLT entry.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: readelf -rW %t.o | FileCheck %s
# CHECK-DAG: R_X86_64_PC32 {{.*}} foo + 1
jmp foo+5
# CHECK-DAG: R_X86_64_PC32 {{.*}} foo - 7
call foo-3
# CHECK-DAG: R_X86_64_PLT32 {{.*}} foo - 4
jne foo
# CHECK-DAG: R_X86_64_PLT32 {{.*}} foo - 1
jmp foo@PLT+3
