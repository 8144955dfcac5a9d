// Integer arithmetic: two-address instructions with folded loads and immediates, lea for sums, shifts by cl, division
// in rax and rdx.

#include "codegen/x86/selector.h"

#include <bit>

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

namespace {
bool fits_i32(i64 v) { return v == static_cast<i32>(v); }
i64 low_bits(i64 v, u32 bits) { return bits == 64 ? v : static_cast<i64>(static_cast<u64>(v) & ((u64(1) << bits) - 1)); }
} // namespace

// Which operand of a commutative operation to overwrite: one that the result becomes on a loop's next round, else one
// that nobody reads any more.
bool Selector::prefers_right(Value a, Value b, Vreg result) const {
  auto becomes = [&](Value v) {
    if (!v.is_instruction() || (*f_)[v.index()].op != Opcode::Phi || (*f_)[v.index()].operand_count > 16) return false;
    for (Value from : f_->operands_of(v.index()))
      if (from.is_instruction() && vreg_of_[from.index()] == result) return true;
    return false;
  };
  if (optimize_) {
    if (becomes(a)) return false;
    if (becomes(b)) return true;
  }
  return is_asked(a) && !is_asked(b);
}

// result = a op b. `width` is 2 or 3 unless the flags of the narrow operation are wanted.
void Selector::binary(const AluRows& rows, u32 width, Vreg result, Value a, Value b, bool commutative) {
  i64 c;
  if (commutative && (constant(a, c) || (can_fold_load(a) && !can_fold_load(b) && !constant(b, c)))) std::swap(a, b);
  if (constant(b, c) && (width < 3 || fits_i32(c))) {
    Vreg left = reg(a);
    b_.begin(rows.rm_imm[width]).def_reuse(result, 1).hidden_use(left).imm(static_cast<i32>(c));
    return;
  }
  AddressMode memory;
  // A load of fewer bits than the operation's cannot be its operand.
  if (width_of(type_of(b)) == width && fold_load(b, memory)) {
    Vreg left = reg(a);
    b_.begin(rows.reg_rm[width]).def_reuse(result, 1).hidden_use(left).memory(memory);
    return;
  }
  // The operand that dies here is the one to overwrite.
  if (commutative && prefers_right(a, b, result)) std::swap(a, b);
  Vreg left = reg(a), right = reg(b);
  b_.begin(rows.reg_rm[width]).def_reuse(result, 1).hidden_use(left).use_any(right);
}

void Selector::select_binary(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value a = f_->operand(id, 0), b = f_->operand(id, 1);
  Vreg result = vreg_of_[id];
  if (bits_of(i.type) > 64) refuse(id, "this operation on 'i128'");
  u32 width = std::max(2u, width_of(i.type));
  i64 c;
  switch (i.op) {
  case Opcode::Sub:
    if (constant(a, c) && c == 0) {
      Vreg from = reg(b);
      b_.begin(neg_rows[width]).def_reuse(result, 1).hidden_use(from);
      return;
    }
    if (select_add_with_carry(id)) return;
    return binary(sub_rows, width, result, a, b, false);
  case Opcode::And: {
    if (constant(a, c)) std::swap(a, b);
    if (!constant(b, c)) return binary(and_rows, width, result, a, b, true);
    u64 mask = static_cast<u64>(low_bits(c, bits_of(i.type)));
    AddressMode memory;
    if (mask == 0xff || mask == 0xffff) {
      Row row = mask == 0xff ? Row::movzx_r32_rm8 : Row::movzx_r32_rm16;
      if (fold_load(a, memory))
        b_.begin(row).def(result).memory(memory);
      else {
        Vreg source = reg(a);
        b_.begin(row).def(result).use_any(source);
      }
      return;
    }
    if (width == 3 && mask == 0xffffffff) {
      if (fold_load(a, memory))
        b_.begin(Row::mov_r32_rm32).def(result).memory(memory);
      else {
        Vreg source = reg(a);
        b_.begin(Row::mov_r32_rm32).def(result).use_any(source);
      }
      return;
    }
    if (width == 3 && mask <= 0x7fffffff) {
      Vreg left = reg(a);
      b_.begin(Row::and_rm32_i32).def_reuse(result, 1).hidden_use(left).imm(static_cast<i32>(mask));
      return;
    }
    return binary(and_rows, width, result, a, b, true);
  }
  case Opcode::Xor:
    if (constant(a, c)) std::swap(a, b);
    if (constant(b, c) && c == -1 && i.type != TypeId::I1) {
      Vreg from = reg(a);
      b_.begin(not_rows[width]).def_reuse(result, 1).hidden_use(from);
      return;
    }
    if (i.type == TypeId::I1 && constant(b, c) && c == 1 && a.is_instruction()) {
      const ir::Instruction& inner = (*f_)[a.index()];
      if ((inner.op == Opcode::ICmp || inner.op == Opcode::FCmp) && inner.uses == 1)
        return set(result, negated(test(a)));
    }
    return binary(xor_rows, width, result, a, b, true);
  default: internal_error("not a binary operation");
  }
}

