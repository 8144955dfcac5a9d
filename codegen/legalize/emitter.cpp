// The builder that legalization uses: folds constants and identities, so that expansions may be written in
// their general form.

#include "codegen/legalize/context.h"

#include <bit>

namespace lathe::legalize {

namespace {

bool is_small_integer(const Function& f, Value v) {
  TypeId t = f.type_of(v);
  return f.types.is_integer(t) && f.types.integer_bits(t) <= 64;
}

bool fold(Opcode op, u32 bits, u64 x, u64 y, u64& out) {
  switch (op) {
  case Opcode::Add: out = x + y; return true;
  case Opcode::Sub: out = x - y; return true;
  case Opcode::Mul: out = x * y; return true;
  case Opcode::And: out = x & y; return true;
  case Opcode::Or: out = x | y; return true;
  case Opcode::Xor: out = x ^ y; return true;
  case Opcode::Shl: out = y < 64 ? x << y : 0; return y < bits;
  case Opcode::LShr: out = y < 64 ? x >> y : 0; return y < bits;
  case Opcode::AShr: out = y < 64 ? static_cast<u64>(sign_extend(x, bits) >> y) : 0; return y < bits;
  default: return false;
  }
}

bool holds(Predicate p, u64 x, u64 y, u32 bits) {
  i64 a = sign_extend(x, bits), b = sign_extend(y, bits);
  switch (p) {
  case Predicate::IEq: return x == y;
  case Predicate::INe: return x != y;
  case Predicate::IUgt: return x > y;
  case Predicate::IUge: return x >= y;
  case Predicate::IUlt: return x < y;
  case Predicate::IUle: return x <= y;
  case Predicate::ISgt: return a > b;
  case Predicate::ISge: return a >= b;
  case Predicate::ISlt: return a < b;
  case Predicate::ISle: return a <= b;
  default: internal_error("no integer predicate");
  }
}

std::string_view overload_suffix(TypeId t, const TypeTable& types, std::string& buffer) {
  switch (types.kind(t)) {
  case TypeKind::Half: return "f16";
  case TypeKind::BFloat: return "bf16";
  case TypeKind::Float: return "f32";
  case TypeKind::Double: return "f64";
  case TypeKind::X86Fp80: return "f80";
  case TypeKind::Fp128: return "f128";
  case TypeKind::Pointer: return "p0";
  case TypeKind::Integer: buffer = "i" + std::to_string(types.integer_bits(t)); return buffer;
  default: internal_error("no overload suffix for this type");
  }
}

} // namespace

Value Emitter::poison(TypeId t) {
  Constant c;
  c.kind = ConstantKind::Poison;
  c.type = t;
  return constant_value(function.constants.intern(c));
}

Value Emitter::wide(TypeId t, std::span<const u64> words) {
  u32 width = function.types.integer_bits(t);
  if (width <= 64) return integer(t, words[0]);
  std::vector<u64> all(words.begin(), words.end());
  all.resize((width + 63) / 64);
  if (width % 64) all.back() &= low_mask(width % 64);
  Constant c;
  c.kind = ConstantKind::Words;
  c.type = t;
  c.words = all;
  return constant_value(function.constants.intern(c));
}

Value Emitter::all_ones(TypeId t) {
  std::vector<u64> words((function.types.integer_bits(t) + 63) / 64, ~u64(0));
  return wide(t, words);
}

Value Emitter::sign_bit(TypeId t) {
  u32 width = function.types.integer_bits(t);
  std::vector<u64> words((width + 63) / 64);
  words.back() = u64(1) << (width - 1) % 64;
  return wide(t, words);
}

Value Emitter::op(Opcode opcode, Value a, Value b, u16 flags) {
  if (is_small_integer(function, a)) {
    u32 width = bits(a);
    u64 x = 0, y = 0, out;
    bool left = constant_bits(function, a, x), right = constant_bits(function, b, y);
    if (left && right && fold(opcode, width, x, y, out)) return integer(type(a), out);
    bool additive = opcode == Opcode::Add || opcode == Opcode::Or || opcode == Opcode::Xor;
    if (right && y == 0) {
      if (additive || opcode == Opcode::Sub || opcode == Opcode::Shl || opcode == Opcode::LShr || opcode == Opcode::AShr)
        return a;
      if (opcode == Opcode::And || opcode == Opcode::Mul) return b;
    }
    if (left && x == 0) {
      if (additive) return b;
      if (opcode == Opcode::And || opcode == Opcode::Mul || opcode == Opcode::Shl || opcode == Opcode::LShr) return a;
    }
    if (right && opcode == Opcode::And && y == low_mask(width)) return a;
    if (left && opcode == Opcode::And && x == low_mask(width)) return b;
    if (right && opcode == Opcode::Mul && y == 1) return a;
  }
  return binary(opcode, a, b, flags);
}

Value Emitter::compare(Predicate p, Value a, Value b) {
  u64 x, y;
  if (constant_bits(function, a, x) && constant_bits(function, b, y))
    return integer(TypeId::I1, holds(p, x, y, bits(a)));
  return icmp(p, a, b);
}

Value Emitter::choose(Value condition, Value if_true, Value if_false) {
  u64 c;
  if (if_true == if_false) return if_true;
  if (constant_bits(function, condition, c)) return c ? if_true : if_false;
  return select(condition, if_true, if_false);
}

Value Emitter::convert(Opcode opcode, Value v, TypeId t) {
  TypeId from = type(v);
  if (from == t) return v;
  u64 x;
  const TypeTable& types = function.types;
  if (opcode == Opcode::ZExt || opcode == Opcode::SExt || opcode == Opcode::Trunc) {
    if (constant_bits(function, v, x)) {
      u32 width = types.integer_bits(from);
      u64 low = opcode == Opcode::SExt ? static_cast<u64>(sign_extend(x, width)) : x;
      if (types.integer_bits(t) <= 64) return integer(t, low);
      u64 fill = opcode == Opcode::SExt && static_cast<i64>(low) < 0 ? ~u64(0) : 0;
      std::vector<u64> words((types.integer_bits(t) + 63) / 64, fill);
      words[0] = low;
      return wide(t, words);
    }
    if (v.is_instruction()) {
      const Instruction& i = function[v.index()];
      if (opcode == Opcode::Trunc && (i.op == Opcode::ZExt || i.op == Opcode::SExt)) {
        Value source = function.operand(v.index(), 0);
        if (function.type_of(source) == t) return source;
      }
    }
  }
  return cast(opcode, v, t);
}

Value Emitter::zext_or_trunc(Value v, TypeId t) {
  return convert(bits(v) < function.types.integer_bits(t) ? Opcode::ZExt : Opcode::Trunc, v, t);
}

Value Emitter::sext_or_trunc(Value v, TypeId t) {
  return convert(bits(v) < function.types.integer_bits(t) ? Opcode::SExt : Opcode::Trunc, v, t);
}

Value Emitter::float_bits(TypeId t, u64 raw) {
  Constant c;
  c.kind = ConstantKind::Float;
  c.type = t;
  c.bits = raw;
  return constant_value(function.constants.intern(c));
}

Value Emitter::float_constant(TypeId t, double v) {
  if (t == TypeId::Float) return float_bits(t, std::bit_cast<u32>(static_cast<float>(v)));
  u64 raw = std::bit_cast<u64>(v);
  if (t == TypeId::Double) return float_bits(t, raw);
  // Normal numbers only: 64-bit mantissa with its leading one, or 112 bits without.
  u64 sign = raw >> 63, exponent = raw >> 52 & 0x7ff, mantissa = raw & low_mask(52);
  u64 wide_exponent = exponent ? exponent - 1023 + 16383 : 0;
  lathe_check(exponent || mantissa == 0, "a subnormal constant");
  lathe_check(t == TypeId::X86Fp80 || t == TypeId::Fp128, "a constant of an unexpected type");
  u64 words[2];
  if (t == TypeId::X86Fp80) {
    words[0] = exponent ? u64(1) << 63 | mantissa << 11 : 0;
    words[1] = sign << 15 | wide_exponent;
  } else {
    words[0] = mantissa << 60;
    words[1] = sign << 63 | wide_exponent << 48 | mantissa >> 4;
  }
  Constant c;
  c.kind = ConstantKind::Words;
  c.type = t;
  c.words = words;
  return constant_value(function.constants.intern(c));
}

Value Emitter::through_memory(Value v, TypeId to) {
  const DataLayout& layout = function.module.layout;
  TypeId from = type(v);
  u64 bytes = std::max(function.types.alloc_size(from, layout), function.types.alloc_size(to, layout));
  u32 align = static_cast<u32>(std::max(function.types.abi_align(from, layout), function.types.abi_align(to, layout)));
  Value slot = alloca_bytes(bytes, align);
  store(v, slot, align);
  return load(to, slot, align);
}

void Emitter::after_instruction(InstId id) {
  InstId next = function[id].next;
  while (next != none && function[next].op == Opcode::Phi) next = function[next].next;
  location = function[id].location;
  block = function[id].block;
  before = next;
}

Value call_named(Emitter& b, std::string_view name, TypeId result, std::initializer_list<Value> arguments) {
  return b.call(name, result, {arguments.begin(), arguments.size()});
}

Value call_intrinsic(Emitter& b, std::string_view base, TypeId result, TypeId overload,
                     std::initializer_list<Value> arguments) {
  std::string buffer, name(ir::intrinsic_prefix);
  name += base;
  name += '.';
  name += overload_suffix(overload, b.f().types, buffer);
  return call_named(b, name, result, arguments);
}

} // namespace lathe::legalize
