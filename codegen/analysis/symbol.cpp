// Addresses that an assembler can write: symbol+offset. One function for legalization, selection and data.

#include "codegen/analysis/analysis.h"

namespace lathe::analysis {

using namespace ir;

namespace {

// Reading access to the tables that a constant refers to.
struct Tables {
  const TypeTable& types;
  const ConstantTable& constants;
  const DataLayout& layout;
};

bool as_integer(const Tables& t, Value v, i64& out) {
  if (!v.is_constant()) return false;
  const Constant& c = t.constants[v.index()];
  if (c.kind == ConstantKind::Null || (c.kind == ConstantKind::Zero && t.types.is_integer(c.type))) {
    out = 0;
    return true;
  }
  if (c.kind != ConstantKind::Integer) return false;
  u32 bits = t.types.integer_bits(c.type);
  out = static_cast<i64>(c.bits << (64 - bits)) >> (64 - bits);
  return true;
}

bool offset_of_indices(const Tables& t, TypeId source, std::span<const Value> indices, i64& offset) {
  u64 sum = 0;
  TypeId type = source;
  for (size_t i = 0; i < indices.size(); ++i) {
    i64 index;
    if (!as_integer(t, indices[i], index)) return false;
    if (i == 0) {
      sum += static_cast<u64>(index) * t.types.alloc_size(source, t.layout);
      continue;
    }
    const Type& row = t.types[type];
    if (row.kind == TypeKind::Struct) {
      if (index < 0 || static_cast<u64>(index) >= row.elements.size()) return false;
      sum += t.types.field_offset(type, static_cast<u32>(index), t.layout);
      type = row.elements[index];
    } else if (row.kind == TypeKind::Array || (row.kind == TypeKind::Vector && !row.scalable)) {
      type = row.element;
      sum += static_cast<u64>(index) * t.types.alloc_size(type, t.layout);
    } else {
      return false;
    }
  }
  offset = static_cast<i64>(sum);
  return true;
}

bool find(const Tables& t, Value v, GlobalId& global, i64& offset) {
  u64 sum = 0;
  for (u32 depth = 0; depth < 1000; ++depth) {
    if (v.is_global()) {
      global = v.index();
      offset = static_cast<i64>(sum);
      return true;
    }
    if (!v.is_constant()) return false;
    const Constant& c = t.constants[v.index()];
    if (c.kind == ConstantKind::DsoLocalEquivalent || c.kind == ConstantKind::NoCfi) {
      v = c.operands[0];
      continue;
    }
    if (c.kind != ConstantKind::Expression) return false;
    i64 part;
    switch (c.op) {
    case Opcode::BitCast:
    case Opcode::AddrSpaceCast:
      if (!t.types.is_pointer(c.type)) return false;
      v = c.operands[0];
      break;
    case Opcode::IntToPtr:
    case Opcode::PtrToInt:
    case Opcode::PtrToAddr: {
      // Narrowing casts lose bits of the address: they must be computed.
      TypeId other = c.type;
      if (c.op == Opcode::IntToPtr) {
        if (!c.operands[0].is_constant()) return false;
        other = t.constants[c.operands[0].index()].type;
      }
      if (!t.types.is_integer(other) || t.types.integer_bits(other) != t.layout.pointer_size * 8) return false;
      v = c.operands[0];
      break;
    }
    case Opcode::GetElementPtr:
      if (t.types.is_vector(c.type) || !offset_of_indices(t, c.source_type, c.operands.subspan(1), part)) return false;
      sum += static_cast<u64>(part);
      v = c.operands[0];
      break;
    case Opcode::Add:
      if (as_integer(t, c.operands[1], part)) {
        v = c.operands[0];
      } else if (as_integer(t, c.operands[0], part)) {
        v = c.operands[1];
      } else {
        return false;
      }
      sum += static_cast<u64>(part);
      break;
    case Opcode::Sub:
      if (!as_integer(t, c.operands[1], part)) return false;
      sum -= static_cast<u64>(part);
      v = c.operands[0];
      break;
    default: return false;
    }
  }
  return false;
}

} // namespace

bool as_symbol_offset(const Function& f, Value v, GlobalId& global, i64& offset) {
  // The address of a thread's variable is computed.
  return find({f.types, f.constants, f.module.layout}, v, global, offset) && f.global(global).tls == TlsModel::None;
}

bool as_symbol_offset(const Module& m, Value v, GlobalId& global, i64& offset) {
  return find({m.types, m.constants, m.layout}, v, global, offset);
}

} // namespace lathe::analysis