// --- Addition

// Takes a sum apart into base + index*scale + displacement, without asking for registers: Values stand in base and
// index until the caller has decided. `root`: v itself may be in a register.
bool Selector::match_lea(Value v, TypeId type, AddressMode& a, u32 depth, bool root) {
  i64 c;
  if (constant(v, c)) {
    i64 total = a.displacement + c;
    if (!fits_i32(c) || !fits_i32(total)) {
      if (type == TypeId::I64) return false;
      total = static_cast<i32>(total);
    }
    a.displacement = total;
    return true;
  }
  if (v.is_instruction() && depth < 4) {
    const ir::Instruction& i = (*f_)[v.index()];
    bool own = root || (i.uses == 1 && vreg_of_[v.index()] == no_id && i.block == block_);
    Value x = own && i.operand_count ? f_->operand(v.index(), 0) : Value();
    if (own && (i.op == Opcode::Add || (i.op == Opcode::Or && (i.flags & ir::FlagDisjoint)))) {
      AddressMode saved = a;
      if (match_lea(x, type, a, depth + 1, false) && match_lea(f_->operand(v.index(), 1), type, a, depth + 1, false))
        return true;
      a = saved;
      if (root) return false;
    } else if (own && i.op == Opcode::Shl && constant(f_->operand(v.index(), 1), c) && c >= 1 && c <= 3 &&
               a.index == no_id) {
      a.index = x.bits;
      a.scale = static_cast<u8>(1 << c);
      return true;
    } else if (own && i.op == Opcode::Mul && constant(f_->operand(v.index(), 1), c) && (c == 3 || c == 5 || c == 9) &&
               a.index == no_id && a.base == no_id) {
      a.index = a.base = x.bits;
      a.scale = static_cast<u8>(c - 1);
      return true;
    }
  }
  if (a.base == no_id) {
    a.base = v.bits;
    return true;
  }
  if (a.index == no_id) {
    a.index = v.bits;
    a.scale = 1;
    return true;
  }
  return false;
}

