// Types. Pointers to something, as LLVM wrote them up to 14, become the opaque `ptr`.

#include "codegen/ir/ir.h"
#include "codegen/reader/parser.h"
#include "codegen/reader/words.h"

namespace lathe::reader {
namespace {

const WordTable<TypeId> simple_types{
    {"void", TypeId::Void},           {"label", TypeId::Label},     {"metadata", TypeId::Metadata},
    {"token", TypeId::Token},         {"half", TypeId::Half},       {"bfloat", TypeId::BFloat},
    {"float", TypeId::Float},         {"double", TypeId::Double},   {"x86_fp80", TypeId::X86Fp80},
    {"fp128", TypeId::Fp128},         {"x86_amx", TypeId::X86Amx},  {"ppc_fp128", TypeId::PpcFp128},
};
constexpr u32 max_depth = 400;
constexpr u32 max_integer_bits = 8388608; // LangRef: 2^23

} // namespace

Parser::Depth::Depth(Parser& p) : parser(p) {
  if (++p.depth_ > max_depth) {
    --p.depth_;
    p.c.fail("this is nested too deeply (at most " + std::to_string(max_depth) + " levels)");
  }
}

bool begins_type(std::string_view w) {
  if (w.empty()) return false;
  if (w[0] == 'i' && w.size() > 1) {
    for (char ch : w.substr(1))
      if (!is_class(ch, CharDigit)) return false;
    return true;
  }
  return w == "ptr" || w == "target" || w == "x86_mmx" || simple_types.find(w);
}

TypeId Parser::type() {
  c.skip();
  const char* start = c.p;
  TypeId t = type_or_void();
  if (t == TypeId::Void) c.fail(start, "void is no type for a value");
  return t;
}

TypeId Parser::type_or_void() {
  c.skip();
  const char* start = c.p;
  TypeId t = base_type();
  while (true) {
    c.skip();
    if (*c.p == '*') {
      if (t == TypeId::Void || t == TypeId::Label || t == TypeId::Metadata || t == TypeId::Token)
        c.fail(start, "there are no pointers to " + type_text(t) + "; use i8*");
      ++c.p;
      t = TypeId::Ptr;
    } else if (*c.p == '(') {
      t = function_type(t);
    } else if (*c.p == 'a' && c.eat_word("addrspace")) {
      c.expect('(');
      u32 space = c.number32();
      c.expect(')');
      c.expect('*');
      t = types.pointer(space);
    } else {
      return t;
    }
  }
}

TypeId Parser::base_type() {
  switch (*c.p) {
  case 'i': {
    const char* start = c.p;
    if (!is_class(c.p[1], CharDigit)) break;
    ++c.p;
    u64 bits = 0;
    for (; is_class(*c.p, CharDigit) && bits <= max_integer_bits; ++c.p)
      bits = bits * 10 + static_cast<u64>(*c.p - '0');
    if (bits == 0 || bits > max_integer_bits) c.fail(start, "an integer has 1 to 8388608 bits");
    if (is_class(*c.p, CharWord)) c.fail(start, "expected a type");
    return types.integer(static_cast<u32>(bits));
  }
  case 'p':
    if (!c.eat_word("ptr")) break;
    c.skip();
    if (*c.p == 'a' && c.eat_word("addrspace")) {
      c.expect('(');
      u32 space = c.number32();
      c.expect(')');
      return types.pointer(space);
    }
    return TypeId::Ptr;
  case '%': return named_type();
  case '{': ++c.p; return struct_type(false);
  case '[': ++c.p; return sequence_type(']');
  case '<':
    ++c.p;
    if (c.eat('{')) {
      TypeId t = struct_type(true);
      c.expect('>');
      return t;
    }
    return sequence_type('>');
  }
  return word_type();
}

TypeId Parser::word_type() {
  std::string_view word = c.peek_word();
  if (const TypeId* t = simple_types.find(word)) {
    c.p += word.size();
    return *t;
  }
  if (word == "x86_mmx") { // LLVM 20 reads it as this, too
    c.p += word.size();
    return types.vector(TypeId::I64, 1);
  }
  if (word == "target") {
    const char* start = c.p;
    c.p += word.size();
    c.expect('(');
    c.skip_balanced(')');
    std::string_view text(start, static_cast<size_t>(c.p - start));
    u32 name = module.names.find(text);
    if (name == Interner::none) {
      if (&types != &module.types) c.fail(start, "target types cannot be compiled");
      name = module.names.intern_view(text);
    }
    return types.target_extension(name);
  }
  c.fail_expected("a type");
}

TypeId Parser::named_type() {
  const char* start = c.p++;
  Cursor::Name n = c.name(memory);
  u32 id = module.names.find(n.text);
  if (id != Interner::none && id < index.type_of_name.size() && index.type_of_name[id] != TypeId::Void)
    return index.type_of_name[id];
  if (&types != &module.types) c.fail(start, "undefined type '%" + std::string(n.text) + "'");
  if (id == Interner::none) id = module.names.intern(n.text);
  if (index.type_of_name.size() <= id) {
    index.type_of_name.resize(id + 1, TypeId::Void);
    index.type_first_use.resize(id + 1, 0);
  }
  index.type_first_use[id] = c.offset_of(start) + 1;
  return index.type_of_name[id] = types.named_struct(id);
}

static bool is_element(TypeKind k) {
  return k != TypeKind::Void && k != TypeKind::Label && k != TypeKind::Metadata && k != TypeKind::Function &&
         k != TypeKind::Token && k != TypeKind::X86Amx;
}

TypeId Parser::struct_type(bool packed) {
  Depth deeper(*this);
  size_t first = types_.size();
  if (!c.eat('}')) {
    do {
      c.skip();
      const char* at = c.p;
      TypeId t = type_or_void();
      if (!is_element(types.kind(t))) c.fail(at, type_text(t) + " is no type for a field");
      types_.push_back(t);
    } while (c.eat(','));
    c.expect('}');
  }
  TypeId t = types.literal_struct(std::span(types_).subspan(first), packed);
  types_.resize(first);
  return t;
}

TypeId Parser::sequence_type(char close) {
  Depth deeper(*this);
  bool scalable = false;
  if (close == '>' && c.eat_word("vscale")) {
    c.expect_word("x");
    scalable = true;
  }
  c.skip();
  const char* at = c.p;
  u64 count = c.number();
  // [4xi8] is a type, too: the number ends where the x begins.
  c.skip();
  if (*c.p != 'x') c.fail_expected("'x'");
  ++c.p;
  c.skip();
  const char* element_at = c.p;
  TypeId element = type_or_void();
  c.expect(close);
  if (close == ']') {
    if (!is_element(types.kind(element))) c.fail(element_at, type_text(element) + " is no type for an element");
    return types.array(element, count);
  }
  TypeKind k = types.kind(element);
  bool fits = k == TypeKind::Integer || k == TypeKind::Pointer || types.is_float(element) ||
              k == TypeKind::TargetExtension;
  if (!fits) c.fail(element_at, "vectors hold integers, floats or pointers, not " + type_text(element));
  if (count == 0) c.fail(at, "a vector has at least one element");
  if (count > 0xffffffff) c.fail(at, "a vector has at most 4294967295 elements");
  return types.vector(element, count, scalable);
}

TypeId Parser::function_type(TypeId result) {
  Depth deeper(*this);
  TypeKind r = types.kind(result);
  if (r == TypeKind::Function || r == TypeKind::Label || r == TypeKind::Metadata)
    c.fail("a function cannot return " + type_text(result));
  c.expect('(');
  size_t first = types_.size();
  bool variadic = false;
  if (!c.eat(')')) {
    do {
      if (c.eat_dots()) {
        variadic = true;
        break;
      }
      c.skip();
      const char* at = c.p;
      TypeId t = type();
      if (types.kind(t) == TypeKind::Function) c.fail(at, "a function is no type for a parameter");
      types_.push_back(t);
    } while (c.eat(','));
    c.expect(')');
  }
  TypeId t = types.function(result, std::span(types_).subspan(first), variadic);
  types_.resize(first);
  return t;
}

std::string Parser::type_text(TypeId t) const { return ir::print(types, module.names, t); }

bool Parser::is_first_class(TypeId id) const {
  TypeKind k = types.kind(id);
  return k != TypeKind::Void && k != TypeKind::Function && k != TypeKind::Opaque;
}

TypeId Parser::scalar_of(TypeId t) const { return types.is_vector(t) ? types[t].element : t; }

TypeId Parser::compare_result(TypeId t) {
  const ir::Type& v = types[t];
  return v.kind == TypeKind::Vector ? types.vector(TypeId::I1, v.count, v.scalable) : TypeId::I1;
}

TypeId Parser::index_into(TypeId aggregate, u64 i, const char* at) {
  const ir::Type& t = types[aggregate];
  switch (t.kind) {
  case TypeKind::Struct:
    if (i >= t.elements.size())
      c.fail(at, "index " + std::to_string(i) + " is too large, " + type_text(aggregate) + " has " +
                     std::to_string(t.elements.size()) + " fields");
    return t.elements[i];
  case TypeKind::Array:
    return t.element;
  case TypeKind::Vector: return t.element;
  default: c.fail(at, "there is nothing to index in " + type_text(aggregate));
  }
}

u64 Parser::field_index(Value v, const char* at) {
  const ir::Constant* k = v.is_constant() ? &constants[v.index()] : nullptr;
  if (k && k->kind == ir::ConstantKind::Aggregate) {
    for (Value other : k->operands)
      if (other != k->operands[0]) c.fail(at, "the elements of a field's index differ");
    k = &constants[k->operands[0].index()];
  }
  if (!k || (k->kind != ir::ConstantKind::Integer && k->kind != ir::ConstantKind::Zero))
    c.fail(at, "a field's index is an integer constant");
  return k->bits;
}

void Parser::check_gep_source(TypeId source, const char* at) {
  if (!types.is_sized(source)) c.fail(at, "getelementptr needs a type with a size, not " + type_text(source));
}

} // namespace lathe::reader
