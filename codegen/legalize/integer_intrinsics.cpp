// Integer intrinsics: kept where the target has an instruction at that width, else built from plain operations of the
// same or a wider width (which may be odd: later passes promote or split it).

#include "codegen/legalize/context.h"

#include <bit>

namespace lathe::legalize {

namespace {

class IntegerExpansion {
public:
  IntegerExpansion(Context& c, Emitter& e, InstId call)
      : target(c.target), f(c.f), b(e), id(call), type(f[call].type) {
    x = f.operand(id, 1);
    if (f[id].operand_count > 2) y = f.operand(id, 2);
    own = f.type_of(x);
    bits = f.types.is_integer(own) ? f.types.integer_bits(own) : 0;
  }

  bool run(Intrinsic which, std::vector<Value>& out) {
    switch (which) {
    case Intrinsic::UAddOverflow:
    case Intrinsic::SAddOverflow:
    case Intrinsic::USubOverflow:
    case Intrinsic::SSubOverflow: return is_legal() ? false : add_overflow(which, out);
    case Intrinsic::UMulOverflow:
    case Intrinsic::SMulOverflow: return is_legal() && bits > 8 ? false : multiply_overflow(which, out);
    case Intrinsic::FunnelLeft:
    case Intrinsic::FunnelRight: return funnel(which == Intrinsic::FunnelLeft, out);
    case Intrinsic::ByteSwap: return give(out, swap_bytes());
    case Intrinsic::CountTrailing:
    case Intrinsic::CountLeading: return give(out, count_zeros(which == Intrinsic::CountLeading));
    case Intrinsic::Popcount: return give(out, count_ones());
    case Intrinsic::BitReverse: return give(out, reverse(x));
    case Intrinsic::UAddSat:
    case Intrinsic::USubSat:
    case Intrinsic::SAddSat:
    case Intrinsic::SSubSat:
    case Intrinsic::UShlSat:
    case Intrinsic::SShlSat: return give(out, saturate(which));
    case Intrinsic::SMax: return give(out, pick(Predicate::ISgt));
    case Intrinsic::SMin: return give(out, pick(Predicate::ISlt));
    case Intrinsic::UMax: return give(out, pick(Predicate::IUgt));
    case Intrinsic::UMin: return give(out, pick(Predicate::IUlt));
    case Intrinsic::Abs: return give(out, b.choose(less_than_zero(x), b.neg(x), x));
    case Intrinsic::UCmp: return give(out, three_way(Predicate::IUgt, Predicate::IUlt));
    case Intrinsic::SCmp: return give(out, three_way(Predicate::ISgt, Predicate::ISlt));
    default: return false;
    }
  }

private:
  bool is_legal() const { return bits == 8 || bits == 16 || bits == 32 || (bits == 64 && target.word_bits == 64); }
  bool is_word() const { return bits == 32 || (bits == 64 && target.word_bits == 64); }
  u32 word_for(u32 width) const { return width <= 32 ? 32 : 64; }
  static bool give(std::vector<Value>& out, Value v) {
    if (v) out.push_back(v);
    return static_cast<bool>(v); // none: the intrinsic stays
  }
  Value less_than_zero(Value v) { return b.compare(Predicate::ISlt, v, b.zero(b.type(v))); }
  Value pick(Predicate p) { return b.choose(b.compare(p, x, y), x, y); }
  Value three_way(Predicate above, Predicate below) {
    return b.sub(b.zext(b.compare(above, x, y), type), b.zext(b.compare(below, x, y), type));
  }

  bool add_overflow(Intrinsic which, std::vector<Value>& out) {
    bool adds = which == Intrinsic::UAddOverflow || which == Intrinsic::SAddOverflow;
    Value r = adds ? b.add(x, y) : b.sub(x, y), overflow;
    if (which == Intrinsic::UAddOverflow) overflow = b.compare(Predicate::IUlt, r, x);
    else if (which == Intrinsic::USubOverflow) overflow = b.compare(Predicate::IUlt, x, y);
    else overflow = signed_overflow(adds, r);
    out = {r, overflow};
    return true;
  }

