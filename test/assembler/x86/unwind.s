# One CIE serves frames that begin alike; the advance is as short as it can be.
# REQUIRES: llvm-dwarfdump
# RUN: %as %s -o %t.o && llvm-dwarfdump --eh-frame %t.o | FileCheck %s
# CHECK: CIE
# CHECK: Augmentation: "zR"
# CHECK: FDE
# CHECK: DW_CFA_advance_loc: 1
# CHECK-NEXT: DW_CFA_def_cfa_offset: +16
# CHECK-NEXT: DW_CFA_offset: {{.*}} -16
# CHECK-NEXT: DW_CFA_advance_loc: 3
# CHECK-NEXT: DW_CFA_def_cfa_register:
# CHECK: FDE
# CHECK-NOT: CIE
f: .cfi_startproc
pushq %rbp
.cfi_def_cfa_offset 16
.cfi_offset %rbp, -16
movq %rsp, %rbp
.cfi_def_cfa_register %rbp
popq %rbp
ret
.cfi_endproc
g: .cfi_startproc
ret
.cfi_endproc
