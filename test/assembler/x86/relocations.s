# Which relocation each use of a symbol becomes, and when it names the symbol rather than its section.
# RUN: %as %s -o %t.o && %readobj -r %t.o | FileCheck %s
call far                        # CHECK: R_X86_64_PLT32 far 0xFFFFFFFFFFFFFFFC
jmp far                         # made when the layout is settled: the last of its section
movl $here, %eax                # CHECK: R_X86_64_32 .data 0x8
cmpq $here, %rax                # CHECK: R_X86_64_32S .data 0x8
movq far@GOTPCREL(%rip), %rax   # CHECK: R_X86_64_REX_GOTPCRELX far 0xFFFFFFFFFFFFFFFC
call *far@GOTPCREL(%rip)        # CHECK: R_X86_64_GOTPCRELX far 0xFFFFFFFFFFFFFFFC
pushq far@GOTPCREL(%rip)        # CHECK: R_X86_64_GOTPCREL far 0xFFFFFFFFFFFFFFFC
movq t@gottpoff(%rip), %rax     # CHECK: R_X86_64_GOTTPOFF t 0xFFFFFFFFFFFFFFFC
leaq t@tlsgd(%rip), %rdi        # CHECK: R_X86_64_TLSGD t 0xFFFFFFFFFFFFFFFC
movl %fs:t@tpoff, %eax          # CHECK: R_X86_64_TPOFF32 t 0x0
leaq global(%rip), %rax         # CHECK: R_X86_64_PC32 global 0xFFFFFFFFFFFFFFFC
movabsq $far+3, %rax            # CHECK: R_X86_64_64 far 0x3
# CHECK: R_X86_64_PLT32 far 0xFFFFFFFFFFFFFFFC
.data
.quad y + 48 - .                # CHECK: R_X86_64_PC64 y 0x30
here: .long 7
.globl global
global: .quad far               # CHECK: R_X86_64_64 far 0x0
.long far - global              # CHECK: R_X86_64_PC32 far 0x8
.long far@PLT                   # CHECK: R_X86_64_PLT32 far 0x0
