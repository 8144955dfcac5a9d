// Floats: half and bfloat are held as i16 and computed in float; fp128 is computed by the compiler library;
// conversions that the target lacks become exact sequences of those it has. Gives: legalize.h (5), (6).

#include "codegen/legalize/parts.h"

namespace lathe::legalize {

namespace {

class FloatRewriter : public PartsRewriter {
public:
  using PartsRewriter::PartsRewriter;
  using PartsRewriter::is_split;

protected:
  bool is_split(TypeId t) const override { return is_half(t); }
  void part_types(TypeId, std::vector<TypeId>& out) override { out.assign(1, TypeId::I16); }
  void split_constant(Value v, std::vector<Value>& parts) override {
    parts.push_back(b.integer(TypeId::I16, constant_word(f.constants[v.index()], 0)));
  }
  void split_border(Value v, std::vector<Value>& parts) override { parts.push_back(b.cast(Opcode::BitCast, v, TypeId::I16)); }
  Value join(TypeId t, std::span<const Value> parts) override { return b.cast(Opcode::BitCast, parts[0], t); }

  bool expand(InstId id) override {
    const Instruction i = f[id];
    switch (i.op) {
    case Opcode::FAdd:
    case Opcode::FSub:
    case Opcode::FMul:
    case Opcode::FDiv:
    case Opcode::FRem:
      if (is_half(i.type)) return keep(id, to_half(arithmetic(i.op, TypeId::Float, float_of(f.operand(id, 0)), float_of(f.operand(id, 1)), i.flags), i.type));
      if (i.type != TypeId::Fp128 && i.op != Opcode::FRem) return false;
      return give(id, arithmetic(i.op, i.type, f.operand(id, 0), f.operand(id, 1), i.flags));
    case Opcode::FNeg:
      if (is_half(i.type)) return keep(id, b.xor_(part(f.operand(id, 0), 0), b.integer(TypeId::I16, 0x8000)));
      return i.type == TypeId::Fp128 && give(id, negate_fp128(f.operand(id, 0)));
    case Opcode::FCmp: return compare(id);
    case Opcode::FPExt: return extend(id);
    case Opcode::FPTrunc: return truncate(id);
    case Opcode::SIToFP:
    case Opcode::UIToFP: return from_integer(id);
    case Opcode::FPToSI:
    case Opcode::FPToUI: return to_integer(id);
    case Opcode::BitCast:
      if (is_half(i.type) && is_half(f.type_of(f.operand(id, 0)))) return keep(id, part(f.operand(id, 0), 0));
      if (is_half(i.type)) return keep(id, f.operand(id, 0));
      return is_split(f.operand(id, 0)) && give(id, part(f.operand(id, 0), 0));
    case Opcode::Load:
      if (!is_half(i.type)) return false;
      return keep(id, copy_access(i, b.load(TypeId::I16, f.operand(id, 0), 1, i.flags).index()));
    case Opcode::Store: {
      if (!is_split(f.operand(id, 0))) return false;
      Value v = part(f.operand(id, 0), 0);
      f.set_operand(id, 0, v);
      return true;
    }
    case Opcode::Freeze: return i.type == TypeId::Fp128 && give(id, f.operand(id, 0));
    case Opcode::AtomicRmw: return false;
    default: return false;
    }
  }

private:
  bool keep(InstId id, Value v) {
    set_parts(id, {&v, 1});
    return true;
  }
  bool give(InstId id, Value v) {
    replace(id, v);
    return true;
  }
  Value copy_access(const Instruction& from, InstId to) {
    f[to].sub = from.sub;
    f[to].align_log2 = from.align_log2;
    return instruction_value(to);
  }

  // --- half and bfloat.

  Value float_of(Value v) {
    Value raw = part(v, 0);
    if (f.type_of(v) == TypeId::BFloat) {
      Value wide = b.shl(b.zext(raw, TypeId::I32), 16);
      return b.bitcast(wide, TypeId::Float);
    }
    Value h = b.cast(Opcode::BitCast, raw, TypeId::Half);
    if (context.target.has_half_conversions) return b.cast(Opcode::FPExt, h, TypeId::Float);
    return call_named(b, "__extendhfsf2", TypeId::Float, {h});
  }

