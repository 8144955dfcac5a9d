// Integers wider than a word become words, low first. Of a width that is no multiple, the bits of the last word
// above it are anything; they are cleared or sign-filled where an operation looks at them. Gives: legalize.h (3), (4).
// Division of up to 128 bits and conversions are the compiler library's (libgcc).

#include "codegen/legalize/parts.h"
#include "codegen/legalize/wide_math.h"

#include <algorithm>
#include <bit>

namespace lathe::legalize {

namespace {

class WideIntRewriter : public PartsRewriter {
public:
  explicit WideIntRewriter(Context& c) : PartsRewriter(c), math(c, b) {}
  using PartsRewriter::is_split;

protected:
  bool is_split(TypeId t) const override { return is_wide(f.types, t); }
  u32 width_of(TypeId t) const { return f.types.integer_bits(t); }
  u32 words_in(TypeId t) const { return (width_of(t) + 63) / 64; }

  void part_types(TypeId t, std::vector<TypeId>& out) override { out.assign(words_in(t), TypeId::I64); }

  void split_constant(Value v, std::vector<Value>& parts) override {
    const Constant c = f.constants[v.index()];
    u32 count = words_in(c.type);
    if (c.kind == ConstantKind::Undef) parts.assign(count, b.undef(TypeId::I64));
    else if (c.kind == ConstantKind::Poison) parts.assign(count, b.poison(TypeId::I64));
    else
      for (u32 i = 0; i < count; ++i) parts.push_back(b.word(constant_word(c, i)));
  }

  void check_border(TypeId t) {
    if (width_of(t) > 128) unsupported(f, "passing or returning a value of type '" + type_text(f, t) + "'");
  }

  void split_border(Value v, std::vector<Value>& parts) override {
    check_border(f.type_of(v));
    Value whole = b.zext(v, TypeId::I128);
    parts = {b.cast(Opcode::Trunc, whole, TypeId::I64), math.high_word(whole)};
  }

  Value join(TypeId t, std::span<const Value> parts) override {
    check_border(t);
    u64 lo, hi;
    if (constant_bits(f, parts[0], lo) && constant_bits(f, parts[1], hi)) {
      u64 words[] = {lo, hi};
      return b.wide(t, words);
    }
    Value low = b.cast(Opcode::ZExt, parts[0], TypeId::I128);
    Value high = b.binary(Opcode::Shl, b.cast(Opcode::ZExt, parts[1], TypeId::I128), b.integer(TypeId::I128, 64));
    return b.trunc(b.binary(Opcode::Or, low, high), t);
  }

  bool expand(InstId id) override {
    Opcode op = f[id].op;
    bool split = is_split(f[id].type);
    switch (op) {
    case Opcode::And:
    case Opcode::Or:
    case Opcode::Xor: return split && logic(id);
    case Opcode::Add:
    case Opcode::Sub: return split && keep(id, math.add(words(id, 0), words(id, 1), op == Opcode::Sub));
    case Opcode::Mul: return split && multiply(id);
    case Opcode::Shl:
    case Opcode::LShr:
    case Opcode::AShr: return split && shift(id);
    case Opcode::UDiv:
    case Opcode::SDiv:
    case Opcode::URem:
    case Opcode::SRem: return split && divide(id);
    case Opcode::ICmp: return is_split(f.operand(id, 0)) && compare(id);
    case Opcode::Trunc: return is_split(f.operand(id, 0)) && truncate(id);
    case Opcode::ZExt:
    case Opcode::SExt: return split && extend(id);
    case Opcode::BitCast: return (split || is_split(f.operand(id, 0))) && bitcast(id);
    case Opcode::PtrToInt:
    case Opcode::PtrToAddr: {
      if (!split) return false;
      std::vector<Value> parts(words_in(f[id].type), b.word(0));
      parts[0] = b.cast(op, f.operand(id, 0), TypeId::I64);
      return keep(id, parts);
    }
    case Opcode::IntToPtr:
      if (!is_split(f.operand(id, 0))) return false;
      replace(id, b.cast(op, part(f.operand(id, 0), 0), f[id].type));
      return true;
    case Opcode::SIToFP:
    case Opcode::UIToFP: return is_split(f.operand(id, 0)) && to_float(id);
    case Opcode::FPToSI:
    case Opcode::FPToUI: return split && from_float(id);
    case Opcode::Load: return split && load(id);
    case Opcode::Store: return is_split(f.operand(id, 0)) && store(id);
    case Opcode::CmpXchg:
    case Opcode::AtomicRmw:
      if (!is_split(f.operand(id, 1))) return false;
      join_operands(id, 1);
      if (split) split_result(id);
      return true;
    case Opcode::VAArg:
      if (split) split_result(id);
      return split;
    default: return false;
    }
  }

private:
  using Words = WideMath::Words;
  std::vector<Value> words(InstId id, u32 operand) { return copy_parts(f.operand(id, operand)); }
  bool keep(InstId id, std::span<const Value> parts) {
    set_parts(id, parts);
    return true;
  }