void Selector::select_add(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value a = f_->operand(id, 0), b = f_->operand(id, 1);
  Vreg result = vreg_of_[id];
  if (bits_of(i.type) > 64) refuse(id, "this operation on 'i128'");
  u32 width = std::max(2u, width_of(i.type));
  bool sum = i.op == Opcode::Add || (i.flags & ir::FlagDisjoint);
  if (i.type == TypeId::I1) return binary(i.op == Opcode::Add ? xor_rows : or_rows, 2, result, a, b, true);
  if (i.op == Opcode::Add && select_add_with_carry(id)) return;
  if (i.op == Opcode::Or && optimize_ && select_merge(id)) return;
  if (sum && optimize_ && !can_fold_load(a) && !can_fold_load(b)) {
    AddressMode m;
    if (match_lea(ir::instruction_value(id), i.type, m, 0, true) && m.base != no_id) {
      Value base, index;
      base.bits = m.base;
      index.bits = m.index;
      bool has_index = m.index != no_id;
      bool worth = has_index ? m.displacement != 0 || m.scale > 1 || (is_asked(base) && is_asked(index))
                             : is_asked(base) && m.displacement != 0;
      // Loads that could be operands of an add stay that.
      if (worth && !(has_index && (can_fold_load(base) || can_fold_load(index)))) {
        m.base = reg(base);
        m.index = has_index ? (index == base ? m.base : reg(index)) : no_id;
        b_.begin(width == 3 ? Row::lea_r64_m : Row::lea_r32_m).def(result).memory(m);
        return;
      }
    }
  }
  i64 c;
  if (constant(a, c)) std::swap(a, b);
  if (constant(b, c) && i.op == Opcode::Add) {
    Vreg left;
    if (c == 1 || c == -1) {
      left = reg(a);
      b_.begin((c == 1 ? inc_rows : dec_rows)[width]).def_reuse(result, 1).hidden_use(left);
      return;
    }
    if (c == 128 || c == 0x80000000) {
      left = reg(a);
      b_.begin(sub_rows.rm_imm[width]).def_reuse(result, 1).hidden_use(left).imm(-c);
      return;
    }
  }
  binary(i.op == Opcode::Add ? add_rows : or_rows, width, result, a, b, true);
}

// (m & x) | (~m & y), bits of x where m is set and of y elsewhere: ((x ^ y) & m) ^ y needs one instruction less.
bool Selector::select_merge(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  auto single_and = [&](Value v) {
    return v.is_instruction() && (*f_)[v.index()].op == Opcode::And && (*f_)[v.index()].uses == 1 &&
           (*f_)[v.index()].block == block_ && !is_asked(v);
  };
  // The value whose complement v is.
  auto complement_of = [&](Value v) -> Value {
    i64 c;
    if (!v.is_instruction() || (*f_)[v.index()].op != Opcode::Xor || is_asked(v)) return {};
    return constant(f_->operand(v.index(), 1), c) && c == -1 ? f_->operand(v.index(), 0) : Value();
  };
  Value first = f_->operand(id, 0), second = f_->operand(id, 1);
  if (!single_and(first) || !single_and(second)) return false;
  for (int turn = 0; turn < 2; ++turn, std::swap(first, second))
    for (u32 n = 0; n < 2; ++n) {
      Value mask = complement_of(f_->operand(second.index(), n)), y = f_->operand(second.index(), 1 - n);
      if (!mask) continue;
      Value x;
      if (f_->operand(first.index(), 0) == mask)
        x = f_->operand(first.index(), 1);
      else if (f_->operand(first.index(), 1) == mask)
        x = f_->operand(first.index(), 0);
      i64 c;
      if (!x || constant(x, c) || constant(y, c)) continue;
      u32 width = std::max(2u, width_of(i.type));
      u8 size = width == 3 ? 8 : 4;
      Vreg rx = reg(x), ry = reg(y), rm = reg(mask), difference = b_.general(size), masked = b_.general(size);
      b_.begin(xor_rows.reg_rm[width]).def_reuse(difference, 1).hidden_use(rx).use_any(ry);
      b_.begin(and_rows.reg_rm[width]).def_reuse(masked, 1).hidden_use(difference).use_any(rm);
      b_.begin(xor_rows.reg_rm[width]).def_reuse(vreg_of_[id], 1).hidden_use(masked).use_any(ry);
      return true;
    }
  return false;
}

