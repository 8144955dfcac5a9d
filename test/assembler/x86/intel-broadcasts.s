# Where no operand fixes the length, "qword bcst" of Intel's syntax has the widest form, with a warning.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s 2>%t.err && cmp %t.gas.o %t.o
# RUN: FileCheck %s <%t.err
.intel_syntax noprefix
vcvtpd2ps xmm1, qword bcst [rax]       # CHECK: :[[@LINE]]: warning: ambiguous broadcast for `vcvtpd2ps', using 256-bit form
vfpclassps k1, dword bcst [rax], 3     # CHECK: :[[@LINE]]: warning: ambiguous broadcast for `vfpclassps', using 512-bit form
vcvtpd2ps ymm1, qword bcst [rax]       # CHECK-NOT: warning
vaddps xmm1, xmm2, dword bcst [rax]
