// Symbol resolution. One global name is one Symbol. A strong definition beats COMMON, which beats a weak one; any
// of them beats a shared library's; an archive's offer is taken when a strong reference meets it. Files are
// resolved one after the other in loading order, which is what makes the outcome independent of threads.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <fmt/format.h>

namespace lathe::linker {

// Common symbols of the large code model; <elf.h> has no name for the index.
constexpr u16 large_common = 0xff02;

u64 hash_name(std::string_view name) { return hash_bytes(name); }

Symbol* SymbolTable::make(std::string_view name) {
  if (count_ % block_size == 0) blocks_.push_back(std::make_unique<Symbol[]>(block_size));
  Symbol* s = &blocks_.back()[count_ % block_size];
  s->id = static_cast<u32>(count_++);
  s->name_data = name.data();
  s->name_size = static_cast<u32>(name.size());
  return s;
}

void SymbolTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  u64 mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (!slot.symbol) continue;
    u64 at = slot.hash & mask;
    while (slots_[at].symbol) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

// `name` must outlive the link.
Symbol* SymbolTable::intern(std::string_view name, u64 hash) {
  u64 mask = slots_.size() - 1;
  u64 at = hash & mask;
  for (; slots_[at].symbol; at = (at + 1) & mask)
    if (slots_[at].hash == hash && slots_[at].symbol->name() == name) return slots_[at].symbol;
  if (count_ * 2 >= slots_.size()) {
    grow();
    mask = slots_.size() - 1;
    for (at = hash & mask; slots_[at].symbol;) at = (at + 1) & mask;
  }
  slots_[at] = {hash, make(name)};
  return slots_[at].symbol;
}

Symbol* SymbolTable::intern(std::string_view name) { return intern(name, hash_name(name)); }

Symbol* SymbolTable::find(std::string_view name) const {
  u64 hash = hash_name(name), mask = slots_.size() - 1;
  for (u64 at = hash & mask; slots_[at].symbol; at = (at + 1) & mask)
    if (slots_[at].hash == hash && slots_[at].symbol->name() == name) return slots_[at].symbol;
  return nullptr;
}

SymbolReference split_version(std::string_view name) {
  size_t at = name.find('@');
  if (at == std::string_view::npos || at == 0) return {name, {}, false};
  std::string_view version = name.substr(at + 1);
  bool is_default = version.starts_with('@');
  while (version.starts_with('@')) version.remove_prefix(1);
  return {name.substr(0, at), version, is_default};
}

std::string display_name(Context& ctx, std::string_view name) {
  if (!ctx.options.demangle || !name.starts_with("_Z")) return std::string(name);
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  std::string out = status == 0 ? text : std::string(name);
  std::free(text);
  return out;
}

namespace {

// The function whose bytes hold `offset`, for messages.
std::string_view function_at(const InputSection& section, u64 offset) {
  const ObjectFile& f = *section.file;
  std::string_view best;
  for (u32 i = 1; i < f.symbols.size(); ++i) {
    Elf64_Sym e = f.symbols[i];
    if (ELF64_ST_TYPE(e.st_info) != STT_FUNC || f.section_index(i, e) != section.index) continue;
    if (offset >= e.st_value && (offset < e.st_value + e.st_size || (e.st_size == 0 && offset == e.st_value)))
      best = string_at(f.strings, e.st_name);
  }
  return best;
}

int visibility_strength(u8 v) {
  switch (v) {
  case STV_INTERNAL: return 3;
  case STV_HIDDEN: return 2;
  case STV_PROTECTED: return 1;
  default: return 0;
  }
}

void trace(Context& ctx, const Symbol& s, std::string_view file, std::string_view what) {
  *ctx.text += fmt::format("{}: {} {}\n", file, what, s.name());
}

void define(Context& ctx, Symbol& s, ObjectFile& f, u32 index, const Elf64_Sym& e, InputSection* section) {
  s.object = &f;
  s.shared = nullptr;
  s.file_index = index;
  s.value = e.st_value;
  s.size = e.st_size;
  s.type = ELF64_ST_TYPE(e.st_info);
  s.binding = ELF64_ST_BIND(e.st_info);
  s.section = nullptr;
  if (e.st_shndx == SHN_COMMON || e.st_shndx == large_common) {
    s.kind = SymbolKind::Common;
    s.value = std::max<u64>(e.st_value, 1);
  } else if (section) {
    s.kind = SymbolKind::Defined;
    s.section = section;
  } else {
    s.kind = SymbolKind::Absolute;
  }
  if (s.traced) trace(ctx, s, f.name, "definition of");
}

void report_duplicate(Context& ctx, const Symbol& s, ObjectFile& f, const Elf64_Sym& e, InputSection* section) {
  if (ctx.options.allow_multiple_definition) return;
  // One function under foo and foo@@V is one definition.
  if (s.object == &f && s.section == section && s.value == e.st_value) return;
  // The same absolute value twice is no conflict.
  if (s.kind == SymbolKind::Absolute && !section && s.value == e.st_value && ctx.options.multiple_absolute_definitions) return;
  std::string here = section ? place_of(ctx, *section, e.st_value) : f.name;
  std::string there = s.kind == SymbolKind::Defined && s.section->file ? place_of(ctx, *s.section, s.value)
                      : s.object                                       ? s.object->name
                                                                       : std::string("the command line");
  ctx.diag.error(fmt::format("multiple definition of `{}' in {}; first defined in {}", display_name(ctx, s.name()), here, there));
}

void resolve_definition(Context& ctx, Symbol& s, ObjectFile& f, u32 index, const Elf64_Sym& e, InputSection* section) {
  if (s.is_script_defined) return;
  bool weak = ELF64_ST_BIND(e.st_info) == STB_WEAK;
  bool common = e.st_shndx == SHN_COMMON || e.st_shndx == large_common;
  switch (s.kind) {
  case SymbolKind::Undefined:
  case SymbolKind::Lazy:
  case SymbolKind::Shared: return define(ctx, s, f, index, e, section);
  case SymbolKind::Common:
    if (common) {
      if (ctx.options.warn_common) ctx.diag.warning(fmt::format("{}: multiple common of '{}'", f.name, s.name()));
      u64 align = std::max(s.value, e.st_value);
      if (e.st_size > s.size) define(ctx, s, f, index, e, section);
      s.value = align;
      return;
    }
    if (weak) return;
    if (ctx.options.warn_common) ctx.diag.warning(fmt::format("{}: definition of '{}' overriding common", f.name, s.name()));
    return define(ctx, s, f, index, e, section);
  case SymbolKind::Defined:
  case SymbolKind::Absolute:
  case SymbolKind::Output:
    if (weak) return;
    if (s.binding == STB_WEAK) return define(ctx, s, f, index, e, section);
    if (common) {
      if (ctx.options.warn_common) ctx.diag.warning(fmt::format("{}: common of '{}' overridden by definition", f.name, s.name()));
      return;
    }
    return report_duplicate(ctx, s, f, e, section);
  }
}

void ask_archive(Context& ctx, Symbol& s) { ctx.pending_members.emplace_back(s.archive, s.value); }

void resolve_reference(Context& ctx, Symbol& s, ObjectFile& f, const Elf64_Sym& e) {
  s.referenced_by_object = true;
  if (s.traced) trace(ctx, s, f.name, "reference to");
  bool weak = ELF64_ST_BIND(e.st_info) == STB_WEAK;
  if (s.kind == SymbolKind::Undefined) {
    if (!s.object) s.object = &f;
    if (ELF64_ST_TYPE(e.st_info) != STT_NOTYPE && s.type == STT_NOTYPE) s.type = ELF64_ST_TYPE(e.st_info);
  }
  if (weak || s.strongly_referenced) return;
  s.strongly_referenced = true;
  if (s.kind == SymbolKind::Lazy) ask_archive(ctx, s);
}

// --wrap: a reference to NAME goes to __wrap_NAME, one to __real_NAME goes to NAME.
std::string_view wrapped_name(Context& ctx, std::string_view name) {
  const auto& wrap = ctx.options.wrap;
  if (wrap.contains(std::string(name))) return ctx.arena.copy("__wrap_" + std::string(name));
  if (name.starts_with("__real_") && wrap.contains(std::string(name.substr(7)))) return name.substr(7);
  return name;
}

// The key of a definition `foo@@V` is foo; everything else is its own key.
std::string_view key_of(std::string_view name, std::string_view& version) {
  if (name.empty() || !std::memchr(name.data(), '@', name.size())) [[likely]]
    return name;
  SymbolReference ref = split_version(name);
  if (!ref.default_version) return name;
  version = ref.version;
  return ref.name;
}

Symbol* intern_global(Context& ctx, std::string_view name, u64 hash, bool undefined) {
  std::string_view version, key = key_of(name, version);
  if (!ctx.options.wrap.empty() && undefined) {
    std::string_view wrapped = wrapped_name(ctx, key);
    if (wrapped != key) return ctx.symbols.intern(wrapped);
  }
  if (key.size() != name.size()) hash = hash_name(key);
  Symbol* s = ctx.symbols.intern(key, hash);
  if (!version.empty() && !undefined) {
    s->has_version = true;
    ctx.symbol_versions.try_emplace(s, version);
  } else if (!undefined && name.ends_with("@@")) { // foo@@ is exported without a version, whatever a script says
    s->has_version = true;
    ctx.symbol_versions.try_emplace(s, std::string_view{});
  } else if (key.find('@') != std::string_view::npos && split_version(key).version.size()) {
    if (undefined) ctx.versioned_references.push_back(s);
    else {
      s->has_version = s->hidden_version = true;
      ctx.symbol_versions.try_emplace(s, split_version(key).version);
    }
  }
  return s;
}

} // namespace

std::string place_of(Context& ctx, const InputSection& section, u64 offset) {
  if (!section.file) return "the linker's own data";
  std::string_view function = function_at(section, offset);
  if (function.empty()) return fmt::format("{} ({}+0x{:x})", section.file->name, section.name(), offset);
  return fmt::format("{} ({}+0x{:x}, in {})", section.file->name, section.name(), offset, display_name(ctx, function));
}

void resolve_object_symbols(Context& ctx, ObjectFile& f) {
  u64 count = f.symbols.size() - f.first_global;
  f.globals = ctx.arena.make_array<Symbol*>(count);
  // Hashes first, in blocks, so that the table's cache lines arrive while the next names are hashed.
  constexpr u64 block = 32;
  u64 hashes[block];
  std::string_view names[block];
  for (u64 begin = 0; begin < count; begin += block) {
    u64 end = std::min(begin + block, count);
    for (u64 i = begin; i < end; ++i) {
      names[i - begin] = string_at(f.strings, f.symbols[f.first_global + i].st_name);
      hashes[i - begin] = hash_name(names[i - begin]);
      ctx.symbols.prefetch(hashes[i - begin]);
    }
    for (u64 i = begin; i < end; ++i) {
      u32 index = static_cast<u32>(f.first_global + i);
      Elf64_Sym e = f.symbols[index];
      bool undefined = e.st_shndx == SHN_UNDEF;
      InputSection* section = nullptr;
      if (!undefined && e.st_shndx != SHN_COMMON && e.st_shndx != SHN_ABS && e.st_shndx != large_common) {
        u32 at = f.section_index(index, e);
        if (at == 0 || at >= f.headers.size())
          return ctx.diag.error(fmt::format("{}: symbol '{}' lies in section {}, but there are only {}", f.name,
                                            string_at(f.strings, e.st_name), at, f.headers.size()));
        section = f.sections[at];
        // The definition went with its COMDAT group; the group that stayed has another.
        if (!section) undefined = true;
      }
      Symbol* s = intern_global(ctx, names[i - begin], hashes[i - begin], undefined);
      f.globals[i] = s;
      u8 visibility = ELF64_ST_VISIBILITY(e.st_other);
      if (visibility_strength(visibility) > visibility_strength(s->visibility)) s->visibility = visibility;
      if (undefined) resolve_reference(ctx, *s, f, e);
      else {
        s->referenced_by_object = true;
        resolve_definition(ctx, *s, f, index, e, section);
      }
    }
  }
}

void resolve_shared_symbols(Context& ctx, SharedFile& f) {
  u64 count = f.symbols.size() - f.first_global;
  f.globals = ctx.arena.make_array<Symbol*>(count);
  for (u64 i = 0; i < count; ++i) {
    u32 index = static_cast<u32>(f.first_global + i);
    Elf64_Sym e = f.symbols[index];
    if (ELF64_ST_BIND(e.st_info) == STB_LOCAL) continue;
    u16 version = index < f.versyms.size() ? f.versyms[index] : 1;
    // A hidden version is met only by references that name it, which are resolved later.
    if (e.st_shndx != SHN_UNDEF && (version == 0 || (version & 0x8000))) continue;
    std::string_view name = string_at(f.strings, e.st_name);
    Symbol* s = ctx.symbols.intern(name);
    f.globals[i] = s;
    s->referenced_by_shared = true;
    if (s->traced) trace(ctx, *s, f.name, e.st_shndx == SHN_UNDEF ? "reference to" : "definition of");
    if (e.st_shndx == SHN_UNDEF) {
      if (s->kind == SymbolKind::Lazy && ELF64_ST_BIND(e.st_info) != STB_WEAK) ask_archive(ctx, *s);
      continue;
    }
    if (!s->is_undefined() || visibility_strength(s->visibility) != 0 || s->is_script_defined) continue;
    s->kind = SymbolKind::Shared;
    s->shared = &f;
    s->file_index = index;
    s->section = nullptr;
    s->value = e.st_value;
    s->size = e.st_size;
    s->type = ELF64_ST_TYPE(e.st_info);
    s->binding = ELF64_ST_BIND(e.st_info);
  }
}

void resolve_lazy_symbol(Context& ctx, std::string_view name, Archive& archive, u64 offset) {
  SymbolReference ref = split_version(name);
  Symbol* s = ctx.symbols.intern(ref.default_version ? ref.name : name);
  if (s->traced) trace(ctx, *s, archive.name, "lazy definition of");
  if (s->kind == SymbolKind::Common) {
    if (member_defines_strongly(ctx, archive, offset, name)) ctx.pending_members.emplace_back(&archive, offset);
    return;
  }
  if (s->kind != SymbolKind::Undefined || s->is_script_defined) return;
  s->kind = SymbolKind::Lazy;
  s->archive = &archive;
  s->value = offset;
  if (s->strongly_referenced || s->forced || s->referenced_by_shared) ask_archive(ctx, *s);
}

void force_symbol(Context& ctx, std::string_view name) {
  if (name.empty()) return;
  Symbol* s = ctx.symbols.intern(name);
  s->forced = true;
  if (s->kind == SymbolKind::Lazy) ask_archive(ctx, *s);
}

void set_entry(Context& ctx, std::string_view name) {
  if (!ctx.options.entry.empty()) return;
  ctx.options.entry = name;
  force_symbol(ctx, name);
}

void add_command_line_symbols(Context& ctx) {
  Options& o = ctx.options;
  for (const std::string& name : o.trace_symbols) ctx.symbols.intern(name)->traced = true;
  for (const std::string& name : o.undefined) force_symbol(ctx, name);
  for (const std::string& name : o.require_defined) force_symbol(ctx, name);
  if (!o.entry.empty() && !(o.entry[0] >= '0' && o.entry[0] <= '9')) force_symbol(ctx, o.entry);
  std::vector<std::pair<std::string, std::string>> given;
  given.swap(o.defsyms);
  for (auto& [name, expression] : given) add_defsym_symbol(ctx, name, expression);
}

// Defines `name` by an expression; its value is found later, but what it refers to is wanted from now on.
void add_defsym_symbol(Context& ctx, const std::string& name, const std::string& text) {
  ctx.options.defsyms.emplace_back(name, text);
  const std::string& expression = ctx.options.defsyms.back().second;
  Symbol* s = ctx.symbols.intern(ctx.arena.copy(std::string_view(name)));
  s->kind = SymbolKind::Absolute;
  s->section = nullptr;
  s->binding = STB_GLOBAL;
  s->is_script_defined = true;
  s->referenced_by_object = true;
  ctx.script_symbols.push_back(s);
  auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$'; };
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < expression.size();) {
    size_t begin = i;
    while (i < expression.size() && (is_start(expression[i]) || is_digit(expression[i]) || expression[i] == '@')) ++i;
    std::string_view word = std::string_view(expression).substr(begin, i - begin);
    if (word.empty()) ++i;
    if (word.empty() || is_digit(word[0]) || word == "." || word == "DEFINED" || word == "ABSOLUTE") continue;
    Symbol* used = ctx.symbols.intern(ctx.arena.copy(word));
    used->referenced_by_object = true;
    if (used->strongly_referenced) continue;
    used->strongly_referenced = true;
    if (used->kind == SymbolKind::Lazy) ask_archive(ctx, *used);
  }
}

