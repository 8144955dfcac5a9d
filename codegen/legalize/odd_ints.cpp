// Integers of 2..63 bits that are no register width are held in the next wider legal one, the bits above
// being anything; where an operation looks at them they are cleared (unsigned) or filled with the sign (signed)
// first. Needs: nothing wider than a word. Gives: legalize.h (1), (2). i1 keeps its type, but has only logic.

#include "codegen/legalize/parts.h"

#include <algorithm>
#include <bit>

namespace lathe::legalize {

namespace {

class OddIntRewriter : public PartsRewriter {
public:
  using PartsRewriter::PartsRewriter;
  using PartsRewriter::is_split;

protected:
  bool is_split(TypeId t) const override { return is_odd(f.types, t); }
  u32 width_of(TypeId t) const { return f.types.integer_bits(t); }
  TypeId promoted(TypeId t) { return f.types.integer(promoted_bits(width_of(t))); }

  void part_types(TypeId t, std::vector<TypeId>& out) override { out.assign(1, promoted(t)); }
  void split_constant(Value v, std::vector<Value>& parts) override {
    TypeId t = promoted(f.type_of(v));
    u64 bits;
    if (constant_bits(f, v, bits)) parts.push_back(b.integer(t, bits));
    else parts.push_back(is_poison(f, v) ? b.poison(t) : is_undef(f, v) ? b.undef(t) : b.zero(t));
  }
  void split_border(Value v, std::vector<Value>& parts) override { parts.push_back(b.zext(v, promoted(f.type_of(v)))); }
  Value join(TypeId t, std::span<const Value> parts) override { return b.trunc(parts[0], t); }

  // The promoted value; its upper bits zero, or copies of the sign.
  Value any(Value v) { return is_split(v) ? part(v, 0) : v; }
  Value cleared(Value v) {
    if (!is_split(v)) return v;
    return b.and_(part(v, 0), b.same(part(v, 0), low_mask(width_of(f.type_of(v)))));
  }
  Value filled(Value v) {
    if (!is_split(v)) return v;
    Value p = part(v, 0);
    u32 n = b.bits(p) - width_of(f.type_of(v));
    return b.ashr(b.shl(p, n), n);
  }

  bool expand(InstId id) override {
    const Instruction i = f[id];
    if (i.type == TypeId::I1 || (i.operand_count && f.type_of(f.operand(id, 0)) == TypeId::I1 && i.op != Opcode::Phi))
      if (expand_bit(id)) return true;
    bool split = is_split(i.type);
    switch (i.op) {
    case Opcode::Add:
    case Opcode::Sub:
    case Opcode::Mul:
    case Opcode::And:
    case Opcode::Or:
    case Opcode::Xor: return split && binary(id, any(f.operand(id, 0)), any(f.operand(id, 1)));
    case Opcode::Shl: return split && binary(id, any(f.operand(id, 0)), cleared(f.operand(id, 1)));
    case Opcode::LShr:
    case Opcode::UDiv:
    case Opcode::URem: return split && binary(id, cleared(f.operand(id, 0)), cleared(f.operand(id, 1)));
    case Opcode::AShr: return split && binary(id, filled(f.operand(id, 0)), cleared(f.operand(id, 1)));
    case Opcode::SDiv:
    case Opcode::SRem: return split && binary(id, filled(f.operand(id, 0)), filled(f.operand(id, 1)));
    case Opcode::ICmp: return is_split(f.operand(id, 0)) && compare(id);
    case Opcode::Trunc:
    case Opcode::ZExt:
    case Opcode::SExt: return (split || is_split(f.operand(id, 0))) && extend(id);
    case Opcode::BitCast:
      if (!split) return false;
      return keep(id, part(f.operand(id, 0), 0));
    case Opcode::PtrToInt:
    case Opcode::PtrToAddr:
      if (!split) return false;
      return keep(id, b.trunc(b.cast(i.op, f.operand(id, 0), TypeId::I64), promoted(i.type)));
    case Opcode::IntToPtr:
      if (!is_split(f.operand(id, 0))) return false;
      replace(id, b.cast(i.op, b.zext(cleared(f.operand(id, 0)), TypeId::I64), i.type));
      return true;
    case Opcode::SIToFP:
    case Opcode::UIToFP: {
      if (!is_split(f.operand(id, 0))) return false;
      Value v = i.op == Opcode::SIToFP ? filled(f.operand(id, 0)) : cleared(f.operand(id, 0));
      replace(id, b.cast(Opcode::SIToFP, v, i.type)); // a cleared value has no sign
      return true;
    }
    case Opcode::FPToSI:
    case Opcode::FPToUI: {
      if (!split) return false;
      u32 wide = promoted_bits(width_of(i.type)); // the value fits the wider type as a signed number
      return keep(id, b.cast(Opcode::FPToSI, f.operand(id, 0), f.types.integer(wide)));
    }
    case Opcode::Load: return split && load(id);
    case Opcode::Store: return is_split(f.operand(id, 0)) && store(id);
    default: return false;
    }
  }

private:
  bool keep(InstId id, Value v) {
    set_parts(id, {&v, 1});
    return true;
  }

