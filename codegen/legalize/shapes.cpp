// Matchers for the few shapes of i128, vectors and aggregates that remain after legalization.

#include "codegen/legalize/context.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

bool is_op(const Function& f, Value v, Opcode op) { return v.is_instruction() && f[v.index()].op == op; }

bool is_extended_word(const Function& f, Value v, Opcode op, Value& word) {
  if (!is_op(f, v, op)) return false;
  word = f.operand(v.index(), 0);
  return f.type_of(word) == TypeId::I64;
}

bool is_shift_by_word(const Function& f, Value v, Opcode op) {
  if (!is_op(f, v, op)) return false;
  Value amount = f.operand(v.index(), 1);
  if (!amount.is_constant()) return false;
  const Constant& c = f.constants[amount.index()];
  return constant_word(c, 0) == 64 && constant_word(c, 1) == 0 && !is_undef(f, amount);
}

} // namespace

bool as_wide_pair(Function& f, Value v, Value& lo, Value& hi) {
  if (v.is_constant()) {
    const Constant c = f.constants[v.index()];
    if (c.kind == ConstantKind::Expression || !is_wide(f.types, c.type) || f.types.integer_bits(c.type) > 128) return false;
    Builder b(f);
    if (is_undef(f, v)) {
      lo = hi = b.undef(TypeId::I64);
      return true;
    }
    lo = b.integer(TypeId::I64, constant_word(c, 0));
    hi = b.integer(TypeId::I64, constant_word(c, 1));
    return true;
  }
  if (!is_op(f, v, Opcode::Or)) return false;
  Value low = f.operand(v.index(), 0), high = f.operand(v.index(), 1);
  if (!is_extended_word(f, low, Opcode::ZExt, lo) || !is_shift_by_word(f, high, Opcode::Shl)) return false;
  return is_extended_word(f, f.operand(high.index(), 0), Opcode::ZExt, hi);
}

bool as_high_part(const Function& f, Value v, Value& wide) {
  if (!is_op(f, v, Opcode::Trunc) || f.type_of(v) != TypeId::I64) return false;
  Value shift = f.operand(v.index(), 0);
  if (f.type_of(shift) != TypeId::I128 || !is_shift_by_word(f, shift, Opcode::LShr)) return false;
  wide = f.operand(shift.index(), 0);
  return true;
}

bool as_wide_multiply(const Function& f, Value wide, Value& x, Value& y, bool& is_signed) {
  if (!is_op(f, wide, Opcode::Mul) || f.type_of(wide) != TypeId::I128) return false;
  Value a = f.operand(wide.index(), 0), b = f.operand(wide.index(), 1);
  is_signed = is_op(f, a, Opcode::SExt);
  Opcode extension = is_signed ? Opcode::SExt : Opcode::ZExt;
  return is_extended_word(f, a, extension, x) && is_extended_word(f, b, extension, y);
}

bool collect_elements(Function& f, Value v, std::vector<Value>& elements) {
  const Type t = f.types[f.type_of(v)];
  if (t.kind != TypeKind::Vector || t.scalable) return false;
  Emitter b(f);
  elements.assign(t.count, Value());
  while (is_op(f, v, Opcode::InsertElement)) {
    u64 index;
    if (!constant_bits(f, f.operand(v.index(), 2), index) || index >= t.count) return false;
    if (!elements[index]) elements[index] = f.operand(v.index(), 1);
    v = f.operand(v.index(), 0);
  }
  if (!v.is_constant()) return false;
  for (u32 i = 0; i < t.count; ++i)
    if (!elements[i]) elements[i] = constant_element(f, v, i);
  return true;
}

static void constant_leaves(Function& f, Value v, std::vector<Value>& leaves) {
  const Type t = f.types[f.type_of(v)];
  if (t.kind != TypeKind::Struct && t.kind != TypeKind::Array) {
    leaves.push_back(v);
    return;
  }
  u64 count = t.kind == TypeKind::Struct ? t.elements.size() : t.count;
  for (u32 i = 0; i < count; ++i) constant_leaves(f, constant_element(f, v, i), leaves);
}

bool collect_leaves(Function& f, Value v, std::vector<Value>& leaves) {
  std::vector<Value> base;
  Value top = v;
  while (is_op(f, v, Opcode::InsertValue)) v = f.operand(v.index(), 0);
  if (!v.is_constant()) return false;
  base.clear();
  constant_leaves(f, v, base);
  leaves = base;
  std::vector<bool> set(leaves.size());
  for (v = top; is_op(f, v, Opcode::InsertValue); v = f.operand(v.index(), 0)) {
    u32 at = leaf_index(f, v.index());
    Value element = f.operand(v.index(), 1);
    base.clear();
    if (element.is_constant()) constant_leaves(f, element, base);
    else if (f.types.is_aggregate(f.type_of(element))) {
      if (!collect_leaves(f, element, base)) return false;
    } else base.push_back(element);
    for (u32 i = 0; i < base.size() && at + i < leaves.size(); ++i) {
      if (set[at + i]) continue;
      leaves[at + i] = base[i];
      set[at + i] = true;
    }
  }
  return true;
}

ir::Predicate constrained_predicate(const Function& f, InstId id) {
  Value v = f[id].operand_count > 3 ? f.operand(id, 3) : Value();
  if (v && v.is(ir::ValueKind::Metadata)) {
    std::string_view text = f.metadata_operands[v.index()];
    for (u32 p = 0; p <= static_cast<u32>(Predicate::True); ++p)
      if (text.ends_with("!\"" + std::string(spelling(static_cast<Predicate>(p))) + "\"")) return static_cast<Predicate>(p);
  }
  unsupported(f, "a constrained comparison without a known predicate");
}

} // namespace lathe::legalize
