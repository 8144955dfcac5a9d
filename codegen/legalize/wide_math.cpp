#include "codegen/legalize/wide_math.h"

#include <algorithm>
#include <bit>

namespace lathe::legalize {

namespace {

bool is_zero(const Function& f, Value v) {
  u64 bits;
  return constant_bits(f, v, bits) && bits == 0;
}

} // namespace

// The order of instructions is a contract with selection, legalize.h (4):
//   %p = call {i64, i1} @llvm.uadd.with.overflow.i64(x0, y0)
//   %r0 = extractvalue %p, 0
//   %c = extractvalue %p, 1
//   %s = add x1, y1
//   %z = zext i1 %c to i64
//   %r1 = add %s, %z
Value WideMath::add_word(Value x, Value y, bool subtract, Value carry, Value* out) {
  Opcode op = subtract ? Opcode::Sub : Opcode::Add;
  bool has_carry = carry && !is_zero(f, carry);
  if (!out) {
    Value sum = b.op(op, x, y);
    return has_carry ? b.op(op, sum, b.zext(carry, TypeId::I64)) : sum;
  }
  TypeId fields[] = {TypeId::I64, TypeId::I1};
  TypeId pair = f.types.literal_struct(fields);
  std::string_view name = subtract ? "usub.with.overflow" : "uadd.with.overflow";
  auto checked = [&](Value left, Value right, Value& overflow) {
    if (is_zero(f, right)) {
      overflow = b.integer(TypeId::I1, 0);
      return left;
    }
    Value made = call_intrinsic(b, name, pair, TypeId::I64, {left, right});
    u32 zero = 0, one = 1;
    Value result = b.extract_value(made, {&zero, 1});
    overflow = b.extract_value(made, {&one, 1});
    return result;
  };
  Value first, second;
  Value sum = checked(x, y, first);
  *out = first;
  if (!has_carry) return sum;
  sum = checked(sum, b.zext(carry, TypeId::I64), second);
  *out = b.or_(first, second);
  return sum;
}

WideMath::Words WideMath::add(const Words& x, const Words& y, bool subtract) {
  Words r;
  Value carry;
  for (size_t i = 0; i < x.size(); ++i) {
    Value out;
    r.push_back(add_word(x[i], y[i], subtract, carry, i + 1 < x.size() ? &out : nullptr));
    carry = out;
  }
  return r;
}

Value WideMath::high_word(Value wide) {
  Value shifted = b.binary(Opcode::LShr, wide, b.integer(TypeId::I128, 64));
  return b.cast(Opcode::Trunc, shifted, TypeId::I64);
}

WideMath::Words WideMath::wide_multiply(Value x, Value y, bool is_signed) {
  Opcode extend = is_signed ? Opcode::SExt : Opcode::ZExt;
  Value left = b.cast(extend, x, TypeId::I128), right = b.cast(extend, y, TypeId::I128);
  Value product = b.binary(Opcode::Mul, left, right);
  Value low = b.cast(Opcode::Trunc, product, TypeId::I64);
  return {low, high_word(product)};
}

WideMath::Words WideMath::multiply(const Words& x, const Words& y) {
  size_t count = x.size();
  Words r(count, b.word(0));
  for (size_t i = 0; i < count; ++i) {
    if (is_zero(f, x[i])) continue;
    Value carry = b.word(0);
    for (size_t j = 0; i + j < count; ++j) {
      size_t k = i + j;
      bool last = k + 1 == count;
      Words product{b.word(0), b.word(0)};
      if (!is_zero(f, y[j])) {
        if (last) product[0] = b.mul(x[i], y[j]);
        else product = wide_multiply(x[i], y[j], false);
      }
      if (last) {
        r[k] = b.add(b.add(r[k], product[0]), carry);
        break;
      }
      Value c1, c2;
      Value sum = add_word(product[0], r[k], false, {}, &c1);
      sum = add_word(sum, carry, false, {}, &c2);
      r[k] = sum;
      carry = b.add(b.add(product[1], b.zext(c1, TypeId::I64)), b.zext(c2, TypeId::I64));
    }
  }
  return r;
}

WideMath::Words WideMath::shift(Opcode op, const Words& w, u32 amount) {
  u32 count = static_cast<u32>(w.size()), skip = amount / 64, n = amount % 64;
  bool left = op == Opcode::Shl;
  Value fill = op == Opcode::AShr ? b.ashr(w.back(), 63) : b.word(0);
  Words r(count, fill);
  auto at = [&](i64 i) { return i < 0 ? b.word(0) : i >= static_cast<i64>(count) ? fill : w[static_cast<size_t>(i)]; };
  for (u32 i = 0; i < count; ++i) {
    i64 from = left ? static_cast<i64>(i) - skip : static_cast<i64>(i) + skip;
    if (n == 0) r[i] = at(from);
    else if (left) r[i] = b.or_(b.shl(at(from), n), b.lshr(at(from - 1), 64 - n));
    else if (from == static_cast<i64>(count) - 1 && op == Opcode::AShr) r[i] = b.ashr(at(from), n);
    else if (from < static_cast<i64>(count)) r[i] = b.or_(b.lshr(at(from), n), b.shl(at(from + 1), 64 - n));
  }
  return r;
}

// (high:low) shifted by amount & 63: the word that gets bits of both.
Value WideMath::funnel(bool left, Value high, Value low, Value amount) {
  if (context.target.has_funnel_shift)
    return call_intrinsic(b, left ? "fshl" : "fshr", TypeId::I64, TypeId::I64, {high, low, amount});
  Value rest = b.xor_(amount, b.word(63));
  if (left) return b.or_(b.shl(high, amount), b.lshr(b.lshr(low, 1), rest));
  return b.or_(b.shl(b.shl(high, 1), rest), b.lshr(low, amount));
}

// First by the amount's lower six bits inside and between neighbours, then by whole words: 1, 2, 4, ... as the other
// bits say.
WideMath::Words WideMath::shift(Opcode op, const Words& w, Value amount) {
  size_t count = w.size();
  bool left = op == Opcode::Shl;
  Value n = b.and_(amount, b.word(63));
  Value fill = op == Opcode::AShr ? b.ashr(w.back(), 63) : b.word(0);
  Words r(count);
  for (size_t i = 0; i < count; ++i) {
    if (left) r[i] = i == 0 ? b.shl(w[0], n) : funnel(true, w[i], w[i - 1], n);
    else r[i] = i + 1 == count ? b.op(op, w[i], n) : funnel(false, w[i + 1], w[i], n);
  }
  for (size_t step = 1; step < count; step *= 2) {
    Value on = b.compare(Predicate::INe, b.and_(amount, b.word(64 * step)), b.word(0));
    Words next(count);
    for (size_t i = 0; i < count; ++i) {
      Value moved = left ? (i >= step ? r[i - step] : fill) : (i + step < count ? r[i + step] : fill);
      next[i] = b.choose(on, moved, r[i]);
    }
    r = next;
  }
  return r;
}

Value WideMath::compare(Predicate p, const Words& x, const Words& y) {
  if (p == Predicate::IEq || p == Predicate::INe) {
    Value all;
    for (size_t i = 0; i < x.size(); ++i) {
      Value d = b.xor_(x[i], y[i]);
      all = all ? b.or_(all, d) : d;
    }
    return b.compare(p, all, b.word(0));
  }
  bool y_zero = true, y_ones = true;
  for (Value v : y) {
    u64 bits = 0;
    bool known = constant_bits(f, v, bits);
    y_zero &= known && bits == 0;
    y_ones &= known && bits == ~u64(0);
  }
  // Only the sign is asked.
  if ((y_zero && (p == Predicate::ISlt || p == Predicate::ISge)) || (y_ones && (p == Predicate::ISgt || p == Predicate::ISle)))
    return b.compare(p, x.back(), y.back());
  // The highest words that differ decide; lower words compare without sign.
  auto unsigned_form = [](Predicate q) {
    return q >= Predicate::ISgt ? static_cast<Predicate>(static_cast<u8>(q) - 4) : q;
  };
  Value r = b.compare(unsigned_form(p), x[0], y[0]);
  for (size_t i = 1; i < x.size(); ++i) {
    bool top = i + 1 == x.size();
    Value decided = b.compare(top ? p : unsigned_form(p), x[i], y[i]);
    r = b.choose(b.compare(Predicate::IEq, x[i], y[i]), r, decided);
  }
  return r;
}

WideMath::Words WideMath::negate_if(const Words& w, Value condition) {
  Words negative = add(Words(w.size(), b.word(0)), w, true), r;
  for (size_t i = 0; i < w.size(); ++i) r.push_back(b.choose(condition, negative[i], w[i]));
  return r;
}

// Restoring division: bit by bit from the top, the remainder is shifted up by one, and where it reaches the divisor
// the divisor is taken from it. Quotient bits come in where the dividend's go out.
//
//   before: n, d                                  loop: i, rem, quo (phis)
//           br loop                                     (rem:quo) <<= 1
//                                                       if rem >= d or a bit was lost: rem -= d, quo |= 1
//                                                       br i + 1 < bits, loop, after
WideMath::Words WideMath::long_divide(InstId at, Words n, Words d, bool is_signed, bool remainder) {
  size_t count = n.size();
  Value n_negative, d_negative;
  b.before_instruction(at);
  if (is_signed) {
    n_negative = b.compare(Predicate::ISlt, n.back(), b.word(0));
    d_negative = b.compare(Predicate::ISlt, d.back(), b.word(0));
    n = negate_if(n, n_negative);
    d = negate_if(d, d_negative);
  }
  Value zero = b.word(0);
  Value mark = b.emit(Opcode::Freeze, TypeId::I64, {&zero, 1}); // something to split behind
  BlockId before = f[at].block, after = f.split_block(mark.index()), loop = f.insert_block_after(before);
  b.at_end(before);
  b.br(loop);

  b.at_end(loop);
  auto phi = [&] { return b.emit(Opcode::Phi, TypeId::I64, {}); };
  Value counter = phi();
  Words rem, quo;
  for (size_t i = 0; i < count; ++i) rem.push_back(phi());
  for (size_t i = 0; i < count; ++i) quo.push_back(phi());
  Words both = quo;
  both.insert(both.end(), rem.begin(), rem.end());
  Value lost = b.compare(Predicate::ISlt, rem.back(), b.word(0));
  Words shifted = shift(Opcode::Shl, both, 1u);
  Words high(shifted.begin() + static_cast<i64>(count), shifted.end());
  Words low(shifted.begin(), shifted.begin() + static_cast<i64>(count));
  Value fits = b.or_(lost, compare(Predicate::IUge, high, d));
  Words less = add(high, d, true);
  Words next_rem, next_quo = low;
  for (size_t i = 0; i < count; ++i) next_rem.push_back(b.choose(fits, less[i], high[i]));
  next_quo[0] = b.or_(low[0], b.zext(fits, TypeId::I64));
  Value next = b.add(counter, b.word(1));
  b.br(b.compare(Predicate::IUlt, next, b.word(count * 64)), loop, after);

  auto set = [&](Value phi_value, Value start, Value again) {
    Value operands[] = {start, block_value(before), again, block_value(loop)};
    f.set_operands(phi_value.index(), operands);
  };
  set(counter, b.word(0), next);
  for (size_t i = 0; i < count; ++i) {
    set(rem[i], b.word(0), next_rem[i]);
    set(quo[i], n[i], next_quo[i]);
  }
  b.before_instruction(at);
  Words r = remainder ? next_rem : next_quo;
  if (!is_signed) return r;
  return negate_if(r, remainder ? n_negative : b.xor_(n_negative, d_negative));
}

} // namespace lathe::legalize
