#pragma once
// The optimizing allocator.

#include "codegen/regalloc/regalloc.h"

namespace lathe::codegen {

void allocate_linear(MachineFunction&, const RegisterFile&, Allocation&);

} // namespace lathe::codegen