// A reference name@V is met by the default definition name@@V here, or by version V of a shared library.
void resolve_versioned_references(Context& ctx) {
  std::unordered_map<Symbol*, Symbol*> redirect;
  for (Symbol* s : ctx.versioned_references) {
    if (!s->is_undefined() && s->kind != SymbolKind::Shared) continue;
    SymbolReference ref = split_version(s->name());
    Symbol* plain = ctx.symbols.find(ref.name);
    if (plain && plain->is_defined()) {
      auto it = ctx.symbol_versions.find(plain);
      if (it != ctx.symbol_versions.end() && it->second == ref.version) {
        redirect[s] = plain;
        continue;
      }
    }
    for (SharedFile* f : ctx.shared_files)
      for (u32 i = f->first_global; i < f->symbols.size() && s->kind != SymbolKind::Shared; ++i) {
        Elf64_Sym e = f->symbols[i];
        if (e.st_shndx == SHN_UNDEF || string_at(f->strings, e.st_name) != ref.name || f->version_of(i) != ref.version) continue;
        if (plain && plain->shared == f && plain->file_index == i) {
          plain->strongly_referenced |= s->strongly_referenced;
          plain->referenced_by_object = true;
          redirect[s] = plain;
          break;
        }
        s->kind = SymbolKind::Shared;
        s->shared = f;
        s->file_index = i;
        s->section = nullptr;
        s->value = e.st_value;
        s->size = e.st_size;
        s->type = ELF64_ST_TYPE(e.st_info);
        s->binding = ELF64_ST_BIND(e.st_info);
        s->name_size = static_cast<u32>(ref.name.size());
      }
  }
  if (redirect.empty()) return;
  for (ObjectFile* f : ctx.objects)
    for (Symbol*& s : f->globals)
      if (auto it = redirect.find(s); it != redirect.end()) s = it->second;
}

