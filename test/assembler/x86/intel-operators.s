# Intel's syntax has operators that are words, with the ranks of the signs they stand for.
# RUN: %as %s -o %t.o && %objdump -d %t.o | FileCheck %s
.intel_syntax noprefix
mov eax, 5 shl 3              # CHECK: b8 28 00 00 00
mov eax, 7 / 2 mod 3          # CHECK: b8 00 00 00 00
mov eax, 5 eq 5               # CHECK: b8 ff ff ff ff
mov eax, 3 lt 2+1             # CHECK: b8 00 00 00 00
mov eax, 0x10 and 0x30        # CHECK: b8 10 00 00 00
mov eax, 1 or 2 shl 4         # CHECK: b8 21 00 00 00
mov eax, NOT 5                # CHECK: b8 fa ff ff ff
mov eax, 3+4 ge 7             # CHECK: b8 ff ff ff ff
mov eax, 16 shr 2 - 1         # CHECK: b8 03 00 00 00
mov eax, [rax + 5 shl 2]      # CHECK: 8b 40 14
mov eax, [rbx*2 + 8 xor 3]    # CHECK: 8b 04 5d 0b 00 00 00
