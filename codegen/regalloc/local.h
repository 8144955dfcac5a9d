#pragma once
// The allocator of -O0: one walk backwards over each block; a value that lives across blocks, or that a block has
// no register for, has a home in the frame, written once behind its definition. With `everything` each value
// lives in its home and is loaded for each instruction: the oracle.

#include "codegen/regalloc/regalloc.h"

namespace lathe::codegen {

void allocate_local(MachineFunction&, const RegisterFile&, bool everything, Allocation&);

} // namespace lathe::codegen
