// Loads, stores, read-modify-write forms, atomics, allocas.

#include "codegen/x86/selector.h"

#include <cstring>

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

namespace {
bool fits_i32(i64 v) { return v == static_cast<i32>(v); }
constexpr u8 locked_flags = MachineLocked | MachineSideEffect;
} // namespace

void Selector::load_register(TypeId type, Vreg result, const AddressMode& a) {
  ClassAndSize c = class_of(*f_, type);
  switch (c.rc) {
  case RegisterClass::General: b_.begin(load_rows[width_of(type)]).def(result).memory(a); break;
  case RegisterClass::Vector:
    if (c.size == 16)
      b_.begin(Row::movups_x_xm128).def(result).memory(a);
    else
      b_.begin(fload_rows[c.size == 8]).def(result).memory(a);
    break;
  case RegisterClass::StackOnly:
    b_.begin(Row::fld_m80).memory(a);
    fp80_store(result);
    break;
  }
}

void Selector::store_register(const AddressMode& a, TypeId type, Vreg value) {
  ClassAndSize c = class_of(*f_, type);
  switch (c.rc) {
  case RegisterClass::General: b_.begin(mov_store_rows[width_of(type)]).memory(a).use(value); break;
  case RegisterClass::Vector:
    if (c.size == 16)
      b_.begin(Row::movups_xm128_x).memory(a).use(value);
    else
      b_.begin(fstore_rows[c.size == 8]).memory(a).use(value);
    break;
  case RegisterClass::StackOnly:
    b_.begin(Row::fld_m80).use_stack(value);
    b_.begin(Row::fstp_m80).memory(a);
    break;
  }
  b_.flags(MachineSideEffect);
}

void Selector::select_load(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Vreg result = vreg_of_[id];
  if (result == no_id) result = new_register(i.type);
  AddressMode a = address(f_->operand(id, 0));
  if (i.type == TypeId::I1) {
    // Not legal, but harmless: only the low bit of the byte counts.
    Vreg byte = b_.general(4);
    b_.begin(Row::movzx_r32_rm8).def(byte).memory(a);
    b_.begin(Row::and_rm32_i32).def_reuse(result, 1).hidden_use(byte).imm(1);
    return;
  }
  if (bits_of(i.type) > 64 && f_->types.is_integer(i.type)) refuse(id, "a load of 'i128'");
  load_register(i.type, result, a);
  if (i.flags & ir::FlagVolatile) b_.flags(MachineSideEffect);
  if ((i.flags & ir::FlagVolatile) || i.sub) b_.flags(MachineVolatile);
}

// store (op (load p), x), p with nothing else reading the load or the operation.
bool Selector::select_read_modify_write(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value v = f_->operand(id, 0), p = f_->operand(id, 1);
  if (!v.is_instruction() || (i.flags & ir::FlagVolatile)) return false;
  InstId op_id = v.index();
  const ir::Instruction& op = (*f_)[op_id];
  if (op.uses != 1 || op.block != block_ || is_asked(v) || done_[op_id]) return false;
  const AluRows* rows = nullptr;
  const ShiftRows* shift = nullptr;
  switch (op.op) {
  case Opcode::Add: rows = &add_rows; break;
  case Opcode::Sub: rows = &sub_rows; break;
  case Opcode::And: rows = &and_rows; break;
  case Opcode::Or: rows = &or_rows; break;
  case Opcode::Xor: rows = &xor_rows; break;
  case Opcode::Shl: shift = &shl_rows; break;
  case Opcode::LShr: shift = &shr_rows; break;
  case Opcode::AShr: shift = &sar_rows; break;
  default: return false;
  }
  TypeId type = op.type;
  u32 bits = bits_of(type);
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64) return false;
  u32 width = width_of(type);
  Value x = f_->operand(op_id, 0), y = f_->operand(op_id, 1);
  auto loads_here = [&](Value l) {
    return can_fold_load(l) && f_->operand(l.index(), 0) == p && (*f_)[l.index()].type == type;
  };
  bool commutative = rows && op.op != Opcode::Sub;
  if (!loads_here(x)) {
    if (!commutative || !loads_here(y)) return false;
    std::swap(x, y);
  }
  i64 c;
  bool by_constant = constant(y, c);
  if (by_constant && width == 3 && rows && !fits_i32(c)) return false;
  if (shift && !by_constant) return false;
  if (op.op == Opcode::Sub && constant(x, c)) return false;
  // Marks the load as folded only now; its address is the store's.
  Vreg other = by_constant ? no_id : reg(y);
  AddressMode a = address(p);
  if (shift) {
    b_.begin(shift->by_imm[width]).memory(a).imm(c & (bits - 1));
  } else if (by_constant && ((op.op == Opcode::Add && c == 1) || (op.op == Opcode::Sub && c == -1))) {
    b_.begin(inc_rows[width]).memory(a);
  } else if (by_constant && ((op.op == Opcode::Add && c == -1) || (op.op == Opcode::Sub && c == 1))) {
    b_.begin(dec_rows[width]).memory(a);
  } else if (by_constant && op.op == Opcode::Xor && c == -1) {
    b_.begin(not_rows[width]).memory(a);
  } else if (by_constant) {
    b_.begin(rows->rm_imm[width]).memory(a).imm(c);
  } else {
    b_.begin(rows->rm_reg[width]).memory(a).use(other);
  }
  b_.flags(MachineSideEffect);
  return true;
}

