# A difference of labels is a number in Intel's syntax, also before they stand; so is all but a symbol with or
# without a number.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
mov eax, bar - foo               # CHECK: b8 04 00 00 00
mov eax, 4 + bar - foo           # CHECK: b8 08 00 00 00
mov eax, (bar - foo) * 2
mov dword ptr [rax], bar - foo   # CHECK: c7 00 04 00 00 00
imul eax, ebx, bar - foo
mov eax, foo - .
mov eax, not x                   # CHECK: b8 fa ff ff ff
mov eax, x + 1                   # CHECK: 8b 04 25 06 00 00 00
mov eax, [bar - foo]
mov eax, dword ptr bar - foo
foo: .long 1
bar:
x = 5
