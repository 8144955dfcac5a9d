// The types of the intrinsics that are single instructions: they follow from the registers and memory that a row names.

#include "codegen/ir/ir.h"
#include "codegen/x86/intrinsic_rows.h"

#include <algorithm>
#include <charconv>

namespace lathe::codegen::x86 {

namespace {

using ir::TypeId;

class IntrinsicTypes {
public:
  IntrinsicTypes(const ir::Function& function, const IntrinsicRow& row, std::span<const TypeId> types)
      : f(function), row_(row), arguments_(types.subspan(1)), used_(arguments_.size()) {
    const ir::Type& result = f.types[types[0]];
    if (result.kind == ir::TypeKind::Struct) fields_.assign(result.elements.begin(), result.elements.end());
    else if (types[0] != TypeId::Void) fields_.push_back(types[0]);
    is_struct_ = result.kind == ir::TypeKind::Struct;
  }

  bool fit() {
    return results_fit() && operands_fit() && fixed_fit() && std::find(used_.begin(), used_.end(), false) == used_.end();
  }

private:
  bool is_vector(TypeId t) const {
    if (!f.types.is_vector(t) || f.types.size_in_bits(t, f.module.layout) != 128) return false;
    constexpr TypeId elements[] = {TypeId::I8, TypeId::I16, TypeId::I32, TypeId::I64, TypeId::Float, TypeId::Double};
    return std::find(std::begin(elements), std::end(elements), f.types[t].element) != std::end(elements);
  }
  bool is_integer(TypeId t, u64 bits) const { return f.types.is_integer(t) && f.types.size_in_bits(t, f.module.layout) == bits; }
  bool is_word(TypeId t) const { return t == TypeId::I32 || t == TypeId::I64 || f.types.is_pointer(t); }

  // Argument N of a word that ends in its number; null where there is none.
  const TypeId* argument(std::string_view digits) {
    u32 n = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error != std::errc() || end != digits.data() + digits.size() || n >= arguments_.size()) return nullptr;
    used_[n] = true;
    return &arguments_[n];
  }

  bool results_fit() {
    std::string_view list = row_.results.empty() && row_.operands.starts_with("=") ? "=" : row_.results;
    size_t count = 0;
    for (; !list.empty(); ++count) {
      std::string_view word = next_word(list);
      if (count >= fields_.size()) return false;
      TypeId t = fields_[count];
      if (word == "=") shown_ = t;
      else if (word[0] == '?' ? t != TypeId::I8 && t != TypeId::I32
               : word.find(':') != std::string_view::npos ? t != TypeId::I64
               : word == "xmm0" ? !is_vector(t) : t != TypeId::I32 && t != TypeId::I64)
        return false;
    }
    return count == fields_.size() && is_struct_ == (count > 1);
  }

  bool operands_fit() {
    size_t k = 0;
    for (std::string_view list = row_.operands; !list.empty(); ++k) {
      std::string_view word = next_word(list);
      const TypeId* t = word.size() > 1 ? argument(word.substr(1)) : nullptr;
      if (word.size() > 1 && !t) return false;
      if (!operand_fits(word[0], k, t)) return false;
    }
    return true;
  }

  bool operand_fits(char kind, size_t k, const TypeId* t) const {
    switch (kind) {
    case '=': return t ? register_fits(k, *t) && register_fits(k, shown_) : register_fits(k, shown_, true);
    case 'm': return f.types.is_pointer(*t);
    case 'i': return is_integer(*t, 8) || is_integer(*t, 32);
    case 'z':
    case 'c': return *t == TypeId::I32;
    default: return register_fits(k, *t);
    }
  }

  // Text has 64-bit registers only. A result may be narrower than its register.
  bool register_fits(size_t k, TypeId t, bool may_be_narrow = false) const {
    if (!row_.text.empty()) return t == TypeId::I64;
    const auto& operand = info(row_.row).operands[k];
    if (operand.register_class == lathe::x86::RegClass::Xmm) return is_vector(t);
    if (may_be_narrow && operand.width == 64 && t == TypeId::I32) return true;
    return is_integer(t, operand.width) || (operand.width == 64 && f.types.is_pointer(t));
  }

  bool fixed_fit() {
    for (std::string_view list = row_.fixed; !list.empty();) {
      std::string_view word = next_word(list);
      size_t equals = word.find('=');
      if (equals == std::string_view::npos || word.substr(equals + 1).starts_with("0x")) continue;
      const TypeId* t = argument(word.substr(equals + 1));
      if (!t) return false;
      std::string_view name = word.substr(0, equals);
      if (name == "cf" ? *t != TypeId::I8 : name == "xmm0" ? !is_vector(*t) : !is_word(*t)) return false;
    }
    return true;
  }

  const ir::Function& f;
  const IntrinsicRow& row_;
  std::span<const TypeId> arguments_;
  std::vector<bool> used_;
  std::vector<TypeId> fields_;
  TypeId shown_ = TypeId::Void;
  bool is_struct_ = false;
};

} // namespace

bool intrinsic_takes(const ir::Function& f, const IntrinsicRow& row, std::span<const TypeId> types) {
  return IntrinsicTypes(f, row, types).fit();
}

std::string_view next_word(std::string_view& list) {
  size_t end = list.find(' ');
  std::string_view word = list.substr(0, end);
  list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  return word;
}

} // namespace lathe::codegen::x86
