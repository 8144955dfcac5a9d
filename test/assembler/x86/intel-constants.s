# In Intel's syntax the name of a constant is the constant, also behind "ptr"; any other symbol is the memory there.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -dr %t.o | FileCheck %s
.set K, 3
.intel_syntax noprefix
a: nop
b:
mov edx, K                      # CHECK: ba 03 00 00 00
mov edx, b-a                    # CHECK: ba 01 00 00 00
sub rsp, K*8                    # CHECK: 48 83 ec 18
mov eax, ~K                     # CHECK: b8 fc ff ff ff
imul eax, ebx, K                # CHECK: 6b c3 03
mov dword ptr [rax], K          # CHECK: c7 00 03 00 00 00
mov eax, dword ptr K            # CHECK: b8 03 00 00 00
mov eax, [K]                    # CHECK: 8b 04 25 03 00 00 00
mov eax, a                      # CHECK: 8b 04 25 00 00 00 00
mov eax, dword ptr u+4          # CHECK: 8b 04 25 00 00 00 00
call u                          # CHECK: e8
jmp a                           # CHECK: eb
