// Fixed-point numbers: integers that count steps of 2^-scale. Products and quotients are computed in twice the width,
// where they are exact up to the step, rounded towards minus infinity, and cut or saturated.
//
//   mul.fix   trunc (x * y >> scale)          div.fix   trunc ((x << scale) / y)
//
// The third operand, the scale, is a constant.

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

struct FixedPoint {
  bool is_signed, divides, saturates;
};

FixedPoint kind_of(Intrinsic which) {
  switch (which) {
  case Intrinsic::SMulFix: return {true, false, false};
  case Intrinsic::UMulFix: return {false, false, false};
  case Intrinsic::SMulFixSat: return {true, false, true};
  case Intrinsic::UMulFixSat: return {false, false, true};
  case Intrinsic::SDivFix: return {true, true, false};
  case Intrinsic::UDivFix: return {false, true, false};
  case Intrinsic::SDivFixSat: return {true, true, true};
  default: return {false, true, true};
  }
}

// Division rounds towards zero: where that was upwards, one less.
Value divide_downwards(Emitter& b, Value x, Value y) {
  Value zero = b.zero(b.type(x)), quotient = b.op(Opcode::SDiv, x, y);
  Value rest = b.sub(x, b.mul(quotient, y));
  Value negative = b.compare(Predicate::ISlt, b.xor_(x, y), zero);
  Value upwards = b.and_(negative, b.compare(Predicate::INe, rest, zero));
  return b.sub(quotient, b.zext(upwards, b.type(x)));
}

Value cut(Emitter& b, Value v, TypeId own, bool is_signed) {
  TypeId twice = b.type(v);
  Opcode extend = is_signed ? Opcode::SExt : Opcode::ZExt;
  Value most = b.convert(extend, is_signed ? b.not_(b.sign_bit(own)) : b.all_ones(own), twice);
  v = b.choose(b.compare(is_signed ? Predicate::ISgt : Predicate::IUgt, v, most), most, v);
  if (!is_signed) return b.trunc(v, own);
  Value least = b.convert(extend, b.sign_bit(own), twice);
  return b.trunc(b.choose(b.compare(Predicate::ISlt, v, least), least, v), own);
}

} // namespace

bool expand_fixed_point(Context& context, Emitter& b, InstId id, Intrinsic which, std::vector<Value>& results) {
  if (which < Intrinsic::SMulFix || which > Intrinsic::UDivFixSat) return false;
  Function& f = context.f;
  FixedPoint kind = kind_of(which);
  TypeId own = f[id].type;
  u32 bits = f.types.integer_bits(own);
  u64 scale = 0;
  constant_bits(f, f.operand(id, 3), scale);
  if (scale > bits - (kind.is_signed ? 1 : 0)) unsupported(f, "a fixed-point number of " + std::to_string(bits) + " bits with " + std::to_string(scale) + " behind the point");
  TypeId twice = f.types.integer(bits * 2);
  Opcode extend = kind.is_signed ? Opcode::SExt : Opcode::ZExt;
  Value x = b.convert(extend, f.operand(id, 1), twice), y = b.convert(extend, f.operand(id, 2), twice), wide;
  auto places = static_cast<u32>(scale);
  if (!kind.divides) wide = kind.is_signed ? b.ashr(b.mul(x, y), places) : b.lshr(b.mul(x, y), places);
  else if (kind.is_signed) wide = divide_downwards(b, b.shl(x, places), y);
  else wide = b.op(Opcode::UDiv, b.shl(x, places), y);
  results.push_back(kind.saturates ? cut(b, wide, own, kind.is_signed) : b.trunc(wide, own));
  return true;
}

} // namespace lathe::legalize
