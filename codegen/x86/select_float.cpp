// Floating point: SSE2 scalars, and x87 for x86_fp80, whose values live in frame slots and are on the x87 stack only
// within one IR instruction.

#include "codegen/x86/selector.h"

#include <cstring>

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

Vreg Selector::zero_vector(u8 size) {
  Vreg r = b_.vector(size);
  b_.begin(Row::xorps_x_xm128).def(r).place(0);
  b_.rematerializable(r);
  return r;
}

// A mask in all lanes, 16 bytes as the bitwise instructions want them.
AddressMode Selector::mask_literal(TypeId type, u64 bits) {
  u8 bytes[16];
  for (int lane = 0; lane < 16; lane += type == TypeId::Double ? 8 : 4) {
    if (type == TypeId::Double)
      std::memcpy(bytes + lane, &bits, 8);
    else
      std::memcpy(bytes + lane, &bits, 4);
  }
  return literal_address(bytes, 16);
}

void Selector::select_float_binary(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.type == TypeId::X86Fp80) return select_fp80_binary(id);
  if (i.type != TypeId::Float && i.type != TypeId::Double)
    refuse(id, "arithmetic on '" + ir::print(f_->types, f_->module.names, i.type) + "'");
  bool is_double = i.type == TypeId::Double;
  const Row* rows = i.op == Opcode::FAdd   ? fadd_rows
                    : i.op == Opcode::FSub ? fsub_rows
                    : i.op == Opcode::FMul ? fmul_rows
                                           : fdiv_rows;
  bool commutative = i.op == Opcode::FAdd || i.op == Opcode::FMul;
  Value a = f_->operand(id, 0), b = f_->operand(id, 1);
  auto is_literal = [&](Value v) {
    return v.is_constant() && f_->constants[v.index()].kind == ir::ConstantKind::Float &&
           f_->constants[v.index()].bits != 0;
  };
  if (commutative && ((can_fold_load(a) && !can_fold_load(b)) || (is_literal(a) && !is_literal(b)))) std::swap(a, b);
  AddressMode memory;
  Vreg result = vreg_of_[id];
  if (is_literal(b)) {
    u64 bits = f_->constants[b.index()].bits;
    u8 bytes[8];
    std::memcpy(bytes, &bits, 8);
    u8 size = is_double ? 8 : 4;
    memory = literal_address({bytes, size}, size);
    Vreg left = reg(a);
    b_.begin(rows[is_double]).def_reuse(result, 1).hidden_use(left).memory(memory);
    return;
  }
  if (fold_load(b, memory)) {
    Vreg left = reg(a);
    b_.begin(rows[is_double]).def_reuse(result, 1).hidden_use(left).memory(memory);
    return;
  }
  if (commutative && prefers_right(a, b, result)) std::swap(a, b);
  Vreg left = reg(a), right = reg(b);
  b_.begin(rows[is_double]).def_reuse(result, 1).hidden_use(left).use_any(right);
}

void Selector::select_float_unary(InstId id, Intrinsic kind) {
  const ir::Instruction& i = (*f_)[id];
  Value from = f_->operand(id, kind == Intrinsic::None ? 0 : 1);
  Vreg result = vreg_of_[id];
  bool is_double = i.type == TypeId::Double;
  u64 sign = is_double ? u64(1) << 63 : u64(1) << 31;
  if (i.type == TypeId::X86Fp80) {
    fp80_compute(id, 0);
    return fp80_store(result);
  }
  if (i.type != TypeId::Float && !is_double)
    refuse(id, "arithmetic on '" + ir::print(f_->types, f_->module.names, i.type) + "'");
  auto mask = [&](Row row, Vreg to, Vreg a, u64 bits) {
    b_.begin(row).def_reuse(to, 1).hidden_use(a).memory(mask_literal(i.type, bits));
  };
  AddressMode memory;
  switch (kind) {
  case Intrinsic::None: return mask(Row::xorps_x_xm128, result, reg(from), sign);
  case Intrinsic::FAbs: return mask(Row::andps_x_xm128, result, reg(from), sign - 1);
  case Intrinsic::CopySign: {
    Vreg a = reg(from), b = reg(f_->operand(id, 2)), magnitude = b_.vector(16), signs = b_.vector(16);
    mask(Row::andps_x_xm128, magnitude, a, sign - 1);
    mask(Row::andps_x_xm128, signs, b, sign);
    b_.begin(Row::orps_x_xm128).def_reuse(result, 1).hidden_use(magnitude).use(signs);
    return;
  }
  case Intrinsic::Sqrt:
    if (fold_load(from, memory)) {
      b_.begin(fsqrt_rows[is_double]).def(result).memory(memory);
    } else {
      Vreg a = reg(from);
      b_.begin(fsqrt_rows[is_double]).def(result).use_any(a);
    }
    return;
  case Intrinsic::Floor:
  case Intrinsic::Ceil:
  case Intrinsic::RoundToZero:
  case Intrinsic::Rint:
  case Intrinsic::NearbyInt:
  case Intrinsic::RoundEven: {
    // Immediate: rounding mode, 4 for the current one, 8 to raise no inexact.
    int mode = kind == Intrinsic::Floor         ? 9
               : kind == Intrinsic::Ceil        ? 10
               : kind == Intrinsic::RoundToZero ? 11
               : kind == Intrinsic::Rint        ? 4
               : kind == Intrinsic::NearbyInt   ? 12
                                                : 8;
    Vreg a = reg(from);
    b_.begin(fround_rows[is_double]).def(result).use_any(a).imm(mode);
    return;
  }
  default: refuse(id, "this floating-point operation");
  }
}

