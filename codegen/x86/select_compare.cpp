// Conditions: compares fused with the branch, select or set that uses them, and the terminators. Nothing that writes
// flags stands between a compare and its user: both are in one chunk, operands first.

#include "codegen/machine/names.h"
#include "codegen/x86/selector.h"

#include <bit>

namespace lathe::codegen::x86 {

using ir::Predicate;
using legalize::Intrinsic;

namespace {
bool fits_i32(i64 v) { return v == static_cast<i32>(v); }

Condition condition_of(Predicate p) {
  switch (p) {
  case Predicate::IEq: return Condition::E;
  case Predicate::INe: return Condition::Ne;
  case Predicate::IUgt: return Condition::A;
  case Predicate::IUge: return Condition::Ae;
  case Predicate::IUlt: return Condition::B;
  case Predicate::IUle: return Condition::Be;
  case Predicate::ISgt: return Condition::G;
  case Predicate::ISge: return Condition::Ge;
  case Predicate::ISlt: return Condition::L;
  case Predicate::ISle: return Condition::Le;
  default: internal_error("not an integer predicate");
  }
}

Predicate swapped(Predicate p) {
  switch (p) {
  case Predicate::IUgt: return Predicate::IUlt;
  case Predicate::IUge: return Predicate::IUle;
  case Predicate::IUlt: return Predicate::IUgt;
  case Predicate::IUle: return Predicate::IUge;
  case Predicate::ISgt: return Predicate::ISlt;
  case Predicate::ISge: return Predicate::ISle;
  case Predicate::ISlt: return Predicate::ISgt;
  case Predicate::ISle: return Predicate::ISge;
  default: return p;
  }
}

} // namespace

Test negated(Test t) {
  t.condition = negate(t.condition);
  if (t.parity != Test::Plain) t.parity = t.parity == Test::AndOrdered ? Test::OrUnordered : Test::AndOrdered;
  return t;
}

Test Selector::integer_compare(Predicate p, Value a, Value b, bool may_fold) {
  i64 c;
  if (constant(a, c) && !constant(b, c)) {
    std::swap(a, b);
    p = swapped(p);
  }
  u32 width = width_of(type_of(a));
  if (bits_of(type_of(a)) > 64) unsupported(*f_, "a comparison of 'i128'");
  Condition condition = condition_of(p);
  AddressMode memory;
  if (constant(b, c)) {
    bool sign_or_zero = p == Predicate::IEq || p == Predicate::INe || p == Predicate::ISlt || p == Predicate::ISge ||
                        p == Predicate::ISgt || p == Predicate::ISle;
    if (c == 0 && sign_or_zero) {
      // `and` that only this compare uses becomes test.
      if (may_fold && a.is_instruction() && (*f_)[a.index()].op == Opcode::And && (*f_)[a.index()].uses == 1 &&
          !is_asked(a) && (*f_)[a.index()].block == block_) {
        Value x = f_->operand(a.index(), 0), y = f_->operand(a.index(), 1);
        i64 mask;
        if (constant(x, mask)) std::swap(x, y);
        if (constant(y, mask)) {
          u64 bits = static_cast<u64>(mask);
          bool equality = p == Predicate::IEq || p == Predicate::INe;
          if (width == 3 && equality && mask > 0 && mask <= 0xffffffffll) {
            // The upper half does not matter.
            Vreg source = reg(x);
            b_.begin(Row::test_rm32_i32).use_any(source).imm(static_cast<i32>(mask));
            return {condition, Test::Plain};
          }
          if (width == 3 && equality && std::has_single_bit(bits)) {
            Vreg source = reg(x);
            b_.begin(Row::bt_rm64_u8).use_any(source).imm(std::countr_zero(bits));
            return {p == Predicate::IEq ? Condition::Ae : Condition::B, Test::Plain};
          }
          if (width < 3 || fits_i32(mask)) {
            if (fold_load(x, memory)) {
              b_.begin(test_rows.rm_imm[width]).memory(memory).imm(mask);
            } else if (width > 0 && equality && mask > 0 && mask < 256) {
              Vreg r = reg(x);
              b_.begin(Row::test_rm8_i8).use_any(r).imm(static_cast<i8>(mask));
            } else {
              Vreg r = reg(x);
              b_.begin(test_rows.rm_imm[width]).use_any(r).imm(mask);
            }
            return {condition, Test::Plain};
          }
        }
        if (can_fold_load(x)) std::swap(x, y);
        if (fold_load(y, memory)) {
          Vreg r = reg(x);
          b_.begin(test_rows.rm_reg[width]).memory(memory).use(r);
        } else {
          Vreg rx = reg(x), ry = reg(y);
          b_.begin(test_rows.rm_reg[width]).use_any(rx).use(ry);
        }
        return {condition, Test::Plain};
      }
      if (!may_fold || !can_fold_load(a)) {
        Vreg r = reg(a);
        b_.begin(test_rows.rm_reg[width]).use(r).operand({.kind = OperandKind::Register, .payload = 0});
        if (p == Predicate::ISlt) condition = Condition::S;
        if (p == Predicate::ISge) condition = Condition::Ns;
        return {condition, Test::Plain};
      }
    }
    if (width < 3 || fits_i32(c)) {
      if (may_fold && fold_load(a, memory)) {
        b_.begin(cmp_rows.rm_imm[width]).memory(memory).imm(c);
      } else {
        Vreg r = reg(a);
        b_.begin(cmp_rows.rm_imm[width]).use_any(r).imm(c);
      }
      return {condition, Test::Plain};
    }
  }
  if (may_fold && fold_load(b, memory)) {
    Vreg r = reg(a);
    b_.begin(cmp_rows.reg_rm[width]).use(r).memory(memory);
  } else if (may_fold && fold_load(a, memory)) {
    Vreg r = reg(b);
    b_.begin(cmp_rows.rm_reg[width]).memory(memory).use(r);
  } else {
    Vreg ra = reg(a), rb = reg(b);
    b_.begin(cmp_rows.reg_rm[width]).use(ra).use_any(rb);
  }
  return {condition, Test::Plain};
}

// `x op y` compared with zero right behind it: the operation's own flags do.
bool Selector::fuse_with_operation(InstId id, Test& result) {
  const ir::Instruction& i = (*f_)[id];
  i64 c;
  Value a = f_->operand(id, 0);
  if (!optimize_ || i.block != block_ || root_ == ir::none || !constant(f_->operand(id, 1), c) || c != 0 ||
      !a.is_instruction())
    return false;
  InstId producer = a.index();
  const ir::Instruction& op = (*f_)[producer];
  if ((op.type != TypeId::I32 && op.type != TypeId::I64) || op.block != block_ || done_[producer]) return false;
  auto p = static_cast<Predicate>(i.sub);
  Condition condition;
  bool logic = op.op == Opcode::And || op.op == Opcode::Or || op.op == Opcode::Xor;
  switch (p) {
  case Predicate::IEq: condition = Condition::E; break;
  case Predicate::INe: condition = Condition::Ne; break;
  case Predicate::ISlt: condition = Condition::S; break;
  case Predicate::ISge: condition = Condition::Ns; break;
  default:
    if (!logic) return false;
    condition = condition_of(p);
  }
  if (!logic && op.op != Opcode::Add && op.op != Opcode::Sub) return false;
  if (op.op == Opcode::And && op.uses == 1) return false; // test is better
  if (i.uses != 1) return false;
  Value x = f_->operand(producer, 0), y = f_->operand(producer, 1);
  if (op.op == Opcode::Xor && constant(y, c) && c == -1) return false;
  if (op.op == Opcode::Sub && constant(x, c)) return false;
  if (constant(y, c) && !fits_i32(c)) return false;
  if (!is_adjacent(producer, false, id)) return false;
  u32 width = width_of(op.type);
  Vreg made = vreg_of_[producer];
  if (made == no_id) made = vreg_of_[producer] = new_register(op.type);
  done_[producer] = 1;
  if (op.op == Opcode::Add && constant(y, c) && (c == 1 || c == -1)) {
    Vreg left = reg(x);
    b_.begin((c == 1 ? inc_rows : dec_rows)[width]).def_reuse(made, 1).hidden_use(left);
  } else {
    const AluRows& rows = op.op == Opcode::Add   ? add_rows
                          : op.op == Opcode::Sub ? sub_rows
                          : op.op == Opcode::And ? and_rows
                          : op.op == Opcode::Or  ? or_rows
                                                 : xor_rows;
    binary(rows, width, made, x, y, op.op != Opcode::Sub);
  }
  result = {condition, Test::Plain};
  return true;
}

Test Selector::compare_floats(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.op == Opcode::Call)
    return compare_floats(id, legalize::constrained_predicate(*f_, id), f_->operand(id, 1), f_->operand(id, 2), true);
  return compare_floats(id, static_cast<Predicate>(i.sub), f_->operand(id, 0), f_->operand(id, 1), false);
}

