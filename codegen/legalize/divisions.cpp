// Division. i8 and i16 are divided as i32. With optimization, a constant divisor becomes a multiplication by its
// inverse scaled to an integer: Granlund and Montgomery, "Division by Invariant Integers using Multiplication" (1994);
// Warren, Hacker's Delight, "Integer Division by Constants". Powers of two are shifts and masks. Gives: legalize.h (15).

#include "codegen/legalize/context.h"

#include <bit>

namespace lathe::legalize {

namespace {

using u128 = unsigned __int128;

struct UnsignedInverse {
  u64 multiplier; // without the bit 2^width that it has if `extra`
  u32 shift;      // after the high word is taken
  bool extra;
};

// floor(n / d) = floor(n * m / 2^(width + shift)) for all n < 2^(width - known_zero), 2 <= d < 2^width, no power of two.
UnsignedInverse unsigned_inverse(u64 d, u32 width, u32 known_zero) {
  u32 l = 64 - static_cast<u32>(std::countl_zero(d - 1)); // ceil(log2 d)
  u128 whole = static_cast<u128>(1) << width;
  // The least and the greatest multiplier that do; as long as both halve to different ones, a shorter one does too.
  u128 rest = (static_cast<u128>(1) << l) - d; // 2^l mod d, as l = ceil(log2 d)
  // m_low = floor(2^(width+l) / d), computed without its bit `width`; m_high the same of 2^(width+l) + 2^(l+known_zero).
  u128 low = whole * rest / d;
  u128 high_rest = rest;
  u128 dividend = whole * high_rest;
  u128 bump = static_cast<u128>(1) << (l + known_zero);
  u128 high = (dividend + bump) / d;
  low += whole;
  high += whole;
  u32 shift = l;
  while (shift > 0 && (low >> 1) < (high >> 1)) {
    low >>= 1;
    high >>= 1;
    --shift;
  }
  return {static_cast<u64>(high & (whole - 1)), shift, high >= whole};
}

struct SignedInverse {
  u64 multiplier; // of `width` bits, signed
  u32 shift;
};

// Hacker's Delight, "Signed Division by Divisors >= 2" and "<= -2"; |d| >= 2 and no power of two.
SignedInverse signed_inverse(i64 d, u32 width) {
  u128 two = static_cast<u128>(1) << (width - 1);
  u128 ad = d < 0 ? -static_cast<u128>(d) : static_cast<u128>(d);
  u128 t = two + (d < 0 ? 1 : 0);
  u128 anc = t - 1 - t % ad; // the largest |n| with remainder |d| - 1
  u32 p = width - 1;
  u128 q1 = two / anc, r1 = two - q1 * anc, q2 = two / ad, r2 = two - q2 * ad, delta;
  do {
    ++p;
    q1 *= 2;
    r1 *= 2;
    if (r1 >= anc) {
      ++q1;
      r1 -= anc;
    }
    q2 *= 2;
    r2 *= 2;
    if (r2 >= ad) {
      ++q2;
      r2 -= ad;
    }
    delta = ad - r2;
  } while (q1 < delta || (q1 == delta && r1 == 0));
  u64 m = static_cast<u64>(q2 + 1);
  return {(d < 0 ? 0 - m : m) & low_mask(width), p - width};
}

class DivisionRewriter {
public:
  explicit DivisionRewriter(Context& c) : context(c), f(c.f), b(c.f), replacements_(c.f) {}

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      InstId next;
      for (InstId id = f.blocks[block].first; id != none; id = next) {
        next = f[id].next;
        Opcode op = f[id].op;
        if (op == Opcode::UDiv || op == Opcode::SDiv || op == Opcode::URem || op == Opcode::SRem) visit(id);
      }
    }
    replacements_.apply();
    for (InstId id : doomed_) f.set_operands(id, {});
    for (InstId id : doomed_) f.remove(id);
  }

private:
  void visit(InstId id) {
    TypeId type = f[id].type;
    if (!f.types.is_integer(type)) return;
    u32 bits = f.types.integer_bits(type);
    Opcode op = f[id].op;
    bool is_signed = op == Opcode::SDiv || op == Opcode::SRem, remainder = op == Opcode::URem || op == Opcode::SRem;
    Value n = f.operand(id, 0), d = f.operand(id, 1);
    u64 divisor = 0;
    bool constant = constant_bits(f, d, divisor);
    bool multiply = constant && divisor != 0 && context.optimize() && !context.has(Attribute::MinSize);
    if (bits >= 32 && !multiply) return;
    b.before_instruction(id);
    u32 own = bits;
    TypeId computed = type;
    if (bits < 32) { // the quotient of two extended values fits, but for -128 / -1, which is undefined
      computed = TypeId::I32;
      Opcode extend = is_signed ? Opcode::SExt : Opcode::ZExt;
      n = b.convert(extend, n, computed);
      d = b.convert(extend, d, computed);
      if (is_signed) divisor = static_cast<u64>(sign_extend(divisor, bits)) & 0xffffffff;
      bits = 32;
    }
    Value r;
    if (multiply) {
      u32 zeros = is_signed || own >= 32 ? 0 : 32 - own;
      Value q = is_signed ? signed_quotient(n, sign_extend(divisor, bits), bits) : unsigned_quotient(n, divisor, bits, zeros);
      r = remainder ? remainder_of(n, q, divisor, is_signed, bits) : q;
    } else {
      r = b.op(op, n, d);
    }
    replacements_.add(instruction_value(id), b.trunc(r, type));
    doomed_.push_back(id);
  }