  bool binary(InstId id, Value x, Value y) { return keep(id, b.op(f[id].op, x, y)); }

  bool compare(InstId id) {
    auto p = static_cast<Predicate>(f[id].sub);
    bool is_signed = p == Predicate::ISgt || p == Predicate::ISge || p == Predicate::ISlt || p == Predicate::ISle;
    Value x = f.operand(id, 0), y = f.operand(id, 1);
    replace(id, is_signed ? b.compare(p, filled(x), filled(y)) : b.compare(p, cleared(x), cleared(y)));
    return true;
  }

  bool extend(InstId id) {
    Value v = f.operand(id, 0);
    Opcode op = f[id].op;
    Value x = op == Opcode::Trunc ? any(v) : op == Opcode::ZExt ? cleared(v) : filled(v);
    bool split = is_split(f[id].type);
    TypeId t = split ? promoted(f[id].type) : f[id].type;
    Value r = op == Opcode::SExt ? b.sext_or_trunc(x, t) : b.zext_or_trunc(x, t);
    if (split) return keep(id, r);
    replace(id, r);
    return true;
  }

  // --- Memory: store_size bytes, as loads of 4, 2, 1; bits above the width are zero there.

  static u32 align_at(u32 log2, u64 offset) {
    u64 align = u64(1) << std::min<u32>(log2, 31);
    return static_cast<u32>(offset ? std::min(align, offset & (~offset + 1)) : align);
  }

  bool load(InstId id) {
    const Instruction i = f[id];
    if (i.sub) unsupported(f, "an atomic load of type '" + type_text(f, i.type) + "'");
    Value pointer = f.operand(id, 0);
    u32 bytes = (width_of(i.type) + 7) / 8;
    TypeId t = promoted(i.type);
    Value all;
    for (u32 at = 0; at < bytes;) {
      u32 size = std::bit_floor(bytes - at);
      Value v = b.load(f.types.integer(size * 8), b.byte_offset(pointer, at), align_at(i.align_log2, at), i.flags);
      v = b.shl(b.zext(v, t), at * 8);
      all = all ? b.or_(all, v) : v;
      at += size;
    }
    return keep(id, all);
  }

  bool store(InstId id) {
    const Instruction i = f[id];
    if (i.sub) unsupported(f, "an atomic store of type '" + type_text(f, f.type_of(f.operand(id, 0))) + "'");
    Value pointer = f.operand(id, 1);
    u32 bytes = (width_of(f.type_of(f.operand(id, 0))) + 7) / 8;
    Value v = width_of(f.type_of(f.operand(id, 0))) % 8 ? cleared(f.operand(id, 0)) : any(f.operand(id, 0));
    for (u32 at = 0; at < bytes;) {
      u32 size = std::bit_floor(bytes - at);
      b.store(b.trunc(b.lshr(v, at * 8), f.types.integer(size * 8)), b.byte_offset(pointer, at),
              align_at(i.align_log2, at), i.flags);
      at += size;
    }
    drop(id);
    return true;
  }

