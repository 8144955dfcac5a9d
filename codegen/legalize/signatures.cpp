// The types of intrinsics. Who writes IR may call them with any: passes and selection rely on those that LangRef gives.

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

constexpr std::string_view signatures[] = {
    "", "...",
#define INTRINSIC(id, name, types) types,
#include "codegen/legalize/intrinsics.def"
};

struct TypeName {
  std::string_view name;
  TypeId type;
};
constexpr TypeName type_names[] = {
    {"void", TypeId::Void}, {"m", TypeId::Metadata}, {"i1", TypeId::I1},       {"i8", TypeId::I8},         {"i16", TypeId::I16},
    {"i32", TypeId::I32},   {"i64", TypeId::I64},    {"float", TypeId::Float}, {"double", TypeId::Double},
};

// One call against one row; the notation is described in intrinsics.def.
class Signature {
public:
  Signature(const Function& function, std::string_view words) : f(function) {
    while (!words.empty()) {
      size_t end = std::min(words.find(' '), words.size());
      words_.push_back(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    open_ = !words_.empty() && words_.back() == "...";
    if (open_) words_.pop_back();
  }

  bool takes(std::span<const TypeId> types, std::span<const Value> arguments) {
    if (types.size() < words_.size() || (types.size() > words_.size() && !open_)) return false;
    types_ = types;
    for (size_t k = 0; k < words_.size(); ++k) {
      std::string_view word = words_[k];
      if (word.ends_with('!')) {
        word.remove_suffix(1);
        const Value v = arguments[k - 1];
        if (!v.is_constant() || f.constants[v.index()].kind != ConstantKind::Integer) return false;
      }
      if (!fits(word, types[k])) return false;
    }
    return true;
  }

private:
  TypeId element(TypeId t) const { return f.types.is_vector(t) ? f.types[t].element : t; }
  u64 bits(TypeId t) const { return f.types.size_in_bits(element(t), f.module.layout); }

  // The type of word N; of a struct, its first member.
  TypeId of_word(char n) const {
    TypeId t = types_[static_cast<size_t>(n - '0')];
    return f.types.kind(t) == TypeKind::Struct && !f.types[t].elements.empty() ? f.types[t].elements[0] : t;
  }

  bool fits(std::string_view word, TypeId t) {
    for (const TypeName& row : type_names)
      if (row.name == word) return t == row.type;
    switch (word[0]) {
    case 'p': return f.types.is_pointer(t);
    case 'i': return f.types.is_integer(t);
    case 'f': return f.types.is_float(t);
    case 'w': return f.types.is_vector(t);
    case 'x': return t != TypeId::Void && t != TypeId::Metadata && t != TypeId::Label;
    case 'I':
    case 'F':
    case 'P':
    case 'B':
    case 'V': return same_shape(t) && is_of(word[0], t);
    case '=': return t == of_word(word[1]);
    case '>': return same_shape(t) && is_of('F', t) && bits(t) > bits(of_word(word[1]));
    case '<': return word.ends_with('>') ? vector_of(word.substr(1, word.size() - 2), t)
                                         : same_shape(t) && is_of('F', t) && bits(t) < bits(of_word(word[1]));
    case '{': {
      const Type& row = f.types[t];
      return row.kind == TypeKind::Struct && row.elements.size() == 2 && fits(word.substr(1, 1), row.elements[0]) &&
             fits(word.substr(3, 1), row.elements[1]);
    }
    default: return counted_vector(word, t);
    }
  }

  bool is_of(char kind, TypeId t) const {
    switch (kind) {
    case 'I': return f.types.is_integer(element(t));
    case 'F': return f.types.is_float(element(t));
    case 'P': return f.types.is_pointer(element(t));
    case 'B': return element(t) == TypeId::I1;
    default: return f.types.is_vector(t);
    }
  }

  // All capitals are scalars or vectors of one length.
  bool same_shape(TypeId t) {
    i64 lanes = f.types.is_vector(t) ? static_cast<i64>(f.types[t].count) : 0;
    if (lanes_ < 0) lanes_ = lanes;
    return lanes == lanes_;
  }

  // "N": elements of the type of word N; "=N": of that vector's elements.
  bool vector_of(std::string_view word, TypeId t) const {
    return f.types.is_vector(t) && element(t) == (word[0] == '=' ? element(of_word(word[1])) : of_word(word[0]));
  }

  bool counted_vector(std::string_view word, TypeId t) const {
    u64 count = 0;
    size_t k = 0;
    for (; k < word.size() && word[k] >= '0' && word[k] <= '9'; ++k) count = count * 10 + static_cast<u64>(word[k] - '0');
    if (count == 0 || !f.types.is_vector(t) || f.types[t].count != count) return false;
    for (const TypeName& row : type_names)
      if (row.name == word.substr(k + 1)) return element(t) == row.type;
    return false;
  }

  const Function& f;
  std::vector<std::string_view> words_;
  std::span<const TypeId> types_;
  i64 lanes_ = -1;
  bool open_ = false;
};

} // namespace

void check_signature(const Function& f, InstId call, const LegalizeTarget& target) {
  Intrinsic which = intrinsic_of(f, call);
  if (which == Intrinsic::None) return;
  const Global& callee = f.global(f.operand(call, 0).index());
  std::string_view name = callee.name;
  std::vector<TypeId> types{f[call].type};
  std::vector<Value> arguments;
  for (Value v : f.operands_of(call).subspan(1)) {
    if (v.is_block()) break;
    arguments.push_back(v);
    types.push_back(f.type_of(v));
  }
  if (which == Intrinsic::Unknown) { // the target's own, or refused later
    std::string_view bare = callee.intrinsic_name();
    if (target.has_intrinsic && target.has_intrinsic(bare) && !target.intrinsic_takes(f, bare, types))
      unsupported(f, "a call of '" + std::string(name) + "' with these types");
    return;
  }
  if (which == Intrinsic::ConstrainedOther) {
    which = unconstrained(name);
    if (which == Intrinsic::Unknown) unsupported(f, "the intrinsic '" + std::string(name) + "'");
    while (!arguments.empty() && types.back() == TypeId::Metadata) arguments.pop_back(), types.pop_back();
  }
  if (!Signature(f, signatures[static_cast<u8>(which)]).takes(types, arguments))
    unsupported(f, "a call of '" + std::string(name) + "' with these types");
}

} // namespace lathe::legalize