  // As i16.
  Value to_half(Value v, TypeId half) {
    TypeId from = f.type_of(v);
    Value h;
    if (half == TypeId::Half && from == TypeId::Float && context.target.has_half_conversions) {
      h = b.cast(Opcode::FPTrunc, v, half);
    } else {
      std::string name = "__trunc";
      name += mode_of(from);
      name += half == TypeId::Half ? "hf2" : "bf2";
      h = call_named(b, name, half, {v});
    }
    return b.cast(Opcode::BitCast, h, TypeId::I16);
  }

  // --- Names of the compiler library's functions.

  static std::string_view mode_of(TypeId t) {
    return t == TypeId::Float ? "sf" : t == TypeId::Double ? "df" : t == TypeId::X86Fp80 ? "xf" : "tf";
  }

  Value arithmetic(Opcode op, TypeId t, Value x, Value y, u16 flags) {
    if (op == Opcode::FRem) {
      std::string_view name = t == TypeId::Float ? "fmodf" : t == TypeId::Double ? "fmod" : t == TypeId::X86Fp80 ? "fmodl" : "fmodf128";
      return call_named(b, name, t, {x, y});
    }
    if (t != TypeId::Fp128) return b.binary(op, x, y, flags);
    std::string_view name = op == Opcode::FAdd ? "__addtf3" : op == Opcode::FSub ? "__subtf3" : op == Opcode::FMul ? "__multf3" : "__divtf3";
    return call_named(b, name, t, {x, y});
  }

  Value negate_fp128(Value v) {
    Value slot = b.alloca_bytes(16, 16), at = b.byte_offset(slot, 8);
    b.store(v, slot, 16);
    Value top = b.load(TypeId::I64, at, 8);
    b.store(b.xor_(top, b.sign_bit(TypeId::I64)), at, 8);
    return b.load(TypeId::Fp128, slot, 16);
  }

  // --- Compares.

  struct Fp128Compare {
    Predicate predicate;
    std::string_view name;
    Predicate with_zero;
  };

  // Each function's result is on the right side of 0 only if neither operand is a NaN (LLVM's and GCC's "Soft
  // float library routines": Comparison functions).
  Value compare_fp128(Predicate p, Value x, Value y) {
    static constexpr Fp128Compare table[] = {
        {Predicate::OEq, "__eqtf2", Predicate::IEq},     {Predicate::UNe, "__netf2", Predicate::INe},
        {Predicate::OGt, "__gttf2", Predicate::ISgt},    {Predicate::OGe, "__getf2", Predicate::ISge},
        {Predicate::OLt, "__lttf2", Predicate::ISlt},    {Predicate::OLe, "__letf2", Predicate::ISle},
        {Predicate::ULe, "__gttf2", Predicate::ISle},    {Predicate::ULt, "__getf2", Predicate::ISlt},
        {Predicate::UGe, "__lttf2", Predicate::ISge},    {Predicate::UGt, "__letf2", Predicate::ISgt},
        {Predicate::Uno, "__unordtf2", Predicate::INe},  {Predicate::Ord, "__unordtf2", Predicate::IEq},
    };
    if (p == Predicate::UEq) return b.or_(compare_fp128(Predicate::OEq, x, y), compare_fp128(Predicate::Uno, x, y));
    if (p == Predicate::ONe) return b.and_(compare_fp128(Predicate::UNe, x, y), compare_fp128(Predicate::Ord, x, y));
    for (const Fp128Compare& row : table)
      if (row.predicate == p)
        return b.icmp(row.with_zero, call_named(b, row.name, TypeId::I32, {x, y}), b.integer(TypeId::I32, 0));
    internal_error("no such compare");
  }

  bool compare(InstId id) {
    auto p = static_cast<Predicate>(f[id].sub);
    if (p == Predicate::False || p == Predicate::True) return give(id, b.integer(TypeId::I1, p == Predicate::True));
    Value x = f.operand(id, 0), y = f.operand(id, 1);
    if (f.type_of(x) == TypeId::Fp128) return give(id, compare_fp128(p, x, y));
    if (!is_split(x)) return false;
    return give(id, b.fcmp(p, float_of(x), float_of(y), f[id].flags));
  }