void Selector::select_store(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value v = f_->operand(id, 0), p = f_->operand(id, 1);
  TypeId type = type_of(v);
  bool atomic = i.sub != 0;
  if (bits_of(type) > 64 && f_->types.is_integer(type)) refuse(id, "a store of 'i128'");
  if (atomic && i.sub == static_cast<u8>(ir::Ordering::SequentiallyConsistent)) {
    Vreg value = reg(v), old = new_register(type);
    AddressMode a = address(p);
    u32 width = width_of(type);
    // xchg [a], r: the register is read and written.
    b_.begin(xchg_rows.rm_reg[width]);
    u32 def = b_.add_register(MachineBuilder::make(old, Access::Def, Point::Late, Constraint::Reuse, 1));
    b_.hidden_use(value);
    b_.memory(a).place(def).flags(MachineSideEffect);
    return;
  }
  if (!atomic && select_read_modify_write(id)) return;
  store(v, type, p);
  if (atomic || (i.flags & ir::FlagVolatile)) b_.flags(MachineVolatile);
}

void Selector::store(Value v, TypeId type, Value p) {
  i64 c;
  u32 width = width_of(type);
  if (constant(v, c) && (f_->types.is_integer(type) || f_->types.is_pointer(type)) && (width < 3 || fits_i32(c))) {
    AddressMode a = address(p);
    b_.begin(mov_store_imm_rows[width]).memory(a).imm(static_cast<i32>(c)).flags(MachineSideEffect);
    return;
  }
  if (v.is_constant() && (type == TypeId::Float || type == TypeId::Double)) {
    const ir::Constant& k = f_->constants[v.index()];
    u64 bits = k.kind == ir::ConstantKind::Float ? k.bits : 0;
    i64 value = type == TypeId::Float ? static_cast<i32>(bits) : static_cast<i64>(bits);
    if (type == TypeId::Float || fits_i32(value)) {
      AddressMode a = address(p);
      b_.begin(mov_store_imm_rows[type == TypeId::Float ? 2 : 3]).memory(a).imm(value).flags(MachineSideEffect);
      return;
    }
    Vreg r = integer_register(value, true);
    AddressMode a = address(p);
    b_.begin(Row::mov_rm64_r64).memory(a).use(r).flags(MachineSideEffect);
    return;
  }
  if (type == TypeId::X86Fp80) {
    fp80_load(v);
    AddressMode a = address(p);
    b_.begin(Row::fstp_m80).memory(a).flags(MachineSideEffect);
    return;
  }
  Vreg value = reg(v);
  AddressMode a = address(p);
  store_register(a, type, value);
}

// --- Atomics

void Selector::select_fence(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  // Only a full fence costs an instruction; the others keep the compiler from moving things, which nobody does.
  if (i.sub == static_cast<u8>(ir::Ordering::SequentiallyConsistent) && !(i.flags & ir::FlagSingleThread))
    b_.begin(Row::mfence).flags(MachineSideEffect);
}

void Selector::select_compare_exchange(InstId id, bool for_branch) {
  Value self = ir::instruction_value(id);
  Value p = f_->operand(id, 0), expected = f_->operand(id, 1), desired = f_->operand(id, 2);
  TypeId type = type_of(expected);
  if (bits_of(type) == 128) {
    Value el, eh, dl, dh;
    if (!legalize::as_wide_pair(*f_, expected, el, eh) || !legalize::as_wide_pair(*f_, desired, dl, dh))
      refuse(id, "'cmpxchg' of 'i128' with these operands");
    Vreg low = part(self, 0), high = part(self, 1);
    Vreg rel = reg(el), reh = reg(eh), rdl = reg(dl), rdh = reg(dh);
    AddressMode a = address(p);
    b_.begin(Row::cmpxchg16b_m128)
        .memory(a)
        .hidden_def_fixed(low, reg::rax)
        .hidden_def_fixed(high, reg::rdx)
        .hidden_use_fixed(rel, reg::rax)
        .hidden_use_fixed(reh, reg::rdx)
        .hidden_use_fixed(rdl, reg::rbx)
        .hidden_use_fixed(rdh, reg::rcx)
        .flags(locked_flags);
    Vreg flag = existing_part(self, 2);
    if (flag != no_id) set(flag, {Condition::E, Test::Plain});
    return;
  }
  u32 width = width_of(type);
  Vreg old = part(self, 0), compare_with = reg(expected), replacement = reg(desired);
  AddressMode a = address(p);
  b_.begin(cmpxchg_rows[width])
      .memory(a)
      .use(replacement)
      .hidden_def_fixed(old, reg::rax)
      .hidden_use_fixed(compare_with, reg::rax)
      .flags(locked_flags);
  Vreg flag = existing_part(self, 1);
  if (flag != no_id && !for_branch) set(flag, {Condition::E, Test::Plain});
}

