// The frame of an assembly file: its header, the header and the tables of each function, its end.

#include "codegen/emit/emit.h"
#include "codegen/machine/names.h"
#include "codegen/reader/metadata.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace lathe::codegen::emit {

using assembler::Directive;
using assembler::Operand;
using assembler::OperandKind;

void emit_module_begin(ModuleContext& context, StatementBuffer& out) {
  out.directive(Directive::text);
  std::string_view name = context.module.source_name;
  if (!name.empty()) out.directive(Directive::file, {out.string(name.substr(name.rfind('/') + 1))});
  // One text: a macro's definition goes over several lines.
  std::string text;
  for (const std::string& line : context.module.module_asm) text += (text.empty() ? "" : "\n") + line;
  if (!context.module.module_asm.empty()) out.verbatim(text);
  if (!context.module.module_asm.empty()) out.directive(Directive::text);
}

namespace {

// Tells the linker which of -fcf-protection's checks this object keeps (System V ABI, "Program Property").
void emit_property_note(const ModuleContext& context, StatementBuffer& out) {
  const ir::Module::Flags& flags = context.module.flags;
  i64 bits = (flags.cf_protection_branch ? 1 : 0) | (flags.cf_protection_return ? 2 : 0);
  if (bits == 0) return;
  constexpr i64 note_gnu_property = 5, x86_feature_1_and = 0xc0000002;
  out.section(".note.gnu.property", "a", "note");
  out.p2align(3);
  for (i64 n : {i64(4), i64(16), note_gnu_property}) out.data(Directive::long_, {out.immediate(n)});
  out.asciz("GNU");
  for (i64 n : {x86_feature_1_and, i64(4), bits}) out.data(Directive::long_, {out.immediate(n)});
  out.zero(4);
}

} // namespace

void emit_module_end(ModuleContext& context, StatementBuffer& out) {
  emit_personalities(context, out);
  if (context.options.ident) out.directive(Directive::ident, {out.string("Lathe 0.1.0")});
  if (context.options.ident && !context.module.ident.empty()) out.directive(Directive::ident, {out.string(context.module.ident)});
  emit_property_note(context, out);
  out.section(".note.GNU-stack", "", "progbits");
}

namespace {

// What would change the code around a function's body and is not done must not be passed over.
void refuse_unsupported(const ModuleContext& context, const ir::Global& g) {
  auto refuse = [&](const std::string& what) {
    throw CompileError({context.module.source, g.offset, 1}, what + " of '" + std::string(g.name) + "' is not supported");
  };
  if (!g.gc.empty()) refuse("the garbage collection strategy \"" + std::string(g.gc) + "\"");
  const ir::AttributeSet& attributes = context.module.attributes[g.function_attributes];
  for (std::string_view key : {"split-stack", "xray-instruction-threshold"})
    if (attributes.find(key)) refuse("attribute \"" + std::string(key) + "\"");
  if (attributes.has(ir::Attribute::SafeStack)) refuse("attribute safestack");
  if (attributes.has(ir::Attribute::SpeculativeLoadHardening)) refuse("attribute speculative_load_hardening");
  if (attributes.has(ir::Attribute::ShadowCallStack)) refuse("attribute shadowcallstack");
}

} // namespace