// hi = (a1 + b1) + zext(carry of uadd(a0, b0)), the same with usub: add, adc; sub, sbb. The low half's instruction
// joins this chunk, because nothing may come between them.
bool Selector::select_add_with_carry(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.type != TypeId::I64 && i.type != TypeId::I32) return false;
  Value x = f_->operand(id, 0), y = f_->operand(id, 1);
  auto single = [&](Value v, Opcode op) {
    return v.is_instruction() && (*f_)[v.index()].op == op && (*f_)[v.index()].uses == 1 &&
           (*f_)[v.index()].block == block_ && vreg_of_[v.index()] == no_id;
  };
  bool subtract = i.op == Opcode::Sub;
  if (!single(y, Opcode::ZExt)) {
    if (subtract) return false;
    std::swap(x, y);
  }
  if (!single(y, Opcode::ZExt) || !single(x, subtract ? Opcode::Sub : Opcode::Add)) return false;
  Value carry = f_->operand(y.index(), 0);
  if (!single(carry, Opcode::ExtractValue) || legalize::leaf_index(*f_, carry.index()) != 1) return false;
  Value call = f_->operand(carry.index(), 0);
  if (!call.is_instruction() || (*f_)[call.index()].op != Opcode::Call || done_[call.index()]) return false;
  Intrinsic kind = intrinsic(call.index());
  if (kind != (subtract ? Intrinsic::USubOverflow : Intrinsic::UAddOverflow)) return false;
  u32 width = width_of(i.type);
  if (width_of(type_of(f_->operand(call.index(), 1))) != width || !is_adjacent(call.index(), false, x.index(), y.index()))
    return false;

  // Everything that is read comes into registers before the first instruction that writes flags.
  Value a0 = f_->operand(call.index(), 1), b0 = f_->operand(call.index(), 2);
  Value a1 = f_->operand(x.index(), 0), b1 = f_->operand(x.index(), 1);
  Vreg low = part(call, 0);
  done_[call.index()] = 1;
  Vreg ra0 = reg(a0), ra1 = reg(a1);
  i64 c0 = 0, c1 = 0;
  bool imm0 = constant(b0, c0) && fits_i32(c0), imm1 = constant(b1, c1) && fits_i32(c1);
  AddressMode m0, m1;
  bool mem0 = !imm0 && fold_load(b0, m0), mem1 = !imm1 && fold_load(b1, m1);
  Vreg rb0 = imm0 || mem0 ? no_id : reg(b0), rb1 = imm1 || mem1 ? no_id : reg(b1);
  auto emit = [&](const AluRows& rows, Vreg result, Vreg left, bool imm, i64 c, bool mem, const AddressMode& m, Vreg right) {
    b_.begin(imm ? rows.rm_imm[width] : rows.reg_rm[width]).def_reuse(result, 1).hidden_use(left);
    if (imm)
      b_.imm(c);
    else if (mem)
      b_.memory(m);
    else
      b_.use_any(right);
  };
  emit(subtract ? sub_rows : add_rows, low, ra0, imm0, c0, mem0, m0, rb0);
  emit(subtract ? sbb_rows : adc_rows, vreg_of_[id], ra1, imm1, c1, mem1, m1, rb1);
  b_.flags(MachineReadsFlags);
  return true;
}

// --- Multiplication

void Selector::select_multiply(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (bits_of(i.type) > 64) return select_wide_multiply(ir::instruction_value(id));
  Value a = f_->operand(id, 0), b = f_->operand(id, 1);
  Vreg result = vreg_of_[id];
  u32 width = std::max(2u, width_of(i.type));
  i64 c;
  if (i.type == TypeId::I1) return binary(and_rows, 2, result, a, b, true);
  if (constant(a, c)) std::swap(a, b);
  if (constant(b, c)) {
    u64 bits = static_cast<u64>(low_bits(c, bits_of(i.type)));
    if (std::has_single_bit(bits)) {
      Vreg left = reg(a);
      u32 count = static_cast<u32>(std::countr_zero(bits));
      if (count == 0)
        copy(result, left);
      else
        b_.begin(shl_rows.by_imm[width]).def_reuse(result, 1).hidden_use(left).imm(count);
      return;
    }
    if (c == 3 || c == 5 || c == 9) {
      AddressMode m;
      m.base = m.index = reg(a);
      m.scale = static_cast<u8>(c - 1);
      b_.begin(width == 3 ? Row::lea_r64_m : Row::lea_r32_m).def(result).memory(m);
      return;
    }
    if (fits_i32(c)) {
      AddressMode memory;
      if (width_of(i.type) == width && fold_load(a, memory))
        b_.begin(imul_imm_rows[width]).def(result).memory(memory).imm(c);
      else {
        Vreg source = reg(a);
        b_.begin(imul_imm_rows[width]).def(result).use_any(source).imm(c);
      }
      return;
    }
  }
  AddressMode memory;
  if (can_fold_load(a) && !can_fold_load(b)) std::swap(a, b);
  if (width_of(i.type) == width && fold_load(b, memory)) {
    Vreg left = reg(a);
    b_.begin(imul_reg_rows[width]).def_reuse(result, 1).hidden_use(left).memory(memory);
    return;
  }
  if (prefers_right(a, b, result)) std::swap(a, b);
  Vreg left = reg(a), right = reg(b);
  b_.begin(imul_reg_rows[width]).def_reuse(result, 1).hidden_use(left).use_any(right);
}

