// Floating-point intrinsics: kept, a few instructions, or the C library's function of that name ('f' for float,
// 'l' for x86_fp80, 'f128' for fp128). half and bfloat are computed in float.

#include "codegen/legalize/context.h"

#include <cmath>

namespace lathe::legalize {

namespace {

struct Libcall {
  Intrinsic id;
  std::string_view name;
};
constexpr Libcall libcalls[] = {
    {Intrinsic::Floor, "floor"},   {Intrinsic::Ceil, "ceil"},     {Intrinsic::RoundToZero, "trunc"},
    {Intrinsic::Rint, "rint"},     {Intrinsic::NearbyInt, "nearbyint"}, {Intrinsic::RoundEven, "roundeven"},
    {Intrinsic::Round, "round"},   {Intrinsic::Sqrt, "sqrt"},     {Intrinsic::Fma, "fma"},
    {Intrinsic::Pow, "pow"},       {Intrinsic::Exp, "exp"},       {Intrinsic::Exp2, "exp2"},
    {Intrinsic::Exp10, "exp10"},   {Intrinsic::Log, "log"},       {Intrinsic::Log2, "log2"},
    {Intrinsic::Log10, "log10"},   {Intrinsic::Sin, "sin"},       {Intrinsic::Cos, "cos"},
    {Intrinsic::Tan, "tan"},       {Intrinsic::Asin, "asin"},     {Intrinsic::Acos, "acos"},
    {Intrinsic::Atan, "atan"},     {Intrinsic::Atan2, "atan2"},   {Intrinsic::Sinh, "sinh"},
    {Intrinsic::Cosh, "cosh"},     {Intrinsic::Tanh, "tanh"},     {Intrinsic::MinNum, "fmin"},
    {Intrinsic::MaxNum, "fmax"},   {Intrinsic::Ldexp, "ldexp"},   {Intrinsic::LRint, "lrint"},
    {Intrinsic::LLRint, "llrint"}, {Intrinsic::LRound, "lround"}, {Intrinsic::LLRound, "llround"},
    {Intrinsic::Frexp, "frexp"},
};

std::string_view libcall_name(Intrinsic id) {
  for (const Libcall& l : libcalls)
    if (l.id == id) return l.name;
  return {};
}

class FloatExpansion {
public:
  FloatExpansion(Context& c, Emitter& e, InstId call, Intrinsic which)
      : target(c.target), f(c.f), b(e), id(call), intrinsic(which), type(f[call].type) {
    for (u32 i = 1; i < f[id].operand_count; ++i) arguments.push_back(f.operand(id, i));
    own = !arguments.empty() && f.types.is_float(f.type_of(arguments[0])) ? f.type_of(arguments[0]) : type;
  }

  bool run(std::vector<Value>& out) {
    switch (intrinsic) {
    case Intrinsic::Sqrt:
      if (is_basic() || own == TypeId::X86Fp80) return keep(is_basic() ? target.has_sqrt : target.has_x87, out);
      break;
    case Intrinsic::FAbs:
      if (is_basic() || (own == TypeId::X86Fp80 && target.has_x87)) return false;
      return give(out, with_sign(arguments[0], {}));
    case Intrinsic::CopySign:
      if (is_basic()) return false;
      return give(out, with_sign(arguments[0], arguments[1]));
    case Intrinsic::Fma: return keep(is_basic() && target.has_fma, out);
    case Intrinsic::Floor:
    case Intrinsic::Ceil:
    case Intrinsic::RoundToZero:
    case Intrinsic::Rint:
    case Intrinsic::NearbyInt:
    case Intrinsic::RoundEven: return keep(is_basic() && target.has_round, out);
    case Intrinsic::FMulAdd: {
      Value product = b.binary(Opcode::FMul, arguments[0], arguments[1]);
      return give(out, b.binary(Opcode::FAdd, product, arguments[2]));
    }
    case Intrinsic::MinNum:
    case Intrinsic::MaxNum:
    case Intrinsic::MinimumNum:
    case Intrinsic::MaximumNum:
      if (!is_basic()) break;
      return give(out, pick_number(intrinsic == Intrinsic::MinNum || intrinsic == Intrinsic::MinimumNum));
    case Intrinsic::Minimum:
    case Intrinsic::Maximum:
      if (!is_basic()) break;
      return give(out, pick_or_nan(intrinsic == Intrinsic::Minimum));
    case Intrinsic::Canonicalize:
      if (is_half(own)) break;
      return give(out, b.binary(Opcode::FMul, arguments[0], b.float_constant(own, 1)));
    case Intrinsic::IsFpClass: return give(out, classify());
    case Intrinsic::FPToSISat:
    case Intrinsic::FPToUISat: return give(out, convert_saturating());
    case Intrinsic::ConvertFromFp16: return give(out, from_half());
    case Intrinsic::ConvertToFp16: return give(out, to_half());
    case Intrinsic::Powi: return is_half(own) ? in_float(out) : give(out, power());
    case Intrinsic::Frexp: return is_half(own) ? in_float(out) : split_exponent(out);
    default: break;
    }
    if (intrinsic == Intrinsic::ConstrainedFCmps) return signaling_compare(out);
    if (is_constrained()) return constrained(out);
    std::string_view name = libcall_name(intrinsic);
    if (name.empty() && !is_half(own)) return false;
    if (is_half(own)) return in_float(out);
    return give(out, libcall(name));
  }

private:
  bool is_basic() const { return own == TypeId::Float || own == TypeId::Double; }
  static bool give(std::vector<Value>& out, Value v) {
    out.push_back(v);
    return true;
  }