  // Words with the bits above the width cleared, or sign-filled.
  std::vector<Value> cleared(Value v) {
    std::vector<Value> w = copy_parts(v);
    if (u32 top = width_of(f.type_of(v)) % 64) w.back() = b.and_(w.back(), b.word(low_mask(top)));
    return w;
  }
  std::vector<Value> filled(Value v) {
    std::vector<Value> w = copy_parts(v);
    if (u32 top = width_of(f.type_of(v)) % 64) w.back() = b.ashr(b.shl(w.back(), 64 - top), 64 - top);
    return w;
  }

  bool logic(InstId id) {
    std::vector<Value> x = words(id, 0), y = words(id, 1);
    for (size_t i = 0; i < x.size(); ++i) x[i] = b.op(f[id].op, x[i], y[i]);
    return keep(id, x);
  }

  // The word that `v` is the sign extension of.
  bool is_sign_extended_word(Value v, Value& word) {
    if (!v.is_instruction() || f[v.index()].op != Opcode::SExt) return false;
    Value source = f.operand(v.index(), 0);
    if (is_split(source)) return false;
    word = part(v, 0);
    return true;
  }

  bool multiply(InstId id) {
    Value x, y;
    if (words_in(f[id].type) == 2 && is_sign_extended_word(f.operand(id, 0), x) &&
        is_sign_extended_word(f.operand(id, 1), y))
      return keep(id, math.wide_multiply(x, y, true));
    return keep(id, math.multiply(words(id, 0), words(id, 1)));
  }

  bool shift(InstId id) {
    Opcode op = f[id].op;
    Value x = f.operand(id, 0);
    std::vector<Value> w = op == Opcode::Shl ? copy_parts(x) : op == Opcode::LShr ? cleared(x) : filled(x);
    std::vector<Value> amount = cleared(f.operand(id, 1));
    u64 n;
    if (constant_bits(f, amount[0], n)) return keep(id, math.shift(op, w, static_cast<u32>(std::min<u64>(n, w.size() * 64))));
    return keep(id, math.shift(op, w, amount[0]));
  }

  bool divide(InstId id) {
    Opcode op = f[id].op;
    bool is_signed = op == Opcode::SDiv || op == Opcode::SRem, remainder = op == Opcode::URem || op == Opcode::SRem;
    Value x = f.operand(id, 0), y = f.operand(id, 1);
    std::vector<Value> n = is_signed ? filled(x) : cleared(x), d = is_signed ? filled(y) : cleared(y);
    u32 power;
    if (!is_signed && is_power_of_two(d, power)) {
      if (!remainder) return keep(id, math.shift(Opcode::LShr, n, power));
      for (u32 i = 0; i < n.size(); ++i) {
        u32 from = i * 64;
        n[i] = power <= from ? b.word(0) : power >= from + 64 ? n[i] : b.and_(n[i], b.word(low_mask(power - from)));
      }
      return keep(id, n);
    }
    if (n.size() > 2) return keep(id, math.long_divide(id, n, d, is_signed, remainder));
    std::string_view name = is_signed ? (remainder ? "__modti3" : "__divti3") : (remainder ? "__umodti3" : "__udivti3");
    Value left = join(TypeId::I128, n), right = join(TypeId::I128, d);
    std::vector<Value> parts;
    split_border(call_named(b, name, TypeId::I128, {left, right}), parts);
    return keep(id, parts);
  }