  // Operands of the same sign (different, for a difference) with a result of the other sign.
  Value signed_overflow(bool adds, Value r) {
    Value second = adds ? b.xor_(y, r) : b.xor_(x, y);
    return less_than_zero(b.and_(b.xor_(x, r), second));
  }

  bool multiply_overflow(Intrinsic which, std::vector<Value>& out) {
    bool is_signed = which == Intrinsic::SMulOverflow;
    TypeId twice = f.types.integer(bits * 2);
    Opcode extend = is_signed ? Opcode::SExt : Opcode::ZExt;
    Value product = b.mul(b.convert(extend, x, twice), b.convert(extend, y, twice));
    Value low = b.trunc(product, own), overflow;
    if (is_signed) overflow = b.compare(Predicate::INe, b.sext(low, twice), product);
    else overflow = b.compare(Predicate::INe, b.lshr(product, bits), b.zero(twice));
    out = {low, overflow};
    return true;
  }

  bool funnel(bool left, std::vector<Value>& out) {
    Value z = f.operand(id, 3);
    u64 amount;
    bool known = constant_bits(f, z, amount);
    if (is_legal() && x == y && target.has_rotate) return false;
    if (is_word() && target.has_funnel_shift) return false;
    if (known) {
      u32 n = static_cast<u32>(amount % bits);
      if (n == 0) return give(out, left ? x : y);
      if (!left) n = bits - n;
      return give(out, b.or_(b.shl(x, n), b.lshr(y, bits - n)));
    }
    // The complement's shift is done in two steps, so that neither reaches the width:
    //   fshl: x << n | (y >> 1) >> (bits - 1 - n)      fshr: (x << 1) << (bits - 1 - n) | y >> n
    Value n = std::has_single_bit(bits) ? b.and_(z, b.same(z, bits - 1)) : b.op(Opcode::URem, z, b.same(z, bits));
    Value rest = b.sub(b.same(z, bits - 1), n);
    if (left) return give(out, b.or_(b.shl(x, n), b.lshr(b.lshr(y, 1), rest)));
    return give(out, b.or_(b.shl(b.shl(x, 1), rest), b.lshr(y, n)));
  }

  // The words of an integer, low first, the last one zero-extended.
  std::vector<Value> words_of(Value v) {
    u32 width = b.bits(v);
    std::vector<Value> words;
    for (u32 at = 0; at < width; at += 64) {
      Value part = b.lshr(v, at);
      words.push_back(b.zext_or_trunc(width - at >= 64 ? part : b.trunc(part, f.types.integer(width - at)), TypeId::I64));
    }
    return words;
  }
  Value from_words(const std::vector<Value>& words, TypeId t) {
    Value all = b.zext_or_trunc(words[0], t);
    for (u32 i = 1; i < words.size(); ++i) all = b.or_(all, b.shl(b.zext(words[i], t), i * 64));
    return all;
  }

  Value swap_bytes() {
    if (is_word() && target.has_byte_swap) return {};
    return swap_bytes(x);
  }
  Value swap_bytes(Value v) {
    u32 width = b.bits(v);
    TypeId t = b.type(v);
    if (width == 8) return v;
    if (width == 16 && target.has_rotate) return call_intrinsic(b, "fshl", t, t, {v, v, b.integer(t, 8)});
    if ((width == 32 || width == 64) && target.has_byte_swap) return call_intrinsic(b, "bswap", t, t, {v});
    if (width > 64) {
      std::vector<Value> words = words_of(v), swapped;
      u32 padding = static_cast<u32>(words.size()) * 64 - width;
      for (size_t i = words.size(); i-- > 0;) swapped.push_back(swap_bytes(words[i]));
      TypeId full = f.types.integer(width + padding);
      return b.trunc(b.lshr(from_words(swapped, full), padding), t);
    }
    if (width == 32 || width == 64 || width == 16) { // no instruction: by halves, quarters, ...
      for (u32 step = 8; step < width; step *= 2) {
        u64 mask = low_mask(width) / ((u64(1) << step) + 1);
        v = b.or_(b.and_(b.lshr(v, step), b.same(v, mask)), b.shl(b.and_(v, b.same(v, mask)), step));
      }
      return v;
    }
    u32 whole = word_for(width);
    return b.trunc(b.lshr(swap_bytes(b.zext(v, f.types.integer(whole))), whole - width), t);
  }