  bool keep(bool has_instruction, std::vector<Value>& out) {
    if (has_instruction) return false;
    if (is_half(own)) return in_float(out);
    return give(out, libcall(libcall_name(intrinsic)));
  }

  std::string function_name(std::string_view name) const {
    std::string full(name);
    if (own == TypeId::Float) full += "f";
    if (own == TypeId::X86Fp80) full += "l";
    if (own == TypeId::Fp128) full += "f128";
    return full;
  }

  Value libcall(std::string_view name) {
    TypeId result = type;
    // lrint and lround give a long, llrint and llround a long long.
    bool rounds = f.types.is_integer(type);
    if (rounds) {
      bool is_long = intrinsic == Intrinsic::LRint || intrinsic == Intrinsic::LRound;
      result = is_long && target.word_bits == 32 ? TypeId::I32 : TypeId::I64;
    }
    Value v = b.call(function_name(name), result, arguments);
    return rounds ? b.sext_or_trunc(v, type) : v;
  }

  // The same intrinsic on float: arguments extended, the result rounded.
  bool in_float(std::vector<Value>& out) {
    std::string name(f.global(f.operand(id, 0).index()).name);
    for (std::string_view part : {".bf16", ".f16"})
      if (size_t at = name.find(part); at != std::string::npos) name.replace(at, part.size(), ".f32");
    std::vector<Value> list;
    for (Value v : arguments) list.push_back(f.type_of(v) == own ? b.cast(Opcode::FPExt, v, TypeId::Float) : v);
    if (f.types.is_aggregate(type)) { // frexp
      TypeId fields[] = {TypeId::Float, f.types[type].elements[1]};
      Value pair = b.call(name, f.types.literal_struct(fields), list);
      u32 zero = 0, one = 1;
      Value fraction = b.extract_value(pair, {&zero, 1});
      Value exponent = b.extract_value(pair, {&one, 1});
      out = {b.cast(Opcode::FPTrunc, fraction, own), exponent};
      return true;
    }
    Value v = b.call(name, type == own ? TypeId::Float : type, list);
    return give(out, type == own ? b.cast(Opcode::FPTrunc, v, own) : v);
  }

  // --- Signs. Where the sign is in memory: byte offset and width of the piece that holds it.

  Value as_bits(Value v) {
    TypeId t = f.types.integer(scalar_bits(f, own));
    return own == TypeId::X86Fp80 || own == TypeId::Fp128 ? b.through_memory(v, t) : b.bitcast(v, t);
  }

