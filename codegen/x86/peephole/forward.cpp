// Forward rules: what registers and frame slots hold, as value numbers, down each run of blocks that only fall into
// each other. A number stands for 64 bits; its low half has a number of its own, so that 32-bit copies and reloads
// are seen too.
//
// Slots are followed only where the frame is private: no instruction makes an address of rsp or of the frame pointer,
// so no other pointer, callee or signal handler can reach it. A call ends what is known of slots all the same: it may
// own its stack arguments.

#include "codegen/x86/peephole/rules.h"

#include <algorithm>
#include <array>

namespace lathe::codegen::x86 {

using assembler::Address;
using assembler::Modifier;
using assembler::no_id;
using assembler::Operand;
using assembler::OperandKind;
using lathe::x86::info;
using lathe::x86::OperandType;
using lathe::x86::Reg;
using lathe::x86::RegClass;
using lathe::x86::Role;
using lathe::x86::RowInfo;

namespace {

constexpr u32 general_units = 16, rsp_unit = 4, rbp_unit = 5;

bool is_low_general(Operand o) { return o.is(OperandKind::Register) && lathe::x86::reg_class(o.reg()) == RegClass::Gpr; }
u32 unit_of(Operand o) { return lathe::x86::unit(o.reg()); }

struct Frame {
  bool is_private = true;   // slots may be followed
  bool rbp_is_base = false; // rbp is a frame pointer
};

// Whether an instruction is one of those by which frames are set up and taken down.
bool is_frame_instruction(Region& r, u32 line) {
  const Statement& s = r.statement(line);
  auto ops = r.buffer.operands_of(s);
  if (operation(s.row()) == Operation::Move && ops.size() == 2 && is_low_general(ops[0]) && is_low_general(ops[1])) {
    u32 to = unit_of(ops[0]), from = unit_of(ops[1]);
    return (to == rbp_unit && from == rsp_unit) || (to == rsp_unit && from == rbp_unit);
  }
  // rsp changed in place or computed anew is still rsp.
  return !ops.empty() && is_low_general(ops[0]) && unit_of(ops[0]) == rsp_unit;
}

Frame look_at_frame(Region& r) {
  Frame f;
  f.is_private = !r.has_text;
  for (u32 i = 0; i < r.lines.size(); ++i) {
    if (!r.is_instruction(i)) continue;
    const Statement& s = r.statement(i);
    auto ops = r.buffer.operands_of(s);
    if (operation(s.row()) == Operation::Move && ops.size() == 2 && is_low_general(ops[0]) && is_low_general(ops[1]) &&
        unit_of(ops[0]) == rbp_unit && unit_of(ops[1]) == rsp_unit)
      f.rbp_is_base = true;
  }
  for (u32 i = 0; i < r.lines.size() && f.is_private; ++i) {
    if (!r.is_instruction(i)) continue;
    const Statement& s = r.statement(i);
    const RowInfo& row = info(s.row());
    if (is_frame_instruction(r, i)) continue;
    auto is_base = [&](Reg reg) {
      return lathe::x86::is_gpr(reg) && (lathe::x86::unit(reg) == rsp_unit || (f.rbp_is_base && lathe::x86::unit(reg) == rbp_unit));
    };
    auto ops = r.buffer.operands_of(s);
    bool push_or_pop = row.has(lathe::x86::Push) || row.has(lathe::x86::Pop);
    for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
      if (ops[k].is(OperandKind::Register) && is_base(ops[k].reg()))
        if (!push_or_pop || lathe::x86::unit(ops[k].reg()) == rsp_unit) f.is_private = false;
      if (!ops[k].is(OperandKind::Address)) continue;
      const Address& a = r.buffer.addresses[ops[k].index()];
      bool computed = row.operands[k].type == OperandType::Address;
      if ((computed && is_base(a.base)) || is_base(a.index)) f.is_private = false;
    }
  }
  return f;
}

struct Slot {
  Reg base = Reg::None;
  i64 displacement = 0;
  u32 bytes = 0; // 4 or 8
  u32 value = 0; // 8 bytes: a whole number; 4: a low half's
};

class Forward {
public:
  explicit Forward(Pass& p) : pass_(p), region_(p.region), frame_(look_at_frame(p.region)) {}

