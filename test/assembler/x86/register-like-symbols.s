# Without its percent sign a register's name is a symbol's; a macro's parameter is replaced as a whole word only.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %readobj -r %t.o | FileCheck %s
call rbx                        # CHECK: R_X86_64_PLT32 rbx
leaq main.s1.0(%rip), %rax      # CHECK: R_X86_64_PC32 main.s1.0
.macro m orig, orig_len
	.long \orig_len
	.long \orig
.endm
m 1, 2
jne far
jmp eax
# CHECK: R_X86_64_PLT32 far
# CHECK: R_X86_64_PLT32 eax