void Selector::select_wide_multiply(Value wide) {
  Value x, y;
  bool is_signed;
  if (!legalize::as_wide_multiply(*f_, wide, x, y, is_signed)) refuse(wide.index(), "this operation on 'i128'");
  Vreg low = part(wide, 0), high = part(wide, 1);
  Vreg a = reg(x), b = reg(y);
  b_.begin((is_signed ? imul_rows : mul_rows)[3])
      .use_any(b)
      .hidden_def_fixed(low, reg::rax)
      .hidden_def_fixed(high, reg::rdx)
      .hidden_use_fixed(a, reg::rax);
}

// --- Shifts

void Selector::shift_by_register(Row row, Vreg result, Vreg value, Vreg count, Vreg also) {
  b_.begin(row).def_reuse(result, 1).hidden_use(value);
  if (also != no_id) b_.use(also);
  b_.use_fixed(count, reg::rcx);
}

// An i8 or i16 with its upper bits filled, at least 32 bits wide.
Vreg Selector::extended(Value v, bool is_signed) {
  TypeId type = type_of(v);
  u32 bits = bits_of(type);
  i64 c;
  if (constant(v, c)) return integer_register(is_signed ? c : low_bits(c, bits), bits > 32);
  if (bits == 32 || bits == 64) return reg(v);
  if (!is_signed && upper_is_zero(v)) return reg(v);
  Vreg r = b_.general(4);
  if (bits == 8 || bits == 16 || bits == 1) {
    u32 width = width_of(type);
    AddressMode memory;
    Row row = (is_signed && bits != 1 ? sign_extend_32_rows : load_rows)[width];
    if (fold_load(v, memory)) {
      b_.begin(row).def(r).memory(memory);
    } else {
      Vreg source = reg(v);
      b_.begin(row).def(r).use_any(source);
    }
    if (bits == 1 && is_signed) {
      Vreg negated = b_.general(4);
      b_.begin(Row::neg_rm32).def_reuse(negated, 1).hidden_use(r);
      return negated;
    }
    return r;
  }
  // Odd widths from outside: clear or copy the sign by two shifts.
  u32 width = bits < 32 ? 2 : 3, spare = (width == 2 ? 32 : 64) - bits;
  Vreg up = b_.general(width == 3 ? 8 : 4);
  m_->vregs[r].spill_size = width == 3 ? 8 : 4;
  Vreg from = reg(v);
  b_.begin(shl_rows.by_imm[width]).def_reuse(up, 1).hidden_use(from).imm(spare);
  b_.begin((is_signed ? sar_rows : shr_rows).by_imm[width]).def_reuse(r, 1).hidden_use(up).imm(spare);
  return r;
}