  Value remainder_of(Value n, Value q, u64 divisor, bool is_signed, u32 bits) {
    if (!is_signed && std::has_single_bit(divisor)) return b.and_(n, b.same(n, divisor - 1));
    u64 magnitude = is_signed && sign_extend(divisor, bits) < 0 ? 0 - divisor : divisor;
    magnitude &= low_mask(bits);
    if (magnitude == 1) return b.same(n, 0);
    if (is_signed && std::has_single_bit(magnitude)) {
      // n - ((n + bias) & -2^k), see signed_quotient.
      Value biased = b.add(n, bias(n, static_cast<u32>(std::countr_zero(magnitude)), bits));
      return b.sub(n, b.and_(biased, b.same(n, 0 - magnitude)));
    }
    return b.sub(n, b.mul(q, b.same(q, divisor)));
  }

  // The high word of n * m.
  Value high_multiply(Value n, u64 m, u32 bits, bool is_signed) {
    Opcode extend = is_signed ? Opcode::SExt : Opcode::ZExt;
    if (bits == 32 && context.target.word_bits >= 64) {
      Value wide = b.convert(extend, n, TypeId::I64);
      u64 factor = is_signed ? static_cast<u64>(sign_extend(m, 32)) : m;
      return b.trunc(b.lshr(b.mul(wide, b.word(factor)), 32), TypeId::I32);
    }
    TypeId twice = f.types.integer(bits * 2);
    Value product = b.binary(Opcode::Mul, b.cast(extend, n, twice), b.cast(extend, b.same(n, m), twice));
    Value shifted = b.binary(Opcode::LShr, product, b.integer(twice, bits));
    return b.cast(Opcode::Trunc, shifted, b.type(n));
  }

  Value unsigned_quotient(Value n, u64 d, u32 bits, u32 known_zero) {
    if (std::has_single_bit(d)) return b.lshr(n, static_cast<u32>(std::countr_zero(d)));
    if (d > low_mask(bits) / 2) return b.zext(b.compare(Predicate::IUge, n, b.same(n, d)), b.type(n));
    UnsignedInverse inverse = unsigned_inverse(d, bits, known_zero);
    if (inverse.extra && d % 2 == 0) {
      // Halving first makes room for the multiplier's last bit.
      u32 k = static_cast<u32>(std::countr_zero(d));
      n = b.lshr(n, k);
      inverse = unsigned_inverse(d >> k, bits, known_zero + k);
    }
    Value high = high_multiply(n, inverse.multiplier, bits, false);
    if (!inverse.extra) return b.lshr(high, inverse.shift);
    // n * (2^bits + m) / 2^bits = n + high, which may not fit: (n - high) / 2 + high is half of it.
    Value half = b.add(b.lshr(b.sub(n, high), 1), high);
    return b.lshr(half, inverse.shift - 1);
  }

  // 2^k - 1 for negative n, else 0: makes an arithmetic shift round towards zero.
  Value bias(Value n, u32 k, u32 bits) { return b.lshr(k == 1 ? n : b.ashr(n, bits - 1), bits - k); }

  Value signed_quotient(Value n, i64 d, u32 bits) {
    u64 magnitude = (d < 0 ? 0 - static_cast<u64>(d) : static_cast<u64>(d)) & low_mask(bits);
    if (magnitude == 1) return d < 0 ? b.neg(n) : n;
    if (std::has_single_bit(magnitude)) {
      u32 k = static_cast<u32>(std::countr_zero(magnitude));
      if (k == bits - 1) return b.zext(b.compare(Predicate::IEq, n, b.same(n, magnitude)), b.type(n));
      Value q = b.ashr(b.add(n, bias(n, k, bits)), k);
      return d < 0 ? b.neg(q) : q;
    }
    SignedInverse inverse = signed_inverse(d, bits);
    Value q = high_multiply(n, inverse.multiplier, bits, true);
    i64 m = sign_extend(inverse.multiplier, bits);
    if (d > 0 && m < 0) q = b.add(q, n);
    if (d < 0 && m > 0) q = b.sub(q, n);
    q = b.ashr(q, inverse.shift);
    return b.add(q, b.lshr(q, bits - 1)); // a negative quotient was rounded down
  }

  Context& context;
  Function& f;
  Emitter b;
  Replacements replacements_;
  std::vector<InstId> doomed_;
};

} // namespace

void legalize_divisions(Context& c) { DivisionRewriter(c).run(); }

} // namespace lathe::legalize