  // |x| with the sign of `sign`, plus when there is none.
  Value with_sign(Value x, Value sign) {
    TypeId from = sign ? f.type_of(sign) : own;
    if (is_half(own) || is_basic()) {
      TypeId t = f.types.integer(scalar_bits(f, own));
      Value v = b.and_(b.bitcast(x, t), b.not_(b.sign_bit(t)));
      if (sign) v = b.or_(v, b.and_(b.bitcast(sign, t), b.sign_bit(t)));
      return b.bitcast(v, own);
    }
    lathe_check(from == own, "copysign of two types");
    bool x87 = own == TypeId::X86Fp80;
    TypeId piece = x87 ? TypeId::I16 : TypeId::I64;
    Value slot = b.alloca_bytes(16, 16), at = b.byte_offset(slot, 8);
    Value top;
    if (sign) {
      b.store(sign, slot, 16);
      top = b.and_(b.load(piece, at, 8), b.sign_bit(piece));
    }
    b.store(x, slot, 16);
    Value v = b.and_(b.load(piece, at, 8), b.not_(b.sign_bit(piece)));
    b.store(top ? b.or_(v, top) : v, at, 8);
    return b.load(own, slot, 16);
  }

  // --- Minimum and maximum.

  // A NaN gives way to the other operand: if x is one, the compare is false and y stands; then y is asked.
  Value pick_number(bool minimum) {
    Value x = arguments[0], y = arguments[1];
    Value v = b.select(b.fcmp(minimum ? Predicate::OLt : Predicate::OGt, x, y), x, y);
    return b.select(b.fcmp(Predicate::Uno, y, y), x, v);
  }

  // NaN wins, and -0 is less than +0: equal operands are joined bit by bit.
  Value pick_or_nan(bool minimum) {
    Value x = arguments[0], y = arguments[1];
    TypeId t = f.types.integer(scalar_bits(f, own));
    Value v = b.select(b.fcmp(minimum ? Predicate::OLt : Predicate::OGt, x, y), x, y);
    Value joined = b.op(minimum ? Opcode::Or : Opcode::And, b.bitcast(x, t), b.bitcast(y, t));
    v = b.select(b.fcmp(Predicate::OEq, x, y), b.bitcast(joined, own), v);
    return b.select(b.fcmp(Predicate::Uno, x, y), b.binary(Opcode::FAdd, x, y), v);
  }

  // --- is.fpclass: on the bits. For IEEE formats of m mantissa bits, with |x| as an integer:
  //   NaN: |x| > inf; quiet ones >= inf + 2^(m-1); normal: |x| - 2^m < inf - 2^m; subnormal: |x| - 1 < 2^m - 1.

  Value classify() {
    u64 mask = 0;
    constant_bits(f, arguments[1], mask);
    mask &= 0x3ff;
    if (mask == 0 || mask == 0x3ff) return b.integer(TypeId::I1, mask != 0);
    if (own == TypeId::X86Fp80) return classify_x87(mask);
    Value x = as_bits(arguments[0]);
    TypeId t = b.type(x);
    u32 bits = scalar_bits(f, own);
    u32 m = own == TypeId::Half ? 10 : own == TypeId::BFloat ? 7 : own == TypeId::Float ? 23 : own == TypeId::Double ? 52 : 112;
    auto power = [&](u32 n) {
      std::vector<u64> words(2);
      words[n / 64] = u64(1) << n % 64;
      return b.wide(t, words);
    };
    Value sign = b.sign_bit(t);
    u64 inf_words[2] = {};
    for (u32 i = m; i < bits - 1; ++i) inf_words[i / 64] |= u64(1) << i % 64;
    Value inf = b.wide(t, inf_words);
    inf_words[(m - 1) / 64] |= u64(1) << (m - 1) % 64;
    Value quiet = b.wide(t, inf_words);
    Value magnitude = b.and_(x, b.not_(sign));
    Value is_negative = b.compare(Predicate::ISlt, x, b.zero(t));
    Value is_nan = b.compare(Predicate::IUgt, magnitude, inf), is_quiet = b.compare(Predicate::IUge, magnitude, quiet);
    Value one = power(0), low = power(m);
    Classes k;
    k.signaling = b.and_(is_nan, flip(is_quiet));
    k.quiet = is_quiet;
    k.infinite = b.compare(Predicate::IEq, magnitude, inf);
    k.normal = b.compare(Predicate::IUlt, b.sub(magnitude, low), b.sub(inf, low));
    k.subnormal = b.compare(Predicate::IUlt, b.sub(magnitude, one), b.sub(low, one));
    k.zero = b.compare(Predicate::IEq, magnitude, b.zero(t));
    return join(mask, is_negative, k);
  }

