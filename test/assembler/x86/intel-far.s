# Sizes that hold a segment, and "far ptr", make call and jmp of Intel's syntax far; "near ptr" stands before any target.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
call fword ptr [rax]             # CHECK: ff 18
jmp fword ptr [rax]              # CHECK: ff 28
call far ptr [rax]
jmp far ptr [rax]
call dword ptr [rax]             # CHECK: 66 ff 18
jmp dword ptr foo
jmp near ptr foo
call near ptr [rax]              # CHECK: ff 10
call qword ptr [rax]
