#pragma once
// Which row an instruction's operands ask for: the bits of an operand, and the choice among alternatives.

#include "assembler/statement.h"
#include "assembler/x86/rows.h"

namespace lathe::x86 {

// OperandBit of a register.
u32 register_bits(Reg r);

// Whether an address may be made of them.
bool is_address(Reg base, Reg index);

// Whether a constant may stand where the entry has its immediate.
inline bool immediate_fits(const MatchEntry& e, i64 v) {
  switch (e.fit) {
  case ImmediateFit::Signed8:
    if (e.width == 16 && (v & ~i64{0xffff}) == 0) v = static_cast<i16>(v);
    else if (e.width == 32 && (v & ~i64{0xffffffff}) == 0) v = static_cast<i32>(v);
    return v == static_cast<i8>(v);
  case ImmediateFit::Signed32: return v == static_cast<i32>(v);
  case ImmediateFit::Byte: return v >= -128 && v <= 255;
  case ImmediateFit::Word: return v >= -32768 && v <= 65535;
  default: return true;
  }
}

// A comparison that names its predicate: vcmpltps is vcmpps with 1, vpcmpnleub vpcmpub with 6.
struct Comparison {
  char name[12]; // without the predicate; empty: it is no such comparison
  u8 predicate;
};
Comparison split_comparison(std::string_view mnemonic);

// Rows that are prefixes standing alone.
inline bool is_prefix_row(Row r) { return r >= Row::lock && r <= Row::rex_wrxb; }

} // namespace lathe::x86
