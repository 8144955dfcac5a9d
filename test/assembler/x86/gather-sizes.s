# The size that Intel's syntax gives a gather's or scatter's memory is that of one element; repne stands before strings
# only, not before what xacquire takes.
# RUN: not %as -o %t.o %s 2>&1 | FileCheck %s
.intel_syntax noprefix
vgatherdps zmm1{k1}, dword ptr [rax+zmm2]
vscatterpf1qpd qword ptr [rax+zmm1*4+8]{k1}
xacquire lock add [rax], ebx
# CHECK-NOT: error
vscatterpf1qpd zmmword ptr [rax+zmm1*4+8]{k1} # CHECK: :[[@LINE]]: error: operand {{.*}} mismatch for `vscatterpf1qpd'
vgatherdps zmm1{k1}, zmmword ptr [rax+zmm2]   # CHECK: :[[@LINE]]: error: operand {{.*}} mismatch for `vgatherdps'
repnz xchg [rax], ebx                         # CHECK: :[[@LINE]]: error: invalid instruction `xchg' after `repne'
repnz mov [rax], ebx                          # CHECK: :[[@LINE]]: error: invalid instruction `mov' after `repne'