void allocate_commons(Context& ctx) {
  if (ctx.options.relocatable && !ctx.options.define_common) return;
  std::vector<Symbol*> commons;
  for (ObjectFile* f : ctx.objects)
    for (Symbol* s : f->globals)
      if (s->kind == SymbolKind::Common && s->object == f && s->needs.exchange(1) == 0) commons.push_back(s);
  for (Symbol* s : commons) s->needs = 0;
  if (ctx.options.forbid_common) { // whoever loads the library has them
    for (Symbol* s : commons) {
      s->kind = SymbolKind::Undefined;
      s->value = s->size = 0;
      s->strongly_referenced = true;
    }
    return;
  }
  if (ctx.options.sort_common != CommonOrder::None) {
    bool down = ctx.options.sort_common == CommonOrder::Descending;
    std::stable_sort(commons.begin(), commons.end(),
                     [&](const Symbol* a, const Symbol* b) { return down ? a->value > b->value : a->value < b->value; });
  }
  for (Symbol* s : commons) {
    if ((s->value & (s->value - 1)) || s->value > (u64{1} << 32)) {
      ctx.diag.error(fmt::format("{}: common symbol '{}' has alignment {}, which is no power of two up to 4 GiB", s->object->name, s->name(), s->value));
      continue;
    }
    if (s->size > (u64{1} << 56)) {
      ctx.diag.error(fmt::format("{}: common symbol '{}' is larger than the address space", s->object->name, s->name()));
      continue;
    }
    bool tls = s->type == STT_TLS;
    SyntheticSection*& home = tls ? ctx.synthetic.tls_common : ctx.synthetic.common;
    if (!home)
      home = make_synthetic(ctx, tls ? ".tbss" : ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE | (tls ? u64{SHF_TLS} : 0), 1, 0);
    InputSection& section = home->section;
    u64 align = s->value;
    section.align_log2 = std::max<u8>(section.align_log2, static_cast<u8>(__builtin_ctzll(align)));
    s->value = align_to(section.size, align);
    section.size = s->value + s->size;
    s->kind = SymbolKind::Defined;
    s->section = &section;
    if (s->type == STT_COMMON) s->type = STT_OBJECT;
  }
}

