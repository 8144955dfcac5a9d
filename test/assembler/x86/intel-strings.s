# String instructions of Intel's syntax may name their operands, which say the width, the source's segment and the
# addresses' width.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
movs byte ptr [rdi], byte ptr [rsi]                # CHECK: a4
movs dword ptr [rdi], [rsi]                        # CHECK: a5
movs dword ptr es:[rdi], dword ptr fs:[rsi]        # CHECK: 64 a5
movs qword ptr [edi], qword ptr [esi]              # CHECK: 67 48 a5
rep movs word ptr [rdi], word ptr [rsi]            # CHECK: 66 f3 a5
cmps [rsi], byte ptr [rdi]                         # CHECK: a6
ins dword ptr [rdi], dx                            # CHECK: 6d
outs dx, word ptr [rsi]                            # CHECK: 66 6f
stos qword ptr [rdi]                               # CHECK: 48 ab
lods dword ptr fs:[rsi]                            # CHECK: 64 ad
scas word ptr es:[rdi]                             # CHECK: 66 af
xlat byte ptr fs:[rbx]                             # CHECK: 64 d7
xlatb [ebx]                                        # CHECK: 67 d7