void Selector::select_shift(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (bits_of(i.type) > 64) refuse(id, "this operation on 'i128'");
  Value a = f_->operand(id, 0), count = f_->operand(id, 1);
  Vreg result = vreg_of_[id];
  u32 width = std::max(2u, width_of(i.type));
  const ShiftRows& rows = i.op == Opcode::Shl ? shl_rows : i.op == Opcode::LShr ? shr_rows : sar_rows;
  i64 c;
  bool by_constant = constant(count, c);
  if (by_constant && i.op == Opcode::Shl && optimize_ && c == 1 && is_asked(a)) {
    AddressMode m;
    m.base = m.index = reg(a);
    b_.begin(width == 3 ? Row::lea_r64_m : Row::lea_r32_m).def(result).memory(m);
    return;
  }
  Vreg left = i.op == Opcode::Shl ? reg(a) : extended(a, i.op == Opcode::AShr);
  if (by_constant) {
    c &= width == 3 ? 63 : 31;
    if (c == 0)
      copy(result, left);
    else
      b_.begin(rows.by_imm[width]).def_reuse(result, 1).hidden_use(left).imm(c);
    return;
  }
  // The hardware takes the count modulo 32 or 64.
  if (count.is_instruction() && (*f_)[count.index()].op == Opcode::And && !is_asked(count) && width_of(i.type) >= 2) {
    i64 mask;
    if (constant(f_->operand(count.index(), 1), mask) && mask == (width == 3 ? 63 : 31))
      count = f_->operand(count.index(), 0);
  }
  Vreg amount = reg(count);
  shift_by_register(rows.by_cl[width], result, left, amount);
}

void Selector::select_rotate(InstId id, bool left) {
  const ir::Instruction& i = (*f_)[id];
  Value high = f_->operand(id, 1), low = f_->operand(id, 2), count = f_->operand(id, 3);
  Vreg result = vreg_of_[id];
  u32 width = width_of(i.type), bits = bits_of(i.type);
  i64 c;
  bool by_constant = constant(count, c);
  if (by_constant) c = static_cast<i64>(static_cast<u64>(c) & (bits - 1));
  if (high == low) {
    const ShiftRows& rows = left ? rol_rows : ror_rows;
    Vreg from = reg(high);
    if (by_constant && c == 0) {
      copy(result, from);
    } else if (by_constant) {
      b_.begin(rows.by_imm[width]).def_reuse(result, 1).hidden_use(from).imm(c);
    } else {
      Vreg amount = reg(count);
      shift_by_register(rows.by_cl[width], result, from, amount);
    }
    return;
  }
  if (width < 2) refuse(id, "a funnel shift of 8 or 16 bits");
  Vreg kept = reg(left ? high : low), filled = reg(left ? low : high);
  if (by_constant) {
    if (c == 0) return copy(result, kept);
    Row row = left ? (width == 3 ? Row::shld_rm64_r64_u8 : Row::shld_rm32_r32_u8)
                   : (width == 3 ? Row::shrd_rm64_r64_u8 : Row::shrd_rm32_r32_u8);
    b_.begin(row).def_reuse(result, 1).hidden_use(kept).use(filled).imm(c);
    return;
  }
  Row row = left ? (width == 3 ? Row::shld_rm64_r64_cl : Row::shld_rm32_r32_cl)
                 : (width == 3 ? Row::shrd_rm64_r64_cl : Row::shrd_rm32_r32_cl);
  Vreg amount = reg(count);
  shift_by_register(row, result, kept, amount, filled);
}

// --- Division

