#include "codegen/legalize/vector_intrinsics.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

// "llvm.fma.v4f32" -> "llvm.fma.f32": each ".v<digits>" before a type goes.
std::string scalar_name(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    out += name[i];
    bool part = name[i] == '.' && i + 2 < name.size() && name[i + 1] == 'v' && name[i + 2] >= '0' && name[i + 2] <= '9';
    ++i;
    if (!part) continue;
    ++i;
    while (i < name.size() && name[i] >= '0' && name[i] <= '9') ++i;
  }
  return out;
}

bool is_elementwise(Intrinsic i) {
  switch (i) {
  case Intrinsic::FunnelLeft: case Intrinsic::FunnelRight: case Intrinsic::ByteSwap: case Intrinsic::CountTrailing:
  case Intrinsic::CountLeading: case Intrinsic::Popcount: case Intrinsic::Sqrt: case Intrinsic::FAbs:
  case Intrinsic::CopySign: case Intrinsic::Fma: case Intrinsic::Floor: case Intrinsic::Ceil:
  case Intrinsic::RoundToZero: case Intrinsic::Rint: case Intrinsic::NearbyInt: case Intrinsic::RoundEven:
  case Intrinsic::UAddSat: case Intrinsic::SAddSat: case Intrinsic::USubSat: case Intrinsic::SSubSat:
  case Intrinsic::UShlSat: case Intrinsic::SShlSat: case Intrinsic::SMulFix: case Intrinsic::UMulFix:
  case Intrinsic::SMulFixSat: case Intrinsic::UMulFixSat: case Intrinsic::SDivFix: case Intrinsic::UDivFix:
  case Intrinsic::SDivFixSat: case Intrinsic::UDivFixSat: case Intrinsic::SMax: case Intrinsic::SMin: case Intrinsic::UMax:
  case Intrinsic::UMin: case Intrinsic::Abs: case Intrinsic::UCmp: case Intrinsic::SCmp: case Intrinsic::BitReverse:
  case Intrinsic::FMulAdd: case Intrinsic::Round: case Intrinsic::LRint: case Intrinsic::LLRint:
  case Intrinsic::LRound: case Intrinsic::LLRound: case Intrinsic::Pow: case Intrinsic::Powi: case Intrinsic::Exp:
  case Intrinsic::Exp2: case Intrinsic::Exp10: case Intrinsic::Log: case Intrinsic::Log2: case Intrinsic::Log10:
  case Intrinsic::Sin: case Intrinsic::Cos: case Intrinsic::Tan: case Intrinsic::Asin: case Intrinsic::Acos:
  case Intrinsic::Atan: case Intrinsic::Atan2: case Intrinsic::Sinh: case Intrinsic::Cosh: case Intrinsic::Tanh:
  case Intrinsic::Ldexp: case Intrinsic::MinNum: case Intrinsic::MaxNum: case Intrinsic::Minimum:
  case Intrinsic::Maximum: case Intrinsic::MinimumNum: case Intrinsic::MaximumNum: case Intrinsic::Canonicalize:
  case Intrinsic::IsFpClass: case Intrinsic::FPToSISat: case Intrinsic::FPToUISat: case Intrinsic::PtrMask:
  case Intrinsic::SsaCopy: case Intrinsic::ArithmeticFence: case Intrinsic::IsConstant: case Intrinsic::Expect:
    return true;
  default: return false;
  }
}

// The scalar intrinsic on element i of each vector argument.
Value call_element(const VectorCall& c, u32 i, TypeId result, const std::string& name) {
  std::vector<Value> arguments;
  for (size_t k = 0; k < c.arguments.size(); ++k) arguments.push_back(c.arguments[k][c.is_vector[k] ? i : 0]);
  return c.b.call(name, result, arguments);
}

