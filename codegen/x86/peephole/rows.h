#pragma once
// What the rules ask of rows beyond their effects: which operation a row is, in a few classes, found once from the
// table's mnemonics.

#include "assembler/x86/rows.h"

namespace lathe::codegen::x86 {

using lathe::x86::Row;

enum class Operation : u8 {
  Other,
  Move,          // mov between general registers and memory
  MoveConstant,  // mov of an immediate
  ZeroExtend,    // movzx
  SignExtend,    // movsx, movsxd
  Lea,
  Test, Compare,
  Add, Subtract,
  Logic,         // and, or, xor: CF = OF = 0 and the other flags from the result
  ShiftLeft,     // shl by a constant
  Increment, Decrement,
  Negate,
};

Operation operation(Row);
// Bits of operand 0's register or memory.
inline u16 operation_width(Row row) { return lathe::x86::info(row).operands[0].width; }
// jcc with the opposite condition; Row::Count when there is none (jrcxz, loop).
Row inverted_branch(Row);
// A plain move of `width` bits: register <- r/m.
Row load_row(u32 width);

} // namespace lathe::codegen::x86