void emit_function_begin(const ModuleContext& context, const ir::Function& f, const FunctionCode& code,
                         StatementBuffer& out) {
  const ir::Global& g = context.module.globals[f.self];
  refuse_unsupported(context, g);
  u64 last_size = 0;
  // One section after the other: 16, 8, 4 bytes.
  std::vector<const Literal*> literals;
  for (const Literal& l : code.literals) literals.push_back(&l);
  std::stable_sort(literals.begin(), literals.end(),
                   [](const Literal* a, const Literal* b) { return a->bytes.size() > b->bytes.size(); });
  for (const Literal* l : literals) {
    if (l->bytes.size() != last_size) {
      enter(out, literal_section(l->bytes.size()));
      out.p2align(static_cast<u32>(std::countr_zero(std::max<u64>(l->align, 1))));
    }
    last_size = l->bytes.size();
    out.label(out.symbol(code.symbols.text(l->symbol)));
    for (size_t i = 0; i < l->bytes.size();) {
      size_t step = l->bytes.size() - i >= 8 ? 8 : l->bytes.size() - i >= 4 ? 4 : 1;
      u64 bits = 0;
      for (size_t b = 0; b < step; ++b) bits |= u64(l->bytes[i + b]) << 8 * b;
      out.data(step == 8 ? Directive::quad : step == 4 ? Directive::long_ : Directive::byte,
               {out.immediate(static_cast<i64>(bits))});
      i += step;
    }
  }
  enter(out, section_of_function(context, f));
  SymbolId symbol = out.symbol(symbol_name(g));
  emit_linkage(context, g, symbol, out);
  if (u64 align = function_alignment(context.module, g); align > 1) out.p2align(static_cast<u32>(std::countr_zero(align)));
  out.type(symbol, "@function");
  if (g.prefix) emit_value(context, g, g.prefix, out);
}

u64 function_alignment(const ir::Module& m, const ir::Global& g) {
  u64 least = m.attributes[g.function_attributes].has(ir::Attribute::OptSize) ? 1 : 16;
  for (const auto& [kind, id] : g.metadata)
    if (kind == "kcfi_type" || kind == "func_sanitize") least = std::max<u64>(least, 4); // callers read the hash in front
  return std::max<u64>(g.align, least);
}

std::vector<u32> attached_numbers(const ir::Module& m, const ir::Global& g, std::string_view kind) {
  std::vector<u32> numbers;
  for (const auto& [name, id] : g.metadata) {
    reader::MetadataNode node;
    if (name != kind) continue;
    bool well_formed = reader::parse_metadata(m, id, node);
    for (const reader::MetadataField& field : node.fields) {
      i64 n = 0;
      std::string_view v = field.value;
      well_formed &= v.starts_with("i32 ") && std::from_chars(v.data() + 4, v.data() + v.size(), n).ptr == v.data() + v.size();
      numbers.push_back(static_cast<u32>(n));
    }
    if (!well_formed || numbers.empty())
      throw CompileError({m.source, g.offset, 1}, "!" + std::string(kind) + " of '" + std::string(g.name) + "' holds no numbers");
  }
  return numbers;
}

u32 kcfi_hash(u32 type) {
  for (u32 unwanted : {0xfa1e0ff3u, 0xfb1e0ff3u})
    if (type == unwanted || 0 - type == unwanted) return type + 1; // a check holds the negated hash: ~type then
  return type;
}

PatchableEntry patchable_entry(const ir::Module& m, const ir::Global& g) {
  const ir::AttributeSet& attributes = m.attributes[g.function_attributes];
  auto number = [&](std::string_view key) {
    u32 n = 0;
    if (const std::string_view* text = attributes.find(key)) std::from_chars(text->data(), text->data() + text->size(), n);
    return n;
  };
  constexpr u32 most = 65535; // what compilers take as an option's value
  return {std::min(number("patchable-function-prefix"), most), std::min(number("patchable-function-entry"), most)};
}

namespace {

// Where the entry's first instruction to patch stands, for whoever patches.
void emit_patchable_entry(const ModuleContext& context, const ir::Function& f, const FunctionCode& code, StatementBuffer& out) {
  const ir::Global& g = context.module.globals[f.self];
  PatchableEntry p = patchable_entry(context.module, g);
  if (!p.before && !p.behind) return;
  Section of_function = section_of_function(context, f);
  std::string flags = of_function.group.empty() ? "awo" : "awoG";
  out.section("__patchable_function_entries", flags, "progbits", 0, of_function.group, of_function.comdat, symbol_name(g));
  out.p2align(3);
  out.data(Directive::quad, {out.target(out.symbol(patchable_label(code.ordinal)))});
}

// .kcfi_traps, linked to the function's section: how far each trap of a checked call lies from here.
void emit_kcfi_traps(const ModuleContext& context, const ir::Function& f, const FunctionCode& code, StatementBuffer& out) {
  if (code.kcfi_trap_count == 0) return;
  Section of_function = section_of_function(context, f);
  std::string links = of_function.name, flags = "ao";
  if (!of_function.group.empty()) {
    flags += 'G';
    links += ',' + of_function.group;
  }
  out.section(".kcfi_traps", flags, "progbits", 0, links, of_function.comdat);
  for (u32 i = 0; i < code.kcfi_trap_count; ++i) {
    SymbolId here = out.symbol(kcfi_entry_label(code.ordinal, i));
    out.label(here);
    out.data(Directive::long_, {out.difference(out.symbol(kcfi_trap_label(code.ordinal, i)), here)});
  }
}

} // namespace

