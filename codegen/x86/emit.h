#pragma once
// x86-64 emission, see emit.cpp.

#include "codegen/target.h"

namespace lathe::codegen::x86 {

// Lays out the frame and appends the function's statements, from its label to its .size.
void emit_function(FunctionContext&, const Allocation&, assembler::StatementBuffer&);

MachineNames machine_names();

} // namespace lathe::codegen::x86
