#pragma once
// Random machine functions for the allocators' tests: random control flow without critical edges, values in SSA
// form, every constraint, clobbers and more or less pressure. No row means anything; only the allocator and its
// checker look at them.

#include "codegen/regalloc/regalloc.h"

#include <array>
#include <random>

namespace lathe::codegen::test {

struct RandomOptions {
  u32 blocks = 6;
  u32 instructions = 8;   // a block, on average
  u32 pressure = 6;       // how far back operands reach
  u32 parameters = 2;     // a joining block, at most
  u32 calls = 10;         // percent
  u32 fixed = 10;         // percent of instructions like a division or a shift
  bool stack_values = false;
};

// Eight general registers (4..7 callee-saved, 7 last) and six vector registers, 16..21.
RegisterFile test_registers();
MachineFunction random_function(u32 seed, const RandomOptions&);

} // namespace lathe::codegen::test
