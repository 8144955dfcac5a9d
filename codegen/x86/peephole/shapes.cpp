// Rules that need to know what is read later: each block is walked upwards with the live registers and flags.

#include "codegen/x86/peephole/rules.h"

namespace lathe::codegen::x86 {

using assembler::Address;
using assembler::Modifier;
using assembler::no_id;
using assembler::Operand;
using assembler::OperandKind;
using assembler::StatementKind;
using lathe::x86::info;
using lathe::x86::OperandType;
using lathe::x86::Reg;
using lathe::x86::RegClass;
using lathe::x86::Role;
using lathe::x86::RowInfo;

namespace {

constexpr u64 rsp_bit = u64(1) << 4;

bool is_general(Operand o) { return o.is(OperandKind::Register) && lathe::x86::reg_class(o.reg()) == RegClass::Gpr; }
u32 unit_of(Operand o) { return lathe::x86::unit(o.reg()); }
Reg whole(Operand o) { return lathe::x86::reg(unit_of(o), 64); }

class Shapes {
public:
  explicit Shapes(Pass& p) : pass_(p), r_(p.region) {}

  void run() {
    for (RegionBlock& b : r_.blocks) {
      live_ = b.out;
      block_begin_ = b.begin;
      for (u32 i = b.end; i-- > b.begin;) {
        if (r_.is_instruction(i) && !r_.effects[i].pinned) line(i);
        const Effects& e = r_.effects[i];
        live_.units = (live_.units & ~e.kills) | e.reads;
        live_.flags = static_cast<u8>((live_.flags & ~e.flags_killed) | e.flags_read);
      }
    }
  }

private:
  void line(u32 i) {
    if (dead_code(i)) return;
    switch (operation(r_.statement(i).row())) {
    case Operation::MoveConstant: zero_by_xor(i); break;
    case Operation::Compare: compare_with_zero(i); break;
    case Operation::Test: test_elimination(i); break;
    case Operation::Add: case Operation::Subtract: case Operation::ShiftLeft: lea_addition(i); break;
    case Operation::Lea: lea_to_move(i); break;
    default: break;
    }
    if (r_.is_instruction(i)) load_into_operand(i);
  }

  bool flags_are_free(u8 mask = lathe::x86::status_flags) const { return (live_.flags & mask) == 0; }

  // Only loads from the frame may vanish: any other address might be a device's.
  bool loads_from_frame(u32 i) {
    for (Operand o : pass_.operands(i)) {
      if (!o.is(OperandKind::Address)) continue;
      const Address& a = r_.buffer.addresses[o.index()];
      if (a.base != Reg::rsp && a.base != Reg::rbp) return false;
      if (a.segment != Reg::None || a.symbol != no_id || a.expression != no_id) return false;
    }
    return true;
  }

  bool dead_code(u32 i) {
    const Effects& e = r_.effects[i];
    if (e.flow != Flow::None || e.stores || (e.writes | e.flags_written) == 0) return false;
    if (e.writes & (live_.units | rsp_bit)) return false;
    if (e.flags_written & live_.flags) return false;
    if (e.loads && !loads_from_frame(i)) return false;
    if (may_trap(r_.statement(i).row())) return false;
    r_.kill(i);
    pass_.fired(Rule::dead_code);
    return true;
  }
  // Division by zero is an event that the program may count on.
  static bool may_trap(Row row) {
    std::string_view m = info(row).mnemonic;
    return m == "div" || m == "idiv";
  }

  void zero_by_xor(u32 i) {
    auto ops = pass_.operands(i);
    if (ops.size() != 2 || !is_general(ops[0]) || !ops[1].is(OperandKind::Immediate) || ops[1].immediate() != 0) return;
    if (lathe::x86::width(ops[0].reg()) < 32 || !flags_are_free()) return;
    Operand half = StatementBuffer::reg(lathe::x86::reg(unit_of(ops[0]), 32));
    pass_.rewrite(i, Row::xor_rm32_r32, {half, half});
    pass_.fired(Rule::zero_by_xor);
  }

