# A string's destination is in es, both its addresses are as wide, and Intel's syntax must say how wide its elements are.
# RUN: not %as -o %t.o %s 2>&1 | FileCheck %s
movsb (%rsi), %fs:(%rdi)     # CHECK: :[[@LINE]]: error: {{.*}} must use `%es' segment
stosb %al, %fs:(%rdi)        # CHECK: :[[@LINE]]: error: {{.*}} must use `%es' segment
movsb (%esi), (%rdi)         # CHECK: :[[@LINE]]: error: string addresses of different widths
.intel_syntax noprefix
movs [rdi], [rsi]            # CHECK: :[[@LINE]]: error: ambiguous operand size for `movs'
stos [rdi]                   # CHECK: :[[@LINE]]: error: ambiguous operand size for `stos'
movs byte ptr [rdi], word ptr [rsi] # CHECK: :[[@LINE]]: error: operand type mismatch for `movs'