void emit_function_end(const ModuleContext& context, const ir::Function& f, const FunctionCode& code,
                       StatementBuffer& out) {
  emit_patchable_entry(context, f, code, out);
  emit_kcfi_traps(context, f, code, out);
  if (!code.exceptions.pads.empty()) emit_exception_table(code, out);
  if (code.jump_tables.empty()) return;
  enter(out, read_only_section_of_function(context, f));
  bool quads = std::any_of(code.jump_tables.begin(), code.jump_tables.end(), [](const JumpTable& t) { return !t.relative; });
  out.p2align(quads ? 3 : 2);
  for (const JumpTable& table : code.jump_tables) {
    SymbolId start = out.symbol(code.symbols.text(table.symbol));
    out.label(start);
    for (MachineBlockId b : table.targets) {
      SymbolId target = out.symbol(block_label(code.ordinal, b));
      if (table.relative)
        out.data(Directive::long_, {out.difference(target, start)});
      else
        out.data(Directive::quad, {out.target(target)});
    }
  }
}

void join(StatementBuffer& to, const StatementBuffer& from) {
  std::vector<SymbolId> symbols(from.symbols.size(), assembler::no_id);
  auto symbol = [&](SymbolId id) {
    if (symbols[id] == assembler::no_id) symbols[id] = to.symbols.intern(from.symbols.text(id));
    return symbols[id];
  };
  u32 first_operand = static_cast<u32>(to.operands.size()), first_address = static_cast<u32>(to.addresses.size());
  u32 first_expression = static_cast<u32>(to.expressions.size()), first_wide = static_cast<u32>(to.wide.size());
  u32 first_string = static_cast<u32>(to.strings.size());
  auto high = [](Operand o, u32 value) { return Operand{(o.bits & 0xffffffff) | u64(value) << 32}; };
  for (Operand o : from.operands) {
    switch (o.kind()) {
    case OperandKind::WideImmediate: o = high(o, o.index() + first_wide); break;
    case OperandKind::Symbol: o = high(o, symbol(o.symbol())); break;
    case OperandKind::Expression: o = high(o, o.index() + first_expression); break;
    case OperandKind::Address: o = high(o, o.index() + first_address); break;
    case OperandKind::String:
    case OperandKind::Word: o = high(o, o.index() + first_string); break;
    default: break;
    }
    to.operands.push_back(o);
  }
  for (assembler::Address a : from.addresses) {
    if (a.symbol != assembler::no_id) a.symbol = symbol(a.symbol);
    if (a.expression != assembler::no_id) a.expression += first_expression;
    to.addresses.push_back(a);
  }
  for (assembler::Expression e : from.expressions) {
    if (e.op == assembler::Operator::Symbol) {
      e.left = symbol(e.left);
    } else {
      if (e.left != assembler::no_id) e.left += first_expression;
      if (e.right != assembler::no_id) e.right += first_expression;
    }
    to.expressions.push_back(e);
  }
  to.wide.insert(to.wide.end(), from.wide.begin(), from.wide.end());
  for (std::string_view s : from.strings) to.strings.push_back(to.text.copy(s));
  for (assembler::Statement s : from.statements) {
    switch (s.kind) {
    case assembler::StatementKind::Dead: continue;
    case assembler::StatementKind::Label: s.first = symbol(s.first); break;
    case assembler::StatementKind::Text: s.first += first_string; break;
    default: s.first += first_operand; break;
    }
    if (s.place & assembler::comment_flag) s.place += first_string;
    to.statements.push_back(s);
  }
}

} // namespace lathe::codegen::emit
