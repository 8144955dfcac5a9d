// The builder: each call makes one instruction, or constant, and puts it at the point that was set.

#include "codegen/ir/ir.h"

#include <bit>
#include <vector>

namespace lathe::ir {

Value Builder::integer(TypeId type, u64 bits) {
  u32 width = function.types.integer_bits(type);
  if (width <= 64) return constant_value(function.constants.integer(type, width, bits));
  std::vector<u64> words((width + 63) / 64);
  words[0] = bits;
  Constant c;
  c.kind = ConstantKind::Words;
  c.type = type;
  c.words = words;
  return constant_value(function.constants.intern(c));
}

static Value simple(Function& f, ConstantKind kind, TypeId type) {
  Constant c;
  c.kind = kind;
  c.type = type;
  return constant_value(f.constants.intern(c));
}

Value Builder::undef(TypeId type) { return simple(function, ConstantKind::Undef, type); }

Value Builder::zero(TypeId type) {
  switch (function.types.kind(type)) {
  case TypeKind::Integer: return integer(type, 0);
  case TypeKind::Pointer: return simple(function, ConstantKind::Null, type);
  case TypeKind::Half: case TypeKind::BFloat: case TypeKind::Float: case TypeKind::Double:
    return simple(function, ConstantKind::Float, type);
  case TypeKind::X86Fp80: case TypeKind::Fp128: case TypeKind::PpcFp128: {
    u64 words[2] = {};
    Constant c;
    c.kind = ConstantKind::Words;
    c.type = type;
    c.words = words;
    return constant_value(function.constants.intern(c));
  }
  default: return simple(function, ConstantKind::Zero, type);
  }
}

Value Builder::emit(Opcode op, TypeId type, std::span<const Value> operands, u16 flags) {
  InstId id = function.create(op, type, operands);
  function[id].flags = flags;
  function[id].location = location;
  if (before != none) function.insert_before(before, id);
  else function.append(block, id);
  return instruction_value(id);
}

Value Builder::binary(Opcode op, Value a, Value b, u16 flags) {
  Value operands[] = {a, b};
  return emit(op, function.type_of(a), operands, flags);
}

Value Builder::cast(Opcode op, Value v, TypeId type) { return emit(op, type, {&v, 1}); }

static TypeId compare_type(Function& f, Value v) {
  const Type& t = f.types[f.type_of(v)];
  return t.kind == TypeKind::Vector ? f.types.vector(TypeId::I1, t.count, t.scalable) : TypeId::I1;
}

Value Builder::icmp(Predicate p, Value a, Value b) {
  Value operands[] = {a, b};
  Value v = emit(Opcode::ICmp, compare_type(function, a), operands);
  function[v.index()].sub = static_cast<u8>(p);
  return v;
}

Value Builder::fcmp(Predicate p, Value a, Value b, u16 flags) {
  Value operands[] = {a, b};
  Value v = emit(Opcode::FCmp, compare_type(function, a), operands, flags);
  function[v.index()].sub = static_cast<u8>(p);
  return v;
}

Value Builder::select(Value condition, Value if_true, Value if_false) {
  Value operands[] = {condition, if_true, if_false};
  return emit(Opcode::Select, function.type_of(if_true), operands);
}

static u8 log2_of(u32 align) { return static_cast<u8>(std::countr_zero(align ? align : 1)); }

Value Builder::load(TypeId type, Value pointer, u32 align, u16 flags) {
  Value v = emit(Opcode::Load, type, {&pointer, 1}, flags);
  function[v.index()].align_log2 = log2_of(align);
  return v;
}

InstId Builder::store(Value value, Value pointer, u32 align, u16 flags) {
  Value operands[] = {value, pointer};
  InstId id = emit(Opcode::Store, TypeId::Void, operands, flags).index();
  function[id].align_log2 = log2_of(align);
  return id;
}

Value Builder::byte_offset(Value pointer, i64 bytes) {
  if (bytes == 0) return pointer;
  return byte_offset(pointer, integer(TypeId::I64, static_cast<u64>(bytes)));
}

Value Builder::byte_offset(Value pointer, Value bytes) {
  Value operands[] = {pointer, bytes};
  Value v = emit(Opcode::GetElementPtr, function.type_of(pointer), operands);
  function[v.index()].aux = static_cast<u32>(TypeId::I8);
  return v;
}

Value Builder::alloca_bytes(u64 bytes, u32 align) {
  Value count = integer(TypeId::I32, 1);
  InstId id = function.create(Opcode::Alloca, TypeId::Ptr, {&count, 1});
  function[id].aux = static_cast<u32>(function.types.array(TypeId::I8, bytes));
  function[id].align_log2 = log2_of(align);
  InstId first = function.blocks[function.first_block].first;
  if (first == none) function.append(function.first_block, id);
  else function.insert_before(first, id);
  return instruction_value(id);
}

Value Builder::phi(TypeId type, std::span<const std::pair<Value, BlockId>> incoming) {
  std::vector<Value> operands;
  for (auto [v, b] : incoming) {
    operands.push_back(v);
    operands.push_back(block_value(b));
  }
  return emit(Opcode::Phi, type, operands);
}

static void set_indices(Function& f, InstId id, std::span<const u32> indices) {
  f[id].aux = static_cast<u32>(f.indices.size());
  f[id].index_count = static_cast<u16>(indices.size());
  f.indices.insert(f.indices.end(), indices.begin(), indices.end());
}

Value Builder::extract_value(Value aggregate, std::span<const u32> indices) {
  TypeId type = function.type_of(aggregate);
  for (u32 i : indices) {
    const Type& t = function.types[type];
    type = t.kind == TypeKind::Struct ? t.elements[i] : t.element;
  }
  Value v = emit(Opcode::ExtractValue, type, {&aggregate, 1});
  set_indices(function, v.index(), indices);
  return v;
}

Value Builder::insert_value(Value aggregate, Value element, std::span<const u32> indices) {
  Value operands[] = {aggregate, element};
  Value v = emit(Opcode::InsertValue, function.type_of(aggregate), operands);
  set_indices(function, v.index(), indices);
  return v;
}

InstId Builder::br(BlockId target) {
  Value operands[] = {block_value(target)};
  return emit(Opcode::Br, TypeId::Void, operands).index();
}

InstId Builder::br(Value condition, BlockId if_true, BlockId if_false) {
  Value operands[] = {condition, block_value(if_true), block_value(if_false)};
  return emit(Opcode::Br, TypeId::Void, operands).index();
}

InstId Builder::ret(Value v) {
  return emit(Opcode::Ret, TypeId::Void, v ? std::span<const Value>(&v, 1) : std::span<const Value>()).index();
}

InstId Builder::unreachable() { return emit(Opcode::Unreachable, TypeId::Void, {}).index(); }

Value Builder::call(std::string_view callee, TypeId result, std::span<const Value> arguments) {
  std::vector<TypeId> parameters;
  std::vector<Value> operands{Value()};
  for (Value v : arguments) {
    parameters.push_back(function.type_of(v));
    operands.push_back(v);
  }
  CallInfo info;
  info.function_type = function.types.function(result, parameters, false);
  operands[0] = global_value(function.declare(callee, info.function_type));
  Value v = emit(Opcode::Call, result, operands);
  function[v.index()].aux = static_cast<u32>(function.calls.size());
  function.calls.push_back(info);
  return v;
}

} // namespace lathe::ir
