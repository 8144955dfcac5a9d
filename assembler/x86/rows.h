#pragma once
// The x86 instruction table, made from instructions.txt by utils/gen_instructions.py: one Row a form, and what every
// reader (parser, printer, encoder, selection, allocator, peephole, verifiers) needs to know about it.
//
// Operands stand in Intel order, the destination first, here and in every Statement; only AT&T text has them reversed.

#include "assembler/x86/registers.h"

#include <array>
#include <span>
#include <string_view>

namespace lathe::x86 {

enum class Row : u16 {
#define ROW(name) name,
#include "x86/rows.inc"
#undef ROW
  Count
};

} // namespace lathe::x86

template <> inline constexpr bool lathe::assembler::is_row_type<lathe::x86::Row> = true;

namespace lathe::x86 {

enum class OperandType : u8 {
  None,
  Register,         // of register_class and width
  RegisterOrMemory, // either; the memory is memory_width bits
  Memory,
  VectorMemory,     // a gather's or scatter's: the index is a vector register of `width` bits
  Address,          // lea: computed, not accessed
  Immediate,        // width is the field's; sign_extended when the operation is wider
  Target,           // of a branch or call
  FixedRegister,    // `fixed`
  One,              // the constant 1
  MemoryOffset,     // a bare address (moffs)
  StringSource,     // segment:(%rsi)
  StringDestination // %es:(%rdi)
};

enum class Role : u8 { None = 0, Read = 1, Write = 2, ReadWrite = 3 };

struct OperandInfo {
  OperandType type = OperandType::None;
  RegClass register_class = RegClass::None;
  Reg fixed = Reg::None;
  Role role = Role::None;
  bool sign_extended = false;
  bool keeps_upper = false; // a write leaves the register's bits above `width` as they were
  u16 width = 0;            // bits of the register or of the immediate's field
  u16 memory_width = 0;     // bits accessed when the operand is memory
};

// Status flags as bits.
enum Flag : u8 { CF = 1, PF = 2, AF = 4, ZF = 8, SF = 16, OF = 32, DF = 64 };
constexpr u8 status_flags = CF | PF | AF | ZF | SF | OF;

struct FlagEffects {
  u8 read = 0, written = 0, undefined = 0; // `written` holds defined results only
  bool unless_zero_count = false;          // written and undefined only when the shift count is not zero
};

enum class Control : u8 { None, Jump, Branch, Call, Return, Trap };

// Attributes of a row.
enum Attribute : u32 {
  SideEffects = 1 << 0,    // must neither move nor vanish, whatever its operands
  Commutative = 1 << 1,    // operands 0 and 1 may be exchanged
  Lockable = 1 << 2,
  Repable = 1 << 3,
  Rematerializable = 1 << 4,
  NoMemoryAccess = 1 << 5, // the memory operand is an address or a hint
  ImplicitLoad = 1 << 6,   // string and stack instructions: memory that no operand names
  ImplicitStore = 1 << 7,
  Push = 1 << 8,
  Pop = 1 << 9,
  BitString = 1 << 10,     // bt m, r: accesses memory far from the operand
  UsesX87 = 1 << 11,
  UsesMxcsr = 1 << 12,
  Indirect = 1 << 13,      // AT&T writes '*' before the operand
  Mode64 = 1 << 14,        // exists in 64-bit mode
  Mode32 = 1 << 15,
  Notrackable = 1 << 16,
  KeepsUpper = 1 << 17,    // operand 0's register is merged into, not replaced
  CommutativeSources = 1 << 18, // operands 1 and 2 may be exchanged
  NeedsVexPrefix = 1 << 19, // a VEX form younger than the EVEX one: only with {vex}
  DistinctDestination = 1 << 20, // operand 0's register may be none of the sources
  SameOrder = 1 << 21,     // Intel's text has the operands in AT&T's order, too
};

enum class Feature : u8 {
  Base, cmov, mmx, sse, sse2, sse3, ssse3, sse41, sse42, popcnt, lzcnt, bmi, bmi2, cx16, movbe, aes, pclmul, sha, adx,
  rtm, rdrnd, rdseed, fsgsbase, avx, avx2, fma, f16c, avx_vnni, avx_vnni_int8, avx_ifma, avx_ne_convert, cmpccxadd, fma4, xop, tbm, lwp,
  avx512f, avx512cd, avx512er, avx512pf, avx512bw, avx512dq, avx512ifma, avx512vbmi, avx5124fmaps, avx5124vnniw,
  avx512vpopcntdq, avx512vbmi2, avx512vnni, avx512bitalg, avx512bf16, avx512vp2intersect, avx512fp16, gfni, vaes,
  vpclmulqdq, Count
};

struct RowInfo {
  std::string_view name;     // the row's own name, add_rm32_r32
  std::string_view mnemonic; // Intel's
  std::string_view att;      // AT&T's, suffix included, as the printer writes it
  u8 operand_count;
  std::array<OperandInfo, 4> operands;
  UnitMask implicit_reads, implicit_writes;
  FlagEffects flags;
  Control control;
  Feature feature;
  u16 operation_width; // what the suffix says; 0 where there is none
  i8 x87_change;       // of the stack's depth
  u16 implicit_width;  // bits of an implicit memory access
  u32 attributes;