void Selector::select_divide(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  bool is_signed = i.op == Opcode::SDiv || i.op == Opcode::SRem;
  bool quotient = i.op == Opcode::SDiv || i.op == Opcode::UDiv;
  Value a = f_->operand(id, 0), b = f_->operand(id, 1);
  u32 width = std::max(2u, width_of(i.type));
  if (bits_of(i.type) > 64) refuse(id, "this operation on 'i128'");
  u8 size = width == 3 ? 8 : 4;
  Vreg result = vreg_of_[id], other = b_.general(size);

  // Quotient and remainder of the same operands come from one instruction.
  Opcode partner_op = i.op == Opcode::SDiv   ? Opcode::SRem
                      : i.op == Opcode::SRem ? Opcode::SDiv
                      : i.op == Opcode::UDiv ? Opcode::URem
                                             : Opcode::UDiv;
  if (optimize_) {
    int steps = 0;
    for (InstId p = i.prev; p != ir::none && steps < 16; p = (*f_)[p].prev, ++steps) {
      const ir::Instruction& partner = (*f_)[p];
      if (partner.op == Opcode::Phi) break;
      if (partner.op != partner_op || f_->operand(p, 0) != a || f_->operand(p, 1) != b || done_[p]) continue;
      // The earlier one is computed; this one takes what it leaves over. Its users come later than both.
      if (vreg_of_[p] == no_id) vreg_of_[p] = new_register(partner.type);
      Vreg pr = vreg_of_[p];
      vreg_of_[p] = no_id;
      // Only when nobody between reads the partner: it moves down to here.
      bool movable = is_adjacent(p, false);
      vreg_of_[p] = pr;
      if (movable) {
        done_[p] = 1;
        other = pr;
      } else if (partner.uses == 0) {
        vreg_of_[p] = no_id;
      }
      break;
    }
  }

  // A copy of its own, so that it is in rax for both instructions.
  Vreg source = extended(a, is_signed), dividend = b_.general(size);
  AddressMode memory;
  bool in_memory = width_of(i.type) == width && fold_load(b, memory);
  Vreg divisor = in_memory ? no_id : extended(b, is_signed);
  Vreg high = b_.general(size);
  copy(dividend, source);
  b_.hint(dividend, reg::rax);
  if (is_signed)
    b_.begin(width == 3 ? Row::cqo : Row::cdq).hidden_def_fixed(high, reg::rdx).hidden_use_fixed(dividend, reg::rax);
  else
    b_.begin(Row::mov_r32_i32).def(high).imm(0);
  b_.begin((is_signed ? idiv_rows : div_rows)[width]);
  if (in_memory)
    b_.memory(memory);
  else
    b_.use_any(divisor);
  b_.hidden_def_fixed(quotient ? result : other, reg::rax)
      .hidden_def_fixed(quotient ? other : result, reg::rdx)
      .hidden_use_fixed(dividend, reg::rax)
      .hidden_use_fixed(high, reg::rdx);
}

// --- Width changes

void Selector::select_extension(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value from = f_->operand(id, 0);
  bool is_signed = i.op == Opcode::SExt;
  u32 from_bits = bits_of(type_of(from)), bits = bits_of(i.type);
  Vreg result = vreg_of_[id];
  if (bits > 64) refuse(id, "an extension to 'i128' that is used by more than a multiplication");
  i64 c;
  if (constant(from, c)) {
    if (!is_signed) c = low_bits(c, from_bits);
    if (is_signed && from_bits == 1) c = -c;
    copy(result, integer_register(c, bits > 32));
    return;
  }
  if (from_bits == 1) {
    Vreg source = reg(from);
    if (!is_signed) {
      b_.begin(Row::movzx_r32_rm8).def(result).use_any(source);
      return;
    }
    Vreg wide = b_.general(8);
    b_.begin(Row::movzx_r32_rm8).def(wide).use_any(source);
    b_.begin(neg_rows[bits == 64 ? 3 : 2]).def_reuse(result, 1).hidden_use(wide);
    return;
  }
  if (from_bits == 8 || from_bits == 16 || from_bits == 32) {
    u32 width = width_of(type_of(from));
    Row row = !is_signed ? load_rows[width] : (bits == 64 ? sign_extend_64_rows : sign_extend_32_rows)[width];
    AddressMode memory;
    if (fold_load(from, memory))
      b_.begin(row).def(result).memory(memory);
    else {
      Vreg source = reg(from);
      b_.begin(row).def(result).use_any(source);
    }
    return;
  }
  if (from_bits > 64) {
    copy(result, part(from, 0));
    return;
  }
  Vreg narrow = extended(from, is_signed);
  if (is_signed && from_bits < 32 && bits == 64)
    b_.begin(Row::movsxd_r64_rm32).def(result).use_any(narrow);
  else
    copy(result, narrow);
}