// --- Conversions

void Selector::select_conversion(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  TypeId source = type_of(f_->operand(id, 0));
  bool done = false;
  switch (i.op) {
  case Opcode::FPExt:
  case Opcode::FPTrunc: done = convert_float(id, source); break;
  case Opcode::SIToFP: done = float_from_integer(id, source); break;
  case Opcode::FPToSI: done = integer_from_float(id, source); break;
  case Opcode::BitCast: done = move_between_classes(id, source); break;
  default: break;
  }
  if (!done)
    refuse(id, "'" + std::string(ir::spelling(i.op)) + "' from '" + ir::print(f_->types, f_->module.names, source) +
                   "' to '" + ir::print(f_->types, f_->module.names, i.type) + "'");
}

// By one instruction that takes a register or memory.
bool Selector::convert(Row row, InstId id) {
  Value from = f_->operand(id, 0);
  AddressMode memory;
  if (fold_load(from, memory)) {
    b_.begin(row).def(vreg_of_[id]).memory(memory);
  } else {
    Vreg r = reg(from);
    b_.begin(row).def(vreg_of_[id]).use_any(r);
  }
  return true;
}

bool Selector::convert_float(InstId id, TypeId source) {
  TypeId type = (*f_)[id].type;
  if (type == TypeId::X86Fp80 && (source == TypeId::Float || source == TypeId::Double)) {
    fp80_compute(id, 0);
    fp80_store(vreg_of_[id]);
    return true;
  }
  if (source == TypeId::X86Fp80) {
    fp80_load(f_->operand(id, 0));
    AddressMode memory = slot_address(scratch_slot(8));
    b_.begin(type == TypeId::Double ? Row::fstp_m64 : Row::fstp_m32).memory(memory).flags(MachineSideEffect);
    load_register(type, vreg_of_[id], memory);
    return true;
  }
  if (source == TypeId::Float && type == TypeId::Double) return convert(Row::cvtss2sd_x_xm32, id);
  if (source == TypeId::Double && type == TypeId::Float) return convert(Row::cvtsd2ss_x_xm64, id);
  return false;
}

bool Selector::float_from_integer(InstId id, TypeId source) {
  Value from = f_->operand(id, 0);
  TypeId type = (*f_)[id].type;
  Vreg result = vreg_of_[id];
  if (bits_of(source) < 32 || bits_of(source) > 64) return false;
  if (type == TypeId::X86Fp80) {
    fp80_compute(id, 0);
    fp80_store(result);
    return true;
  }
  if (type != TypeId::Float && type != TypeId::Double) return false;
  bool is_double = type == TypeId::Double, wide = width_of(source) == 3;
  Row row = is_double ? (wide ? Row::cvtsi2sd_x_rm64 : Row::cvtsi2sd_x_rm32)
                      : (wide ? Row::cvtsi2ss_x_rm64 : Row::cvtsi2ss_x_rm32);
  if (!optimize_) return convert(row, id);
  AddressMode memory;
  bool in_memory = fold_load(from, memory);
  Vreg r = in_memory ? no_id : reg(from);
  // The instruction keeps the register's upper part: a zeroed one waits for nothing.
  Vreg zero = zero_vector(is_double ? 8 : 4);
  b_.begin(row).def_reuse(result, 1).hidden_use(zero);
  if (in_memory) b_.memory(memory);
  else b_.use_any(r);
  return true;
}

