# A decoration is never parsed and then dropped.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
vaddps %zmm0, %zmm1, %zmm2{%k1}
# CHECK: :[[#@LINE-1]]: error: {{.*}}
vaddps (%rax){1to16}, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: {{.*}}
addl %eax, %ebx{%k1}
# CHECK: :[[#@LINE-1]]: error: {{.*}}
