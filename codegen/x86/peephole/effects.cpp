// What an x86 statement does, from the instruction table. A register is its unit: a write of 8 or 16 bits leaves the
// rest of the unit and so kills nothing; a write of 32 bits clears the upper half and kills all.

#include "codegen/x86/peephole/rules.h"

namespace lathe::codegen::x86 {

using assembler::Modifier;
using assembler::no_id;
using assembler::OperandKind;
using lathe::x86::Control;
using lathe::x86::info;
using lathe::x86::OperandInfo;
using lathe::x86::OperandType;
using lathe::x86::Reg;
using lathe::x86::Role;
using lathe::x86::RowInfo;
using lathe::x86::unit_bit;

namespace {

constexpr u64 all_vectors = 0xffffull << 16;
constexpr u64 x87 = u64(1) << lathe::x86::unit_x87;
constexpr u64 unit(unsigned n) { return u64(1) << n; }
// System V AMD64 ABI, "Register Usage": rdi rsi rdx rcx r8 r9, al, r10 (static chain), xmm0-7; r11 holds the target of
// an indirect branch thunk; rsp is always live. The direction flag is clear at every border.
constexpr u64 argument_units = unit(7) | unit(6) | unit(2) | unit(1) | unit(8) | unit(9) | unit(0) | unit(10) | unit(11) | unit(4) | 0xffull << 16;
constexpr u64 caller_saved = unit(0) | unit(1) | unit(2) | unit(6) | unit(7) | unit(8) | unit(9) | unit(10) | unit(11) | all_vectors | x87;
constexpr u64 callee_saved = unit(3) | unit(5) | unit(12) | unit(13) | unit(14) | unit(15) | unit(4);
constexpr u64 result_units = unit(0) | unit(2) | unit(16) | unit(17) | x87;

bool writes_whole_unit(const OperandInfo& o, const RowInfo& row, unsigned k, Reg reg) {
  if (lathe::x86::is_gpr(reg)) return lathe::x86::width(reg) >= 32;
  if (lathe::x86::is_vector(reg)) return !o.keeps_upper && !(k == 0 && row.has(lathe::x86::KeepsUpper));
  return false;
}

// xor, sub and their vector kin of a register with itself read nothing.
bool is_zero_idiom(const StatementBuffer& b, const Statement& s, const RowInfo& row) {
  if (s.operand_count != 2) return false;
  auto ops = b.operands_of(s);
  if (!ops[0].is(OperandKind::Register) || !(ops[0] == ops[1])) return false;
  std::string_view m = row.mnemonic;
  if (lathe::x86::is_gpr(ops[0].reg())) return (m == "xor" || m == "sub") && lathe::x86::width(ops[0].reg()) >= 32;
  return m == "pxor" || m == "xorps" || m == "xorpd" || m.starts_with("psub");
}

void memory_operand(const StatementBuffer& b, u32 index, const OperandInfo& o, const RowInfo& row, Effects& e) {
  const assembler::Address& a = b.addresses[index];
  e.reads |= (a.base == Reg::rip ? 0 : unit_bit(a.base)) | unit_bit(a.index);
  if (a.modifier != Modifier::None && a.modifier != Modifier::GotPcRel) e.pinned = true;
  if (o.type == OperandType::Address || row.has(lathe::x86::NoMemoryAccess)) return;
  e.loads |= static_cast<u8>(o.role) & static_cast<u8>(Role::Read);
  e.stores |= (static_cast<u8>(o.role) & static_cast<u8>(Role::Write)) != 0;
}

void operand_effects(const StatementBuffer& b, const Statement& s, const RowInfo& row, Effects& e) {
  auto ops = b.operands_of(s);
  bool idiom = is_zero_idiom(b, s, row);
  for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
    const OperandInfo& o = row.operands[k];
    if (ops[k].is(OperandKind::Address)) memory_operand(b, ops[k].index(), o, row, e);
    if (ops[k].modifier() != Modifier::None && ops[k].modifier() != Modifier::Plt &&
        (ops[k].is(OperandKind::Symbol) || ops[k].is(OperandKind::Expression)))
      e.pinned = true;
    if (!ops[k].is(OperandKind::Register)) continue;
    Reg reg = ops[k].reg();
    u64 bit = unit_bit(reg);
    if (!idiom && static_cast<u8>(o.role) & static_cast<u8>(Role::Read)) e.reads |= bit;
    if (!(static_cast<u8>(o.role) & static_cast<u8>(Role::Write))) continue;
    e.writes |= bit;
    if (writes_whole_unit(o, row, k, reg)) e.kills |= bit;
  }
}

// A mask is read; what it merges into is read and lives on. Gathers and scatters clear it.
void decoration_effects(const StatementBuffer& b, const Statement& s, const RowInfo& row, Effects& e) {
  assembler::Decoration d = b.decoration_of(s);
  e.pinned = true;
  if (!d.mask) return;
  u64 mask = unit(lathe::x86::unit_mask0 + d.mask);
  e.reads |= mask;
  for (const OperandInfo& o : row.operands)
    if (o.type == lathe::x86::OperandType::VectorMemory) e.writes |= mask;
  auto ops = b.operands_of(s);
  if (d.zeroing || ops.empty() || !ops[0].is(OperandKind::Register)) return;
  e.reads |= unit_bit(ops[0].reg());
  e.kills &= ~unit_bit(ops[0].reg());
}

void flag_effects(const StatementBuffer& b, const Statement& s, const RowInfo& row, Effects& e) {
  e.flags_read = row.flags.read;
  e.flags_written = row.flags.written | row.flags.undefined;
  e.flags_killed = e.flags_written;
  if (!row.flags.unless_zero_count) return;
  // A shift by a variable count may leave the flags alone.
  auto ops = b.operands_of(s);
  bool by_one = ops.size() == 1;
  bool by_constant = ops.size() >= 2 && ops.back().is(OperandKind::Immediate) &&
                     (ops.back().immediate() & (row.operands[0].width == 64 ? 63 : 31)) != 0;
  if (!by_one && !by_constant) e.flags_killed = 0;
}

// Flags that a call or a return hands over.
u8 border_flags(const Options& options) { return options.origin == Origin::Unknown ? 0xff : u8{lathe::x86::DF}; }

void control_effects(const StatementBuffer& b, const Statement& s, const RowInfo& row, const Options& options, Effects& e) {
  auto ops = b.operands_of(s);
  switch (row.control) {
  case Control::None: return;
  case Control::Jump:
  case Control::Branch:
    e.flow = row.control == Control::Jump ? Flow::Jump : Flow::Branch;
    if (ops.size() == 1 && ops[0].is(OperandKind::Symbol) && ops[0].is_target() && ops[0].addend() == 0) e.target = ops[0].symbol();
    return;
  case Control::Call:
    e.flow = Flow::Call;
    e.loads = e.stores = true;
    e.writes |= caller_saved;
    e.reads |= options.origin == Origin::Own ? argument_units : ~u64(0);
    if (options.origin == Origin::Own) e.kills |= caller_saved;
    e.flags_written = e.flags_killed = 0xff;
    e.flags_read = border_flags(options);
    return;
  case Control::Return:
    e.flow = Flow::Exit;
    e.reads |= options.origin != Origin::Unknown ? result_units | callee_saved : ~u64(0);
    e.flags_read |= border_flags(options);
    return;
  case Control::Trap:
    e.flow = Flow::Exit;
    if (options.origin == Origin::Unknown) e.reads = ~u64(0);
    return;
  }
}

} // namespace

