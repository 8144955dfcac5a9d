# A decoration is never parsed and then dropped: what an instruction does not take is an error.
# RUN: %not %as %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning:
addl %eax, %ebx{%k1}
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `addl'
vaddps %zmm0, %zmm1, %zmm2{%k0}
# CHECK: :[[#@LINE-1]]: error: `%k0' can't be used for write mask
vaddps %zmm0, %zmm1, %zmm2{z}
# CHECK: :[[#@LINE-1]]: error: zeroing-masking only allowed with write mask
vaddps %zmm0, %zmm1{%k1}, %zmm2
# CHECK: :[[#@LINE-1]]: error: mask not on destination operand
vmovaps %zmm0, (%rax){%k1}{z}
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vmovaps'
vpcmpd $1, %zmm0, %zmm1, %k2{%k1}{z}
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vpcmpd'
vaddps (%rax){1to8}, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vaddps'
vpaddb (%rax){1to16}, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vpaddb'
vaddps {sae}, %zmm0, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vaddps'
vaddps {rn-sae}, %ymm0, %ymm1, %ymm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vaddps'
vaddps %zmm0, {rn-sae}, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: `vaddps': misplaced `{rn-sae}'
vaddps {rn}, %zmm0, %zmm1, %zmm2
# CHECK: :[[#@LINE-1]]: error: invalid rounding `{rn}'
vgatherdps (%rax,%zmm1), %zmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vgatherdps'
vgatherdps (%rax,%ymm1), %zmm2{%k1}
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vgatherdps'
vaddps (%rax,%zmm1), %zmm2, %zmm3
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vaddps'
{vex} vaddps %xmm1, %xmm2, %xmm3{%k1}
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vaddps'
vfmulcph %xmm1, %xmm2, %xmm2
# CHECK: :[[#@LINE-1]]: error: operand type mismatch for `vfmulcph'