  bool is_power_of_two(std::span<const Value> w, u32& power) const {
    bool found = false;
    for (u32 i = 0; i < w.size(); ++i) {
      u64 bits;
      if (!constant_bits(f, w[i], bits)) return false;
      if (bits == 0) continue;
      if (found || !std::has_single_bit(bits)) return false;
      found = true;
      power = i * 64 + static_cast<u32>(std::countr_zero(bits));
    }
    return found;
  }

  bool compare(InstId id) {
    auto p = static_cast<Predicate>(f[id].sub);
    bool is_signed = p >= Predicate::ISgt;
    Value x = f.operand(id, 0), y = f.operand(id, 1);
    replace(id, math.compare(p, is_signed ? filled(x) : cleared(x), is_signed ? filled(y) : cleared(y)));
    return true;
  }

  bool truncate(InstId id) {
    TypeId to = f[id].type;
    std::vector<Value> w = words(id, 0);
    if (is_split(to)) return keep(id, {w.data(), words_in(to)});
    replace(id, b.trunc(w[0], to));
    return true;
  }

  bool extend(InstId id) {
    bool is_signed = f[id].op == Opcode::SExt;
    Value v = f.operand(id, 0);
    std::vector<Value> w;
    if (is_split(v)) w = is_signed ? filled(v) : cleared(v);
    else w = {is_signed ? b.sext(v, TypeId::I64) : b.zext(v, TypeId::I64)};
    u32 count = words_in(f[id].type);
    if (w.size() < count) {
      Value fill = is_signed ? b.ashr(w.back(), 63) : b.word(0);
      w.resize(count, fill);
    }
    return keep(id, w);
  }

  bool bitcast(InstId id) {
    Value from = f.operand(id, 0);
    TypeId to = f[id].type;
    if (to == f.type_of(from)) return keep(id, words(id, 0));
    Value slot = b.alloca_bytes(32, 16);
    if (is_split(from)) {
      store_words(copy_parts(from), width_of(f.type_of(from)), slot, 4, 0);
      replace(id, b.load(to, slot, 16));
      return true;
    }
    b.store(from, slot, 16);
    return keep(id, load_words(width_of(to), slot, 4, 0));
  }

  // --- Conversions: __floattisf, __floatuntidf, __fixxfti, __fixunstfti, ...

  static std::string_view mode_of(TypeId t) {
    return t == TypeId::Float ? "sf" : t == TypeId::Double ? "df" : t == TypeId::X86Fp80 ? "xf" : "tf";
  }

  bool to_float(InstId id) {
    bool is_signed = f[id].op == Opcode::SIToFP;
    Value v = f.operand(id, 0);
    TypeId result = f[id].type, computed = is_half(result) ? TypeId::Float : result;
    if (width_of(f.type_of(v)) > 128) {
      Value r = wide_to_float(v, is_signed, computed);
      replace(id, computed == result ? r : b.cast(Opcode::FPTrunc, r, result));
      return true;
    }
    Value whole = join(TypeId::I128, is_signed ? filled(v) : cleared(v));
    std::string name = is_signed ? "__floatti" : "__floatunti";
    name += mode_of(computed);
    Value r = call_named(b, name, computed, {whole});
    replace(id, computed == result ? r : b.cast(Opcode::FPTrunc, r, result));
    return true;
  }

  bool from_float(InstId id) {
    Value v = f.operand(id, 0);
    if (is_half(f.type_of(v))) v = b.cast(Opcode::FPExt, v, TypeId::Float);
    if (width_of(f[id].type) > 128) return keep(id, float_to_wide(v, f[id].type, f[id].op == Opcode::FPToSI));
    std::string name = f[id].op == Opcode::FPToSI ? "__fix" : "__fixuns";
    name += mode_of(f.type_of(v));
    name += "ti";
    std::vector<Value> parts;
    split_border(call_named(b, name, TypeId::I128, {v}), parts);
    return keep(id, parts);
  }