bool Selector::integer_from_float(InstId id, TypeId source) {
  TypeId type = (*f_)[id].type;
  bool wide = width_of(type) == 3;
  if (bits_of(type) < 32 || bits_of(type) > 64) return false;
  if (source == TypeId::X86Fp80) {
    // Truncation needs the control word's rounding mode changed for a moment.
    AddressMode saved = slot_address(scratch_slot(16)), changed = slot_address(scratch_slot(16), 2),
                integer = slot_address(scratch_slot(16), 8);
    Vreg word = b_.general(4), cut = b_.general(4);
    b_.begin(Row::fnstcw_m16).memory(saved).flags(MachineSideEffect);
    b_.begin(Row::movzx_r32_rm16).def(word).memory(saved);
    b_.begin(Row::or_rm32_i32).def_reuse(cut, 1).hidden_use(word).imm(0xc00);
    b_.begin(Row::mov_rm16_r16).memory(changed).use(cut).flags(MachineSideEffect);
    fp80_load(f_->operand(id, 0));
    b_.begin(Row::fldcw_m16).memory(changed).flags(MachineSideEffect);
    b_.begin(wide ? Row::fistp_m64 : Row::fistp_m32).memory(integer).flags(MachineSideEffect);
    b_.begin(Row::fldcw_m16).memory(saved).flags(MachineSideEffect);
    load_register(type, vreg_of_[id], integer);
    return true;
  }
  if (source == TypeId::Double) return convert(wide ? Row::cvttsd2si_r64_xm64 : Row::cvttsd2si_r32_xm64, id);
  if (source == TypeId::Float) return convert(wide ? Row::cvttss2si_r64_xm32 : Row::cvttss2si_r32_xm32, id);
  return false;
}

bool Selector::move_between_classes(InstId id, TypeId source) {
  TypeId type = (*f_)[id].type;
  Vreg result = vreg_of_[id];
  RegisterClass to = class_of(*f_, type).rc, from = class_of(*f_, source).rc;
  if (to != from && (to == RegisterClass::StackOnly || from == RegisterClass::StackOnly)) return false;
  bool wide = bits_of(type) > 32;
  Vreg r = reg(f_->operand(id, 0));
  if (to == from) copy(result, r);
  else if (to == RegisterClass::Vector) b_.begin(wide ? Row::movq_x_rm64 : Row::movd_x_rm32).def(result).use_any(r);
  else if (wide) b_.begin(Row::movq_rm64_x).def(result).use(r);
  else b_.begin(Row::movd_rm32_x).def(result).use(r);
  return true;
}

// --- x87

void Selector::fp80_load(Value v, u32 depth) {
  AddressMode memory;
  if (v.is_constant()) {
    const ir::Constant& c = f_->constants[v.index()];
    u8 bytes[16] = {};
    if (c.kind == ir::ConstantKind::Words)
      std::memcpy(bytes, c.words.data(), std::min<size_t>(c.words.size() * 8, 10));
    bool is_zero = true;
    for (u8 b : bytes) is_zero &= b == 0;
    static constexpr u8 one[10] = {0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f};
    if (is_zero)
      b_.begin(Row::fldz);
    else if (!std::memcmp(bytes, one, 10))
      b_.begin(Row::fld1);
    else
      b_.begin(Row::fld_m80).memory(literal_address(bytes, 16));
    return;
  }
  if (fold_load(v, memory)) {
    b_.begin(Row::fld_m80).memory(memory);
    return;
  }
  if (v.is_argument() && argument_vreg_[v.index()] == no_id && signature_.arguments[v.index()].part_count == 1) {
    // It lies on the stack already.
    i64 offset = signature_.parts[signature_.arguments[v.index()].first_part].offset;
    m_->slots.push_back({.kind = SlotKind::Incoming, .size = 16, .align = 16, .offset = offset});
    b_.begin(Row::fld_m80).memory(slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1)));
    return;
  }
  // An operation that only this one reads leaves its result where it is wanted.
  if (v.is_instruction() && depth < 6 && !is_asked(v)) {
    const ir::Instruction& i = (*f_)[v.index()];
    if (i.uses == 1 && i.block == block_ && fp80_is_computable(v.index())) {
      fp80_compute(v.index(), depth);
      return;
    }
  }
  Vreg r = reg(v);
  b_.begin(Row::fld_m80).use_stack(r);
}

