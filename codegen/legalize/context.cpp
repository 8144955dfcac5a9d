// Questions about types and constants that several passes ask, and edges.

#include "codegen/legalize/context.h"

#include <algorithm>

namespace lathe::legalize {

bool Context::is_of_target(Value callee) const {
  return target.has_intrinsic && target.has_intrinsic(f.global(callee.index()).intrinsic_name());
}

bool Context::has(Attribute a) const {
  const Global& g = f.global(f.self);
  return f.attributes(g.function_attributes).has(a);
}

std::string type_text(const Function& f, TypeId t) { return print(f.types, f.module.names, t); }

u32 scalar_bits(const Function& f, TypeId t) {
  switch (f.types.kind(t)) {
  case TypeKind::Half:
  case TypeKind::BFloat: return 16;
  case TypeKind::Float: return 32;
  case TypeKind::Double: return 64;
  case TypeKind::X86Fp80: return 80;
  case TypeKind::Fp128:
  case TypeKind::PpcFp128: return 128;
  case TypeKind::Integer: return f.types.integer_bits(t);
  default: return 0;
  }
}

u64 constant_word(const Constant& c, u32 i) {
  if (c.kind == ConstantKind::Words) return i < c.words.size() ? c.words[i] : 0;
  if (c.kind == ConstantKind::Integer || c.kind == ConstantKind::Float) return i == 0 ? c.bits : 0;
  return 0;
}

bool is_undef(const Function& f, Value v) {
  if (!v.is_constant()) return false;
  ConstantKind k = f.constants[v.index()].kind;
  return k == ConstantKind::Undef || k == ConstantKind::Poison;
}

bool is_poison(const Function& f, Value v) {
  return v.is_constant() && f.constants[v.index()].kind == ConstantKind::Poison;
}

bool constant_bits(const Function& f, Value v, u64& bits) {
  const Constant* c = f.integer_constant(v);
  if (!c) return false;
  bits = c->bits;
  return true;
}

Value constant_element(Function& f, Value v, u32 i) {
  const Constant c = f.constants[v.index()];
  const Type& t = f.types[c.type];
  TypeId element = t.kind == TypeKind::Struct ? t.elements[i] : t.element;
  Builder b(f);
  switch (c.kind) {
  case ConstantKind::Aggregate: return c.operands[i];
  case ConstantKind::Zero: return b.zero(element);
  case ConstantKind::Bytes: return b.integer(element, static_cast<u8>(c.bytes[i]));
  case ConstantKind::Undef:
  case ConstantKind::Poison: {
    Constant e;
    e.kind = c.kind;
    e.type = element;
    return constant_value(f.constants.intern(e));
  }
  default: unsupported(f, "this constant of type '" + type_text(f, c.type) + "'");
  }
}

BlockId split_edge(Function& f, BlockId from, u32 index) {
  InstId terminator = f.terminator(from);
  BlockId to = f.operand(terminator, index).index();
  BlockId middle = f.insert_block_after(from);
  Builder b(f);
  b.at_end(middle);
  b.location = f[terminator].location;
  b.br(to);
  f.set_operand(terminator, index, block_value(middle));
  for (InstId phi = f.blocks[to].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
    auto operands = f.operands_of(phi);
    for (u32 i = 1; i < operands.size(); i += 2) {
      if (operands[i] != block_value(from)) continue;
      f.set_operand(phi, i, block_value(middle));
      break; // one entry an edge
    }
  }
  return middle;
}

namespace {

constexpr size_t most_leaves = 16384;

void walk_leaves(const Function& f, TypeId type, std::vector<u32>& path, u64 offset,
                 std::vector<std::vector<u32>>* paths, std::vector<Leaf>* leaves) {
  const Type t = f.types[type];
  if (t.kind != TypeKind::Struct && t.kind != TypeKind::Array) {
    if (paths) paths->push_back(path);
    if (leaves) leaves->push_back({type, offset});
    if ((paths && paths->size() > most_leaves) || (leaves && leaves->size() > most_leaves))
      unsupported(f, "a value of an aggregate type with more than 16384 members");
    return;
  }
  u64 count = t.kind == TypeKind::Struct ? t.elements.size() : t.count;
  for (u64 i = 0; i < count; ++i) {
    TypeId element = t.kind == TypeKind::Struct ? t.elements[i] : t.element;
    u64 at = t.kind == TypeKind::Struct ? f.types.field_offset(type, static_cast<u32>(i), f.module.layout)
                                        : i * f.types.alloc_size(element, f.module.layout);
    path.push_back(static_cast<u32>(i));
    walk_leaves(f, element, path, offset + at, paths, leaves);
    path.pop_back();
  }
}

u64 count_leaves(const Function& f, TypeId type) {
  const Type& t = f.types[type];
  if (t.kind == TypeKind::Array) return t.count * count_leaves(f, t.element);
  if (t.kind != TypeKind::Struct) return 1;
  u64 sum = 0;
  for (TypeId e : t.elements) sum += count_leaves(f, e);
  return sum;
}

} // namespace

void leaves_of(const Function& f, TypeId type, std::vector<Leaf>& out) {
  std::vector<u32> path;
  walk_leaves(f, type, path, 0, nullptr, &out);
}

void leaf_paths(const Function& f, TypeId type, std::vector<std::vector<u32>>& out) {
  std::vector<u32> path;
  walk_leaves(f, type, path, 0, &out, nullptr);
}

u32 leaf_index(const Function& f, InstId id) {
  const Instruction& i = f[id];
  TypeId type = f.type_of(f.operand(id, 0));
  u64 sum = 0;
  for (u32 k = 0; k < i.index_count; ++k) {
    u32 index = f.indices[i.aux + k];
    const Type& t = f.types[type];
    if (t.kind == TypeKind::Struct) {
      for (u32 j = 0; j < index; ++j) sum += count_leaves(f, t.elements[j]);
      type = t.elements[index];
    } else {
      sum += index * count_leaves(f, t.element);
      type = t.element;
    }
  }
  return static_cast<u32>(sum);
}

void remove_one_incoming(Function& f, BlockId to, BlockId from) {
  for (InstId phi = f.blocks[to].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
    std::vector<Value> kept;
    auto operands = f.operands_of(phi);
    bool done = false;
    for (u32 i = 0; i + 1 < operands.size(); i += 2) {
      if (!done && operands[i + 1] == block_value(from)) {
        done = true;
        continue;
      }
      kept.push_back(operands[i]);
      kept.push_back(operands[i + 1]);
    }
    f.set_operands(phi, kept);
  }
}

} // namespace lathe::legalize
