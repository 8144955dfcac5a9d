#pragma once
// Relocations as facts and as arithmetic, for the assembler, the linker and whoever runs code in memory. A row
// of a target's relocations.def says which bytes are written, by which formula and in which range; evaluate()
// and store() are pure functions over numbers and bytes.

#include "common/int_types.h"

#include <cstring>

namespace lathe {

enum class RelocationField : u8 { None, Byte, Half, Word, Double };
enum class RelocationRange : u8 { Any, Signed, Unsigned, Either };

enum class RelocationFormula : u8 {
  None,      // nothing is written
  S_A,       // S + A
  S_A_P,     // S + A - P
  L_A_P,     // L + A - P
  G_A,       // G + A - GOT: the slot's offset in the table
  G_GOT_A_P, // G + A - P
  S_A_GOT,   // S + A - GOT
  GOT_A_P,   // GOT + A - P
  L_A_GOT,   // L + A - GOT
  Z_A,       // Z + A
  Tp,        // S + A - TP
  Dtp,       // S + A - DTP
  GotTp,     // as G_GOT_A_P, for the slot that holds the offset from the thread pointer
  TlsGd,     // as G_GOT_A_P, for the pair of slots that names module and offset
  TlsLd,     // as G_GOT_A_P, for the pair that names this module
  TlsDesc,   // as G_GOT_A_P, for the TLS descriptor
  TlsCall,   // marks a call through a TLS descriptor
  Dynamic,   // made by linkers for the dynamic loader only
};

struct RelocationRow {
  const char* name = nullptr; // null: no such relocation
  u32 number = 0;
  RelocationField field = RelocationField::None;
  RelocationFormula formula = RelocationFormula::None;
  RelocationRange range = RelocationRange::Any;
};

// The letters of the formulas; G is the address of the slot the formula speaks of.
struct RelocationOperands {
  u64 S = 0, A = 0, P = 0, L = 0, G = 0, GOT = 0, Z = 0, TP = 0, DTP = 0;
};

constexpr u32 size_of(RelocationField field) {
  switch (field) {
  case RelocationField::None: return 0;
  case RelocationField::Byte: return 1;
  case RelocationField::Half: return 2;
  case RelocationField::Word: return 4;
  case RelocationField::Double: return 8;
  }
  return 0;
}

inline u64 evaluate(RelocationFormula formula, const RelocationOperands& o) {
  using enum RelocationFormula;
  switch (formula) {
  case S_A: return o.S + o.A;
  case S_A_P: return o.S + o.A - o.P;
  case L_A_P: return o.L + o.A - o.P;
  case G_A: return o.G + o.A - o.GOT;
  case S_A_GOT: return o.S + o.A - o.GOT;
  case GOT_A_P: return o.GOT + o.A - o.P;
  case L_A_GOT: return o.L + o.A - o.GOT;
  case Z_A: return o.Z + o.A;
  case Tp: return o.S + o.A - o.TP;
  case Dtp: return o.S + o.A - o.DTP;
  case G_GOT_A_P:
  case GotTp:
  case TlsGd:
  case TlsLd:
  case TlsDesc: return o.G + o.A - o.P;
  case None:
  case TlsCall:
  case Dynamic: return 0;
  }
  return 0;
}

inline bool fits(RelocationField field, RelocationRange range, u64 value) {
  if (field == RelocationField::None || field == RelocationField::Double || range == RelocationRange::Any) return true;
  u32 bits = size_of(field) * 8;
  bool as_unsigned = value >> bits == 0;
  bool as_signed = static_cast<i64>(value) >= -(i64{1} << (bits - 1)) && static_cast<i64>(value) < i64{1} << (bits - 1);
  switch (range) {
  case RelocationRange::Signed: return as_signed;
  case RelocationRange::Unsigned: return as_unsigned;
  default: return as_signed || as_unsigned;
  }
}

// Writes the low bytes of `value`; the caller has made sure that size_of(field) bytes are there.
inline void store(RelocationField field, u8* at, u64 value) {
  switch (field) {
  case RelocationField::None: return;
  case RelocationField::Byte: *at = static_cast<u8>(value); return;
  case RelocationField::Half: std::memcpy(at, &value, 2); return;
  case RelocationField::Word: std::memcpy(at, &value, 4); return;
  case RelocationField::Double: std::memcpy(at, &value, 8); return;
  }
}

// Applies one row to `at`; false means that the value does not fit (nothing is written then).
inline bool apply(const RelocationRow& row, u8* at, const RelocationOperands& operands) {
  u64 value = evaluate(row.formula, operands);
  if (!fits(row.field, row.range, value)) [[unlikely]]
    return false;
  store(row.field, at, value);
  return true;
}

} // namespace lathe