  void compare_with_zero(u32 i) {
    auto ops = pass_.operands(i);
    if (ops.size() != 2 || !is_general(ops[0]) || !ops[1].is(OperandKind::Immediate) || ops[1].immediate() != 0) return;
    if (!flags_are_free(lathe::x86::AF)) return;
    constexpr Row rows[] = {Row::test_rm8_r8, Row::test_rm16_r16, Row::test_rm32_r32, Row::test_rm64_r64};
    u32 width = lathe::x86::width(ops[0].reg());
    pass_.rewrite(i, rows[width == 8 ? 0 : width == 16 ? 1 : width == 32 ? 2 : 3], {ops[0], ops[0]});
    pass_.fired(Rule::compare_with_zero);
    test_elimination(i);
  }

  // op x; ...; test x, x   where nothing between writes the flags or x.
  void test_elimination(u32 i) {
    auto ops = pass_.operands(i);
    if (ops.size() != 2 || !is_general(ops[0]) || !(ops[0] == ops[1])) return;
    u64 bit = lathe::x86::unit_bit(ops[0].reg());
    for (u32 j = i; j-- > block_begin_ && i - j < 8;) {
      if (r_.is_label(j) || r_.effects[j].barrier) return;
      if (!r_.is_instruction(j)) continue;
      const Effects& e = r_.effects[j];
      if (!(e.flags_written) && !(e.writes & bit)) continue;
      if (!(e.writes & bit) || !e.flags_killed || e.pinned) return;
      auto source = pass_.operands(j);
      if (source.empty() || !(source[0] == ops[0]) || !sets_same_flags(r_.statement(j).row())) return;
      r_.kill(i);
      pass_.fired(Rule::test_elimination);
      return;
    }
  }
  bool sets_same_flags(Row row) const {
    using namespace lathe::x86;
    switch (operation(row)) {
    case Operation::Logic: return flags_are_free(AF);
    case Operation::Add: case Operation::Subtract: case Operation::Increment: case Operation::Decrement: case Operation::Negate:
      return flags_are_free(CF | OF | AF);
    default: return false;
    }
  }

  // mov a, b; add c, b   becomes   lea (a,c), b
  void lea_addition(u32 i) {
    u32 j = previous(i);
    if (j == no_id || r_.effects[j].pinned) return;
    auto ops = pass_.operands(i), copy = pass_.operands(j);
    u32 width = operation_width(r_.statement(i).row());
    if (width < 32 || !flags_are_free() || !is_general(ops[0]) || operation(r_.statement(j).row()) != Operation::Move) return;
    if (copy.size() != 2 || !is_general(copy[0]) || !is_general(copy[1]) || !(copy[0] == ops[0])) return;
    if (operation_width(r_.statement(j).row()) != width || unit_of(copy[0]) == unit_of(copy[1])) return;
    Address a;
    a.base = whole(copy[1]);
    if (!addend(r_.statement(i).row(), ops, a)) return;
    if (a.index == Reg::rsp || (a.base == Reg::None && a.index == Reg::rsp)) return;
    Operand target = ops[0];
    pass_.rewrite(i, width == 64 ? Row::lea_r64_m : Row::lea_r32_m, {target, r_.buffer.address(a)});
    r_.kill(j);
    pass_.fired(Rule::lea_addition);
  }
  // Adds what the instruction adds to its first operand, which `a` holds as base.
  bool addend(Row row, std::span<const Operand> ops, Address& a) const {
    Operation op = operation(row);
    bool constant = ops.size() == 2 && ops[1].is(OperandKind::Immediate);
    if (op == Operation::ShiftLeft) {
      i64 count = ops.size() == 1 ? 1 : constant ? ops[1].immediate() : 0;
      if (count < 1 || count > 3) return false;
      a.index = a.base;
      a.scale = static_cast<u8>(1 << count);
      if (count == 1) a.scale = 1;
      else a.base = Reg::None, a.flags = assembler::HasScale | assembler::HasDisplacement;
      return true;
    }
    if (constant) {
      i64 value = ops[1].immediate();
      a.displacement = op == Operation::Subtract ? -value : value;
      a.flags = assembler::HasDisplacement;
      return a.displacement == static_cast<i32>(a.displacement) && a.displacement != 0;
    }
    if (op != Operation::Add || ops.size() != 2 || !is_general(ops[1]) || unit_of(ops[1]) == unit_of(ops[0])) return false;
    a.index = whole(ops[1]);
    a.flags = 0;
    if (a.index == Reg::rsp) std::swap(a.base, a.index);
    return a.index != Reg::rsp;
  }