struct Reduction {
  Intrinsic intrinsic;
  Opcode op;              // or
  std::string_view name;  // an intrinsic of two operands
};
constexpr Reduction reductions[] = {
    {Intrinsic::ReduceAdd, Opcode::Add, ""},
    {Intrinsic::ReduceMul, Opcode::Mul, ""},
    {Intrinsic::ReduceAnd, Opcode::And, ""},
    {Intrinsic::ReduceOr, Opcode::Or, ""},
    {Intrinsic::ReduceXor, Opcode::Xor, ""},
    {Intrinsic::ReduceSMax, Opcode::Call, "smax"},
    {Intrinsic::ReduceSMin, Opcode::Call, "smin"},
    {Intrinsic::ReduceUMax, Opcode::Call, "umax"},
    {Intrinsic::ReduceUMin, Opcode::Call, "umin"},
    {Intrinsic::ReduceFAdd, Opcode::FAdd, ""},
    {Intrinsic::ReduceFMul, Opcode::FMul, ""},
    {Intrinsic::ReduceFMax, Opcode::Call, "maxnum"},
    {Intrinsic::ReduceFMin, Opcode::Call, "minnum"},
    {Intrinsic::ReduceFMaximum, Opcode::Call, "maximum"},
    {Intrinsic::ReduceFMinimum, Opcode::Call, "minimum"},
};

Value combine(Emitter& b, const Reduction& r, Value x, Value y) {
  if (r.op != Opcode::Call) return b.binary(r.op, x, y);
  TypeId t = b.type(x);
  return call_intrinsic(b, r.name, t, t, {x, y});
}

Value reduce(const VectorCall& c, const Reduction& r) {
  Emitter& b = c.b;
  std::vector<Value> list = c.arguments.back();
  if (r.op == Opcode::FAdd || r.op == Opcode::FMul) { // ordered, from the start value on
    Value sum = c.arguments[0][0];
    for (Value v : list) sum = combine(b, r, sum, v);
    return sum;
  }
  while (list.size() > 1) { // pairwise: shorter chains
    size_t half = list.size() / 2;
    for (size_t i = 0; i < half; ++i) list[i] = combine(b, r, list[2 * i], list[2 * i + 1]);
    if (list.size() % 2) list[half] = list.back();
    list.resize(half + list.size() % 2);
  }
  return list[0];
}

// --- Masked memory: a branch around each access whose mask is not known.

// Splits before the call: what `b` builds next goes into a block that runs if `condition`; `join` gets the rest.
struct Guard {
  BlockId from, inside, join;
};

Guard begin_guard(const VectorCall& c, Value condition) {
  Function& f = c.b.f();
  Emitter& b = c.b;
  b.before_instruction(c.id);
  // A split needs an instruction to split behind.
  Value mark = b.emit(Opcode::Freeze, TypeId::I1, {&condition, 1});
  Guard g;
  g.from = f[c.id].block;
  g.join = f.split_block(mark.index());
  g.inside = f.insert_block_after(g.from);
  b.at_end(g.from);
  b.br(mark, g.inside, g.join);
  b.at_end(g.inside);
  return g;
}

void end_guard(const VectorCall& c, const Guard& g) {
  c.b.br(g.join);
  c.b.before_instruction(c.id);
}

void access(const VectorCall& c, u32 i, Value mask, Value pointer, u32 align, TypeId type, Value pass, Value stored,
            std::vector<Value>& parts) {
  Emitter& b = c.b;
  u64 known;
  if (constant_bits(b.f(), mask, known) || is_undef(b.f(), mask)) {
    bool on = !is_undef(b.f(), mask) && known;
    if (stored && on) b.store(stored, pointer, align);
    if (!stored) parts.push_back(on ? b.load(type, pointer, align) : pass);
    return;
  }
  static_cast<void>(i);
  Guard g = begin_guard(c, mask);
  if (stored) {
    b.store(stored, pointer, align);
    end_guard(c, g);
    return;
  }
  Value loaded = b.load(type, pointer, align);
  end_guard(c, g);
  std::pair<Value, BlockId> incoming[] = {{loaded, g.inside}, {pass, g.from}};
  parts.push_back(b.phi(type, incoming));
}

// masked.load (ptr, align, mask, pass), .gather (ptrs, align, mask, pass), .store (value, ptr, align, mask),
// .scatter (value, ptrs, align, mask). Newer LLVM has no align operand.
void masked(const VectorCall& c, std::vector<Value>& parts) {
  Emitter& b = c.b;
  Function& f = b.f();
  bool stores = c.intrinsic == Intrinsic::MaskedStore || c.intrinsic == Intrinsic::MaskedScatter;
  size_t at = stores ? 1 : 0;
  const auto& pointers = c.arguments[at];
  bool many = c.is_vector[at];
  u64 align = 1;
  if (constant_bits(f, c.arguments[at + 1][0], align) && !c.is_vector[at + 1]) ++at;
  const auto& mask = c.arguments[at + 1];
  for (u32 i = 0; i < mask.size(); ++i) {
    TypeId type = stores ? b.type(c.arguments[0][i]) : f.types[f[c.id].type].element;
    u64 size = f.types.store_size(type, c.context.layout());
    if (f.types.size_in_bits(type, c.context.layout()) % 8) unsupported(f, "masked access to elements that are not whole bytes");
    u64 own = many ? align : std::min<u64>(align, i ? (i * size) & (~(i * size) + 1) : align);
    b.before_instruction(c.id);
    Value pointer = many ? pointers[i] : b.byte_offset(pointers[0], static_cast<i64>(i * size));
    access(c, i, mask[i], pointer, static_cast<u32>(std::max<u64>(own, 1)), type,
           stores ? Value() : c.arguments[at + 2][i], stores ? c.arguments[0][i] : Value(), parts);
  }
}

