// The verifier of what stands outside of bodies: variables, aliases and the headers of functions.

#include "codegen/ir/ir.h"

#include <algorithm>
#include <charconv>

namespace lathe::ir {
namespace {

class ModuleVerifier {
public:
  ModuleVerifier(const Module& module, Diagnostics& d) : m(module), diag(d) {}
  void run();

private:
  const Module& m;
  Diagnostics& diag;
  const Global* at_ = nullptr; // of whom `fail` speaks

  void fail(const std::string& what) {
    diag.error({m.source, at_->offset, 1}, "'@" + std::string(at_->name) + "' " + what);
  }
  std::string text(TypeId t) const { return print(m.types, m.names, t); }
  const Constant* constant(Value v) const { return v.is_constant() ? &m.constants[v.index()] : nullptr; }
  bool is_zero(Value) const;
  const Global* base(Value) const;
  void linkage();
  void variable();
  void structors(std::span<const TypeId> fields);
  void used(TypeId element);
  void alias();
  void ifunc();
  void function();
  void parameter(size_t index, TypeId, const AttributeSet&);
  void strings(const AttributeSet&);
};

bool ModuleVerifier::is_zero(Value v) const {
  const Constant* k = constant(v);
  if (!k) return false;
  switch (k->kind) {
  case ConstantKind::Zero:
  case ConstantKind::Null: return true;
  case ConstantKind::Integer:
  case ConstantKind::Float: return k->bits == 0;
  case ConstantKind::Words: return std::ranges::all_of(k->words, [](u64 w) { return w == 0; });
  case ConstantKind::Bytes: return k->bytes.find_first_not_of('\0') == std::string_view::npos;
  case ConstantKind::Aggregate: return std::ranges::all_of(k->operands, [&](Value e) { return is_zero(e); });
  default: return false;
  }
}

// The symbol that an address is made from; null when there is none.
const Global* ModuleVerifier::base(Value v) const {
  for (const Constant* k; (k = constant(v)) && k->kind == ConstantKind::Expression;) v = k->operands[0];
  return v.is_global() ? &m.globals[v.index()] : nullptr;
}

void ModuleVerifier::linkage() {
  const Global& g = *at_;
  bool local = g.linkage == Linkage::Private || g.linkage == Linkage::Internal;
  if (local && g.visibility != Visibility::Default) fail("is local, so its visibility must be default");
  if (local && g.dll != DllStorage::None) fail("is local, so it has no dll storage");
  if (g.is_declaration && local) fail("is local, so it needs a definition");
  if (g.linkage == Linkage::Appending && m.types.kind(g.value_type) != TypeKind::Array) fail("is appending, so it must be an array");
  if (g.is_declaration && g.comdat != none) fail("is a declaration, so it is in no comdat");
  if (g.linkage != Linkage::Common) return;
  if (g.is_constant) fail("is common, so it cannot be constant");
  if (g.comdat != none) fail("is common, so it is in no comdat");
  if (!g.is_declaration && !is_zero(g.initializer)) fail("is common, so it begins as zero");
}

void ModuleVerifier::variable() {
  const Global& g = *at_;
  if (const Constant* k = constant(g.initializer); k && k->type != g.value_type) fail("has an initializer of another type");
  const Type& array = m.types[g.value_type];
  if (array.kind == TypeKind::Vector && array.scalable) fail("is a vector without a fixed size");
  if (array.kind != TypeKind::Array) return;
  if (g.name == "llvm.global_ctors" || g.name == "llvm.global_dtors") structors(m.types[array.element].elements);
  if (g.name == "llvm.used" || g.name == "llvm.compiler.used") used(array.element);
}

void ModuleVerifier::structors(std::span<const TypeId> fields) {
  bool good = (fields.size() == 2 || fields.size() == 3) && fields[0] == TypeId::I32;
  for (TypeId t : fields.subspan(std::min<size_t>(fields.size(), 1))) good &= m.types.is_pointer(t);
  if (!good) fail("is an array of { i32, ptr, ptr }");
}

void ModuleVerifier::used(TypeId element) {
  if (!m.types.is_pointer(element)) return fail("is an array of pointers");
  const Constant* list = constant(at_->initializer);
  if (!list || list->kind == ConstantKind::Zero ? m.types[at_->value_type].count != 0
                                                : !std::ranges::all_of(list->operands, [&](Value v) { return base(v); }))
    fail("lists what is no symbol");
}

void ModuleVerifier::alias() {
  const Global* to = at_;
  for (size_t steps = 0; to && to->kind == GlobalKind::Alias; to = base(to->initializer)) {
    if (steps++ > m.globals.size()) return fail("stands for itself");
    bool weak = to->linkage == Linkage::WeakAny || to->linkage == Linkage::LinkOnceAny;
    if (to != at_ && weak) return fail("stands for '@" + std::string(to->name) + "', which is an alias that others may replace");
  }
  if (to && to->is_declaration) fail("stands for '@" + std::string(to->name) + "', which is not defined here");
}

void ModuleVerifier::ifunc() {
  const Global* to = base(at_->initializer);
  for (size_t steps = 0; to && to->kind == GlobalKind::Alias && steps < m.globals.size(); ++steps) to = base(to->initializer);
  if (!to || to->kind != GlobalKind::Function || to->is_declaration) return fail("is resolved by no function that is defined here");
  if (!m.types.is_pointer(m.types[to->value_type].element)) fail("is resolved by a function that gives no pointer");
}

// Attributes that say how a value is passed: on another type the two sides would not meet.
void ModuleVerifier::parameter(size_t index, TypeId type, const AttributeSet& set) {
  std::string place = "parameter " + std::to_string(index + 1) + ' ';
  auto has = [&](Attribute a) { return set.has(a); };
  if ((has(Attribute::ZeroExt) || has(Attribute::SignExt)) && !m.types.is_integer(type))
    fail(place + "is " + text(type) + ", which has no sign or zero extension");
  if (has(Attribute::ZeroExt) && has(Attribute::SignExt)) fail(place + "is extended in two ways");
  int ways = has(Attribute::ByVal) + has(Attribute::ByRef) + has(Attribute::InAlloca) + has(Attribute::Preallocated) +
             has(Attribute::Nest) + (has(Attribute::StructRet) || has(Attribute::InReg));
  if (ways > 1) fail(place + "is passed in two ways");
  bool is_copied = has(Attribute::ByVal) || has(Attribute::ByRef) || has(Attribute::InAlloca) || has(Attribute::Preallocated);
  if (is_copied && set.by_type != TypeId() && !m.types.is_sized(set.by_type)) fail(place + "points to " + text(set.by_type) + ", which has no size");
  TypeId result = m.types[at_->value_type].element;
  bool same_bits = m.types.is_vector(type) && m.types.is_vector(result) &&
                   m.types.store_size(type, m.layout) == m.types.store_size(result, m.layout);
  if (has(Attribute::Returned) && type != result && !same_bits) fail(place + "is " + text(type) + ", but the function returns " + text(result));
  if (!has(Attribute::StructRet)) return;
  if (index > 1) fail(place + "is too late for 'sret'");
  if (result != TypeId::Void) fail("returns " + text(result) + ", so it has no 'sret'");
}

void ModuleVerifier::strings(const AttributeSet& set) {
  for (const char* key : {"patchable-function-entry", "patchable-function-prefix"})
    if (const std::string_view* value = set.find(key)) {
      u32 n;
      auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), n);
      if (error != std::errc() || end != value->data() + value->size())
        fail("has \"" + std::string(key) + "\"=\"" + std::string(*value) + "\", which is no number");
    }
  constexpr std::string_view kinds[] = {"all", "non-leaf", "none", "reserved", "non-leaf-no-reserve"};
  if (const std::string_view* kind = set.find("frame-pointer"); kind && std::ranges::find(kinds, *kind) == std::end(kinds))
    fail("has an unknown \"frame-pointer\"=\"" + std::string(*kind) + "\"");
}