void Selector::select_atomic_rmw(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value p = f_->operand(id, 0), v = f_->operand(id, 1);
  if (bits_of(i.type) > 64) refuse(id, "'atomicrmw' of 'i128'");
  u32 width = width_of(i.type);
  auto op = static_cast<ir::RmwOp>(i.sub2);
  bool used = i.uses != 0;
  Vreg result = vreg_of_[id] == no_id ? new_register(i.type) : vreg_of_[id];
  auto exchange = [&](Row row, Vreg value, u8 flags) {
    AddressMode a = address(p);
    b_.begin(row);
    u32 def = b_.add_register(MachineBuilder::make(result, Access::Def, Point::Late, Constraint::Reuse, 1));
    b_.hidden_use(value);
    b_.memory(a).place(def).flags(flags);
  };
  switch (op) {
  case ir::RmwOp::Xchg: return exchange(xchg_rows.rm_reg[width], reg(v), MachineSideEffect);
  case ir::RmwOp::Add:
    if (used) return exchange(xadd_rows[width], reg(v), locked_flags);
    break;
  case ir::RmwOp::Sub:
    if (used) {
      Vreg value = reg(v), negated = new_register(i.type);
      b_.begin(neg_rows[std::max(width, 2u)]).def_reuse(negated, 1).hidden_use(value);
      return exchange(xadd_rows[width], negated, locked_flags);
    }
    break;
  case ir::RmwOp::And:
  case ir::RmwOp::Or:
  case ir::RmwOp::Xor:
    if (!used) break;
    [[fallthrough]];
  default: refuse(id, "this 'atomicrmw'");
  }
  const AluRows& rows = op == ir::RmwOp::Add   ? add_rows
                        : op == ir::RmwOp::Sub ? sub_rows
                        : op == ir::RmwOp::And ? and_rows
                        : op == ir::RmwOp::Or  ? or_rows
                                               : xor_rows;
  i64 c;
  if (constant(v, c) && (width < 3 || fits_i32(c))) {
    AddressMode a = address(p);
    b_.begin(rows.rm_imm[width]).memory(a).imm(static_cast<i32>(c)).flags(locked_flags);
    return;
  }
  Vreg value = reg(v);
  AddressMode a = address(p);
  b_.begin(rows.rm_reg[width]).memory(a).use(value).flags(locked_flags);
}

// --- Dynamic allocas: the outgoing area stays lowest, so the new bytes lie just above it.

void Selector::select_alloca(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Vreg result = vreg_of_[id];
  if (is_static_alloca(id)) return;
  code_->frame.has_dynamic_alloca = true;
  Vreg count = reg(f_->operand(id, 0));
  u64 element = f_->types.alloc_size(TypeId{i.aux}, f_->module.layout);
  Vreg bytes = count;
  if (element != 1) {
    bytes = b_.general();
    b_.begin(Row::imul_r64_rm64_i32).def(bytes).use_any(count).imm(static_cast<i64>(element));
  }
  i64 align = std::max<i64>(16, i64(1) << i.align_log2);
  if (dynamic_area_slot_ == no_id) {
    m_->slots.push_back({.kind = SlotKind::Outgoing});
    dynamic_area_slot_ = static_cast<FrameSlotId>(m_->slots.size() - 1);
  }
  Vreg top = b_.general(), lowered = b_.general();
  b_.begin(Row::lea_r64_m).def(top).memory(slot_address(dynamic_area_slot_));
  b_.begin(Row::sub_r64_rm64).def_reuse(lowered, 1).hidden_use(top).use_any(bytes);
  b_.begin(Row::and_rm64_i32).def_reuse(result, 1).hidden_use(lowered).imm(-align);
  AddressMode new_stack;
  new_stack.base = result;
  if (f_->attributes(f_->global(f_->self).function_attributes).find("probe-stack")) {
    Vreg wanted = b_.general();
    b_.begin(Row::lea_r64_m).def(wanted).memory(new_stack);
    dynamic_area_addresses_.push_back(static_cast<u32>(m_->addresses.size() - 1));
    b_.begin(Pseudo::ProbeStack).use(wanted).flags(MachineSideEffect);
  }
  b_.begin(Row::lea_r64_m).fixed(reg::rsp).memory(new_stack).flags(MachineSideEffect);
  dynamic_area_addresses_.push_back(static_cast<u32>(m_->addresses.size() - 1));
}

} // namespace lathe::codegen::x86
