#pragma once
// Machine code as text, before allocation (virtual registers %0, %1, ...) or after it (locations in their place):
// what --print-after=select and --print-after=regalloc show, and what tests of selection read.
//
//   bb1(%4, %7): depth 1, freq 8          ; from bb0, bb1
//     add_r32_rm32 %9=%4, %7
//     jl_rel bb1
//     -> bb1(%9, %7), bb2()

#include "codegen/machine/function_code.h"
#include "codegen/regalloc/regalloc.h"

namespace lathe::codegen {

// What only a target can spell.
struct MachineNames {
  std::string_view (*row)(u16) = nullptr;
  std::string (*unit)(PhysicalRegister) = nullptr;
  std::string_view (*modifier)(u8) = nullptr;
};

// `allocation` may be null.
std::string print_machine(const FunctionCode&, const MachineNames&, const Allocation* allocation = nullptr);

} // namespace lathe::codegen