// comis is invalid for every NaN, ucomis for signaling ones only.
Test Selector::compare_floats(InstId id, Predicate p, Value a, Value b, bool signaling) {
  const ir::Instruction& i = (*f_)[id];
  // ucomis sets the flags as an unsigned compare does, and all of CF, ZF, PF when unordered.
  Test t;
  bool swap = false;
  switch (p) {
  case Predicate::OGt: t.condition = Condition::A; break;
  case Predicate::OGe: t.condition = Condition::Ae; break;
  case Predicate::OLt: t.condition = Condition::A; swap = true; break;
  case Predicate::OLe: t.condition = Condition::Ae; swap = true; break;
  case Predicate::ULt: t.condition = Condition::B; break;
  case Predicate::ULe: t.condition = Condition::Be; break;
  case Predicate::UGt: t.condition = Condition::B; swap = true; break;
  case Predicate::UGe: t.condition = Condition::Be; swap = true; break;
  case Predicate::Uno: t.condition = Condition::P; break;
  case Predicate::Ord: t.condition = Condition::Np; break;
  case Predicate::UEq: t.condition = Condition::E; break;
  case Predicate::ONe: t.condition = Condition::Ne; break;
  case Predicate::OEq: t = {Condition::E, Test::AndOrdered}; break;
  case Predicate::UNe: t = {Condition::Ne, Test::OrUnordered}; break;
  default: {
    // `false` and `true`: a compare of a register with itself.
    Vreg r = integer_register(0, false);
    b_.begin(Row::test_rm32_r32).use(r).place(0);
    return {p == Predicate::True ? Condition::E : Condition::Ne, Test::Plain};
  }
  }
  if (swap) std::swap(a, b);
  TypeId type = type_of(a);
  if (type == TypeId::X86Fp80) {
    fp80_load(b);
    fp80_load(a, 1);
    b_.begin(signaling ? Row::fcomip_sti : Row::fucomip_sti).fixed(reg::st0 + 1);
    b_.begin(Row::fstp_sti).fixed(reg::st0);
    return t;
  }
  if (type != TypeId::Float && type != TypeId::Double)
    refuse(id, "a comparison of '" + ir::print(f_->types, f_->module.names, type) + "'");
  Row row = (signaling ? fcompare_signaling_rows : fcompare_rows)[type == TypeId::Double];
  AddressMode memory;
  if (i.uses == 1 && i.block == block_ && fold_load(b, memory)) {
    Vreg left = reg(a);
    b_.begin(row).use(left).memory(memory);
  } else {
    Vreg left = reg(a), right = reg(b);
    b_.begin(row).use(left).use_any(right);
  }
  return t;
}

