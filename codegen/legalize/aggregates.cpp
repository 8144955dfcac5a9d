// First-class structs and arrays become their leaves. Needs: no constant expressions to compute. Gives: legalize.h (8).
//
//     %s = load {i32, ptr}, ptr %p              %a = load i32, ptr %p
//     %t = insertvalue {i32, ptr} %s, i32 1, 0  %q = getelementptr i8, ptr %p, i64 8
//     call void @f({i32, ptr} %t)               %b = load ptr, ptr %q
//                                               call void @f(i32 1, ptr %b)

#include "codegen/legalize/parts.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

class AggregateRewriter : public PartsRewriter {
public:
  using PartsRewriter::PartsRewriter;
  using PartsRewriter::is_split;

protected:
  bool is_split(TypeId t) const override { return f.types.is_aggregate(t); }

  void part_types(TypeId t, std::vector<TypeId>& out) override {
    for (const Leaf& leaf : leaves(t)) out.push_back(leaf.type);
  }

  void split_constant(Value v, std::vector<Value>& parts) override {
    const Type t = f.types[f.type_of(v)];
    if (t.kind != TypeKind::Struct && t.kind != TypeKind::Array) {
      parts.push_back(v);
      return;
    }
    leaves(f.type_of(v)); // refuses huge ones
    u64 count = t.kind == TypeKind::Struct ? t.elements.size() : t.count;
    for (u32 i = 0; i < count; ++i) split_constant(constant_element(f, v, i), parts);
  }

  void split_border(Value v, std::vector<Value>& parts) override {
    std::vector<std::vector<u32>> paths;
    leaf_paths(f, f.type_of(v), paths);
    for (const auto& path : paths) parts.push_back(b.extract_value(v, path));
  }

  Value join(TypeId t, std::span<const Value> parts) override {
    std::vector<std::vector<u32>> paths;
    leaf_paths(f, t, paths);
    Value whole = b.poison(t);
    for (size_t i = 0; i < paths.size(); ++i) whole = b.insert_value(whole, parts[i], paths[i]);
    return whole;
  }

  bool expand(InstId id) override {
    switch (f[id].op) {
    case Opcode::InsertValue: return insert(id);
    case Opcode::ExtractValue: return extract(id);
    case Opcode::Load: return is_split(f[id].type) && load(id);
    case Opcode::Store: return is_split(f.operand(id, 0)) && store(id);
    case Opcode::Call:
    case Opcode::Invoke:
    case Opcode::CallBr: return call(id);
    case Opcode::LandingPad:
    case Opcode::CmpXchg:
      if (!is_split(f[id].type)) return false;
      split_result(id);
      return true;
    case Opcode::Resume: join_operands(id); return true;
    default: return false;
    }
  }

private:
  const std::vector<Leaf>& leaves(TypeId t) {
    if (leaf_type_ != t) {
      leaves_.clear();
      leaves_of(f, t, leaves_);
      leaf_type_ = t;
    }
    return leaves_;
  }

  bool insert(InstId id) {
    u32 at = leaf_index(f, id);
    std::vector<Value> parts = copy_parts(f.operand(id, 0));
    Value element = f.operand(id, 1);
    if (is_split(element)) {
      auto inner = parts_of(element);
      std::copy(inner.begin(), inner.end(), parts.begin() + at);
    } else {
      parts[at] = element;
    }
    set_parts(id, parts);
    return true;
  }

  bool extract(InstId id) {
    u32 at = leaf_index(f, id);
    TypeId type = f[id].type;
    if (!is_split(type)) {
      replace(id, parts_of(f.operand(id, 0))[at]);
      return true;
    }
    size_t count = leaves(type).size();
    std::vector<Value> parts = copy_parts(f.operand(id, 0));
    set_parts(id, {parts.data() + at, count});
    return true;
  }

  static u32 alignment(u32 align_log2, u64 offset) {
    u64 align = u64(1) << align_log2;
    return static_cast<u32>(std::min<u64>(offset ? std::min(align, offset & (~offset + 1)) : align, u64(1) << 31));
  }

  bool load(InstId id) {
    Value pointer = f.operand(id, 0);
    std::vector<Value> parts;
    const Instruction whole = f[id];
    for (const Leaf leaf : std::vector<Leaf>(leaves(whole.type)))
      parts.push_back(b.load(leaf.type, b.byte_offset(pointer, static_cast<i64>(leaf.offset)),
                             alignment(whole.align_log2, leaf.offset), whole.flags));
    set_parts(id, parts);
    return true;
  }

  bool store(InstId id) {
    Value value = f.operand(id, 0), pointer = f.operand(id, 1);
    const Instruction whole = f[id];
    std::vector<Value> parts = copy_parts(value);
    const std::vector<Leaf> list = leaves(f.type_of(value));
    for (size_t i = 0; i < parts.size(); ++i) {
      if (is_undef(f, parts[i]) && !(whole.flags & FlagVolatile)) continue;
      b.store(parts[i], b.byte_offset(pointer, static_cast<i64>(list[i].offset)),
              alignment(whole.align_log2, list[i].offset), whole.flags);
    }
    drop(id);
    return true;
  }

  // Arguments are passed leaf by leaf anyway: the call is given them, and a function type to match.
  bool call(InstId id) {
    u32 trailing = f[id].op == Opcode::Invoke ? 2 : 0;
    if (f[id].op == Opcode::CallBr) {
      auto operands = f.operands_of(id);
      while (trailing < operands.size() && operands[operands.size() - 1 - trailing].is_block()) ++trailing;
    }
    bool flatten = false;
    u32 arguments = f[id].operand_count - trailing - 1;
    for (u32 i = 0; i < arguments; ++i) flatten |= is_split(f.operand(id, 1 + i));
    if (flatten) {
      CallInfo info = f.call_info(id);
      const Type type = f.types[info.function_type];
      std::vector<Value> operands{f.operand(id, 0)};
      std::vector<TypeId> parameters;
      std::vector<u32> attributes;
      for (u32 i = 0; i < arguments; ++i) {
        Value v = f.operand(id, 1 + i);
        bool fixed = i < type.elements.size();
        u32 attribute = i < info.argument_attributes.size() ? info.argument_attributes[i] : 0;
        if (!is_split(v)) {
          operands.push_back(v);
          if (fixed) parameters.push_back(type.elements[i]);
          attributes.push_back(attribute);
          continue;
        }
        for (Value part : copy_parts(v)) {
          operands.push_back(part);
          if (fixed) parameters.push_back(f.type_of(part));
          attributes.push_back(0);
        }
      }
      for (u32 i = 0; i < trailing; ++i) operands.push_back(f.operand(id, f[id].operand_count - trailing + i));
      info.function_type = f.types.function(type.element, parameters, type.variadic);
      if (!info.argument_attributes.empty()) info.argument_attributes = f.memory.copy(std::span<const u32>(attributes));
      f.calls[f[id].aux] = info;
      f.set_operands(id, operands);
    }
    if (is_split(f[id].type)) split_result(id);
    return true;
  }

  TypeId leaf_type_ = TypeId::Void;
  std::vector<Leaf> leaves_;
};

} // namespace

void legalize_aggregates(Context& c) { AggregateRewriter(c).run(); }

} // namespace lathe::legalize
