# A register's name in Intel's syntax is never a symbol: where no register fits the line is refused, as is an
# immediate that push cannot hold.
# RUN: not %as -o %t.o %s 2>&1 | FileCheck %s
.intel_syntax noprefix
mov eax, [ax]         # CHECK: :[[@LINE]]: error: `[ax]' is not a valid base/index expression
mov eax, [rbx+ecx]    # CHECK: :[[@LINE]]: error: `[rbx+ecx]' is not a valid
mov eax, [cl+rbx]     # CHECK: :[[@LINE]]: error: `[cl+rbx]' is not a valid
mov eax, [eax+rbx]    # CHECK: :[[@LINE]]: error: `[eax+rbx]' is not a valid
mov eax, [rip+rax]    # CHECK: :[[@LINE]]: error: `[rip+rax]' is not a valid
mov eax, [rbx+k1]     # CHECK: :[[@LINE]]: error: `[rbx+k1]' is not a valid
mov eax, [cr0]        # CHECK: :[[@LINE]]: error: `[cr0]' is not a valid
mov eax, [xmm0]       # CHECK: :[[@LINE]]: error:
mov eax, rbx+4        # CHECK: :[[@LINE]]: error: invalid use of register
jmp rax+4             # CHECK: :[[@LINE]]: error: invalid use of register
mov eax, [4-rbx]      # CHECK: :[[@LINE]]: error: invalid use of register
mov eax, offset rbx   # CHECK: :[[@LINE]]: error: invalid use of register
mov eax, fs:ebx       # CHECK: :[[@LINE]]: error: invalid use of register
mov eax, dword ptr ebx # CHECK: :[[@LINE]]: error: invalid use of register
mov eax, [rbx/2]      # CHECK: :[[@LINE]]: error: invalid use of register
mov dword [rax], 4    # CHECK: :[[@LINE]]: error: ambiguous operand size
inc foo               # CHECK: :[[@LINE]]: error: ambiguous operand size for `inc'
mov eax, 4*[rbx]      # CHECK: :[[@LINE]]: error: invalid use of register
jmp far ptr foo       # CHECK: :[[@LINE]]: error: cannot infer the segment part of the operand
push 0x80000000       # CHECK: :[[@LINE]]: error: operand {{.*}} mismatch for `push'
.set r, rdi           # CHECK: :[[@LINE]]: error: the register `rdi' has no value outside of an instruction
.quad rax             # CHECK: :[[@LINE]]: error: the register `rax' has no value