  // --- Conversions between floats.

  bool extend(InstId id) {
    Value v = f.operand(id, 0);
    TypeId to = f[id].type, from = f.type_of(v);
    if (is_half(from)) {
      v = float_of(v);
      if (to == TypeId::Float) return give(id, v);
      from = TypeId::Float;
    } else if (to != TypeId::Fp128) {
      return false;
    }
    if (to != TypeId::Fp128) return give(id, b.cast(Opcode::FPExt, v, to));
    std::string name = "__extend";
    name += mode_of(from);
    name += "tf2";
    return give(id, call_named(b, name, to, {v}));
  }

  bool truncate(InstId id) {
    Value v = f.operand(id, 0);
    TypeId to = f[id].type, from = f.type_of(v);
    if (is_half(to)) return keep(id, to_half(v, to));
    if (from != TypeId::Fp128) return false;
    std::string name = "__trunctf";
    name += mode_of(to);
    name += "2";
    return give(id, call_named(b, name, to, {v}));
  }

  // --- Integers. i8 and i16 go through i32, unsigned i32 through i64.

  bool from_integer(InstId id) {
    Value v = f.operand(id, 0);
    TypeId to = f[id].type;
    bool is_signed = f[id].op == Opcode::SIToFP;
    if (is_half(to)) return keep(id, to_half(convert_integer(v, TypeId::Float, is_signed), to));
    bool fine = is_signed || context.target.has_unsigned_float_conversions;
    if (b.bits(v) >= (fine && !is_signed ? 64u : 32u) && fine && to != TypeId::Fp128) return false;
    return give(id, convert_integer(v, to, is_signed));
  }

  Value convert_integer(Value v, TypeId to, bool is_signed) {
    u32 bits = b.bits(v);
    bool via_word = context.target.word_bits >= 64;
    if (bits < 32) {
      v = is_signed ? b.sext(v, TypeId::I32) : b.zext(v, TypeId::I32);
      is_signed = true; // its sign bit is clear
    } else if (bits == 32 && !is_signed && via_word && to != TypeId::Fp128) {
      v = b.zext(v, TypeId::I64);
      is_signed = true;
    }
    bits = b.bits(v);
    if (to == TypeId::Fp128) {
      std::string name = is_signed ? "__float" : "__floatun";
      name += bits == 32 ? "sitf" : "ditf";
      return call_named(b, name, to, {v});
    }
    if (is_signed || context.target.has_unsigned_float_conversions) return b.cast(is_signed ? Opcode::SIToFP : Opcode::UIToFP, v, to);
    return unsigned_word_to_float(v, to);
  }

  // double: both halves convert exactly, and so does the high one times 2^32; the sum rounds once.
  // float: with the top bit set the value is halved, the bit lost kept as a sticky one (so rounding is the same), and
  //   the result doubled by adding it to itself.
  // x86_fp80: converted as signed, exactly; 2^64 is added if the top bit was set.
  Value unsigned_word_to_float(Value v, TypeId to) {
    if (to == TypeId::Double) {
      Value high = b.cast(Opcode::SIToFP, b.lshr(v, 32), to);
      Value low = b.cast(Opcode::SIToFP, b.and_(v, b.word(0xffffffff)), to);
      return b.binary(Opcode::FAdd, b.binary(Opcode::FMul, high, b.float_constant(to, 0x1p32)), low);
    }
    Value negative = b.compare(Predicate::ISlt, v, b.word(0));
    if (to == TypeId::X86Fp80) {
      Value bias = b.choose(negative, b.integer(TypeId::I32, 0x5f800000), b.integer(TypeId::I32, 0)); // 2^64 as a float
      Value wide_bias = b.cast(Opcode::FPExt, b.cast(Opcode::BitCast, bias, TypeId::Float), to);
      return b.binary(Opcode::FAdd, b.cast(Opcode::SIToFP, v, to), wide_bias);
    }
    Value halved = b.or_(b.lshr(v, 1), b.and_(v, b.word(1)));
    Value r = b.cast(Opcode::SIToFP, b.choose(negative, halved, v), to);
    Value again = b.and_(b.bitcast(r, TypeId::I32), b.sext(negative, TypeId::I32));
    return b.binary(Opcode::FAdd, r, b.bitcast(again, to));
  }