bool Selector::fp80_is_computable(InstId id) const {
  const ir::Instruction& i = (*f_)[id];
  switch (i.op) {
  case Opcode::FAdd:
  case Opcode::FSub:
  case Opcode::FMul:
  case Opcode::FDiv:
  case Opcode::FNeg: return true;
  case Opcode::FPExt: {
    TypeId from = type_of(f_->operand(id, 0));
    return from == TypeId::Float || from == TypeId::Double;
  }
  case Opcode::SIToFP: {
    u32 bits = bits_of(type_of(f_->operand(id, 0)));
    return bits == 32 || bits == 64;
  }
  case Opcode::Call: {
    Intrinsic kind = intrinsic(id);
    return kind == Intrinsic::FAbs || kind == Intrinsic::Sqrt;
  }
  default: return false;
  }
}

// Pushes the instruction's result. `depth`: how many values are on the x87 stack already.
void Selector::fp80_compute(InstId id, u32 depth) {
  const ir::Instruction& i = (*f_)[id];
  auto from_scratch = [&](Value from, TypeId type, AddressMode& memory) {
    if (fold_load(from, memory)) return;
    Vreg r = reg(from);
    memory = slot_address(scratch_slot(8));
    store_register(memory, type, r);
  };
  AddressMode memory;
  switch (i.op) {
  case Opcode::FNeg:
    fp80_load(f_->operand(id, 0), depth);
    b_.begin(Row::fchs);
    return;
  case Opcode::Call:
    fp80_load(f_->operand(id, 1), depth);
    switch (intrinsic(id)) {
    case Intrinsic::FAbs: b_.begin(Row::fabs); return;
    case Intrinsic::Sqrt: b_.begin(Row::fsqrt); return;
    default: refuse(id, "this operation on x86_fp80");
    }
  case Opcode::FPExt: {
    TypeId type = type_of(f_->operand(id, 0));
    from_scratch(f_->operand(id, 0), type, memory);
    b_.begin(type == TypeId::Double ? Row::fld_m64 : Row::fld_m32).memory(memory);
    return;
  }
  case Opcode::SIToFP: {
    TypeId type = type_of(f_->operand(id, 0));
    from_scratch(f_->operand(id, 0), type, memory);
    b_.begin(width_of(type) == 3 ? Row::fild_m64 : Row::fild_m32).memory(memory);
    return;
  }
  default: break;
  }
  fp80_load(f_->operand(id, 0), depth);
  fp80_load(f_->operand(id, 1), depth + 1);
  switch (i.op) {
  case Opcode::FAdd: b_.begin(Row::faddp); break;
  case Opcode::FSub: b_.begin(Row::fsubp); break;
  case Opcode::FMul: b_.begin(Row::fmulp); break;
  default: b_.begin(Row::fdivp); break;
  }
}

void Selector::fp80_store(Vreg result) { b_.begin(Row::fstp_m80).def_stack(result); }

void Selector::select_fp80_binary(InstId id) {
  fp80_compute(id, 0);
  fp80_store(vreg_of_[id]);
}

// --- Vectors at the border of a call

