# Instructions for virtual machines, enclaves, queues, keys and Galois fields: GNU as's bytes.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
vmfunc
vmclear (%rax)
vmptrld (%rax)
vmptrst (%rax)
vmxon (%rax)
vmread %rax,%rbx
vmreadq %rax,(%rbx)
vmwrite %rax,%rbx
vmwriteq (%rax),%rbx
invept (%rcx), %r11
invvpid (%rcx), %rbx
clzero
wbnoinvd
pconfig
encls
enclu
enclv
xsusldtrk
xresldtrk
uiret
testui
clui
stui
senduipi %r10
tdcall
seamret
seamops
seamcall
hreset $8
tlbsync
rdpru
mcommit
monitorx
mwaitx
rdmsrlist
wrmsrlist
wrmsrns
wrussd %eax, (%r12)
wrussq %rcx, (%rbx, %rax)
enqcmd (%rcx),%rax
enqcmds foo(%rip),%rcx
aadd %rdx, (%rax)
aand %edx, (%r9)
aor %rdx, (%rax)
axor %r10, (%rax)
loadiwkey %xmm2, %xmm6
encodekey128 %eax, %edx
encodekey256 %eax, %edx
aesenc128kl 126(%rdx), %xmm2
aesenc256kl 126(%rdx), %xmm2
aesdec128kl 126(%rdx), %xmm2
aesdec256kl 126(%rdx), %xmm12
aesencwide128kl 126(%rdx)
aesencwide256kl 126(%rdx)
aesdecwide128kl 126(%rdx)
aesdecwide256kl 126(%rdx)
movntsd %xmm0, (%rax)
movntss %xmm10, (%rax)
gf2p8mulb %xmm4, %xmm5
gf2p8affineqb $0xab, %xmm4, %xmm5
gf2p8affineinvqb $123, -123456(%rax,%r14,8), %xmm5
vgf2p8mulb %ymm4, %ymm5, %ymm6
vgf2p8affineqb $0xab, %xmm4, %xmm5, %xmm6
vgf2p8affineinvqb $123, 126(%rdx), %ymm5, %ymm6
vaesenc %ymm4,%ymm6,%ymm2
vaesdeclast (%rcx),%ymm6,%ymm7
vpclmulqdq $5, %ymm1, %ymm2, %ymm3
vpclmulhqhqdq %ymm1, %ymm2, %ymm13