void Selector::select_truncation(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value from = f_->operand(id, 0);
  Vreg result = vreg_of_[id];
  Vreg source = reg(from);
  if (i.type == TypeId::I1)
    b_.begin(Row::and_rm32_i32).def_reuse(result, 1).hidden_use(source).imm(1);
  else
    copy(result, source);
}

// --- Counting and overflow

void Selector::select_count_zeros(InstId id, bool trailing) {
  const ir::Instruction& i = (*f_)[id];
  Value from = f_->operand(id, 1);
  i64 undefined_at_zero = 0;
  constant(f_->operand(id, 2), undefined_at_zero);
  u32 width = width_of(i.type);
  u8 size = width == 3 ? 8 : 4;
  Vreg result = vreg_of_[id];
  i64 bits = bits_of(i.type);
  Row row = trailing ? (width == 3 ? Row::bsf_r64_rm64 : Row::bsf_r32_rm32)
                     : (width == 3 ? Row::bsr_r64_rm64 : Row::bsr_r32_rm32);
  Vreg source = reg(from);
  Vreg when_zero = no_id;
  if (!undefined_at_zero) when_zero = integer_register(trailing ? bits : 2 * bits - 1, size == 8);
  Vreg found = undefined_at_zero && trailing ? result : b_.general(size);
  b_.begin(row).def(found).use_any(source);
  if (!undefined_at_zero) {
    Vreg chosen = trailing ? result : b_.general(size);
    b_.begin(width == 3 ? Row::cmove_r64_rm64 : Row::cmove_r32_rm32)
        .def_reuse(chosen, 1)
        .hidden_use(found)
        .use_any(when_zero)
        .flags(MachineReadsFlags);
    found = chosen;
  }
  if (!trailing) b_.begin(xor_rows.rm_imm[width]).def_reuse(result, 1).hidden_use(found).imm(bits - 1);
}

Condition Selector::emit_overflow(InstId call, Intrinsic kind) {
  Value self = ir::instruction_value(call);
  Value a = f_->operand(call, 1), b = f_->operand(call, 2);
  u32 width = width_of(type_of(a));
  Vreg result = part(self, 0);
  switch (kind) {
  case Intrinsic::UAddOverflow: binary(add_rows, width, result, a, b, true); return Condition::B;
  case Intrinsic::SAddOverflow: binary(add_rows, width, result, a, b, true); return Condition::O;
  case Intrinsic::USubOverflow: binary(sub_rows, width, result, a, b, false); return Condition::B;
  case Intrinsic::SSubOverflow: binary(sub_rows, width, result, a, b, false); return Condition::O;
  case Intrinsic::SMulOverflow: {
    lathe_check(width > 0, "an overflow multiplication of 8 bits");
    i64 c;
    if (constant(a, c)) std::swap(a, b);
    if (constant(b, c) && fits_i32(c)) {
      Vreg source = reg(a);
      b_.begin(imul_imm_rows[width]).def(result).use_any(source).imm(c);
      return Condition::O;
    }
    Vreg left = reg(a), right = reg(b);
    b_.begin(imul_reg_rows[width]).def_reuse(result, 1).hidden_use(left).use_any(right);
    return Condition::O;
  }
  default: {
    Vreg left = reg(a), right = reg(b), high = b_.general(width == 3 ? 8 : 4);
    b_.begin(mul_rows[width])
        .use_any(right)
        .hidden_def_fixed(result, reg::rax)
        .hidden_def_fixed(high, reg::rdx)
        .hidden_use_fixed(left, reg::rax);
    return Condition::O;
  }
  }
}

void Selector::select_overflow(InstId call, Intrinsic kind) {
  Condition c = emit_overflow(call, kind);
  Vreg flag = existing_part(ir::instruction_value(call), 1);
  if (flag != no_id) set(flag, {c, Test::Plain});
}

} // namespace lathe::codegen::x86
