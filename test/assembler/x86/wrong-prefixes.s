# rep stands before what repeats, before ret, nop, bsf and bsr, and (as xrelease) before what locks; notrack before
# indirect branches. Before others they were written as if they meant something.
# RUN: split-file %s %t
# RUN: %as %t/good.s -o %t.o && %objdump -d %t.o | FileCheck %t/good.s
# RUN: %not %as %t/bad.s -o %t.o 2>&1 | FileCheck %t/bad.s
#--- good.s
rep ret                   # CHECK: f3 c3
repz retq                 # CHECK: f3 c3
rep nop                   # CHECK: f3 90
rep bsf %eax, %ebx        # CHECK: f3 0f bc d8
repne scasb               # CHECK: f2 ae
xacquire lock incl (%rax) # CHECK: f2
#                           CHECK-NEXT: f0
#                           CHECK-NEXT: ff 00
xrelease movl %eax, (%rbx) # CHECK: f3
#                           CHECK-NEXT: 89 03
notrack jmp *%rax         # CHECK: 3e ff e0
#--- bad.s
rep addl %eax, %ebx
# CHECK: :[[#@LINE-1]]: error: invalid instruction `add' after `rep'
repne movss %xmm1, %xmm2
# CHECK: :[[#@LINE-1]]: error: invalid instruction `movss' after `repne'
rep call foo
# CHECK: :[[#@LINE-1]]: error: invalid instruction `call' after `rep'
notrack ret
# CHECK: :[[#@LINE-1]]: error: expecting indirect branch instruction after `notrack'