  bool to_integer(InstId id) {
    Value v = f.operand(id, 0);
    TypeId to = f[id].type;
    bool is_signed = f[id].op == Opcode::FPToSI;
    if (is_half(f.type_of(v))) v = float_of(v);
    TypeId from = f.type_of(v);
    u32 bits = f.types.integer_bits(to);
    bool via_word = context.target.word_bits >= 64;
    TypeId computed = to;
    if (bits < 32) {
      computed = TypeId::I32;
      is_signed = true;
    } else if (bits == 32 && !is_signed && via_word && from != TypeId::Fp128) {
      computed = TypeId::I64;
      is_signed = true;
    }
    if (from == TypeId::Fp128) {
      std::string name = is_signed ? "__fixtf" : "__fixunstf";
      name += f.types.integer_bits(computed) == 32 ? "si" : "di";
      return give(id, b.trunc(call_named(b, name, computed, {v}), to));
    }
    if (is_signed || context.target.has_unsigned_float_conversions) {
      if (computed == to && v == f.operand(id, 0)) return false;
      return give(id, b.trunc(b.cast(is_signed ? Opcode::FPToSI : Opcode::FPToUI, v, computed), to));
    }
    return give(id, float_to_unsigned_word(v));
  }

  // From 2^63 on: 2^63 is subtracted first, exactly, and its bit put back.
  Value float_to_unsigned_word(Value v) {
    TypeId from = f.type_of(v);
    Value small = b.fcmp(Predicate::OLt, v, b.float_constant(from, 0x1p63));
    Value bias;
    if (from == TypeId::Double) {
      bias = b.cast(Opcode::BitCast, b.choose(small, b.word(0), b.word(0x43e0000000000000)), from);
    } else {
      Value raw = b.choose(small, b.integer(TypeId::I32, 0), b.integer(TypeId::I32, 0x5f000000));
      bias = b.cast(Opcode::BitCast, raw, TypeId::Float);
      if (from != TypeId::Float) bias = b.cast(Opcode::FPExt, bias, from);
    }
    Value low = b.cast(Opcode::FPToSI, b.binary(Opcode::FSub, v, bias), TypeId::I64);
    return b.xor_(low, b.choose(small, b.word(0), b.word(u64(1) << 63)));
  }
};

// Types without a conditional move: a branch around nothing. Backwards, so that a split moves only what stands
// before the next one.
void branch_selects(Context& c) {
  Function& f = c.f;
  std::vector<InstId> list;
  for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
    for (InstId id = f.blocks[block].first; id != none; id = f[id].next)
      if (f[id].op == Opcode::Select && (f[id].type == TypeId::X86Fp80 || f[id].type == TypeId::Fp128)) list.push_back(id);
  Emitter b(f);
  Replacements replacements(f);
  for (size_t i = list.size(); i-- > 0;) {
    InstId id = list[i];
    Value condition = f.operand(id, 0), x = f.operand(id, 1), y = f.operand(id, 2);
    b.before_instruction(id);
    Value mark = b.emit(Opcode::Freeze, TypeId::I1, {&condition, 1}); // something to split behind
    BlockId from = f[id].block, join = f.split_block(mark.index()), middle = f.insert_block_after(from);
    b.at_end(from);
    b.br(mark, middle, join);
    b.at_end(middle);
    b.br(join);
    b.before_instruction(id);
    std::pair<Value, BlockId> incoming[] = {{x, middle}, {y, from}};
    replacements.add(instruction_value(id), b.phi(f[id].type, incoming));
  }
  replacements.apply();
  for (InstId id : list) f.set_operands(id, {});
  for (InstId id : list) f.remove(id);
}

} // namespace

void legalize_floats(Context& c) {
  branch_selects(c);
  FloatRewriter(c).run();
}

} // namespace lathe::legalize
