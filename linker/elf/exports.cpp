// Which symbols other modules see, which of ours they may replace, and the symbols that the linker defines.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace lathe::linker {
namespace {

bool is_symbolic(const Options& o, const Symbol& s) {
  switch (o.symbolic) {
  case Symbolic::None: return false;
  case Symbolic::All: return true;
  case Symbolic::Functions: return s.is_function();
  case Symbolic::NonWeak: return s.binding != STB_WEAK;
  case Symbolic::NonWeakFunctions: return s.is_function() && s.binding != STB_WEAK;
  }
  return false;
}

bool has_dynamic_list(const Options& o) {
  return !o.dynamic_lists.empty() || o.dynamic_list_cpp_new || o.dynamic_list_cpp_typeinfo;
}

void decide_defined(Context& ctx, Symbol& s) {
  const Options& o = ctx.options;
  if (s.visibility == STV_HIDDEN || s.visibility == STV_INTERNAL || s.version == VER_NDX_LOCAL_MARK) return;
  if (s.kind == SymbolKind::Output) return;
  if (s.object && s.object->excluded_from_export) return;
  if (o.shared) {
    s.exported = true;
    s.preemptible = s.visibility == STV_DEFAULT && !is_symbolic(o, s) &&
                    !(has_dynamic_list(o) && !s.in_dynamic_list) && !(o.dynamic_list_data && s.is_function());
    return;
  }
  s.exported = ctx.is_dynamic && (o.export_dynamic || s.referenced_by_shared || s.in_dynamic_list ||
                                  (o.dynamic_list_data && s.type == STT_OBJECT) ||
                                  (s.has_version && !s.is_script_defined));
}

void decide_undefined(Context& ctx, Symbol& s) {
  if (s.visibility != STV_DEFAULT || !ctx.is_dynamic) return;
  bool dynamic_weak = ctx.options.dynamic_undefined_weak.value_or(true);
  if (s.strongly_referenced) s.preemptible = ctx.options.shared || ctx.options.unresolved == Unresolved::IgnoreAll || ctx.options.unresolved == Unresolved::IgnoreInObjects;
  else s.preemptible = s.referenced_by_object && dynamic_weak && !(ctx.options.is_static && !ctx.options.shared);
}

} // namespace

void decide_exports(Context& ctx) {
  ctx.symbols.for_each([&](Symbol& s) {
    if (s.version_decided && s.version == VER_NDX_LOCAL) s.version = VER_NDX_LOCAL_MARK;
    else if (!s.version) s.version = VER_NDX_GLOBAL;
    if (s.kind == SymbolKind::Lazy) {
      s.kind = SymbolKind::Undefined;
      s.section = nullptr;
      s.value = 0;
    }
    switch (s.kind) {
    case SymbolKind::Undefined: decide_undefined(ctx, s); break;
    case SymbolKind::Shared:
      s.preemptible = true;
      if (s.strongly_referenced) s.shared->needed = true;
      break;
    default: decide_defined(ctx, s);
    }
  });
  // What a library that is not needed after all would have offered stays undefined (only weak references ask for it).
  ctx.symbols.for_each([&](Symbol& s) {
    if (s.kind != SymbolKind::Shared || s.shared->needed) return;
    s.kind = SymbolKind::Undefined;
    s.offered = true;
    s.shared = nullptr;
    s.value = 0;
    s.preemptible = false;
    decide_undefined(ctx, s);
  });
}

// --- Symbols that the linker defines ------------------------------------------------------------------------