Test Selector::compare(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.op == Opcode::FCmp || i.op == Opcode::Call) return compare_floats(id);
  Test t;
  if (fuse_with_operation(id, t)) return t;
  return integer_compare(static_cast<Predicate>(i.sub), f_->operand(id, 0), f_->operand(id, 1),
                         i.uses == 1 && i.block == block_);
}

// Sets the flags to what the i1 says.
Test Selector::test(Value v) {
  if (v.is_instruction()) {
    InstId id = v.index();
    const ir::Instruction& i = (*f_)[id];
    bool here = i.block == block_, asked = vreg_of_[id] != no_id;
    switch (i.op) {
    case Opcode::ICmp:
    case Opcode::FCmp:
      if (here || !asked) return compare(id);
      break;
    case Opcode::Call:
      if (asked || !here || i.uses != 1 || intrinsic(id) != Intrinsic::ConstrainedFCmps || !is_adjacent(id, true)) break;
      done_[id] = 1;
      return compare(id);
    case Opcode::Xor: {
      i64 c;
      if (!asked && i.uses == 1 && constant(f_->operand(id, 1), c) && c == 1) return negated(test(f_->operand(id, 0)));
      break;
    }
    case Opcode::Freeze:
      if (!asked && i.uses == 1) return test(f_->operand(id, 0));
      break;
    case Opcode::And:
      if (!asked && i.uses == 1 && here) {
        Vreg x = reg(f_->operand(id, 0)), y = reg(f_->operand(id, 1));
        b_.begin(Row::test_rm8_r8).use(x).use(y);
        return {Condition::Ne, Test::Plain};
      }
      break;
    case Opcode::Trunc:
      if (!asked && i.uses == 1 && bits_of(type_of(f_->operand(id, 0))) <= 64) {
        Vreg source = reg(f_->operand(id, 0));
        b_.begin(Row::test_rm8_i8).use_any(source).imm(1);
        return {Condition::Ne, Test::Plain};
      }
      break;
    case Opcode::ExtractValue: {
      Value from = f_->operand(id, 0);
      if (asked || !here || i.uses != 1 || !from.is_instruction() || done_[from.index()]) break;
      InstId producer = from.index();
      Opcode op = (*f_)[producer].op;
      if (legalize::leaf_index(*f_, id) != 1) break;
      if (op == Opcode::Call) {
        Intrinsic kind = intrinsic(producer);
        if (kind < Intrinsic::UAddOverflow || kind > Intrinsic::SMulOverflow) break;
        if (!is_adjacent(producer, false)) break;
        done_[producer] = 1;
        return {emit_overflow(producer, kind), Test::Plain};
      }
      if (op == Opcode::CmpXchg && bits_of(type_of(f_->operand(producer, 1))) <= 64 && is_adjacent(producer, true)) {
        done_[producer] = 1;
        select_compare_exchange(producer, true);
        return {Condition::E, Test::Plain};
      }
      break;
    }
    default: break;
    }
  }
  Vreg r = reg(v);
  b_.begin(Row::test_rm8_r8).use(r).place(0);
  return {Condition::Ne, Test::Plain};
}