void Selector::select_extract_element(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value from = f_->operand(id, 0);
  i64 index;
  if (!constant(f_->operand(id, 1), index)) refuse(id, "'extractelement' with a variable index");
  u32 bits = bits_of(i.type);
  Vreg vector = reg(from), result = vreg_of_[id];
  u32 byte = static_cast<u32>(index) * bits / 8;
  lathe_check(byte < 16, "an element lies outside of its vector");
  RegisterClass rc = class_of(*f_, i.type).rc;
  if (rc == RegisterClass::Vector) {
    if (byte == 0) {
      b_.begin(Row::movaps_x_xm128).def(result).use(vector);
      return;
    }
    if (bits == 16) // half, bfloat
      b_.begin(Row::psrldq_x_u8).def_reuse(result, 1).hidden_use(vector).imm(byte);
    else if (bits == 64)
      b_.begin(Row::pshufd_x_xm128_u8).def(result).use(vector).imm(0xee);
    else
      b_.begin(Row::pshufd_x_xm128_u8).def(result).use(vector).imm(byte / 4);
    return;
  }
  // Integers: the element's 4 or 8 bytes come down, then into a general register, then down to the bit.
  Vreg lane = vector;
  u32 at = byte & ~(bits == 64 ? 7u : 3u);
  if (at) {
    lane = b_.vector(16);
    b_.begin(Row::pshufd_x_xm128_u8).def(lane).use(vector).imm(bits == 64 ? 0xee : at / 4);
  }
  if (bits == 64) {
    b_.begin(Row::movq_rm64_x).def(result).use(lane);
    return;
  }
  u32 rest = (byte - at) * 8;
  Vreg word = rest || bits == 1 ? b_.general(4) : result;
  b_.begin(Row::movd_rm32_x).def(word).use(lane);
  if (rest) b_.begin(Row::shr_rm32_u8).def_reuse(result, 1).hidden_use(word).imm(rest);
  if (bits == 1) refuse(id, "a vector of 'i1'");
}

// A vector made by insertelement or a constant, put together in memory.
Vreg Selector::build_vector(Value v) {
  std::vector<Value> elements;
  if (!legalize::collect_elements(*f_, v, elements))
    unsupported(*f_, "a vector that is not made by 'insertelement'");
  TypeId element = f_->types[type_of(v)].element;
  u32 bits = bits_of(element);
  if (bits % 8) unsupported(*f_, "a vector of '" + ir::print(f_->types, f_->module.names, element) + "'");
  Vreg result = b_.vector(16);
  auto is_undefined = [&](Value e) {
    if (!e) return true;
    if (!e.is_constant()) return false;
    auto kind = f_->constants[e.index()].kind;
    return kind == ir::ConstantKind::Undef || kind == ir::ConstantKind::Poison;
  };
  // Floats in registers: unpack pairs.
  if (element == TypeId::Float && elements.size() == 2) {
    Vreg a = is_undefined(elements[0]) ? zero_vector(4) : reg(elements[0]);
    if (is_undefined(elements[1])) {
      b_.begin(Row::movaps_x_xm128).def(result).use(a);
      return result;
    }
    Vreg b = reg(elements[1]);
    b_.begin(Row::unpcklps_x_xm128).def_reuse(result, 1).hidden_use(a).use(b);
    return result;
  }
  if (element == TypeId::Double && elements.size() == 2 && !is_undefined(elements[0]) && !is_undefined(elements[1])) {
    Vreg a = reg(elements[0]), b = reg(elements[1]);
    b_.begin(Row::unpcklpd_x_xm128).def_reuse(result, 1).hidden_use(a).use(b);
    return result;
  }
  if (element == TypeId::Float && elements.size() == 4) {
    Vreg r[4];
    for (int k = 0; k < 4; ++k) r[k] = is_undefined(elements[static_cast<size_t>(k)]) ? zero_vector(4) : reg(elements[static_cast<size_t>(k)]);
    Vreg low = b_.vector(16), high = b_.vector(16);
    b_.begin(Row::unpcklps_x_xm128).def_reuse(low, 1).hidden_use(r[0]).use(r[1]);
    b_.begin(Row::unpcklps_x_xm128).def_reuse(high, 1).hidden_use(r[2]).use(r[3]);
    b_.begin(Row::movlhps_x_x).def_reuse(result, 1).hidden_use(low).use(high);
    return result;
  }
  FrameSlotId slot = scratch_slot(16);
  for (size_t k = 0; k < elements.size(); ++k) {
    if (is_undefined(elements[k])) continue;
    Vreg e = reg(elements[k]);
    AddressMode at = slot_address(slot, static_cast<i64>(k) * (bits / 8));
    if (bits == 16 && class_of(*f_, element).rc == RegisterClass::Vector) { // half, bfloat: no wider store
      Vreg word = b_.general(4);
      b_.begin(Row::movd_rm32_x).def(word).use(e);
      store_register(at, TypeId::I16, word);
    } else {
      store_register(at, element, e);
    }
  }
  b_.begin(Row::movaps_x_xm128).def(result).memory(slot_address(slot));
  return result;
}

} // namespace lathe::codegen::x86