  void lea_to_move(u32 i) {
    auto ops = pass_.operands(i);
    u32 width = operation_width(r_.statement(i).row());
    if (width < 32 || ops.size() != 2 || !ops[1].is(OperandKind::Address) || !is_general(ops[0])) return;
    const Address a = r_.buffer.addresses[ops[1].index()];
    if (a.index != Reg::None || a.displacement != 0 || a.symbol != no_id || a.expression != no_id || a.segment != Reg::None) return;
    if (lathe::x86::reg_class(a.base) != RegClass::Gpr || lathe::x86::width(a.base) != 64) return;
    if (lathe::x86::unit(a.base) == unit_of(ops[0]) && width == 64) {
      r_.kill(i);
    } else {
      Operand from = StatementBuffer::reg(lathe::x86::reg(lathe::x86::unit(a.base), width));
      pass_.rewrite(i, load_row(width), {ops[0], from});
    }
    pass_.fired(Rule::lea_to_move);
  }

  // mov mem, r; op r, x   becomes   op mem, x
  void load_into_operand(u32 i) {
    u32 j = previous(i);
    if (j == no_id || r_.effects[j].pinned || operation(r_.statement(j).row()) != Operation::Move) return;
    auto load = pass_.operands(j);
    if (load.size() != 2 || !is_general(load[0]) || !load[1].is(OperandKind::Address)) return;
    if (r_.buffer.addresses[load[1].index()].modifier != Modifier::None) return;
    u64 bit = lathe::x86::unit_bit(load[0].reg());
    const Effects& e = r_.effects[i];
    bool is_dead = !(live_.units & bit) || (e.kills & bit);
    if (!is_dead || e.loads || e.stores || e.flow != Flow::None) return;
    auto ops = pass_.operands(i);
    if (ops.size() != 2) return;
    u32 reads = 0;
    for (Operand o : ops) {
      if (o.is(OperandKind::Register)) reads += lathe::x86::unit_bit(o.reg()) == bit;
      if (o.is(OperandKind::Address)) return;
    }
    if (reads != 1 || !(ops[1] == load[0]) || (info(r_.statement(i).row()).implicit_reads & bit)) return;
    Row row = with_memory_source(r_.statement(i).row());
    if (row == Row::Count || info(row).operands[1].memory_width != operation_width(r_.statement(j).row())) return;
    if (info(row).operands[1].width != lathe::x86::width(ops[1].reg())) return;
    pass_.rewrite(i, row, {ops[0], load[1]});
    r_.kill(j);
    pass_.fired(Rule::load_into_operand);
  }
  // The row of the same operation whose second operand may be memory and whose first is a register.
  static Row with_memory_source(Row row) {
    auto fits = [](const RowInfo& i) {
      return i.operand_count == 2 && i.operands[0].type == OperandType::Register && i.operands[1].type == OperandType::RegisterOrMemory &&
             i.operands[1].role == Role::Read && i.operands[1].register_class == RegClass::Gpr;
    };
    const RowInfo& own = info(row);
    if (fits(own)) return row;
    for (const auto& alternative : lathe::x86::alternatives(row)) {
      const RowInfo& other = info(alternative.row);
      if (fits(other) && other.operands[0].width == own.operands[0].width && other.operands[1].width == own.operands[1].width)
        return alternative.row;
    }
    return Row::Count;
  }

  u32 previous(u32 i) {
    while (i-- > block_begin_) {
      if (r_.is_instruction(i)) return i;
      if (r_.statement(i).kind != StatementKind::Dead) return no_id;
    }
    return no_id;
  }

  Pass& pass_;
  Region& r_;
  Live live_;
  u32 block_begin_ = 0;
};

} // namespace

void shape_rules(Pass& p) { Shapes(p).run(); }

} // namespace lathe::codegen::x86
