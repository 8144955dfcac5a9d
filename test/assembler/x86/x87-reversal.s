# AT&T names of the non-commutative x87 operations are exchanged where the destination is not %st.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
fdivrp %st, %st(1)              # CHECK: de f9
fdivp %st, %st(1)               # CHECK: de f1
fsubp %st, %st(1)               # CHECK: de e1
fsubrp %st, %st(1)              # CHECK: de e9
fdiv %st, %st(1)                # CHECK: dc f1
fdiv %st(1), %st                # CHECK: d8 f1
fsubr %st(2), %st               # CHECK: d8 ea
