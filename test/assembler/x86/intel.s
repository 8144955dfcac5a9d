# Intel syntax, as gcc and clang write it with -masm=intel, gives the bytes of the AT&T form.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
mov eax, DWORD PTR [rbp-4]      # CHECK: 8b 45 fc
add QWORD PTR 8[rsp+rax*4], 1   # CHECK: 48 83 44 84 08 01
movzx ecx, BYTE PTR [rdi]       # CHECK: 0f b6 0f
lea rax, [rdx+rcx*2+16]         # CHECK: 48 8d 44 4a 10
mov rax, QWORD PTR fs:40        # CHECK: 64 48 8b 04 25 28 00 00 00
movsd xmm0, QWORD PTR [rax]     # CHECK: f2 0f 10 00
fsubp st(1), st                 # CHECK: de e9
mov DWORD PTR ds:8, eax         # CHECK: 89 04 25 08 00 00 00
call [QWORD PTR [rax]]          # CHECK: ff 10
