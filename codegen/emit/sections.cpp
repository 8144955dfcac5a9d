// The section of each global. Explicit sections keep their name and get flags from it; otherwise the kind decides
// the name, -ffunction-sections, -fdata-sections and COMDATs add the symbol's.

#include "codegen/emit/emit.h"
#include "codegen/machine/names.h"

#include <algorithm>

namespace lathe::codegen::emit {

namespace {

struct KindFacts {
  std::string_view name, flags, type;
};
constexpr KindFacts kind_facts[] = {
    {".text", "ax", "progbits"},        // Text
    {".rodata", "a", "progbits"},       // ReadOnly
    {".data.rel.ro", "aw", "progbits"}, // RelocatedReadOnly
    {".data", "aw", "progbits"},        // Data
    {".bss", "aw", "nobits"},           // Bss
    {".tdata", "awT", "progbits"},      // ThreadData
    {".tbss", "awT", "nobits"},         // ThreadBss
    {".rodata.cst", "aM", "progbits"},  // Merge
    {".rodata.str", "aMS", "progbits"}, // MergeString
};
const KindFacts& facts(SectionKind k) { return kind_facts[static_cast<u8>(k)]; }

bool in_family(std::string_view name, std::string_view family) {
  return name.starts_with(family) && (name.size() == family.size() || name[family.size()] == '.');
}

// The kind that a section's name stands for, or `kind` when it says nothing.
SectionKind kind_by_name(std::string_view name, SectionKind kind) {
  if (in_family(name, ".bss") || in_family(name, ".sbss") || name.starts_with(".gnu.linkonce.b.")) return SectionKind::Bss;
  if (in_family(name, ".tdata")) return SectionKind::ThreadData;
  if (in_family(name, ".tbss")) return SectionKind::ThreadBss;
  return kind;
}

std::string_view type_by_name(std::string_view name, std::string_view type) {
  if (in_family(name, ".init_array")) return "init_array";
  if (in_family(name, ".fini_array")) return "fini_array";
  if (in_family(name, ".preinit_array")) return "preinit_array";
  if (name.starts_with(".note")) return "note";
  return type;
}

void add_group(const ModuleContext& context, const ir::Global& g, Section& section) {
  if (g.comdat == ir::none) return;
  const ir::Comdat& comdat = context.module.comdats[g.comdat];
  section.flags += 'G';
  section.group = comdat.name;
  section.comdat = comdat.kind != ir::ComdatKind::NoDeduplicate;
}

// Named by llvm.used: the linker's garbage collection keeps its section, which is then its own.
bool is_retained(const ModuleContext& context, const ir::Global& g) {
  size_t id = static_cast<size_t>(&g - context.module.globals.data());
  return context.retained && id < context.retained->size() && (*context.retained)[id];
}

Section plain(SectionKind kind) {
  const KindFacts& f = facts(kind);
  return {std::string(f.name), std::string(f.flags), std::string(f.type), 0, {}, false};
}

Section explicit_section(const ModuleContext& context, const ir::Global& g, SectionKind kind) {
  kind = kind_by_name(g.section, kind);
  if (kind == SectionKind::Merge || kind == SectionKind::MergeString) kind = SectionKind::ReadOnly;
  // Zeros in a section whose name does not say so are bytes of the file like their neighbours.
  if (kind == SectionKind::Bss && !in_family(g.section, ".bss") && !in_family(g.section, ".sbss") &&
      !g.section.starts_with(".gnu.linkonce.b."))
    kind = SectionKind::Data;
  Section s = plain(kind);
  s.name = g.section;
  s.type = type_by_name(g.section, s.type);
  add_group(context, g, s);
  return s;
}

// A null-terminated array of 1, 2 or 4-byte integers without another null in it: the element's size, else 0.
u32 string_element_size(const ir::Module& m, ir::Value v) {
  if (!v.is_constant()) return 0;
  const ir::Constant& c = m.constants[v.index()];
  if (m.types.kind(c.type) != ir::TypeKind::Array) return 0;
  ir::TypeId element = m.types[c.type].element;
  if (!m.types.is_integer(element)) return 0;
  u32 bits = m.types.integer_bits(element);
  if (bits != 8 && bits != 16 && bits != 32) return 0;
  if (c.kind == ir::ConstantKind::Bytes)
    return !c.bytes.empty() && c.bytes.find('\0') == c.bytes.size() - 1 ? 1 : 0;
  if (c.kind == ir::ConstantKind::Zero) return m.types[c.type].count == 1 ? bits / 8 : 0;
  if (c.kind != ir::ConstantKind::Aggregate) return 0;
  for (size_t i = 0; i < c.operands.size(); ++i) {
    if (!c.operands[i].is_constant()) return 0;
    const ir::Constant& e = m.constants[c.operands[i].index()];
    if (e.kind != ir::ConstantKind::Integer || (e.bits == 0) != (i + 1 == c.operands.size())) return 0;
  }
  return bits / 8;
}

SectionKind kind_of_variable(const ModuleContext& context, const ir::Global& g) {
  const ir::Module& m = context.module;
  bool zero = is_zero(m, g.initializer);
  if (g.tls != ir::TlsModel::None) return zero ? SectionKind::ThreadBss : SectionKind::ThreadData;
  if (zero && !g.is_constant) return SectionKind::Bss;
  if (!g.is_constant) return SectionKind::Data;
  if (needs_relocation(m, g.initializer))
    return context.pic || context.pie ? SectionKind::RelocatedReadOnly : SectionKind::ReadOnly;
  if (!g.unnamed_addr) return SectionKind::ReadOnly;
  if (string_element_size(m, g.initializer)) return SectionKind::MergeString;
  u64 size = m.types.alloc_size(g.value_type, m.layout);
  u64 align = std::max<u64>(g.align, 1);
  if ((size == 4 || size == 8 || size == 16 || size == 32) && align <= size) return SectionKind::Merge;
  return SectionKind::ReadOnly;
}

} // namespace

std::vector<u8> retained_globals(const ir::Module& m) {
  std::vector<u8> retained(m.globals.size(), 0);
  ir::GlobalId id = m.find("llvm.used");
  if (id == ir::none || !m.globals[id].initializer.is_constant()) return retained;
  for (ir::Value v : m.constants[m.globals[id].initializer.index()].operands) {
    while (v.is_constant() && m.constants[v.index()].kind == ir::ConstantKind::Expression)
      v = m.constants[v.index()].operands[0];
    if (v.is_global()) retained[v.index()] = 1;
  }
  return retained;
}

Section section_of_function(const ModuleContext& context, const ir::Function& f) {
  const ir::Global& g = context.module.globals[f.self];
  if (!g.section.empty()) return explicit_section(context, g, SectionKind::Text);
  const ir::AttributeSet& attributes = context.module.attributes[g.function_attributes];
  Section s = plain(SectionKind::Text);
  bool unique = context.options.function_sections || g.comdat != ir::none || is_retained(context, g);
  std::string_view prefix = attributes.has(ir::Attribute::Cold)  ? ".unlikely"
                            : attributes.has(ir::Attribute::Hot) ? ".hot"
                                                                 : "";
  if (!prefix.empty()) {
    s.name += prefix;
    s.name += '.';
    if (unique) s.name += symbol_name(g);
  } else if (unique) {
    s.name += '.';
    s.name += symbol_name(g);
  }
  add_group(context, g, s);
  if (is_retained(context, g)) s.flags += 'R';
  return s;
}

Section read_only_section_of_function(const ModuleContext& context, const ir::Function& f) {
  const ir::Global& g = context.module.globals[f.self];
  Section s = plain(SectionKind::ReadOnly);
  if (context.options.function_sections || g.comdat != ir::none) s.name += '.' + symbol_name(g);
  add_group(context, g, s);
  return s;
}

Section literal_section(u64 size) {
  if (size != 4 && size != 8 && size != 16 && size != 32) return plain(SectionKind::ReadOnly);
  Section s = plain(SectionKind::Merge);
  s.name += std::to_string(size);
  s.entry_size = size;
  return s;
}

DataPlace place_of_variable(const ModuleContext& context, const ir::Global& g) {
  SectionKind kind = kind_of_variable(context, g);
  if (!g.section.empty()) return {kind, explicit_section(context, g, kind)}; // several may share it: no 'R' of one
  Section s = plain(kind);
  if (kind == SectionKind::Merge) {
    s = literal_section(context.module.types.alloc_size(g.value_type, context.module.layout));
  } else if (kind == SectionKind::MergeString) {
    s.entry_size = string_element_size(context.module, g.initializer);
    s.name += std::to_string(s.entry_size) + '.' + std::to_string(std::max<u64>(std::max(1u, g.align), s.entry_size));
  }
  bool unique = g.comdat != ir::none || (context.options.data_sections && !s.entry_size) || is_retained(context, g);
  if (unique) s.name += '.' + symbol_name(g);
  add_group(context, g, s);
  if (is_retained(context, g)) s.flags += 'R';
  return {kind, std::move(s)};
}

void enter(StatementBuffer& out, const Section& s) {
  using assembler::Directive;
  if (s.group.empty()) {
    if (s.name == ".text") return void(out.directive(Directive::text));
    if (s.name == ".data") return void(out.directive(Directive::data));
    if (s.name == ".bss") return void(out.directive(Directive::bss));
  }
  out.section(s.name, s.flags, s.type, s.entry_size, s.group, s.comdat);
}

} // namespace lathe::codegen::emit
