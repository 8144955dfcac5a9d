# An address of Intel's syntax is any sum of registers, registers times a constant, and constants, with parentheses
# and brackets anywhere; '$' is this place, a size without "ptr" a number of bytes.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -dr %t.o | FileCheck %s
.set K, 3
.intel_syntax noprefix
a: nop
b:
mov eax, [(rbx+4)]               # CHECK: 8b 43 04
mov eax, [(rbx)+4]
mov eax, [rcx+(4+rbx)]           # CHECK: 8b 44 19 04
mov eax, [rcx+(rbx*4)]           # CHECK: 8b 04 99
mov eax, [(rbx+4)*2]             # CHECK: 8b 04 5d 08 00 00 00
mov eax, [2*(rbx*4)]
mov eax, [rcx+rbx*2*2]
mov eax, [rcx+rbx*(b-a)]
lea rax, [rcx+rdx*(2+2)]
lea rax, [rcx+(2)*rdx]
mov eax, [fs:4+rbx]
mov eax, dword ptr fs:[rbx]
mov eax, 4 + dword ptr [rbx]
mov eax, foo-4[rbx]
mov eax, (ecx)                   # CHECK: 89 c8
mov eax, offset foo[rbx]         # CHECK: 8b 83
mov eax, [offset foo + rbx]
mov eax, flat:foo
mov rax, [0x123456789abcdef0]
jmp $                            # CHECK: eb fe
mov eax, $-a
mov eax, dword                   # CHECK: b8 04 00 00 00
mov eax, [rbx+dword]             # CHECK: 8b 43 04
vgatherdps xmm1{k1}, [xmm2+rax]
in al, (dx)