namespace {

struct LinkerSymbol {
  std::string_view name;
  LinkerPlace place;
};

constexpr LinkerSymbol provided[] = {
    {"__ehdr_start", LinkerPlace::Header},
    {"__executable_start", LinkerPlace::ImageBase},
    {"etext", LinkerPlace::TextEnd},
    {"_etext", LinkerPlace::TextEnd},
    {"__etext", LinkerPlace::TextEnd},
    {"edata", LinkerPlace::DataEnd},
    {"_edata", LinkerPlace::DataEnd},
    {"__bss_start", LinkerPlace::BssStart},
    {"end", LinkerPlace::End},
    {"_end", LinkerPlace::End},
    {"__preinit_array_start", LinkerPlace::PreinitStart},
    {"__preinit_array_end", LinkerPlace::PreinitEnd},
    {"__init_array_start", LinkerPlace::InitStart},
    {"__init_array_end", LinkerPlace::InitEnd},
    {"__fini_array_start", LinkerPlace::FiniStart},
    {"__fini_array_end", LinkerPlace::FiniEnd},
    {"__rela_iplt_start", LinkerPlace::IpltStart},
    {"__rela_iplt_end", LinkerPlace::IpltEnd},
    {"_GLOBAL_OFFSET_TABLE_", LinkerPlace::Got},
    {"_PROCEDURE_LINKAGE_TABLE_", LinkerPlace::Plt},
    {"_DYNAMIC", LinkerPlace::Dynamic},
    {"__GNU_EH_FRAME_HDR", LinkerPlace::EhFrameHeader},
    {"_TLS_MODULE_BASE_", LinkerPlace::TlsStart},
};

bool is_c_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void define_linker_symbol(Context& ctx, Symbol& s, LinkerPlace place, u8 visibility) {
  s.kind = SymbolKind::Output;
  s.output = nullptr;
  s.shared = nullptr;
  s.object = nullptr;
  s.binding = STB_GLOBAL;
  s.value = 0;
  s.type = place == LinkerPlace::TlsStart ? STT_TLS : STT_NOTYPE;
  if (s.visibility == STV_DEFAULT) s.visibility = visibility;
  ctx.linker_symbols.push_back({&s, place, {}});
}

} // namespace

void add_linker_symbols(Context& ctx) {
  if (ctx.options.relocatable) return;
  auto wanted = [](const Symbol* s) { return s && (s->is_undefined() || s->kind == SymbolKind::Shared) && !s->is_script_defined; };
  for (const LinkerSymbol& row : provided) {
    Symbol* s = ctx.symbols.find(row.name);
    // A lazy definition that nobody asked for stays out of the way.
    if (!wanted(s) || !(s->referenced_by_object || s->referenced_by_shared || s->strongly_referenced)) continue;
    bool iplt = row.place == LinkerPlace::IpltStart || row.place == LinkerPlace::IpltEnd;
    if (iplt && ctx.is_dynamic) continue;
    if (row.place == LinkerPlace::Dynamic && !ctx.is_dynamic) continue;
    bool shown = row.place == LinkerPlace::TextEnd || row.place == LinkerPlace::DataEnd || row.place == LinkerPlace::End ||
                 row.place == LinkerPlace::BssStart;
    define_linker_symbol(ctx, *s, row.place, shown ? STV_DEFAULT : STV_HIDDEN);
    if (row.place == LinkerPlace::Got) ctx.needs_got = true;
  }
  ctx.global_offset_table = ctx.symbols.find("_GLOBAL_OFFSET_TABLE_");
  ctx.tls_get_addr = ctx.symbols.find("__tls_get_addr");

  // __start_NAME and __stop_NAME of sections whose names are C identifiers.
  std::unordered_map<std::string_view, std::vector<std::pair<Symbol*, LinkerPlace>>> asked;
  ctx.symbols.for_each([&](Symbol& s) {
    std::string_view name = s.name();
    if (!name.starts_with("__st") || !wanted(&s) || !s.referenced_by_object) return;
    if (name.starts_with("__start_")) asked[name.substr(8)].emplace_back(&s, LinkerPlace::SectionStart);
    else if (name.starts_with("__stop_")) asked[name.substr(7)].emplace_back(&s, LinkerPlace::SectionEnd);
  });
  if (asked.empty()) return;
  for (ObjectFile* f : ctx.objects)
    for (InputSection* section : f->sections) {
      if (!section || !is_c_identifier(section->name())) continue;
      auto it = asked.find(section->name());
      if (it == asked.end()) continue;
      for (auto& [s, place] : it->second) {
        if (s->kind == SymbolKind::Output) continue;
        define_linker_symbol(ctx, *s, place, ctx.options.z_start_stop_visibility);
        ctx.linker_symbols.back().section_name = it->first;
      }
      ctx.start_stop_names.insert(it->first);
    }
}