  struct Classes {
    Value signaling, quiet, infinite, normal, subnormal, zero;
  };
  Value flip(Value v) { return b.xor_(v, b.integer(TypeId::I1, 1)); }

  // sNaN qNaN -inf -normal -subnormal -0 +0 +subnormal +normal +inf, from bit 0 on.
  Value join(u64 mask, Value is_negative, const Classes& k) {
    Value all;
    auto add = [&](Value v) { all = all ? b.or_(all, v) : v; };
    if (mask & 1) add(k.signaling);
    if (mask & 2) add(k.quiet);
    auto signed_class = [&](u32 below, u32 above, Value v) {
      bool n = mask >> below & 1, p = mask >> above & 1;
      if (n && p) add(v);
      else if (n) add(b.and_(v, is_negative));
      else if (p) add(b.and_(v, flip(is_negative)));
    };
    signed_class(2, 9, k.infinite);
    signed_class(3, 8, k.normal);
    signed_class(4, 7, k.subnormal);
    signed_class(5, 6, k.zero);
    return all;
  }

  // The integer bit is explicit; encodings where it contradicts the exponent count as signaling NaNs.
  Value classify_x87(u64 mask) {
    Value slot = b.alloca_bytes(16, 16);
    b.store(arguments[0], slot, 16);
    Value mantissa = b.load(TypeId::I64, slot, 16), top = b.load(TypeId::I16, b.byte_offset(slot, 8), 8);
    Value is_negative = b.compare(Predicate::ISlt, top, b.same(top, 0));
    Value exponent = b.and_(top, b.same(top, 0x7fff));
    Value max = b.compare(Predicate::IEq, exponent, b.same(top, 0x7fff)), zero = b.compare(Predicate::IEq, exponent, b.same(top, 0));
    Value integer_bit = b.compare(Predicate::ISlt, mantissa, b.word(0));
    Value fraction = b.and_(mantissa, b.word(low_mask(63)));
    Value no_fraction = b.compare(Predicate::IEq, fraction, b.word(0));
    Value special = b.and_(max, integer_bit);
    Classes k;
    k.infinite = b.and_(special, no_fraction);
    k.quiet = b.and_(special, b.compare(Predicate::IUge, fraction, b.word(u64(1) << 62)));
    k.zero = b.and_(zero, b.compare(Predicate::IEq, mantissa, b.word(0)));
    k.subnormal = b.and_(zero, b.compare(Predicate::INe, mantissa, b.word(0)));
    Value inner = flip(b.or_(max, zero));
    k.normal = b.and_(inner, integer_bit);
    Value known = b.or_(b.or_(k.infinite, k.quiet), b.or_(zero, k.normal));
    k.signaling = flip(known);
    return join(mask, is_negative, k);
  }

  // --- Conversions.

  Value convert_saturating() {
    bool is_signed = intrinsic == Intrinsic::FPToSISat;
    Value x = arguments[0];
    if (is_half(own)) x = b.cast(Opcode::FPExt, x, TypeId::Float);
    TypeId from = f.type_of(x);
    u32 bits = f.types.integer_bits(type);
    if (bits > 128) unsupported(f, "a saturating conversion to an integer of more than 128 bits");
    double above = std::ldexp(1.0, static_cast<int>(is_signed ? bits - 1 : bits)); // the first value too large
    Value raw = b.cast(is_signed ? Opcode::FPToSI : Opcode::FPToUI, x, type);
    Value v = b.emit(Opcode::Freeze, type, {&raw, 1});
    Value largest = is_signed ? b.not_(b.sign_bit(type)) : b.all_ones(type);
    // 2^128 is no float: nothing that large but infinity, which is above its largest number.
    bool fits = from != TypeId::Float || above < 0x1p128;
    Value too_large = fits ? b.fcmp(Predicate::OGe, x, b.float_constant(from, above))
                           : b.fcmp(Predicate::OGt, x, b.float_constant(from, 0x1.fffffep127));
    v = b.select(too_large, largest, v);
    if (!is_signed) return b.select(b.fcmp(Predicate::OGe, x, b.zero(from)), v, b.zero(type));
    v = b.select(b.fcmp(Predicate::OLt, x, b.float_constant(from, -above)), b.sign_bit(type), v);
    return b.select(b.fcmp(Predicate::Uno, x, x), b.zero(type), v);
  }