  void run() {
    for (u32 b = 0; b < region_.blocks.size(); ++b) {
      const RegionBlock& block = region_.blocks[b];
      bool continues = b > 0 && region_.blocks[b - 1].falls_through && block.predecessors == 1 && !block.reachable_from_outside;
      if (!continues) forget_all();
      for (u32 i = block.begin; i < block.end; ++i)
        if (!region_.is_label(i)) line(i);
    }
  }

private:
  // --- Numbers
  u32 new_number() {
    low_.push_back(0);
    widened_.push_back(0);
    return static_cast<u32>(low_.size() - 1);
  }
  u32 low(u32 whole) {
    if (!low_[whole]) {
      u32 n = new_number();
      low_[whole] = n;
    }
    return low_[whole];
  }
  // The whole number of a low half with zeros above.
  u32 widened(u32 half) {
    if (!widened_[half]) {
      u32 n = new_number();
      widened_[half] = n;
      low_[n] = half;
    }
    return widened_[half];
  }
  u32 constant(u64 value) {
    for (auto& [v, n] : constants_)
      if (v == value) return n;
    u32 n = new_number();
    if (constants_.size() < 32) constants_.push_back({value, n});
    return n;
  }
  void forget_all() {
    low_.assign(1, 0);
    widened_.assign(1, 0);
    constants_.clear();
    slots_.clear();
    for (u32 u = 0; u < general_units; ++u) {
      value_[u] = new_number();
      zero_above_[u] = 64;
      copy_of_[u] = general_units;
      sum_[u] = {value_[u], 0, ++clock_};
    }
    run_began_ = clock_;
  }
  void forget(u32 unit) {
    value_[unit] = new_number();
    zero_above_[unit] = 64;
    drop_copies(unit);
    sum_[unit] = {value_[unit], 0, ++clock_};
  }
  void drop_copies(u32 unit) {
    copy_of_[unit] = general_units;
    for (u32& c : copy_of_)
      if (c == unit) c = general_units;
  }
  void set(u32 unit, u32 number, u32 zero_above) {
    drop_copies(unit);
    value_[unit] = number;
    zero_above_[unit] = zero_above;
    sum_[unit] = {number, 0, ++clock_};
  }
  u32 holder(u32 number, bool whole) {
    for (u32 u = 0; u < general_units; ++u)
      if (u != rsp_unit && (whole ? value_[u] == number : low(value_[u]) == number)) return u;
    return general_units;
  }

  // --- Slots
  bool is_slot(const Address& a) const {
    if (!frame_.is_private || a.index != Reg::None || a.symbol != no_id || a.expression != no_id || a.segment != Reg::None) return false;
    return a.base == Reg::rsp || (a.base == Reg::rbp && frame_.rbp_is_base);
  }
  Slot* find_slot(const Address& a, u32 bytes) {
    for (Slot& s : slots_)
      if (s.base == a.base && s.displacement == a.displacement && s.bytes >= bytes) return &s;
    return nullptr;
  }
  void write_slot(const Address& a, u32 bytes) {
    std::erase_if(slots_, [&](const Slot& s) {
      return s.base != a.base || (s.displacement < a.displacement + static_cast<i64>(bytes) && a.displacement < s.displacement + s.bytes);
    });
  }
  void add_slot(const Address& a, u32 bytes, u32 value) {
    if (slots_.size() >= 24) slots_.erase(slots_.begin());
    slots_.push_back({a.base, a.displacement, bytes, value});
  }

  // --- Lines
  void line(u32 i) {
    if (region_.effects[i].barrier || !region_.is_instruction(i)) return forget_all();
    if (!region_.effects[i].pinned) {
      propagate_copies(i);
      rebase(i);
      if (rewrite(i)) return;
      fold_reload(i);
    }
    note_sum(i);
  }

  // --- Sums: a register that was made by adding a constant to another.

