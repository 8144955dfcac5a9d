#pragma once
// The x86 registers by name, and the facts of common/x86/registers.def about them. A unit is storage that several
// registers share: al, ah, ax, eax and rax are unit 0. Sets of units are 64-bit masks.

#include "assembler/ids.h"

#include <string_view>

namespace lathe::x86 {

enum class Reg : u8 {
  None,
#define REG(name, class_, unit, width, number) name,
#include "common/x86/registers.def"
#undef REG
  Count
};

enum class RegClass : u8 {
  None, Gpr, GprHigh, Xmm, Ymm, Zmm, Mm, X87, Segment, Control, Debug, Mask, Bound, Ip, Zero
};

struct RegInfo {
  std::string_view name; // as AT&T text has it, without the '%'
  RegClass reg_class;
  u8 unit;
  u16 width; // bits
  u8 number;
};

constexpr RegInfo reg_table[] = {
    {"", RegClass::None, 0, 0, 0},
#define REG(name, class_, unit, width, number) {#name, RegClass::class_, unit, width, number},
#include "common/x86/registers.def"
#undef REG
};

// Units beyond the sixteen general registers (0..15, by number) and the vector registers (16..47).
constexpr u8 unit_vector0 = 16, unit_x87 = 48, unit_x87cw = 49, unit_mxcsr = 50, unit_segment = 51, unit_mask0 = 56;
using UnitMask = u64;

constexpr const RegInfo& info(Reg r) { return reg_table[static_cast<u8>(r)]; }
constexpr u8 unit(Reg r) { return info(r).unit; }
constexpr u16 width(Reg r) { return info(r).width; }
constexpr RegClass reg_class(Reg r) { return info(r).reg_class; }
constexpr UnitMask unit_bit(Reg r) { return r == Reg::None ? 0 : UnitMask{1} << info(r).unit; }
constexpr Reg offset(Reg base, unsigned by) { return static_cast<Reg>(static_cast<u8>(base) + by); }

// The general register of a unit at 8, 16, 32 or 64 bits, the vector register at 128, 256 or 512.
constexpr Reg reg(unsigned unit, unsigned width) {
  switch (width) {
  case 8: return offset(Reg::al, unit);
  case 16: return offset(Reg::ax, unit);
  case 32: return offset(Reg::eax, unit);
  case 64: return offset(Reg::rax, unit);
  case 128: return offset(Reg::xmm0, unit - unit_vector0);
  case 256: return offset(Reg::ymm0, unit - unit_vector0);
  case 512: return offset(Reg::zmm0, unit - unit_vector0);
  }
  return Reg::None;
}
constexpr bool is_gpr(Reg r) { return reg_class(r) == RegClass::Gpr || reg_class(r) == RegClass::GprHigh; }
constexpr bool is_vector(Reg r) { return reg_class(r) >= RegClass::Xmm && reg_class(r) <= RegClass::Zmm; }
// spl, bpl, sil, dil and all registers numbered from 8 need a REX prefix.
constexpr bool needs_rex(Reg r) {
  const RegInfo& i = info(r);
  return i.number >= 8 || (i.width == 8 && i.reg_class == RegClass::Gpr && i.number >= 4);
}

static_assert(reg(3, 32) == Reg::ebx && reg(15, 8) == Reg::r15b && reg(16, 128) == Reg::xmm0);

} // namespace lathe::x86

template <> inline constexpr bool lathe::assembler::is_register_type<lathe::x86::Reg> = true;
