#pragma once
// LLVM's intrinsics that stand for instructions of x86 (llvm.x86.*), one row each: which instruction, where the
// arguments lie and where the results come out. Legalization asks whether there is one, selection follows it.
//
// Operands, in the instruction's order: `=` the result, `=N` the result in argument N's register, rN argument N in a
// register, aN in a register or memory, zN extended to 64 bits, cN an i32 moved into a vector register, mN what the
// pointer N points to, iN a constant.
// Fixed: `rcx=N` argument N there, `rcx=0x0` a constant, `cf=N` the carry flag is set if argument N is not 0, `~rdx` it
// changes.
// Results, the fields of a struct one by one; nothing is needed for a single `=`: `rdx:rax` both halves, `rax`, `?b` a
// condition of the flags as 0 or 1 (?oe, ?une: equal, not equal, as floats are).

#include "codegen/ir/function.h"
#include "codegen/x86/rows.h"

#include <span>

namespace lathe::codegen::x86 {

struct IntrinsicRow {
  std::string_view name; // without "llvm."
  Row row{};
  std::string_view operands{}, fixed{}, results{};
  std::string_view text{}; // of several instructions, in place of a row; operands as in inline assembly
};

// Null for an intrinsic that is not in the table.
const IntrinsicRow* find_intrinsic(std::string_view name);

// The intrinsic of 128 bits that does one half of this one of 256 bits; empty for one that is not done by halves.
std::string_view half_intrinsic(std::string_view name);

// Whether the types (the result's, then the arguments') are those that the row's registers and memory hold.
bool intrinsic_takes(const ir::Function& f, const IntrinsicRow& row, std::span<const ir::TypeId> types);

// Takes the first word off a row's list; empty at its end.
std::string_view next_word(std::string_view& list);

} // namespace lathe::codegen::x86
