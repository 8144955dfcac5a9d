# The shortest form is chosen as GNU as chooses it: sign-extended immediates, the accumulator's own opcodes, short jumps.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
addl $1, %eax                   # CHECK: 83 c0 01
addl $0xffffffff, %eax          # CHECK: 83 c0 ff
addl $300, %eax                 # CHECK: 05 2c 01 00 00
addl $300, %ecx                 # CHECK: 81 c1 2c 01 00 00
addw $0xfff0, %cx                # CHECK: 66 83 c1 f0
movq $1, %rax                   # CHECK: 48 c7 c0 01 00 00 00
movabsq $1, %rax                # CHECK: 48 b8 01 00 00 00 00 00 00 00
mov $0x123456789a, %rax         # CHECK: 48 b8 9a 78 56 34 12 00 00 00
shll $1, %eax                   # CHECK: d1 e0
shll $2, %eax                   # CHECK: c1 e0 02
movl %eax, %ebx                 # CHECK: 89 c3
movaps %xmm1, %xmm2             # CHECK: 0f 28 d1
xchgl %eax, %eax                # CHECK: 87 c0
movl (%rbp), %eax               # CHECK: 8b 45 00
movl (%r12), %eax               # CHECK: 41 8b 04 24
movl 5, %eax                    # CHECK: 8b 04 25 05 00 00 00
movb %sil, (%rax)               # CHECK: 40 88 30
movdqa %xmm0, %xmm1             # CHECK: 66 0f 6f c8
fdivrp %st, %st(1)              # CHECK: de f9
fdivp %st, %st(1)               # CHECK: de f1
fsubp %st, %st(1)               # CHECK: de e1
fsubrp %st, %st(1)              # CHECK: de e9
pushq $1                        # CHECK: 6a 01
testl %eax, (%rbx)              # CHECK: 85 03
movl %eax, %ds:8                # CHECK: 89 04 25 08 00 00 00
rep stosq                       # CHECK: f3 48 ab
vaddps %xmm8, %xmm1, %xmm2      # CHECK: c4 c1 70 58 d0
vmovaps %xmm8, %xmm0            # CHECK: c5 78 29 c0

# Between registers the pseudo prefix chooses the direction.
{load} mov %eax, %ebx           # CHECK: 8b d8
{load} add %ecx, %edx           # CHECK: 03 d1
{store} vmovaps %xmm1, %xmm2    # CHECK: c5 f8 29 ca
# Memory is as wide as the register, unless a suffix says otherwise.
crc32 (%rax), %ebx              # CHECK: f2 0f 38 f1 18
crc32 (%rax), %rbx              # CHECK: f2 48 0f 38 f1 18
crc32b (%rax), %ebx             # CHECK: f2 0f 38 f0 18
xchgq %rax, %rax                # CHECK: 90
int $3                          # CHECK: cc
movl 0x80000000, %eax           # CHECK: a1 00 00 00 80 00 00 00 00
movb %al, 0x123456789a          # CHECK: a2 9a 78 56 34 12 00 00 00