  Value reverse(Value v) {
    u32 width = b.bits(v);
    TypeId t = b.type(v);
    if (width == 1) return v;
    if (width > 64) {
      std::vector<Value> words = words_of(v), reversed;
      u32 padding = static_cast<u32>(words.size()) * 64 - width;
      for (size_t i = words.size(); i-- > 0;) reversed.push_back(reverse(words[i]));
      return b.trunc(b.lshr(from_words(reversed, f.types.integer(width + padding)), padding), t);
    }
    if (width != 32 && width != 64) {
      u32 whole = word_for(width);
      return b.trunc(b.lshr(reverse(b.zext(v, f.types.integer(whole))), whole - width), t);
    }
    v = swap_bytes(v);
    constexpr u64 masks[] = {0x0f0f0f0f0f0f0f0f, 0x3333333333333333, 0x5555555555555555};
    for (u32 i = 0, step = 4; i < 3; ++i, step /= 2) {
      Value mask = b.same(v, masks[i]);
      v = b.or_(b.and_(b.lshr(v, step), mask), b.shl(b.and_(v, mask), step));
    }
    return v;
  }

  Value count_zeros(bool leading) {
    u64 zero_is_poison = 0;
    constant_bits(f, y, zero_is_poison);
    if (is_word() && target.has_count_zeros) return {};
    std::string_view name = leading ? "ctlz" : "cttz";
    if (bits > 64) return wide_count_zeros(leading);
    if (!target.has_count_zeros) return counted_zeros(leading);
    u32 whole = word_for(bits);
    TypeId t = f.types.integer(whole);
    Value v = b.zext(x, t);
    if (leading) {
      Value n = call_intrinsic(b, name, t, t, {v, b.integer(TypeId::I1, zero_is_poison)});
      return b.trunc(b.sub(n, b.same(n, whole - bits)), own);
    }
    if (!zero_is_poison) v = b.or_(v, b.same(v, u64(1) << bits)); // a zero counts `bits`
    return b.trunc(call_intrinsic(b, name, t, t, {v, b.integer(TypeId::I1, 1)}), own);
  }

  // ctlz: smear the highest one downwards, count what is above; cttz: count ones below the lowest one.
  Value counted_zeros(bool leading) {
    u32 whole = word_for(bits);
    TypeId t = f.types.integer(whole);
    Value v = b.zext(x, t);
    if (leading) {
      for (u32 step = 1; step < whole; step *= 2) v = b.or_(v, b.lshr(v, step));
      Value n = call_intrinsic(b, "ctpop", t, t, {b.not_(v)});
      return b.trunc(b.sub(n, b.same(n, whole - bits)), own);
    }
    if (bits < whole) v = b.or_(v, b.same(v, u64(1) << bits));
    Value below = b.and_(b.not_(v), b.sub(v, b.same(v, 1)));
    return b.trunc(call_intrinsic(b, "ctpop", t, t, {below}), own);
  }