  // --- Conversions of more than 128 bits, by those of 127 that the library has. There is always room for what a
  // float holds; a last bit that says whether anything was cut off below lets the library round rightly.

  static constexpr u32 kept_bits = 127;

  Words negate_words(const Words& w) { return math.add(Words(w.size(), b.word(0)), w, true); }
  Words choose_words(Value condition, const Words& x, const Words& y) {
    Words out;
    for (size_t i = 0; i < x.size(); ++i) out.push_back(b.choose(condition, x[i], y[i]));
    return out;
  }

  // The bits of the highest word that is not 0, counted from the bottom of all words.
  Value length_of(const Words& w) {
    Value length = b.word(0);
    for (size_t i = 0; i < w.size(); ++i) {
      Value zeros = call_intrinsic(b, "ctlz", TypeId::I64, TypeId::I64, {w[i], b.integer(TypeId::I1, 0)});
      Value here = b.sub(b.word(64 * (i + 1)), zeros);
      length = b.choose(b.compare(Predicate::INe, w[i], b.word(0)), here, length);
    }
    return length;
  }

  // x * 2^n or x * 2^-n, by factors that a double can be; `most` is what n can reach. Each product is exact.
  Value scale(Value x, Value n, bool up, u32 most) {
    constexpr u64 bias = 1023, largest = 1022;
    TypeId type = f.type_of(x);
    u32 reach = type == TypeId::X86Fp80 || type == TypeId::Fp128 ? 16384u + 128 : 1023u + 128;
    if (type == TypeId::Float) reach = 128; // beyond it all is infinite; a factor of float must not be
    most = std::min(most, reach);
    u64 step = type == TypeId::Float ? 127 : largest;
    n = minimum(n, most);
    for (u64 done = 0; done < most; done += step) {
      Value some = minimum(n, step);
      n = b.sub(n, some);
      Value exponent = up ? b.add(b.word(bias), some) : b.sub(b.word(bias), some);
      Value factor = b.bitcast(b.shl(exponent, 52), TypeId::Double);
      if (type == TypeId::Float) factor = b.cast(Opcode::FPTrunc, factor, type);
      else if (type != TypeId::Double) factor = b.cast(Opcode::FPExt, factor, type);
      x = b.binary(Opcode::FMul, x, factor);
    }
    return x;
  }
  Value minimum(Value n, u64 most) { return b.choose(b.compare(Predicate::IUlt, n, b.word(most)), n, b.word(most)); }

  Value wide_to_float(Value v, bool is_signed, TypeId type) {
    Words w = is_signed ? filled(v) : cleared(v);
    Value negative;
    if (is_signed) {
      negative = b.compare(Predicate::ISlt, w.back(), b.word(0));
      w = choose_words(negative, negate_words(w), w);
    }
    Value length = length_of(w);
    Value over = b.choose(b.compare(Predicate::IUgt, length, b.word(kept_bits)), b.sub(length, b.word(kept_bits)), b.word(0));
    Words kept = math.shift(Opcode::LShr, w, over);
    Words back = math.shift(Opcode::Shl, kept, over);
    Value lost = b.not_(math.compare(Predicate::IEq, back, w));
    Value words[] = {b.or_(kept[0], b.zext(lost, TypeId::I64)), kept[1]};
    Value r = call_named(b, "__floatunti" + std::string(mode_of(type)), type, {join(TypeId::I128, words)});
    r = scale(r, over, true, width_of(f.type_of(v)) - kept_bits);
    return is_signed ? b.choose(negative, b.emit(Opcode::FNeg, type, {&r, 1}), r) : r;
  }