  Value from_half() {
    Value v = b.cast(Opcode::FPExt, b.bitcast(arguments[0], TypeId::Half), TypeId::Float);
    return type == TypeId::Float ? v : b.cast(Opcode::FPExt, v, type);
  }
  Value to_half() { return b.bitcast(b.cast(Opcode::FPTrunc, arguments[0], TypeId::Half), TypeId::I16); }

  Value power() {
    std::string_view name = own == TypeId::Float ? "__powisf2" : own == TypeId::Double ? "__powidf2"
                            : own == TypeId::X86Fp80 ? "__powixf2" : "__powitf2";
    return call_named(b, name, own, {arguments[0], b.sext_or_trunc(arguments[1], TypeId::I32)});
  }

  bool split_exponent(std::vector<Value>& out) {
    Value slot = b.alloca_bytes(4, 4);
    Value fraction = call_named(b, function_name("frexp"), own, {arguments[0], slot});
    TypeId exponent = f.types[type].elements[1];
    out = {fraction, b.sext_or_trunc(b.load(TypeId::I32, slot, 4), exponent)};
    return true;
  }

  // --- Constrained ones: the plain operation. (Exceptions and rounding modes are as the hardware has them, since
  // nothing is folded or moved across calls here.)

  bool is_constrained() const {
    return intrinsic >= Intrinsic::ConstrainedFAdd && intrinsic <= Intrinsic::ConstrainedOther;
  }

  bool constrained(std::vector<Value>& out) {
    static constexpr Opcode plain[] = {Opcode::FAdd, Opcode::FSub, Opcode::FMul, Opcode::FDiv, Opcode::FRem,
                                       Opcode::FPToSI, Opcode::FPToUI, Opcode::SIToFP, Opcode::UIToFP,
                                       Opcode::FPTrunc, Opcode::FPExt};
    u32 which = static_cast<u32>(intrinsic) - static_cast<u32>(Intrinsic::ConstrainedFAdd);
    if (which < 5) return give(out, b.binary(plain[which], arguments[0], arguments[1]));
    if (which < std::size(plain)) return give(out, b.cast(plain[which], arguments[0], type));
    if (intrinsic == Intrinsic::ConstrainedFCmp)
      return give(out, b.fcmp(constrained_predicate(f, id), arguments[0], arguments[1]));
    std::vector<Value> list;
    for (Value v : arguments)
      if (f.type_of(v) != TypeId::Metadata) list.push_back(v);
    if (intrinsic == Intrinsic::ConstrainedFMulAdd) {
      Value product = b.binary(Opcode::FMul, list[0], list[1]);
      return give(out, b.binary(Opcode::FAdd, product, list[2]));
    }
    std::string name(f.global(f.operand(id, 0).index()).name);
    constexpr std::string_view middle = "experimental.constrained.";
    name.erase(name.find(middle), middle.size());
    return give(out, b.call(name, type, list));
  }

  // Selection knows it, of the types that the machine compares. (The compiler library's compares of fp128 signal for
  // the predicates that may.)
  bool signaling_compare(std::vector<Value>& out) {
    if (is_half(own)) return in_float(out);
    if (own != TypeId::Fp128) return false;
    return give(out, b.fcmp(constrained_predicate(f, id), arguments[0], arguments[1]));
  }

  const LegalizeTarget& target;
  Function& f;
  Emitter& b;
  InstId id;
  Intrinsic intrinsic;
  TypeId type, own;
  std::vector<Value> arguments;
};

} // namespace

bool expand_float_intrinsic(Context& c, Emitter& b, InstId id, Intrinsic which, std::vector<Value>& results) {
  switch (which) { // kept ones that are no arithmetic
  case Intrinsic::VaStart: case Intrinsic::VaEnd: case Intrinsic::VaCopy: case Intrinsic::StackSave:
  case Intrinsic::StackRestore: case Intrinsic::Prefetch: return false;
  default: return FloatExpansion(c, b, id, which).run(results);
  }
}

} // namespace lathe::legalize
