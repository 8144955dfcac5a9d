# SSE4a, string comparison with a suffix, carry-less multiplication without an immediate, extraction to 64 bits.
# REQUIRES: gas
# RUN: %gas -o %t.gas.o %s && %as -o %t.o %s && cmp %t.gas.o %t.o
# RUN: %objdump -d %t.o | FileCheck %s
# CHECK: 66 0f 78 c1 02 04
	extrq	$4, $2, %xmm1
	extrq	%xmm2, %xmm1
	insertq	$4, $2, %xmm2, %xmm1
	insertq	%xmm2, %xmm1
	pcmpestriq $1, %xmm1, %xmm2
	pcmpestril $1, %xmm1, %xmm2
	pcmpestrmq $1, (%r8), %xmm12
	pcmpestrml $1, (%rax), %xmm2
	vpcmpestriq $1, %xmm1, %xmm2
	vpcmpestrml $1, %xmm1, %xmm2
	vpcmpestri $1, %xmm1, %xmm2
	vpclmullqlqdq %xmm1, %xmm2, %xmm3
	vpclmulhqlqdq (%rax), %xmm2, %xmm3
	vpclmullqhqdq %xmm1, %xmm2, %xmm3
	vpclmulhqhqdq %xmm1, %xmm12, %xmm13
	vextractps $1, %xmm1, %rax
	.intel_syntax noprefix
	extrq	xmm1, 2, 4
	insertq	xmm1, xmm2, 2, 4
	pcmpestri xmm1, xmm2, 3