Live exit_live(const Options& options) {
  return {options.origin == Origin::Own ? argument_units | callee_saved : ~u64(0), border_flags(options)};
}

// The x87 stack is empty at borders and its instructions read and write all of it: it says nothing here.
Live unwritten_entry() { return {caller_saved & ~x87, lathe::x86::status_flags}; }
Live unwritten_behind_call() { return {caller_saved & ~result_units, lathe::x86::status_flags}; }

Effects effects_of(const StatementBuffer& b, const Statement& s, const Options& options) {
  const RowInfo& row = info(s.row());
  Effects e;
  operand_effects(b, s, row, e);
  if (s.reserved & assembler::IsDecorated) decoration_effects(b, s, row, e);
  u64 implicit_kills = row.operation_width >= 32 ? row.implicit_writes : 0; // lahf writes a part
  e.reads |= row.implicit_reads;
  e.writes |= row.implicit_writes;
  e.kills |= implicit_kills & ~unit(4);
  flag_effects(b, s, row, e);
  if (row.has(lathe::x86::ImplicitLoad) || row.has(lathe::x86::Pop)) e.loads = true;
  if (row.has(lathe::x86::ImplicitStore) || row.has(lathe::x86::Push)) e.stores = true;
  if (row.has(lathe::x86::BitString)) e.loads = e.stores = true;
  if (row.has(lathe::x86::SideEffects) || row.has(lathe::x86::Push) || row.has(lathe::x86::Pop)) e.pinned = true;
  if (row.has(lathe::x86::UsesX87) || row.x87_change != 0) {
    e.pinned = true;
    e.reads |= x87;
    e.writes |= x87;
  }
  if (s.prefixes || (s.reserved & codegen::peephole::pinned_flag)) e.pinned = true;
  e.stays = s.reserved & codegen::peephole::inside_flag;
  if (s.prefixes & (assembler::PrefixRep | assembler::PrefixRepne)) {
    e.reads |= unit(1) | unit(6) | unit(7);
    e.writes |= unit(1) | unit(6) | unit(7);
    e.kills = 0;
  }
  control_effects(b, s, row, options, e);
  return e;
}

} // namespace lathe::codegen::x86
