// Constants: literals, aggregates and constant expressions, read behind their type.

#include "codegen/ir/check.h"
#include "codegen/ir/ir.h"
#include "codegen/reader/parser.h"
#include "codegen/reader/words.h"

#include <bit>
#include <cmath>
#include <cstdlib>

namespace lathe::reader {

using ir::Constant;
using ir::ConstantKind;

namespace {

enum class ValueWord : u8 {
  True, False, Null, None, Undef, Poison, Zero, Splat, BlockAddress, DsoLocalEquivalent, NoCfi, PtrAuth, Bytes, Asm,
};
const WordTable<ValueWord> words{
    {"true", ValueWord::True},           {"false", ValueWord::False},
    {"null", ValueWord::Null},           {"none", ValueWord::None},
    {"undef", ValueWord::Undef},         {"poison", ValueWord::Poison},
    {"zeroinitializer", ValueWord::Zero}, {"splat", ValueWord::Splat},
    {"blockaddress", ValueWord::BlockAddress}, {"dso_local_equivalent", ValueWord::DsoLocalEquivalent},
    {"no_cfi", ValueWord::NoCfi},        {"ptrauth", ValueWord::PtrAuth},
    {"c", ValueWord::Bytes},             {"asm", ValueWord::Asm},
};

const WordTable<Opcode> opcodes{
#define OP(name, spelling, kind) {spelling, Opcode::name},
#include "codegen/ir/ops.def"
};

using enum ir::Predicate;
const WordTable<ir::Predicate> integer_predicates{
    {"eq", IEq},   {"ne", INe},   {"ugt", IUgt}, {"uge", IUge}, {"ult", IUlt},
    {"ule", IUle}, {"sgt", ISgt}, {"sge", ISge}, {"slt", ISlt}, {"sle", ISle},
};
const WordTable<ir::Predicate> float_predicates{
    {"false", False}, {"oeq", OEq}, {"ogt", OGt}, {"oge", OGe}, {"olt", OLt}, {"ole", OLe},
    {"one", ONe},     {"ord", Ord}, {"uno", Uno}, {"ueq", UEq}, {"ugt", UGt}, {"uge", UGe},
    {"ult", ULt},     {"ule", ULe}, {"une", UNe}, {"true", True},
};

bool is_expression_opcode(Opcode op) {
  switch (op) {
  case Opcode::FNeg: case Opcode::GetElementPtr: case Opcode::ICmp: case Opcode::FCmp: case Opcode::Select:
  case Opcode::ExtractElement: case Opcode::InsertElement: case Opcode::ShuffleVector:
  case Opcode::ExtractValue: case Opcode::InsertValue: return true;
  default: return (op >= Opcode::Add && op <= Opcode::Xor) || (op >= Opcode::Trunc && op <= Opcode::AddrSpaceCast);
  }
}

int hex_value(char ch) {
  if (ch >= '0' && ch <= '9') return ch - '0';
  if (ch >= 'a' && ch <= 'f') return ch - 'a' + 10;
  if (ch >= 'A' && ch <= 'F') return ch - 'A' + 10;
  return -1;
}

// A double as the bits of a narrower IEEE format, if it has its value there exactly.
bool narrow(double d, u32 exponent_bits, u32 mantissa_bits, u64& out) {
  u64 bits = std::bit_cast<u64>(d);
  u64 sign = bits >> 63, mantissa = bits & ((u64(1) << 52) - 1);
  i64 exponent = static_cast<i64>(bits >> 52 & 0x7ff);
  i64 bias = (i64(1) << (exponent_bits - 1)) - 1;
  u64 top = sign << (exponent_bits + mantissa_bits);
  u32 drop = 52 - mantissa_bits;
  if (exponent == 0x7ff) {
    // Infinity and NaN; a NaN's low payload bits may be lost.
    u64 m = mantissa >> drop;
    if (mantissa != 0 && m == 0) m = 1;
    out = top | ((u64(1) << exponent_bits) - 1) << mantissa_bits | m;
    return true;
  }
  if (exponent == 0 && mantissa == 0) {
    out = top;
    return true;
  }
  if (exponent == 0) return false; // a double's denormals are too small for all narrower formats
  i64 e = exponent - 1023 + bias;
  u64 full = mantissa | u64(1) << 52;
  if (e >= (i64(1) << exponent_bits) - 1) return false;
  if (e <= 0) { // denormal there
    u64 shift = drop + static_cast<u64>(1 - e);
    if (shift > 52 || (full & ((u64(1) << shift) - 1)) != 0) return false;
    out = top | full >> shift;
    return true;
  }
  if ((mantissa & ((u64(1) << drop) - 1)) != 0) return false;
  out = top | static_cast<u64>(e) << mantissa_bits | mantissa >> drop;
  return true;
}

} // namespace

bool is_current_expression(Opcode op) {
  switch (op) {
  case Opcode::Add: case Opcode::Sub: case Opcode::Mul: case Opcode::Xor: case Opcode::Trunc: case Opcode::PtrToInt:
  case Opcode::PtrToAddr: case Opcode::IntToPtr: case Opcode::BitCast: case Opcode::AddrSpaceCast:
  case Opcode::GetElementPtr: case Opcode::ExtractElement: case Opcode::InsertElement: case Opcode::ShuffleVector:
    return true;
  default: return false;
  }
}

bool begins_value(std::string_view w) {
  if (words.find(w) || w.starts_with("u0x") || w.starts_with("s0x")) return true;
  const Opcode* op = opcodes.find(w);
  return op && is_expression_opcode(*op);
}
const Opcode* find_opcode(std::string_view word) { return opcodes.find(word); }
const ir::Predicate* find_predicate(std::string_view word, bool integer) {
  return (integer ? integer_predicates : float_predicates).find(word);
}

Value Parser::simple_constant(ConstantKind kind, TypeId type) {
  Constant k;
  k.kind = kind;
  k.type = type;
  return ir::constant_value(constants.intern(k));
}

Value Parser::integer_constant(TypeId type, u64 bits) {
  return ir::constant_value(constants.integer(type, types.integer_bits(type), bits));
}

Value Parser::typed_constant(TypeId* out) {
  TypeId t = type();
  if (out) *out = t;
  return constant(t);
}

ir::GlobalId Parser::global_name() {
  const char* start = c.p;
  if (c.peek() != '@') c.fail_expected("a global's name");
  start = c.p++;
  Cursor::Name n = c.name(memory);
  ir::GlobalId id = none;
  if (!n.is_number) id = index.find(n.text, module.globals);
  else if (n.number < index.numbered.size()) id = index.numbered[n.number];
  if (id == none) c.fail(start, "undefined value '@" + std::string(n.text) + "'");
  return id;
}

Value Parser::constant(TypeId type) {
  c.skip();
  char ch = *c.p;
  if (is_class(ch, CharDigit) || ch == '-' || (ch == '+' && is_class(c.p[1], CharDigit))) return number(type);
  switch (ch) {
  case '@': {
    const char* start = c.p;
    Value v = ir::global_value(global_name());
    if (!types.is_pointer(type)) c.fail(start, "a global's address is a pointer, but " + type_text(type) + " is wanted here");
    return v;
  }
  case '[': {
    const char* start = c.p++;
    const ir::Type t = types[type];
    if (t.kind != TypeKind::Array) c.fail(start, 1, "an array is no value of type " + type_text(type));
    return aggregate(type, ']', t.count);
  }
  case '{': {
    const char* start = c.p++;
    const ir::Type t = types[type];
    if (t.kind != TypeKind::Struct || t.packed) c.fail(start, 1, "a structure is no value of type " + type_text(type));
    return aggregate(type, '}', t.elements.size());
  }
  case '<': {
    const char* start = c.p++;
    const ir::Type t = types[type];
    if (c.eat('{')) {
      if (t.kind != TypeKind::Struct || !t.packed)
        c.fail(start, 1, "a packed structure is no value of type " + type_text(type));
      Value v = aggregate(type, '}', t.elements.size());
      c.expect('>');
      return v;
    }
    if (t.kind != TypeKind::Vector || t.scalable) c.fail(start, 1, "a vector is no value of type " + type_text(type));
    return aggregate(type, '>', t.count);
  }
  }
  return word_constant(type);
}

// --- Numbers

Value Parser::number(TypeId type) {
  const char* start = c.p;
  if (c.p[0] == '0' && c.p[1] == 'x') return hex_number(type, start);
  bool negative = *c.p == '-', plus = *c.p == '+'; // a plus sign only before a floating-point number
  if (negative || plus) ++c.p;
  const char* digits = c.p;
  u64 n = 0;
  bool wide = false;
  for (; is_class(*c.p, CharDigit); ++c.p)
    wide |= __builtin_mul_overflow(n, u64(10), &n) || __builtin_add_overflow(n, static_cast<u64>(*c.p - '0'), &n);
  if (c.p == digits || (plus && *c.p != '.')) c.fail(start, "expected a number");
  if (*c.p == '.') {
    if (!types.is_float(type)) c.fail(start, "a floating-point number is no value of type " + type_text(type));
    ++c.p;
    while (is_class(*c.p, CharDigit)) ++c.p;
    if (*c.p == 'e' || *c.p == 'E') {
      ++c.p;
      if (*c.p == '-' || *c.p == '+') ++c.p;
      while (is_class(*c.p, CharDigit)) ++c.p;
    }
    // strtod stops at the same place; the text ends with a NUL at the latest.
    return float_constant(type, std::strtod(start, nullptr), start);
  }
  const ir::Type& t = types[type];
  if (t.kind != TypeKind::Integer) c.fail(start, "an integer is no value of type " + type_text(type));
  if (t.bits > 64) {
    if (!wide && !negative) {
      std::vector<u64> limbs((t.bits + 63) / 64);
      limbs[0] = n;
      Constant k;
      k.kind = ConstantKind::Words;
      k.type = type;
      k.words = limbs;
      return ir::constant_value(constants.intern(k));
    }
    return wide_integer(type, digits, c.p, negative);
  }
  if (wide) c.fail(start, "this number does not fit in " + std::to_string(t.bits) + " bits");
  return ir::constant_value(constants.integer(type, t.bits, negative ? -n : n));
}

Value Parser::wide_integer(TypeId type, const char* digits, const char* stop, bool negative) {
  u32 bits = types.integer_bits(type);
  u32 count = (bits + 63) / 64;
  std::vector<u64> limbs(count);
  // Nineteen digits at a time; `used` keeps this from being quadratic for short numbers of wide types.
  u32 used = 1;
  for (const char* q = digits; q < stop;) {
    u64 chunk = 0, scale = 1;
    for (int i = 0; i < 18 && q < stop; ++i, ++q) {
      chunk = chunk * 10 + static_cast<u64>(*q - '0');
      scale *= 10;
    }
    u64 carry = chunk;
    for (u32 i = 0; i < used || (carry && i < count); ++i) {
      unsigned __int128 r = static_cast<unsigned __int128>(limbs[i]) * scale + carry;
      limbs[i] = static_cast<u64>(r);
      carry = static_cast<u64>(r >> 64);
      if (i >= used) used = i + 1;
    }
    if (carry) c.fail(digits, "this number does not fit in " + std::to_string(bits) + " bits");
  }
  if (negative) {
    u64 carry = 1;
    for (u64& w : limbs) {
      w = ~w + carry;
      carry = carry && w == 0;
    }
  }
  if (bits % 64) limbs[count - 1] &= (u64(1) << bits % 64) - 1;
  Constant k;
  k.kind = ConstantKind::Words;
  k.type = type;
  k.words = limbs;
  return ir::constant_value(constants.intern(k));
}

Value Parser::hex_number(TypeId type, const char* start) {
  c.p += 2;
  char letter = 0;
  if (*c.p == 'K' || *c.p == 'L' || *c.p == 'M' || *c.p == 'H' || *c.p == 'R') letter = *c.p++;
  const char* digits = c.p;
  u64 value[2] = {};
  // 0xK: 4 digits of sign and exponent, 16 of mantissa. 0xL, 0xM: the first 16 digits are the low word.
  u32 first = letter == 'K' ? 4 : letter == 'L' || letter == 'M' ? 16 : 17;
  u32 count = 0;
  for (int d; (d = hex_value(*c.p)) >= 0; ++c.p, ++count) {
    u32 word = count < first ? 0 : 1;
    value[word] = value[word] << 4 | static_cast<u64>(d);
  }
  u32 limit = letter == 'K' ? 20 : letter == 'L' || letter == 'M' ? 32 : letter ? 4 : 16;
  if (c.p == digits || count > limit) c.fail(start, "this is no hexadecimal floating-point number");
  TypeId exact = letter == 'K' ? TypeId::X86Fp80 : letter == 'L' ? TypeId::Fp128 : letter == 'M' ? TypeId::PpcFp128
               : letter == 'H' ? TypeId::Half : letter == 'R' ? TypeId::BFloat : TypeId::Double;
  if (!letter && type != TypeId::X86Fp80 && type != TypeId::Fp128 && type != TypeId::PpcFp128 && types.is_float(type))
    return float_constant(type, std::bit_cast<double>(value[0]), start);
  if (type != exact) c.fail(start, "this number is no value of type " + type_text(type));
  Constant k;
  k.type = type;
  if (limit >= 20) {
    if (letter == 'K') std::swap(value[0], value[1]); // mantissa first, then sign and exponent
    k.kind = ConstantKind::Words;
    k.words = value;
  } else {
    k.kind = ConstantKind::Float;
    k.bits = value[0];
  }
  return ir::constant_value(constants.intern(k));
}

Value Parser::float_constant(TypeId type, double d, const char* start) {
  Constant k;
  k.kind = ConstantKind::Float;
  k.type = type;
  bool exact = false;
  switch (type) {
  case TypeId::Double: k.bits = std::bit_cast<u64>(d); exact = true; break;
  case TypeId::Float: exact = narrow(d, 8, 23, k.bits); break;
  case TypeId::Half: exact = narrow(d, 5, 10, k.bits); break;
  case TypeId::BFloat: exact = narrow(d, 8, 7, k.bits); break;
  default: c.fail(start, "a constant of type " + type_text(type) + " is written in hexadecimal");
  }
  if (!exact) c.fail(start, "this number has no exact value of type " + type_text(type));
  return ir::constant_value(constants.intern(k));
}

// u0x1F, s0xFF: the bits; the second is extended by its first digit's sign.
Value Parser::hex_integer(TypeId type, std::string_view word, bool is_signed) {
  u32 bits = types.integer_bits(type);
  std::vector<u64> limbs((bits + 63) / 64);
  std::string_view digits = word.substr(3);
  u64 place = 0;
  for (size_t i = digits.size(); i-- > 0; place += 4) {
    int d = hex_value(digits[i]);
    if (d < 0) c.fail("this is no hexadecimal number");
    if (place / 64 < limbs.size()) limbs[place / 64] |= static_cast<u64>(d) << place % 64;
  }
  if (is_signed && hex_value(digits[0]) >= 8)
    for (; place < bits; place += 4) limbs[place / 64] |= u64(15) << place % 64;
  c.p += word.size();
  if (bits <= 64) return integer_constant(type, limbs[0]);
  if (bits % 64) limbs.back() &= (u64(1) << bits % 64) - 1;
  Constant k;
  k.kind = ConstantKind::Words;
  k.type = type;
  k.words = limbs;
  return ir::constant_value(constants.intern(k));
}

// --- Words

Value Parser::word_constant(TypeId type) {
  c.skip();
  const char* start = c.p;
  std::string_view word = c.peek_word();
  const ValueWord* w = words.find(word);
  if (!w) {
    const Opcode* op = opcodes.find(word);
    if (op && is_expression_opcode(*op)) {
      c.p += word.size();
      return expression(type, *op, start);
    }
    bool signed_hex = word.substr(0, 3) == "s0x";
    if ((signed_hex || word.substr(0, 3) == "u0x") && word.size() > 3 && types.is_integer(type))
      return hex_integer(type, word, signed_hex);
    c.fail_expected("a value");
  }
  c.p += word.size();
  auto wants = [&](bool fits) {
    if (!fits) c.fail(start, "'" + std::string(word) + "' is no value of type " + type_text(type));
  };
  switch (*w) {
  case ValueWord::True: wants(type == TypeId::I1); return integer_constant(type, 1);
  case ValueWord::False: wants(type == TypeId::I1); return integer_constant(type, 0);
  case ValueWord::Null: wants(types.is_pointer(type)); return simple_constant(ConstantKind::Null, type);
  case ValueWord::None: wants(type == TypeId::Token); return simple_constant(ConstantKind::TokenNone, type);
  case ValueWord::Undef:
  case ValueWord::Poison:
    wants(is_first_class(type) && type != TypeId::Label);
    return simple_constant(*w == ValueWord::Undef ? ConstantKind::Undef : ConstantKind::Poison, type);
  case ValueWord::Zero:
    switch (types.kind(type)) {
    case TypeKind::Integer:
      if (types.integer_bits(type) <= 64) return integer_constant(type, 0);
      return wide_integer(type, start, start, false);
    case TypeKind::Pointer: return simple_constant(ConstantKind::Null, type);
    case TypeKind::Half: case TypeKind::BFloat: case TypeKind::Float: case TypeKind::Double:
      return float_constant(type, 0.0, start);
    case TypeKind::X86Fp80: case TypeKind::Fp128: case TypeKind::PpcFp128: {
      u64 zero[2] = {};
      Constant k;
      k.kind = ConstantKind::Words;
      k.type = type;
      k.words = zero;
      return ir::constant_value(constants.intern(k));
    }
    case TypeKind::Struct: case TypeKind::Array: case TypeKind::Vector: case TypeKind::TargetExtension:
      return simple_constant(ConstantKind::Zero, type);
    default: wants(false);
    }
    break;
  case ValueWord::Splat: wants(types.is_vector(type)); return splat(type);
  case ValueWord::Bytes: return bytes(type);
  case ValueWord::BlockAddress: {
    wants(types.is_pointer(type));
    c.expect('(');
    ir::GlobalId function = global_name();
    c.expect(',');
    if (c.peek() != '%') c.fail_expected("a block's name");
    const char* at = c.p++;
    Cursor::Name block = c.name(memory);
    c.expect(')');
    return block_address(function, block, at);
  }
  case ValueWord::DsoLocalEquivalent:
  case ValueWord::NoCfi: {
    wants(types.is_pointer(type));
    Value global = ir::global_value(global_name());
    Constant k;
    k.kind = *w == ValueWord::NoCfi ? ConstantKind::NoCfi : ConstantKind::DsoLocalEquivalent;
    k.type = type;
    k.operands = {&global, 1};
    return ir::constant_value(constants.intern(k));
  }
  case ValueWord::PtrAuth: {
    wants(types.is_pointer(type));
    c.expect('(');
    Constant k;
    k.kind = ConstantKind::PtrAuth;
    k.type = type;
    size_t base = stack_.size();
    do {
      Value v = typed_constant();
      stack_.push_back(v);
    } while (c.eat(','));
    c.expect(')');
    return finish_expression(k, base);
  }
  case ValueWord::Asm: c.fail(start, "inline assembly can only be called");
  }
  return {};
}

Value Parser::bytes(TypeId type) {
  const char* start = c.p - 1;
  if (*c.p != '"') c.fail_expected("a quoted string");
  std::string_view text = c.string(memory);
  const ir::Type& t = types[type];
  if (t.kind != TypeKind::Array || t.element != TypeId::I8)
    c.fail(start, 1, "a string is no value of type " + type_text(type));
  if (t.count != text.size())
    c.fail(start, 1, "this string has " + std::to_string(text.size()) + " bytes, but the type is " + type_text(type));
  Constant k;
  k.kind = ConstantKind::Bytes;
  k.type = type;
  k.bytes = text; // in the source or in `memory`
  return ir::constant_value(constants.intern_view(k));
}

Value Parser::splat(TypeId type) {
  const ir::Type t = types[type];
  c.expect('(');
  TypeId element;
  c.skip();
  const char* at = c.p;
  Value v = typed_constant(&element);
  c.expect(')');
  if (element != t.element) c.fail(at, "this element is " + type_text(element) + ", but the type is " + type_text(type));
  if (t.scalable || t.count > 65536) c.fail(at, "a splat of this type cannot be read");
  std::vector<Value> operands(t.count, v);
  Constant k;
  k.kind = ConstantKind::Aggregate;
  k.type = type;
  k.operands = operands;
  return ir::constant_value(constants.intern(k));
}

Value Parser::aggregate(TypeId type, char close, u64 count) {
  Depth deeper(*this);
  const char* start = c.p - 1;
  size_t base = stack_.size();
  bool is_struct = types.kind(type) == TypeKind::Struct;
  if (c.peek() != close) {
    do {
      u64 i = stack_.size() - base;
      c.skip();
      const char* at = c.p;
      TypeId t = this->type();
      if (i >= count) c.fail(at, "there are more than " + std::to_string(count) + " elements here, but the type is " + type_text(type));
      TypeId wanted = is_struct ? types[type].elements[i] : types[type].element;
      if (t != wanted) c.fail(at, "this element is " + type_text(t) + ", but " + type_text(type) + " wants " + type_text(wanted));
      Value v = constant(t);
      stack_.push_back(v);
    } while (c.eat(','));
  }
  c.expect(close);
  if (stack_.size() - base != count)
    c.fail(start, 1, "there are " + std::to_string(stack_.size() - base) + " elements here, but the type is " + type_text(type));
  if (count == 0) return simple_constant(ConstantKind::Zero, type);
  Constant k;
  k.kind = ConstantKind::Aggregate;
  k.type = type;
  return finish_expression(k, base);
}

Value Parser::finish_expression(Constant& k, size_t base) {
  k.operands = std::span(stack_).subspan(base);
  Value v = ir::constant_value(constants.intern(k));
  stack_.resize(base);
  return v;
}

// --- Expressions: opcode flags (T a, T b), opcode (T a to U), getelementptr flags (T, ptr a, i64 b ...)

Value Parser::expression(TypeId type, Opcode op, const char* start) {
  Depth deeper(*this);
  Constant k;
  k.kind = ConstantKind::Expression;
  k.type = type;
  k.op = op;
  if (!is_current_expression(op)) old_expression_ = true;
  expression_flags(k);
  if (op == Opcode::ICmp || op == Opcode::FCmp) {
    std::string_view word = c.peek_word();
    const ir::Predicate* p = find_predicate(word, op == Opcode::ICmp);
    if (!p) c.fail_expected("a predicate");
    c.p += word.size();
    k.bits = static_cast<u8>(*p);
  }
  c.expect('(');
  if (op >= Opcode::Trunc && op <= Opcode::AddrSpaceCast) return cast_expression(k, start);
  if (op == Opcode::GetElementPtr) return address_expression(k, start);
  size_t base = stack_.size();
  want_result(operation_result(k, start), type, start);
  return finish_expression(k, base);
}

void Parser::want_result(TypeId result, TypeId type, const char* start) {
  if (result != type) c.fail(start, "this is " + type_text(result) + ", but " + type_text(type) + " is wanted here");
}

void Parser::expression_flags(Constant& k) {
  while (true) {
    if (c.eat_word("nuw")) k.flags |= ir::FlagNuw;
    else if (c.eat_word("nsw")) k.flags |= ir::FlagNsw;
    else if (c.eat_word("nusw")) k.flags |= ir::FlagNusw;
    else if (c.eat_word("exact")) k.flags |= ir::FlagExact;
    else if (c.eat_word("inbounds")) k.flags |= ir::FlagInbounds;
    else if (c.eat_word("disjoint")) k.flags |= ir::FlagDisjoint;
    else if (c.eat_word("samesign")) k.flags |= ir::FlagSameSign;
    else if (c.eat_word("inrange")) {
      if (c.eat('(')) c.skip_balanced(')');
    } else break;
  }
}

Value Parser::cast_expression(Constant& k, const char* start) {
  TypeId from;
  Value v = typed_constant(&from);
  c.expect_word("to");
  TypeId result = type();
  c.expect(')');
  want_result(result, k.type, start);
  if ((k.op == Opcode::BitCast || k.op == Opcode::AddrSpaceCast) && from == result) return v;
  if (!ir::cast_fits(types, module.layout, k.op, from, result))
    c.fail(start, std::string(ir::spelling(k.op)) + " cannot make " + type_text(result) + " of " + type_text(from));
  size_t base = stack_.size();
  stack_.push_back(v);
  return finish_expression(k, base);
}

Value Parser::address_expression(Constant& k, const char* start) {
  size_t base = stack_.size();
  c.skip();
  const char* at = c.p;
  k.source_type = type();
  check_gep_source(k.source_type, at);
  c.expect(',');
  TypeId pointer;
  at = c.p;
  Value v = typed_constant(&pointer);
  if (!types.is_pointer(scalar_of(pointer))) c.fail(at, "getelementptr starts from a pointer, not from " + type_text(pointer));
  stack_.push_back(v);
  TypeId result = pointer;
  bool zeros = true;
  TypeId walk = k.source_type;
  while (c.eat(',')) {
    c.eat_word("inrange");
    TypeId t;
    c.skip();
    at = c.p;
    v = typed_constant(&t);
    if (!types.is_integer(scalar_of(t))) c.fail(at, "an index is an integer, not " + type_text(t));
    if (types.is_vector(t)) result = types.vector(scalar_of(pointer), types[t].count, types[t].scalable);
    bool is_integer = v.is_constant() && constants[v.index()].kind == ConstantKind::Integer;
    zeros &= is_integer && constants[v.index()].bits == 0;
    if (stack_.size() - base > 1) {
      walk = index_into(walk, types.kind(walk) == TypeKind::Struct ? field_index(v, at) : 0, at);
    }
    stack_.push_back(v);
  }
  c.expect(')');
  want_result(result, k.type, start);
  if (zeros && result == pointer) {
    v = stack_[base];
    stack_.resize(base);
    return v;
  }
  return finish_expression(k, base);
}

// Reads what stands in the parentheses of any other operation and gives the type of its result.
TypeId Parser::operation_result(const Constant& k, const char* start) {
  size_t base = stack_.size();
  TypeId first = TypeId::Void, second = TypeId::Void;
  while (true) {
    c.skip();
    const char* at = c.p;
    if (is_class(*c.p, CharDigit)) { // extractvalue's and insertvalue's indices
      if (k.op != Opcode::ExtractValue && k.op != Opcode::InsertValue) c.fail_expected("a type");
      u64 n = c.number();
      stack_.push_back(integer_constant(TypeId::I32, n));
      if (k.op == Opcode::ExtractValue) second = index_into(second == TypeId::Void ? first : second, n, at);
    } else {
      TypeId t;
      Value v = typed_constant(&t);
      if (stack_.size() == base) first = t;
      else if (stack_.size() == base + 1) second = t;
      stack_.push_back(v);
    }
    if (!c.eat(',')) break;
  }
  c.expect(')');
  size_t count = stack_.size() - base;
  auto wants = [&](size_t n) {
    if (count != n) c.fail(start, "this has " + std::to_string(count) + " operands, not " + std::to_string(n));
  };
  switch (k.op) {
  case Opcode::FNeg: wants(1); return first;
  case Opcode::ICmp:
  case Opcode::FCmp:
    wants(2);
    if (first != second) c.fail(start, "the operands are " + type_text(first) + " and " + type_text(second));
    return compare_result(first);
  case Opcode::Select: wants(3); return second;
  case Opcode::ExtractElement: wants(2); return scalar_of(first);
  case Opcode::InsertElement: wants(3); return first;
  case Opcode::ShuffleVector: wants(3); return k.type;
  case Opcode::ExtractValue: return second;
  case Opcode::InsertValue: return first;
  default:
    wants(2);
    if (first != second) c.fail(start, "the operands are " + type_text(first) + " and " + type_text(second));
    return first;
  }
}

} // namespace lathe::reader