  // lea 4(%rax), %rcx; ...; mov (%rcx), %edx   becomes   mov 4(%rax), %edx, so that the lea may die. The base chosen is
  // the one that has been there longest; what is added to it in place does not make it younger.
  void rebase(u32 i) {
    const RowInfo& row = info(region_.statement(i).row());
    auto ops = region_.buffer.operands_of(region_.statement(i));
    for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
      if (!ops[k].is(OperandKind::Address) || row.operands[k].type == OperandType::Address || row.has(lathe::x86::BitString)) continue;
      Address a = region_.buffer.addresses[ops[k].index()];
      if (!is_plain_base(a)) continue;
      u32 from = lathe::x86::unit(a.base), to = from;
      if (sum_[from].birth <= run_began_) continue;
      for (u32 u = 0; u < general_units; ++u)
        if (u != rsp_unit && !(u == rbp_unit && frame_.rbp_is_base) && sum_[u].root == sum_[from].root && sum_[u].birth < sum_[to].birth) to = u;
      i64 displacement = a.displacement + sum_[from].offset - sum_[to].offset;
      if (to == from || displacement != static_cast<i8>(displacement)) continue;
      a.base = lathe::x86::reg(to, 64);
      a.displacement = displacement;
      a.flags = static_cast<u8>((a.flags & ~assembler::HasDisplacement) | (displacement ? assembler::HasDisplacement : 0));
      u32 own = region_.buffer.address(a).index();
      ops = region_.buffer.operands_of(region_.statement(i));
      ops[k] = {(ops[k].bits & 0xffffffffull) | static_cast<u64>(own) << 32};
      region_.update(i);
      pass_.fired(Rule::rebased_address);
    }
  }
  bool is_plain_base(const Address& a) const {
    return a.symbol == no_id && a.expression == no_id && lathe::x86::is_gpr(a.base) && lathe::x86::width(a.base) == 64 &&
           lathe::x86::unit(a.base) != rsp_unit && !(frame_.rbp_is_base && lathe::x86::unit(a.base) == rbp_unit);
  }

  void note_sum(u32 i) {
    Sum made{};
    u32 to = general_units;
    bool in_place = false;
    auto ops = region_.buffer.operands_of(region_.statement(i));
    Row row = region_.statement(i).row();
    if (ops.size() == 2 && is_low_general(ops[0]) && lathe::x86::width(ops[0].reg()) == 64) {
      if (operation(row) == Operation::Lea && ops[1].is(OperandKind::Address)) {
        const Address& a = region_.buffer.addresses[ops[1].index()];
        if (is_plain_base(a) && a.index == Reg::None) {
          u32 from = lathe::x86::unit(a.base);
          to = unit_of(ops[0]), in_place = from == to;
          made = {sum_[from].root, sum_[from].offset + a.displacement, 0};
        }
      } else if ((operation(row) == Operation::Add || operation(row) == Operation::Subtract) && ops[1].is(OperandKind::Immediate)) {
        to = unit_of(ops[0]), in_place = true;
        i64 c = ops[1].immediate();
        made = {sum_[to].root, sum_[to].offset + (operation(row) == Operation::Add ? c : -c), 0};
      }
    }
    u64 birth = to < general_units ? sum_[to].birth : 0;
    generic(i);
    if (to >= general_units || to == rsp_unit) return;
    sum_[to] = {made.root, made.offset, in_place ? birth : clock_};
  }

  // The cases whose effect on the state is known exactly; true when the line is dealt with.
  bool rewrite(u32 i) {
    Statement& s = region_.statement(i);
    auto ops = region_.buffer.operands_of(s);
    if (ops.size() != 2) return false;
    u32 width = operation_width(s.row());
    switch (operation(s.row())) {
    case Operation::Move:
      if (width < 32) return false;
      if (is_low_general(ops[0]) && is_low_general(ops[1])) return move(i, unit_of(ops[0]), unit_of(ops[1]), width);
      if (is_low_general(ops[0]) && ops[1].is(OperandKind::Address)) return load(i, unit_of(ops[0]), ops[1].index(), width);
      if (ops[0].is(OperandKind::Address) && is_low_general(ops[1])) return store(i, ops[0].index(), unit_of(ops[1]), width);
      return false;
    case Operation::MoveConstant: return move_constant(i, width);
    case Operation::ZeroExtend: return zero_extend(i);
    case Operation::Logic:
      if (width >= 32 && is_low_general(ops[0]) && ops[0] == ops[1] && info(s.row()).mnemonic == "xor") {
        set(unit_of(ops[0]), constant(0), 8);
        return true;
      }
      return false;
    default: return false;
    }
  }