  Value wide_count_zeros(bool leading) {
    Value v = x;
    u32 padding = (64 - bits % 64) % 64;
    TypeId full = f.types.integer(bits + padding);
    v = b.zext(v, full);
    if (!leading && padding) {
      std::vector<u64> mark((bits + padding) / 64);
      mark[bits / 64] = u64(1) << bits % 64;
      v = b.or_(v, b.wide(full, mark));
    }
    std::vector<Value> words = words_of(v);
    std::string_view name = leading ? "ctlz" : "cttz";
    Value none_poison = b.integer(TypeId::I1, 0);
    // From the last word to be asked to the first.
    Value total;
    for (size_t k = 0; k < words.size(); ++k) {
      size_t i = leading ? k : words.size() - 1 - k;
      Value word = words[i];
      u32 skipped = static_cast<u32>(words.size() - 1 - k) * 64;
      Value n = b.add(call_intrinsic(b, name, TypeId::I64, TypeId::I64, {word, none_poison}), b.word(skipped));
      total = k == 0 ? n : b.choose(b.compare(Predicate::INe, word, b.word(0)), n, total);
    }
    if (leading) total = b.sub(total, b.word(padding));
    return b.zext(total, own);
  }

  Value count_ones() {
    if (is_word() && target.has_popcount) return {};
    if (bits > 64) {
      Value sum = b.word(0);
      for (Value w : words_of(x)) sum = b.add(sum, call_intrinsic(b, "ctpop", TypeId::I64, TypeId::I64, {w}));
      return b.zext(sum, own);
    }
    u32 whole = word_for(bits);
    TypeId t = f.types.integer(whole);
    Value v = b.zext(x, t);
    if (target.has_popcount) return b.trunc(call_intrinsic(b, "ctpop", t, t, {v}), own);
    // Sums of neighbours: 2, 4, 8 bits, then all bytes at once by a multiplication (Hacker's Delight, "Counting Bits").
    Value m1 = b.same(v, 0x5555555555555555), m2 = b.same(v, 0x3333333333333333), m4 = b.same(v, 0x0f0f0f0f0f0f0f0f);
    v = b.sub(v, b.and_(b.lshr(v, 1), m1));
    v = b.add(b.and_(v, m2), b.and_(b.lshr(v, 2), m2));
    v = b.and_(b.add(v, b.lshr(v, 4)), m4);
    v = b.lshr(b.mul(v, b.same(v, 0x0101010101010101)), whole - 8);
    return b.trunc(v, own);
  }

  Value saturate(Intrinsic which) {
    switch (which) {
    case Intrinsic::UAddSat: {
      Value r = b.add(x, y);
      return b.choose(b.compare(Predicate::IUlt, r, x), b.all_ones(own), r);
    }
    case Intrinsic::USubSat: return b.choose(b.compare(Predicate::IUgt, x, y), b.sub(x, y), b.zero(own));
    case Intrinsic::SAddSat:
    case Intrinsic::SSubSat: {
      bool adds = which == Intrinsic::SAddSat;
      Value r = adds ? b.add(x, y) : b.sub(x, y);
      Value limit = b.xor_(b.ashr(r, bits - 1), b.sign_bit(own)); // the result wrapped to the other sign
      return b.choose(signed_overflow(adds, r), limit, r);
    }
    case Intrinsic::UShlSat: {
      Value r = b.shl(x, y);
      return b.choose(b.compare(Predicate::INe, b.lshr(r, y), x), b.all_ones(own), r);
    }
    default: {
      Value r = b.shl(x, y);
      Value limit = b.xor_(b.ashr(x, bits - 1), b.not_(b.sign_bit(own))); // of x's sign
      return b.choose(b.compare(Predicate::INe, b.ashr(r, y), x), limit, r);
    }
    }
  }

  const LegalizeTarget& target;
  Function& f;
  Emitter& b;
  InstId id;
  TypeId type, own = TypeId::Void;
  Value x, y;
  u32 bits = 0;
};

} // namespace

bool expand_integer_intrinsic(Context& c, Emitter& b, InstId id, Intrinsic which, std::vector<Value>& results) {
  if (c.f[id].operand_count < 2) return false;
  return IntegerExpansion(c, b, id).run(which, results);
}

} // namespace lathe::legalize
