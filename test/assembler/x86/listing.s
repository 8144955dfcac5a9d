# -al lists every line with the address and the bytes it came to: those of a macro at its use, of a repetition at its
# end, of jumps and alignments as they were laid out at last, and no more than five lines for one of the text.
# REQUIRES: gas
# RUN: split-file %s %t && cd %t
# RUN: %as -aln=ours -I . a.s -o a.o && %gas -aln -I . a.s -o b.o > theirs && diff ours theirs
# RUN: %as -al -I . a.s -o a.o > ours && %gas -al -I . a.s -o b.o > theirs && diff ours theirs
# RUN: FileCheck %s --input-file=ours
# RUN: %not %as -ahls a.s -o a.o 2>&1 | FileCheck %s --check-prefix=OTHER

# CHECK: GAS LISTING a.s {{.*}}page 1
# CHECK: 7 0002 EB05     jmp foo
# CHECK: 10 0004 FFC0FFC0 .endr
# OTHER: error: option '-ahls' is not supported: of listings there are -al and -aln

#--- a.s
# text
.data
x: .byte 1,2,3,4,5
.zero 30
.text
nop; nop
jmp foo
.rept 2
incl %eax
.endr
.include "b.s"
foo:
.macro m
nop
ret
.endm
m
call bar
.p2align 5
.if 0
nop
.endif
# 12 "other.c"
ret
.bss
.skip 5
.text
.rept 3
.long 7

.endr
.fill 70,1,0
y = 4
.asciz "abcdef"
/* two
 lines */
nop






































ret
#--- b.s
# included
ret