  bool move(u32 i, u32 to, u32 from, u32 width) {
    if (to == rsp_unit || from == rsp_unit) return false;
    bool same = width == 64 ? value_[to] == value_[from] : low(value_[to]) == low(value_[from]) && zero_above_[to] <= 32;
    if (same) {
      region_.kill(i);
      pass_.fired(Rule::redundant_move);
      return true;
    }
    note_move(to, from, width);
    return true;
  }
  void note_move(u32 to, u32 from, u32 width) {
    u32 number = width == 64 || zero_above_[from] <= 32 ? value_[from] : widened(low(value_[from]));
    Sum sum = sum_[from];
    set(to, number, std::min(zero_above_[from], width));
    if (number == value_[from]) sum_[to] = {sum.root, sum.offset, clock_};
    if (to == from) return;
    copy_of_[to] = from;
    copy_width_[to] = width;
  }

  bool load(u32 i, u32 to, u32 address, u32 width) {
    const Address a = region_.buffer.addresses[address];
    if (!is_slot(a) || to == rsp_unit) return false;
    bool whole = width == 64;
    if (const Slot* slot = find_slot(a, width / 8)) {
      u32 number = whole || slot->bytes == 4 ? slot->value : low(slot->value);
      bool same = whole ? value_[to] == number : low(value_[to]) == number && zero_above_[to] <= 32;
      if (same) {
        region_.kill(i);
        pass_.fired(Rule::redundant_load);
        return true;
      }
      u32 from = holder(number, whole);
      if (from < general_units) {
        pass_.rewrite(i, load_row(width), {register_operand(to, width), register_operand(from, width)});
        pass_.fired(Rule::forwarded_load);
        note_move(to, from, width);
        return true;
      }
      set(to, whole ? number : widened(number), width);
      return true;
    }
    forget(to);
    if (!whole) set(to, widened(low(value_[to])), 32);
    if (info(region_.statement(i).row()).operands[0].role != Role::Write) return true;
    add_slot(a, width / 8, whole ? value_[to] : low(value_[to]));
    return true;
  }

  bool store(u32 i, u32 address, u32 from, u32 width) {
    const Address a = region_.buffer.addresses[address];
    if (!is_slot(a) || from == rsp_unit) return false;
    u32 number = width == 64 ? value_[from] : low(value_[from]);
    return store_number(i, a, number, width / 8);
  }
  bool store_number(u32 i, const Address& a, u32 number, u32 bytes) {
    if (const Slot* slot = find_slot(a, bytes)) {
      u32 held = slot->bytes == bytes ? slot->value : low(slot->value);
      if (held == number) {
        region_.kill(i);
        pass_.fired(Rule::redundant_store);
        return true;
      }
    }
    write_slot(a, bytes);
    add_slot(a, bytes, number);
    return true;
  }

  bool move_constant(u32 i, u32 width) {
    auto ops = pass_.operands(i);
    if (width < 32) return false;
    u64 value;
    if (ops[1].is(OperandKind::Immediate)) value = static_cast<u64>(static_cast<i64>(ops[1].immediate()));
    else if (ops[1].is(OperandKind::WideImmediate)) value = region_.buffer.wide[ops[1].index()];
    else return false;
    if (width == 32) value &= 0xffffffff;
    if (ops[0].is(OperandKind::Address)) {
      const Address a = region_.buffer.addresses[ops[0].index()];
      if (!is_slot(a)) return false;
      return store_number(i, a, width == 64 ? constant(value) : low(constant(value)), width / 8);
    }
    if (!is_low_general(ops[0]) || unit_of(ops[0]) == rsp_unit) return false;
    u32 number = constant(value), to = unit_of(ops[0]);
    if (value_[to] == number) {
      region_.kill(i);
      pass_.fired(Rule::redundant_constant);
      return true;
    }
    set(to, number, value < 256 ? 8 : value < 65536 ? 16 : value >> 32 ? 64 : 32);
    return true;
  }