void ModuleVerifier::function() {
  const Global& g = *at_;
  if (g.linkage == Linkage::Common) fail("is a function, so it cannot be common");
  if (g.tls != TlsModel::None) fail("is a function, so it cannot be thread-local");
  if (!g.is_declaration && g.is_intrinsic()) fail("is an intrinsic, so it has no body");
  const Type& type = m.types[g.value_type];
  int results = 0, returned = 0;
  for (size_t k = 0; k < std::min(type.elements.size(), g.parameter_attributes.size()); ++k) {
    const AttributeSet& set = m.attributes[g.parameter_attributes[k]];
    if (set == AttributeSet()) continue;
    parameter(k, type.elements[k], set);
    results += set.has(Attribute::StructRet);
    returned += set.has(Attribute::Returned);
  }
  if (results > 1) fail("has two parameters with 'sret'");
  if (returned > 1) fail("has two parameters with 'returned'");
  const AttributeSet& result = m.attributes[g.return_attributes];
  if ((result.has(Attribute::ZeroExt) || result.has(Attribute::SignExt)) && !m.types.is_integer(type.element))
    fail("returns " + text(type.element) + ", which has no sign or zero extension");
  strings(m.attributes[g.function_attributes]);
}

void ModuleVerifier::run() {
  for (const Global& g : m.globals) {
    if (diag.is_full()) break;
    at_ = &g;
    linkage();
    switch (g.kind) {
    case GlobalKind::Variable: variable(); break;
    case GlobalKind::Function: function(); break;
    case GlobalKind::Alias:
    case GlobalKind::Ifunc:
      if (!g.initializer) fail("stands for nothing");
      else if (g.kind == GlobalKind::Alias) alias();
      else ifunc();
    }
  }
}

} // namespace

bool verify(const Module& m, Diagnostics& diag) {
  u32 errors = diag.error_count();
  ModuleVerifier(m, diag).run();
  return diag.error_count() == errors;
}

} // namespace lathe::ir