void place_linker_symbols(Context& ctx) {
  auto bounds = [&](std::string_view name, bool end, Symbol& s) {
    OutputSection* o = find_output(ctx, name);
    s.output = o;
    s.value = o ? o->address + (end ? o->size : 0) : 0;
  };
  OutputSection *last_code = nullptr, *last_data = nullptr, *first_bss = nullptr, *last = nullptr, *first = nullptr;
  for (OutputSection* o : ctx.outputs) {
    if (!o->is_allocated()) continue;
    if (!first) first = o;
    if ((o->flags & SHF_TLS) && o->type == SHT_NOBITS) continue;
    if (o->flags & SHF_EXECINSTR) last_code = o;
    if ((o->flags & SHF_WRITE) && o->type != SHT_NOBITS) last_data = o;
    if (o->type == SHT_NOBITS && !first_bss && !(o->relro)) first_bss = o;
    last = o;
  }
  auto end_of = [&](OutputSection* o, Symbol& s) {
    s.output = o;
    if (o) s.value = o->address + o->size;
  };
  for (auto& [symbol, place, section_name] : ctx.linker_symbols) {
    Symbol& s = *symbol;
    auto synthetic = [&](SyntheticSection* section, bool end = false) {
      if (!section || !section->section.output) return;
      s.output = section->section.output;
      s.value = section->address() + (end ? section->size() : 0);
    };
    switch (place) {
    case LinkerPlace::Header:
    case LinkerPlace::ImageBase:
      s.output = first;
      s.value = ctx.segments.empty() ? 0 : ctx.image_base;
      break;
    case LinkerPlace::TextEnd: end_of(last_code, s); break;
    case LinkerPlace::DataEnd: end_of(last_data ? last_data : last_code, s); break;
    case LinkerPlace::BssStart:
      if (first_bss) s.output = first_bss, s.value = first_bss->address;
      else end_of(last_data, s);
      break;
    case LinkerPlace::End: end_of(last, s); break;
    case LinkerPlace::PreinitStart: bounds(".preinit_array", false, s); break;
    case LinkerPlace::PreinitEnd: bounds(".preinit_array", true, s); break;
    case LinkerPlace::InitStart: bounds(".init_array", false, s); break;
    case LinkerPlace::InitEnd: bounds(".init_array", true, s); break;
    case LinkerPlace::FiniStart: bounds(".fini_array", false, s); break;
    case LinkerPlace::FiniEnd: bounds(".fini_array", true, s); break;
    case LinkerPlace::IpltStart: synthetic(ctx.synthetic.rela_plt); break;
    case LinkerPlace::IpltEnd: synthetic(ctx.synthetic.rela_plt, true); break;
    case LinkerPlace::Got: synthetic(ctx.synthetic.got_plt); break;
    case LinkerPlace::Plt: synthetic(ctx.synthetic.plt); break;
    case LinkerPlace::Dynamic: synthetic(ctx.synthetic.dynamic); break;
    case LinkerPlace::EhFrameHeader: synthetic(ctx.synthetic.eh_frame_hdr); break;
    case LinkerPlace::TlsStart:
      s.value = ctx.tls_start;
      s.output = ctx.tls_output;
      break;
    case LinkerPlace::SectionStart: bounds(section_name, false, s); break;
    case LinkerPlace::SectionEnd: bounds(section_name, true, s); break;
    }
    // With nothing to stand in (an empty array of constructors), the address of the image is as good as any.
    if (!s.output && first) {
      s.output = first;
      if (!s.value) s.value = first->address;
    }
  }
}

} // namespace lathe::linker
