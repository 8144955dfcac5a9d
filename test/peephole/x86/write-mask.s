# A write mask is read and merges with what the destination held; what EVEX adds to an instruction is printed with it.
# RUN: %lathe -S -O2 %s -o - | FileCheck %s

	.ident "GCC: (test)"
	.text
	.type f, @function
f:
	movl $5, %eax
	kmovw %eax, %k1
	vmovaps %zmm3, %zmm2
	vaddps %zmm0, %zmm1, %zmm2{%k1}
	{evex} vcmpps $3, {sae}, %zmm2, %zmm1, %k2{%k1}
	vcvtusi2ss %eax, {rz-sae}, %xmm18, %xmm0
	vpaddd 64(%rdi){1to16}, %zmm2, %zmm0{%k2}{z}
	vpscatterdd %zmm0, 8(%rdi,%zmm1,4){%k2}
	ret
	.size f, .-f

# CHECK-LABEL: f:
# CHECK-NEXT: movl $5, %eax
# CHECK-NEXT: kmovw %eax, %k1
# CHECK-NEXT: vmovaps %zmm3, %zmm2
# CHECK-NEXT: vaddps %zmm0, %zmm1, %zmm2{%k1}
# CHECK-NEXT: {evex} vcmpps $3, {sae}, %zmm2, %zmm1, %k2{%k1}
# CHECK-NEXT: vcvtusi2ssl %eax, {rz-sae}, %xmm18, %xmm0
# CHECK-NEXT: vpaddd 64(%rdi){1to16}, %zmm2, %zmm0{%k2}{z}
# CHECK-NEXT: vpscatterdd %zmm0, 8(%rdi,%zmm1,4){%k2}
# CHECK-NEXT: ret