// Bit i of the result is the sign of element i.
Value move_mask(const VectorCall& c) {
  Emitter& b = c.b;
  Value mask = b.integer(TypeId::I32, 0);
  for (u32 i = 0; i < c.arguments[0].size(); ++i) {
    Value v = c.arguments[0][i];
    u32 bits = scalar_bits(b.f(), b.type(v));
    v = b.lshr(b.bitcast(v, b.f().types.integer(bits)), bits - 1);
    mask = b.or_(mask, b.shl(b.zext_or_trunc(v, TypeId::I32), i));
  }
  return mask;
}

} // namespace

bool expand_vector_intrinsic(const VectorCall& c, std::vector<Value>& parts) {
  Function& f = c.b.f();
  for (const Reduction& r : reductions)
    if (r.intrinsic == c.intrinsic) {
      parts.push_back(reduce(c, r));
      return true;
    }
  switch (c.intrinsic) {
  case Intrinsic::MaskedLoad:
  case Intrinsic::MaskedStore:
  case Intrinsic::MaskedGather:
  case Intrinsic::MaskedScatter: masked(c, parts); return true;
  case Intrinsic::VectorInsert:
  case Intrinsic::VectorExtract: {
    u64 at = 0;
    constant_bits(f, c.arguments.back()[0], at);
    parts = c.arguments[0];
    if (c.intrinsic == Intrinsic::VectorInsert) {
      for (size_t i = 0; i < c.arguments[1].size() && at + i < parts.size(); ++i) parts[at + i] = c.arguments[1][i];
    } else {
      u64 count = f.types[f[c.id].type].count;
      if (at + count > parts.size()) return false;
      parts = {c.arguments[0].begin() + static_cast<i64>(at), c.arguments[0].begin() + static_cast<i64>(at + count)};
    }
    return true;
  }
  case Intrinsic::VectorReverse: parts.assign(c.arguments[0].rbegin(), c.arguments[0].rend()); return true;
  case Intrinsic::X86MoveMaskBytes:
  case Intrinsic::X86MoveMaskFloats:
  case Intrinsic::X86MoveMaskDoubles: parts.push_back(move_mask(c)); return true;
  default: break;
  }
  std::string_view name = f.global(f.operand(c.id, 0).index()).name;
  if (!is_elementwise(c.intrinsic) || !f.types.is_vector(f[c.id].type))
    unsupported(f, "the intrinsic '" + std::string(name) + "'");
  const Type whole = f.types[f[c.id].type];
  std::string scalar = scalar_name(name);
  for (u32 i = 0; i < whole.count; ++i) parts.push_back(call_element(c, i, whole.element, scalar));
  return true;
}

void expand_vector_overflow(const VectorCall& c, std::vector<Value>& values, std::vector<Value>& overflows) {
  Function& f = c.b.f();
  std::string_view name = f.global(f.operand(c.id, 0).index()).name;
  if (c.intrinsic < Intrinsic::UAddOverflow || c.intrinsic > Intrinsic::SMulOverflow)
    unsupported(f, "the intrinsic '" + std::string(name) + "'");
  TypeId element = c.b.type(c.arguments[0][0]);
  TypeId fields[] = {element, TypeId::I1};
  TypeId pair = f.types.literal_struct(fields);
  std::string scalar = scalar_name(name);
  for (u32 i = 0; i < c.arguments[0].size(); ++i) {
    Value made = call_element(c, i, pair, scalar);
    u32 zero = 0, one = 1;
    values.push_back(c.b.extract_value(made, {&zero, 1}));
    overflows.push_back(c.b.extract_value(made, {&one, 1}));
  }
}

} // namespace lathe::legalize