  bool zero_extend(u32 i) {
    auto ops = pass_.operands(i);
    const RowInfo& row = info(region_.statement(i).row());
    u32 from_width = row.operands[1].width;
    if (!is_low_general(ops[0]) || operation_width(region_.statement(i).row()) < 32) return false;
    u32 to = unit_of(ops[0]);
    if (ops[1].is(OperandKind::Address)) {
      fold_reload(i);
      ops = pass_.operands(i);
    }
    if (!is_low_general(ops[1]) && !ops[1].is(OperandKind::Address)) return false;
    u32 from = is_low_general(ops[1]) ? unit_of(ops[1]) : general_units;
    if (from < general_units && zero_above_[from] <= from_width) {
      pass_.fired(Rule::redundant_extension);
      if (from == to) {
        region_.kill(i);
        return true;
      }
      pass_.rewrite(i, Row::mov_r32_rm32, {register_operand(to, 32), register_operand(from, 32)});
      note_move(to, from, 32);
      return true;
    }
    forget(to);
    zero_above_[to] = from_width;
    return true;
  }

  static Operand register_operand(u32 unit, u32 width) { return StatementBuffer::reg(lathe::x86::reg(unit, width)); }

  bool has_high_byte(std::span<const Operand> ops) const {
    return std::any_of(ops.begin(), ops.end(), [](Operand o) {
      return o.is(OperandKind::Register) && lathe::x86::reg_class(o.reg()) == RegClass::GprHigh;
    });
  }