void Selector::set(Vreg result, Test t) {
  if (t.parity == Test::Plain) {
    b_.begin(rows_of(t.condition).set).def(result).flags(MachineReadsFlags);
    return;
  }
  Vreg equal = b_.general(4), ordered = b_.general(4);
  bool both = t.parity == Test::AndOrdered;
  b_.begin(rows_of(t.condition).set).def(equal).flags(MachineReadsFlags);
  b_.begin(rows_of(both ? Condition::Np : Condition::P).set).def(ordered).flags(MachineReadsFlags);
  b_.begin((both ? and_rows : or_rows).reg_rm[0]).def_reuse(result, 1).hidden_use(equal).use_any(ordered);
}

void Selector::select_compare(InstId id) {
  Test t = compare(id);
  if (vreg_of_[id] != no_id) set(vreg_of_[id], t); // nobody may ask what a signaling compare says
}

// --- Select

// a < b ? a : b and its like are minsd and maxsd, whose second operand wins when unordered or equal.
bool Selector::select_min_max(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.type != TypeId::Float && i.type != TypeId::Double) return false;
  Value condition = f_->operand(id, 0), x = f_->operand(id, 1), y = f_->operand(id, 2);
  if (!condition.is_instruction() || (*f_)[condition.index()].op != Opcode::FCmp) return false;
  Value a = f_->operand(condition.index(), 0), b = f_->operand(condition.index(), 1);
  auto p = static_cast<Predicate>((*f_)[condition.index()].sub);
  // The inverse predicate with exchanged arms says the same.
  if (x == b && y == a && p == Predicate::UGe)
    p = Predicate::OLt;
  else if (x == b && y == a && p == Predicate::ULe)
    p = Predicate::OGt;
  else if (x != a || y != b)
    return false;
  if (p != Predicate::OLt && p != Predicate::OGt) return false;
  Vreg left = reg(a), right = reg(b);
  b_.begin((p == Predicate::OLt ? fmin_rows : fmax_rows)[i.type == TypeId::Double])
      .def_reuse(vreg_of_[id], 1)
      .hidden_use(left)
      .use_any(right);
  return true;
}