void add_error(Context& ctx, ObjectFile& f, std::string message) {
  std::lock_guard lock(ctx.error_mutex);
  f.errors.push_back(std::move(message));
}

void report_errors(Context& ctx) {
  for (ObjectFile* f : ctx.objects) {
    std::sort(f->errors.begin(), f->errors.end()); // they come from many threads
    for (std::string& e : f->errors)
      if (!ctx.diag.is_full()) ctx.diag.error(std::move(e));
    f->errors.clear();
  }
}

void report_undefined(Context& ctx) {
  report_errors(ctx);
  std::vector<Symbol*> order;
  std::unordered_map<Symbol*, std::vector<const UndefinedUse*>> uses;
  for (ObjectFile* f : ctx.objects)
    for (const UndefinedUse& use : f->undefined_uses) {
      auto& list = uses[use.symbol];
      if (list.empty()) order.push_back(use.symbol);
      list.push_back(&use);
    }
  for (Symbol* s : order) {
    if (ctx.diag.is_full()) return;
    const auto& list = uses[s];
    std::string more = list.size() > 1 ? fmt::format(" and {} more place{}", list.size() - 1, list.size() > 2 ? "s" : "") : "";
    std::string hidden = s->visibility == STV_HIDDEN ? "hidden symbol is not defined: " : "";
    std::string message = fmt::format("{}undefined reference to `{}' in {}{}", hidden, display_name(ctx, s->name()),
                                      place_of(ctx, *list[0]->section, list[0]->offset), more);
    if (ctx.options.unresolved_are_warnings) ctx.diag.warning(message);
    else ctx.diag.error(message);
  }
  for (const std::string& name : ctx.options.require_defined) {
    Symbol* s = ctx.symbols.find(name);
    if (!s || !s->is_defined()) ctx.diag.error(fmt::format("required symbol '{}' not defined", name));
  }
  if (ctx.options.no_warnings) return;
  for (ObjectFile* f : ctx.objects) {
    if (ctx.symbol_warnings.empty()) break;
    for (u64 i = 0; i < f->globals.size(); ++i) {
      if (f->symbols[f->first_global + i].st_shndx != SHN_UNDEF) continue;
      auto it = ctx.symbol_warnings.find(f->globals[i]);
      if (it != ctx.symbol_warnings.end()) ctx.diag.warning(fmt::format("{}: {}", f->name, it->second));
    }
  }
}

} // namespace lathe::linker