  bool has(Attribute a) const { return attributes & a; }
};

extern const RowInfo row_table[];
inline const RowInfo& info(Row row) { return row_table[static_cast<u16>(row)]; }

// The rounding operand of an EVEX form: none; {sae}; {rn-sae} and its kin.
enum class Rounding : u8 { None, Sae, Full };

// The texts of assembler::RoundingMode.
constexpr std::string_view rounding_texts[] = {"", "{sae}", "{rn-sae}", "{rd-sae}", "{ru-sae}", "{rz-sae}"};

// How a row is encoded; the encoder's and the matcher's side of the table.
enum class ModrmForm : u8 { None, Reg, Digit, Fixed, PlusR, PlusI };
struct Encoding {
  u8 prefix;        // mandatory 66, F2, F3 or 0
  u8 wait;          // 9B before everything
  u8 map;           // 0: none, 1: 0F, 2: 0F 38, 3: 0F 3A; EVEX has 5 and 6 too, XOP 8 to 10
  u8 opcode;
  ModrmForm form;
  u8 digit;         // of Digit; the byte of Fixed; the base byte of PlusI
  bool operand_size, address_size, rex_w;
  i8 reg, rm;       // operands in ModRM.reg and ModRM.rm (or the opcode's low bits); -1: none
  i8 third;         // VEX.vvvv's operand
  i8 immediate[2];  // operands that are immediates
  u8 immediate_size[2];
  u8 short_opcode;  // of the 8-bit relative form
  i16 last_byte;    // a constant last byte, or -1
  bool not_eax_eax; // xchg eax, eax is no nop in 64-bit mode
  u8 vex;           // 0: none, VEX: 1 + L, EVEX: 3 + L'L
  u8 swapped;       // the opcode whose ModRM operands are exchanged, or 0
  // of EVEX
  u8 scale;         // bytes that one of an 8-bit displacement counts
  u8 broadcast;     // bytes of the element that {1toN} repeats, or 0
  u8 masking;       // 1: operand 0 takes {%k}, 2: and {z}
  Rounding rounding;
  bool length_ignored, w_ignored; // of VEX and EVEX: the processor does not look at L, at W

  bool is_evex() const { return vex >= 3; }
};
extern const Encoding encoding_table[];
inline const Encoding& encoding(Row row) { return encoding_table[static_cast<u16>(row)]; }

// What an operand is, as a bit set; a row accepts an operand when the sets meet.
enum OperandBit : u32 {
  BitR8 = 1u << 0, BitR16 = 1u << 1, BitR32 = 1u << 2, BitR64 = 1u << 3, BitAl = 1u << 4, BitAx = 1u << 5,
  BitEax = 1u << 6, BitRax = 1u << 7, BitCl = 1u << 8, BitDx = 1u << 9, BitXmm = 1u << 10, BitXmm0 = 1u << 11,
  BitYmm = 1u << 12, BitZmm = 1u << 13, BitMm = 1u << 14, BitSt0 = 1u << 15, BitSti = 1u << 16, BitSegment = 1u << 17,
  BitControl = 1u << 18, BitDebug = 1u << 19, BitMask = 1u << 20, BitHighVector = 1u << 21, BitMemory = 1u << 22,
  BitImmediate = 1u << 23, BitOne = 1u << 24, BitTarget = 1u << 25, BitEs = 1u << 26, BitCs = 1u << 27,
  BitSs = 1u << 28, BitDs = 1u << 29, BitFs = 1u << 30, BitGs = 1u << 31
};
enum class ImmediateFit : u8 {
  None,
  Signed8,  // fits 8 bits sign-extended to `width`
  Signed32, // fits 32 bits sign-extended
  Field,    // fits the field of `width` bits, signed or not
  Byte,     // -128..255
  Word,     // -32768..65535
  Wide      // anything
};
struct MatchEntry {
  Row row;
  u8 operand_count;
  u8 spelling; // SpellingBit
  ImmediateFit fit;
  u8 immediate, width; // operand that `fit` is about; the operation's width
  u8 modes;            // 1: 64-bit, 2: 32-bit
  u32 accepts[4];
};
// BitHighVector: xmm16..31 and ymm16..31, which the EVEX rows of either class accept; the class is compared apart.
// AsksMore: besides its operands' kinds the row wants fits_decorations() to look.
enum SpellingBit : u8 { WithSuffix = 1, RegisterSourceOnly = 2, IntelOnly = 4, AttOnly = 8, Printed = 16, AsksMore = 32 };
// The rows a spelling may mean, in the order in which GNU as would take them; empty when there is no such mnemonic.
std::span<const MatchEntry> find_mnemonic(std::string_view spelling);
// The rows of the same mnemonic and operand widths as `row`, itself included, the preferred first; empty when it is alone.
std::span<const MatchEntry> alternatives(Row row);

} // namespace lathe::x86