void Selector::select_select(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value condition = f_->operand(id, 0), a = f_->operand(id, 1), b = f_->operand(id, 2);
  Vreg result = vreg_of_[id];
  ClassAndSize c = class_of(*f_, i.type);
  if (c.rc == RegisterClass::StackOnly) refuse(id, "'select' of x86_fp80");
  if (select_min_max(id)) return;
  if (i.type == TypeId::I1) {
    i64 value;
    if (constant(b, value) && value == 0 && !constant(a, value)) return binary(and_rows, 2, result, condition, a, true);
    if (constant(a, value) && value == 1 && !constant(b, value)) return binary(or_rows, 2, result, condition, b, true);
  }
  Vreg ra = reg(a), rb = reg(b);
  Test t = test(condition);
  if (c.rc == RegisterClass::Vector) {
    auto choose = [&](Vreg to, Condition cc, Vreg kept, Vreg other) {
      b_.begin(Pseudo::SelectVector).imm(static_cast<i64>(cc));
      u32 def = b_.add_register(MachineBuilder::make(to, Access::Def, Point::Late, Constraint::Reuse, 1));
      b_.add_register(MachineBuilder::make(kept, Access::Use, Point::Early, Constraint::Register, 0));
      u32 use = b_.add_register(MachineBuilder::make(other, Access::Use, Point::Late, Constraint::Register, 0));
      b_.place(def).place(use).flags(MachineReadsFlags);
    };
    if (t.parity == Test::Plain) return choose(result, t.condition, ra, rb);
    Vreg half = b_.new_register(c.rc, c.size);
    if (t.parity == Test::AndOrdered) {
      choose(half, t.condition, ra, rb);
      choose(result, Condition::Np, half, rb);
    } else {
      choose(half, negate(t.condition), rb, ra);
      choose(result, Condition::Np, half, ra);
    }
    return;
  }
  auto move = [&](Vreg to, Condition cc, Vreg otherwise, Vreg taken) {
    const ConditionRows& rows = rows_of(cc);
    b_.begin(c.size == 8 ? rows.cmov64 : rows.cmov32)
        .def_reuse(to, 1)
        .hidden_use(otherwise)
        .use_any(taken)
        .flags(MachineReadsFlags);
  };
  if (t.parity == Test::Plain) return move(result, t.condition, rb, ra);
  Vreg half = b_.new_register(c.rc, c.size);
  if (t.parity == Test::AndOrdered) {
    move(half, Condition::Ne, ra, rb);
    move(result, Condition::P, half, rb);
  } else {
    move(half, Condition::Ne, rb, ra);
    move(result, Condition::P, half, ra);
  }
}

// --- Terminators

void Selector::jump(MachineBlockId to) { b_.begin(Row::jmp_rel).block(to).flags(MachineTerminator); }