  // Truncation: what is too large for the library is made smaller by a power of two first, which cuts nothing off.
  Words float_to_wide(Value v, TypeId to, bool is_signed) {
    if (f.type_of(v) == TypeId::Float) v = b.cast(Opcode::FPExt, v, TypeId::Double);
    TypeId type = f.type_of(v);
    Value negative = b.fcmp(Predicate::OLt, v, b.cast(Opcode::SIToFP, b.integer(TypeId::I32, 0), type));
    Value size = b.choose(negative, b.emit(Opcode::FNeg, type, {&v, 1}), v);
    Value exponent = b.sub(exponent_field(size), b.word(type == TypeId::Double ? 1023 : 16383));
    constexpr u64 fits = kept_bits - 1;
    Value over = b.choose(b.compare(Predicate::ISgt, exponent, b.word(fits)), b.sub(exponent, b.word(fits)), b.word(0));
    u32 most = width_of(to) - static_cast<u32>(fits);
    over = minimum(over, most);
    size = scale(size, over, false, most);
    std::vector<Value> parts;
    split_border(call_named(b, "__fixuns" + std::string(mode_of(type)) + "ti", TypeId::I128, {size}), parts);
    parts.resize(words_in(to), b.word(0));
    Words whole = math.shift(Opcode::Shl, parts, over);
    return is_signed ? choose_words(negative, negate_words(whole), whole) : whole;
  }

  Value exponent_field(Value v) {
    TypeId type = f.type_of(v);
    if (type == TypeId::Double) return b.and_(b.lshr(b.bitcast(v, TypeId::I64), 52), b.word(0x7ff));
    Value slot = b.alloca_bytes(16, 16);
    b.store(v, slot, 16);
    Value top = b.load(TypeId::I16, b.byte_offset(slot, type == TypeId::X86Fp80 ? 8 : 14), 2);
    return b.and_(b.zext(top, TypeId::I64), b.word(0x7fff));
  }

  // --- Memory: words, the rest of the store size as 4, 2, 1 bytes; bits above the width are zero there.

  static u32 align_at(u32 log2, u64 offset) {
    u64 align = u64(1) << std::min<u32>(log2, 31);
    return static_cast<u32>(offset ? std::min(align, offset & (~offset + 1)) : align);
  }

  std::vector<Value> load_words(u32 width, Value pointer, u32 log2, u16 flags) {
    u32 bytes = (width + 7) / 8;
    std::vector<Value> out;
    for (u32 word = 0; word < bytes; word += 8) {
      Value all;
      for (u32 at = word, end = std::min(bytes, word + 8); at < end;) {
        u32 size = std::bit_floor(end - at);
        Value v = b.load(f.types.integer(size * 8), b.byte_offset(pointer, at), align_at(log2, at), flags);
        v = b.shl(b.zext(v, TypeId::I64), (at - word) * 8);
        all = all ? b.or_(all, v) : v;
        at += size;
      }
      out.push_back(all);
    }
    return out;
  }

  void store_words(std::span<const Value> w, u32 width, Value pointer, u32 log2, u16 flags) {
    u32 bytes = (width + 7) / 8;
    for (u32 at = 0; at < bytes;) {
      u32 size = std::min(8u, std::bit_floor(bytes - at));
      if (at % 8 + size > 8) size = 8 - at % 8;
      Value v = b.trunc(b.lshr(w[at / 8], at % 8 * 8), f.types.integer(size * 8));
      b.store(v, b.byte_offset(pointer, at), align_at(log2, at), flags);
      at += size;
    }
  }

  bool load(InstId id) {
    const Instruction i = f[id];
    if (i.sub) unsupported(f, "an atomic load of type '" + type_text(f, i.type) + "'");
    return keep(id, load_words(width_of(i.type), f.operand(id, 0), i.align_log2, i.flags));
  }

  bool store(InstId id) {
    const Instruction i = f[id];
    Value v = f.operand(id, 0), pointer = f.operand(id, 1);
    if (i.sub) unsupported(f, "an atomic store of type '" + type_text(f, f.type_of(v)) + "'");
    u32 width = width_of(f.type_of(v));
    store_words(width % 8 ? cleared(v) : copy_parts(v), width, pointer, i.align_log2, i.flags);
    drop(id);
    return true;
  }

  WideMath math;
};

} // namespace

void legalize_wide_ints(Context& c) { WideIntRewriter(c).run(); }

} // namespace lathe::legalize