  // --- i1: arithmetic is logic, memory is bytes.

  bool expand_bit(InstId id) {
    const Instruction i = f[id];
    auto x = [&] { return f.operand(id, 0); };
    auto y = [&] { return f.operand(id, 1); };
    Value v;
    if (i.op == Opcode::Load && i.type == TypeId::I1) {
      if (i.sub) unsupported(f, "an atomic load of type 'i1'");
      Value byte = b.load(TypeId::I8, x(), align_at(i.align_log2, 0), i.flags);
      v = b.trunc(byte, TypeId::I1);
    } else if (i.op == Opcode::Store && f.type_of(x()) == TypeId::I1) {
      if (i.sub) unsupported(f, "an atomic store of type 'i1'");
      f.set_operand(id, 0, b.zext(x(), TypeId::I8));
      return true;
    } else if (i.op == Opcode::ICmp && f.type_of(x()) == TypeId::I1) {
      v = compare_bits(static_cast<Predicate>(i.sub), x(), y());
    } else if (i.type == TypeId::I1) {
      switch (i.op) {
      case Opcode::Add:
      case Opcode::Sub: v = b.op(Opcode::Xor, x(), y()); break;
      case Opcode::Mul: v = b.op(Opcode::And, x(), y()); break;
      case Opcode::UDiv:
      case Opcode::SDiv:
      case Opcode::Shl:
      case Opcode::LShr:
      case Opcode::AShr: v = x(); break; // by 1, or by an amount of 0; all else is undefined
      case Opcode::URem:
      case Opcode::SRem: v = b.integer(TypeId::I1, 0); break;
      case Opcode::FPToSI:
      case Opcode::FPToUI: v = b.trunc(b.cast(Opcode::FPToSI, x(), TypeId::I32), TypeId::I1); break;
      case Opcode::PtrToInt:
      case Opcode::PtrToAddr: v = b.trunc(b.cast(Opcode::PtrToInt, x(), TypeId::I64), TypeId::I1); break;
      case Opcode::BitCast: v = x(); break;
      default: return false;
      }
    } else if (i.op == Opcode::SIToFP && f.type_of(x()) == TypeId::I1) {
      v = b.cast(Opcode::SIToFP, b.sext(x(), TypeId::I32), i.type);
    } else if (i.op == Opcode::UIToFP && f.type_of(x()) == TypeId::I1) {
      v = b.cast(Opcode::SIToFP, b.zext(x(), TypeId::I32), i.type);
    } else if (i.op == Opcode::IntToPtr && f.type_of(x()) == TypeId::I1) {
      v = b.cast(Opcode::IntToPtr, b.zext(x(), TypeId::I64), i.type);
    } else {
      return false;
    }
    replace(id, v);
    return true;
  }

  Value compare_bits(Predicate p, Value x, Value y) {
    auto flip = [&](Value v) { return b.op(Opcode::Xor, v, b.integer(TypeId::I1, 1)); };
    switch (p) {
    case Predicate::INe: return b.op(Opcode::Xor, x, y);
    case Predicate::IEq: return flip(b.op(Opcode::Xor, x, y));
    case Predicate::IUgt:
    case Predicate::ISlt: return b.op(Opcode::And, x, flip(y)); // as a signed number, 1 is -1
    case Predicate::IUlt:
    case Predicate::ISgt: return b.op(Opcode::And, flip(x), y);
    case Predicate::IUge:
    case Predicate::ISle: return b.op(Opcode::Or, x, flip(y));
    default: return b.op(Opcode::Or, flip(x), y);
    }
  }
};

} // namespace

void legalize_odd_ints(Context& c) { OddIntRewriter(c).run(); }

} // namespace lathe::legalize