  // Reads of a copy become reads of what was copied, so that the copy may die.
  void propagate_copies(u32 i) {
    Statement& s = region_.statement(i);
    const RowInfo& row = info(s.row());
    auto ops = region_.buffer.operands_of(s);
    if (has_high_byte(ops)) return;
    bool any = false;
    for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
      if (is_low_general(ops[k])) {
        const auto& o = row.operands[k];
        if (o.role != Role::Read || (o.type != OperandType::Register && o.type != OperandType::RegisterOrMemory)) continue;
        u32 unit = unit_of(ops[k]), source = copy_of_[unit], width = lathe::x86::width(ops[k].reg());
        if (source >= general_units || width > copy_width_[unit]) continue;
        u64 keep = ops[k].bits & 0xffffffffull;
        ops[k] = {keep | (register_operand(source, width).bits & ~0xffffffffull)};
        any = true;
      } else if (ops[k].is(OperandKind::Address)) {
        Address a = region_.buffer.addresses[ops[k].index()];
        bool base = propagate_into(a.base), index = propagate_into(a.index);
        if (!base && !index) continue;
        // Addresses may be shared: this operand gets its own. The rest of the word stays.
        u32 own = region_.buffer.address(a).index();
        ops = region_.buffer.operands_of(s);
        ops[k] = {(ops[k].bits & 0xffffffffull) | static_cast<u64>(own) << 32};
        any = true;
      }
    }
    if (!any) return;
    region_.update(i);
    pass_.fired(Rule::copy_propagation);
  }
  bool propagate_into(assembler::RegId& reg) {
    if (lathe::x86::reg_class(reg) != RegClass::Gpr || lathe::x86::width(reg) != 64) return false;
    u32 unit = lathe::x86::unit(reg), source = copy_of_[unit];
    if (source >= general_units || copy_width_[unit] < 64) return false;
    reg = lathe::x86::reg(source, 64);
    return true;
  }

  // op slot, reg  becomes  op other, reg  when `other` holds the slot's bytes.
  void fold_reload(u32 i) {
    Statement& s = region_.statement(i);
    const RowInfo& row = info(s.row());
    auto ops = region_.buffer.operands_of(s);
    if (has_high_byte(ops) || row.has(lathe::x86::BitString)) return;
    for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
      const auto& o = row.operands[k];
      if (!ops[k].is(OperandKind::Address) || ops[k].is_indirect() || o.type != OperandType::RegisterOrMemory || o.role != Role::Read ||
          o.register_class != RegClass::Gpr || o.width != o.memory_width || o.width > 64)
        continue;
      const Address& a = region_.buffer.addresses[ops[k].index()];
      if (!is_slot(a)) continue;
      const Slot* slot = find_slot(a, o.width / 8);
      if (!slot) continue;
      u32 from = slot->bytes == 8 ? holder(slot->value, true) : holder(slot->value, false);
      if (from >= general_units) continue;
      ops[k] = register_operand(from, o.width);
      region_.update(i);
      pass_.fired(Rule::folded_reload);
      return;
    }
  }

  // Anything else: what it writes is unknown from here on.
  void generic(u32 i) {
    const Statement& s = region_.statement(i);
    const Effects& e = region_.effects[i];
    const RowInfo& row = info(s.row());
    auto ops = region_.buffer.operands_of(s);
    if (e.flow == Flow::Call) slots_.clear();
    if (e.stores) stores(row, ops);
    for (u32 u = 0; u < general_units; ++u) {
      if (!(e.writes >> u & 1)) continue;
      u32 above = zero_above_[u];
      forget(u);
      zero_above_[u] = zero_above_after(s, row, ops, u, above);
      if (u == rsp_unit) drop_base(Reg::rsp);
      if (u == rbp_unit) drop_base(Reg::rbp);
    }
  }
  u32 zero_above_after(const Statement& s, const RowInfo& row, std::span<const Operand> ops, u32 unit, u32 before) const {
    if (ops.empty() || !is_low_general(ops[0]) || unit_of(ops[0]) != unit || (row.implicit_writes >> unit & 1)) return 64;
    for (size_t k = 1; k < ops.size(); ++k) // a second operand that is written (xchg, xadd)
      if (k < row.operands.size() && row.operands[k].role != Role::Read) return 64;
    u32 width = lathe::x86::width(ops[0].reg());
    if (width >= 64) return 64;
    if (width < 32) return std::max(before, width);
    bool is_mask = operation(s.row()) == Operation::Logic && row.mnemonic == "and" && ops.size() == 2 && ops[1].is(OperandKind::Immediate);
    if (is_mask && ops[1].immediate() >= 0 && ops[1].immediate() < 256) return 8;
    if (is_mask && ops[1].immediate() >= 0 && ops[1].immediate() < 65536) return 16;
    return 32;
  }
  void stores(const RowInfo& row, std::span<const Operand> ops) {
    bool explained = false;
    for (unsigned k = 0; k < ops.size() && k < row.operands.size(); ++k) {
      if (!ops[k].is(OperandKind::Address) || row.operands[k].type == OperandType::Address) continue;
      const Address& a = region_.buffer.addresses[ops[k].index()];
      bool near_frame = a.base == Reg::rsp || (frame_.rbp_is_base && a.base == Reg::rbp);
      u32 bytes = row.operands[k].memory_width / 8;
      explained = !row.has(lathe::x86::BitString) && !row.has(lathe::x86::ImplicitStore) && bytes != 0;
      if (!near_frame && explained) continue; // a private frame is out of other pointers' reach
      if (!is_slot(a) || !explained) slots_.clear();
      else write_slot(a, bytes);
    }
    if (!explained) slots_.clear();
  }
  void drop_base(Reg base) {
    std::erase_if(slots_, [&](const Slot& s) { return s.base == base; });
  }

  Pass& pass_;
  Region& region_;
  Frame frame_;
  std::vector<u32> low_, widened_;
  std::vector<std::pair<u64, u32>> constants_;
  std::vector<Slot> slots_;
  // A register's 64 bits are those that `root` numbers, plus `offset`.
  struct Sum {
    u32 root = 0;
    i64 offset = 0;
    u64 birth = 0;
  };
  std::array<Sum, general_units> sum_{};
  u64 clock_ = 0, run_began_ = 0;
  std::array<u32, general_units> value_{}, zero_above_{}, copy_of_{}, copy_width_{};
};

} // namespace

void forward_rules(Pass& p) { Forward(p).run(); }

} // namespace lathe::codegen::x86