void Selector::branch(Test t, MachineBlockId if_true, MachineBlockId if_false) {
  auto jcc = [&](Condition c, MachineBlockId to) {
    b_.begin(rows_of(c).jump).block(to).flags(MachineTerminator | MachineReadsFlags);
  };
  switch (t.parity) {
  case Test::Plain: jcc(t.condition, if_true); break;
  case Test::OrUnordered:
    jcc(t.condition, if_true);
    jcc(Condition::P, if_true);
    break;
  case Test::AndOrdered:
    jcc(negate(t.condition), if_false);
    jcc(Condition::P, if_false);
    jump(if_true);
    return;
  }
  jump(if_false);
}

void Selector::select_branch(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  materialize_edges(machine_block_);
  if (i.operand_count == 1) return jump(plan_.target(block_, f_->operand(id, 0).index()));
  Value condition = f_->operand(id, 0);
  MachineBlockId if_true = plan_.target(block_, f_->operand(id, 1).index()),
                 if_false = plan_.target(block_, f_->operand(id, 2).index());
  i64 c;
  if (constant(condition, c)) return jump(c ? if_true : if_false);
  if (if_true == if_false) return jump(if_true);
  branch(test(condition), if_true, if_false);
}

void Selector::select_switch(InstId id) {
  materialize_edges(machine_block_);
  auto operands = f_->operands_of(id);
  std::vector<MachineBlockId> targets_by_block;
  targets_by_block.assign(f_->blocks.size(), no_id);
  plan_.for_each_target(block_, [&](BlockId to, MachineBlockId target) { targets_by_block[to] = target; });
  if (operands.size() < 4) return jump(targets_by_block[operands[1].index()]);
  JumpTable table;
  u32 index = static_cast<u32>(code_->jump_tables.size());
  table.symbol = code_->symbols.intern(jump_table_label(code_->ordinal, index));
  table.relative = pic_ || pie_;
  for (size_t k = 2; k + 1 < operands.size(); k += 2) {
    i64 c = -1;
    lathe_check(constant(operands[k], c) && c == static_cast<i64>(k / 2 - 1), "a switch was not made a jump table");
    table.targets.push_back(targets_by_block[operands[k + 1].index()]);
  }
  bool relative = table.relative;
  m_->symbols.push_back({.symbol = table.symbol});
  u32 symbol = static_cast<u32>(m_->symbols.size() - 1);
  code_->jump_tables.push_back(std::move(table));
  Vreg value = reg(operands[0]);
  AddressMode a;
  a.symbol = symbol;
  if (!relative) {
    a.index = value;
    a.scale = 8;
    b_.begin(Row::jmp_rm64).memory(a).indirect().flags(MachineTerminator | MachineSideEffect);
    m_->operands.back().unchecked = 1;
    return;
  }
  Vreg base = hoisted(HoistKind::JumpTable, symbol);
  if (base == no_id) jump_table_into(base = b_.general(), symbol);
  Vreg offset = b_.general(), to = b_.general();
  AddressMode entry;
  entry.base = base;
  entry.index = value;
  entry.scale = 4;
  b_.begin(Row::movsxd_r64_rm32).def(offset).memory(entry);
  b_.begin(Row::add_r64_rm64).def_reuse(to, 1).hidden_use(offset).use_any(base);
  b_.begin(Row::jmp_rm64).use(to).indirect().flags(MachineTerminator | MachineSideEffect);
  m_->operands.back().unchecked = 1;
}

// lea .LJTI(%rip), result; `symbol` is the machine code's.
void Selector::jump_table_into(Vreg result, u32 symbol) {
  AddressMode a;
  a.symbol = symbol;
  a.pc_relative = true;
  b_.begin(Row::lea_r64_m).def(result).memory(a);
  b_.rematerializable(result);
}

void Selector::select_indirect_branch(InstId id) {
  materialize_edges(machine_block_);
  Vreg to = reg(f_->operand(id, 0));
  if (features_.retpoline_branches) {
    b_.begin(Pseudo::ThunkJump).hidden_use_fixed(to, reg::r11).flags(MachineTerminator | MachineSideEffect);
    return;
  }
  b_.begin(Row::jmp_rm64).use(to).indirect().flags(MachineTerminator | MachineSideEffect);
}

} // namespace lathe::codegen::x86
