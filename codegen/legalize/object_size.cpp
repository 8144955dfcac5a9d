// llvm.objectsize: how many bytes lie between a pointer and the end of what it points into, where the object is in
// sight: a stack slot, a variable whose definition is final, a copy passed by value, memory of an allocation function.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

#include <optional>

namespace lathe::legalize {

namespace {

struct Extent {
  u64 size = 0;
  i64 offset = 0;
  u64 left() const { return offset < 0 || static_cast<u64>(offset) > size ? 0 : size - static_cast<u64>(offset); }
};

class ObjectSizes {
public:
  ObjectSizes(Context& c, bool smallest, bool null_is_unknown)
      : context(c), f(c.f), smallest_(smallest), null_is_unknown_(null_is_unknown) {}

  std::optional<u64> left(Value v, u32 depth = 0) {
    i64 offset = 0;
    while (depth < 64) {
      ++depth;
      GlobalId global;
      i64 more;
      if (v.is_global() || (v.is_constant() && analysis::as_symbol_offset(f, v, global, more))) {
        if (v.is_global()) global = v.index(), more = 0;
        return left_of_global(global, offset + more);
      }
      if (v.is_constant()) return left_of_null(v);
      if (v.is_argument()) return left_of_argument(v.index(), offset);
      if (!v.is_instruction()) return {};
      InstId id = v.index();
      i64 step;
      switch (f[id].op) {
      case Opcode::GetElementPtr:
        if (!constant_offset(id, step)) return {};
        offset += step;
        [[fallthrough]];
      case Opcode::BitCast:
      case Opcode::AddrSpaceCast:
      case Opcode::Freeze: v = f.operand(id, 0); continue;
      case Opcode::Select: {
        if (offset) return {};
        auto x = left(f.operand(id, 1), depth), y = left(f.operand(id, 2), depth);
        if (!x || !y) return {};
        return smallest_ ? std::min(*x, *y) : std::max(*x, *y);
      }
      case Opcode::Alloca: return left_of_alloca(id, offset);
      case Opcode::Call: return left_of_allocation(id, offset);
      default: return {};
      }
    }
    return {};
  }

private:
  bool constant_offset(InstId id, i64& sum) {
    auto operands = f.operands_of(id);
    TypeId type = static_cast<TypeId>(f[id].aux);
    sum = 0;
    for (u32 k = 1; k < operands.size(); ++k) {
      u64 bits;
      if (!constant_bits(f, operands[k], bits)) return false;
      i64 index = sign_extend(bits, scalar_bits(f, f.type_of(operands[k])));
      const Type& row = f.types[type];
      if (k > 1 && row.kind == TypeKind::Struct) {
        sum += static_cast<i64>(f.types.field_offset(type, static_cast<u32>(index), context.layout()));
        type = row.elements[static_cast<u32>(index)];
        continue;
      }
      if (k > 1) type = row.element;
      sum += index * static_cast<i64>(f.types.alloc_size(type, context.layout()));
    }
    return true;
  }

  std::optional<u64> left_of_global(GlobalId id, i64 offset) {
    const Global& g = f.global(id);
    if (g.kind != GlobalKind::Variable || g.is_declaration || g.externally_initialized) return {};
    switch (g.linkage) {
    case Linkage::External:
    case Linkage::Internal:
    case Linkage::Private:
    case Linkage::LinkOnceOdr:
    case Linkage::WeakOdr: return Extent{f.types.alloc_size(g.value_type, context.layout()), offset}.left();
    default: return {}; // another definition may take its place
    }
  }

  std::optional<u64> left_of_null(Value v) {
    const Constant& c = f.constants[v.index()];
    if (c.kind == ConstantKind::Null && !null_is_unknown_) return 0;
    if (is_undef(f, v)) return 0;
    return {};
  }

  std::optional<u64> left_of_argument(u32 index, i64 offset) {
    const Global& self = f.global(f.self);
    if (index >= self.parameter_attributes.size()) return {};
    const AttributeSet& set = f.attributes(self.parameter_attributes[index]);
    if (!set.has(Attribute::ByVal)) return {};
    return Extent{f.types.alloc_size(set.by_type, context.layout()), offset}.left();
  }

  std::optional<u64> left_of_alloca(InstId id, i64 offset) {
    u64 count;
    if (!constant_bits(f, f.operand(id, 0), count)) return {};
    return Extent{count * f.types.alloc_size(static_cast<TypeId>(f[id].aux), context.layout()), offset}.left();
  }

  // malloc and its kin by name: how many arguments, and which one or two give the size.
  std::optional<u64> left_of_allocation(InstId id, i64 offset) {
    struct Row {
      std::string_view name;
      u32 arguments, size, count;
    };
    static constexpr Row rows[] = {{"malloc", 1, 0, none}, {"valloc", 1, 0, none}, {"calloc", 2, 0, 1},
                                   {"realloc", 2, 1, none}, {"aligned_alloc", 2, 1, none}, {"memalign", 2, 1, none}};
    Value callee = f.operand(id, 0);
    if (!callee.is_global()) return {};
    for (const Row& row : rows) {
      if (f.global(callee.index()).name != row.name || f[id].operand_count != row.arguments + 1) continue;
      u64 size, count = 1;
      if (!constant_bits(f, f.operand(id, 1 + row.size), size)) return {};
      if (row.count != none && !constant_bits(f, f.operand(id, 1 + row.count), count)) return {};
      u64 total;
      if (__builtin_mul_overflow(size, count, &total)) return {};
      return Extent{total, offset}.left();
    }
    return {};
  }

  Context& context;
  Function& f;
  bool smallest_, null_is_unknown_;
};

} // namespace

Value expand_object_size(Context& c, Emitter& b, InstId id) {
  u64 smallest = 0, null_is_unknown = 0;
  constant_bits(c.f, c.f.operand(id, 2), smallest);
  if (c.f[id].operand_count > 3) constant_bits(c.f, c.f.operand(id, 3), null_is_unknown);
  TypeId type = c.f[id].type;
  if (auto n = ObjectSizes(c, smallest, null_is_unknown).left(c.f.operand(id, 1))) return b.integer(type, *n);
  return smallest ? b.zero(type) : b.all_ones(type);
}

} // namespace lathe::legalize
