// .symtab and .strtab: first what is local, file by file, then the globals. Symbols that are hidden in the output
// count as local. Sizes are found file by file in parallel, then each file writes its own stretch.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>

namespace lathe::linker {
namespace {

// --retain-symbols-file lists all that stays.
bool is_retained(const Context& ctx, std::string_view name) {
  return ctx.options.retain_symbols_file.empty() || ctx.retained.contains(std::string(name));
}

void read_retained(Context& ctx) {
  if (ctx.options.retain_symbols_file.empty()) return;
  std::string error;
  std::string_view text = find_memory_or_file(ctx, ctx.options.retain_symbols_file, error);
  if (!error.empty()) return ctx.diag.error(error);
  std::string word;
  for (char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') word += c;
    else if (!word.empty()) ctx.retained.insert(std::exchange(word, {}));
  }
  if (!word.empty()) ctx.retained.insert(word);
}

// With -r a group is named by a symbol, which may be a local one that has no section.
const Group* is_signature(const ObjectFile& f, u32 i) {
  for (const Group& g : f.groups)
    if (g.signature == i) return &g;
  return nullptr;
}

// Relocations into merged strings need the symbol: from a section's symbol and an addend of -4 nobody could tell
// which string is meant.
bool is_mergeable(const ObjectFile& f, u32 i, const Elf64_Sym& e) {
  const InputSection* s = f.section_of(i, e);
  return s && s->alive && (s->flags & SHF_MERGE) && !string_at(f.strings, e.st_name).empty();
}

bool keeps_local(const Context& ctx, const ObjectFile& f, u32 i, const Elf64_Sym& e) {
  u8 type = ELF64_ST_TYPE(e.st_info);
  if (type == STT_SECTION) return false;
  if (ctx.options.relocatable && is_mergeable(f, i, e)) return true;
  if (ctx.options.discard_all) return false;
  std::string_view name = string_at(f.strings, e.st_name);
  if (type == STT_FILE) return !name.empty();
  if (name.empty() || !is_retained(ctx, name)) return false;
  if (!ctx.options.discard_none && name.starts_with(".L") && (ctx.options.discard_locals || !ctx.options.relocatable)) return false;
  if (e.st_shndx == SHN_ABS) return true;
  InputSection* s = f.section_of(i, e);
  if (!s && is_signature(f, i)) return true;
  if (!s || !s->alive) return false;
  if (s->kind == SectionKind::EhFrame) return false;
  return s->kind == SectionKind::Merge || s->output;
}

// In an executable or a shared library nobody outside sees hidden symbols.
bool becomes_local(const Context& ctx, const Symbol& s) {
  if (ctx.options.relocatable || !s.is_defined()) return false;
  return s.visibility == STV_HIDDEN || s.visibility == STV_INTERNAL || s.version == VER_NDX_LOCAL_MARK;
}

// The file that writes the symbol is the one that defines it.
bool is_written_by(const Context& ctx, const Symbol& s, const ObjectFile& f, u32 index) {
  if (!is_retained(ctx, s.name())) return false;
  if (s.object != &f || s.file_index != index || s.is_script_defined) return false;
  if (s.kind == SymbolKind::Defined) return s.section && s.section->alive && (s.section->output || s.section->kind == SectionKind::Merge);
  return s.kind == SymbolKind::Absolute || s.kind == SymbolKind::Common;
}

std::string_view written_name(const ObjectFile* f, const Symbol& s) {
  if (f && s.has_version && s.file_index < f->symbols.size()) return string_at(f->strings, f->symbols[s.file_index].st_name);
  return s.name();
}

// Symbols of no object: the linker's own, undefined ones, those of shared libraries.
std::vector<Symbol*> homeless_symbols(Context& ctx) {
  std::vector<Symbol*> out;
  ctx.symbols.for_each([&](Symbol& s) {
    bool used = s.referenced_by_object || s.strongly_referenced;
    bool taken = s.kind == SymbolKind::Absolute && !s.object; // by --just-symbols
    if (s.kind == SymbolKind::Output || s.is_script_defined || taken || (s.kind == SymbolKind::Defined && s.is_copy) ||
        (s.kind == SymbolKind::Shared && used) || (s.kind == SymbolKind::Undefined && used))
      out.push_back(&s);
  });
  return out;
}

struct Writer {
  Context& ctx;
  u8 *symtab, *strtab;
  u32* shndx = nullptr;

  void put(u64 index, u64 string, std::string_view name, Elf64_Sym e, u32 section) {
    e.st_name = static_cast<u32>(string);
    if (section >= SHN_LORESERVE && section != SHN_ABS && section != SHN_COMMON) {
      if (shndx) shndx[index] = section;
      e.st_shndx = SHN_XINDEX;
    } else {
      e.st_shndx = static_cast<u16>(section);
    }
    std::memcpy(symtab + index * sizeof e, &e, sizeof e);
    if (!name.empty()) std::memcpy(strtab + string, name.data(), name.size());
  }
};

u32 output_index(const InputSection& s) {
  const OutputSection* o = s.output;
  if (s.kind == SectionKind::Merge) o = s.merge ? merged_output(s) : nullptr;
  return o ? o->index : u32{SHN_ABS};
}

void write_global(Context& ctx, Writer& w, const Symbol& s, const ObjectFile* f, u64 index, u64 string, bool local) {
  Elf64_Sym e{};
  u32 section = SHN_UNDEF;
  u8 type = s.type, binding = s.binding;
  e.st_size = s.size;
  e.st_other = s.visibility;
  switch (s.kind) {
  case SymbolKind::Defined:
    section = output_index(*s.section);
    e.st_value = ctx.options.relocatable ? s.value + s.section->offset : s.value;
    if (type == STT_TLS && !ctx.options.relocatable) e.st_value -= ctx.tls_start;
    break;
  case SymbolKind::Absolute:
    section = SHN_ABS;
    e.st_value = s.value;
    break;
  case SymbolKind::Output:
    section = s.output ? s.output->index : u32{SHN_ABS};
    e.st_value = s.value;
    if (type == STT_TLS) e.st_value -= ctx.tls_start;
    break;
  case SymbolKind::Common:
    section = SHN_COMMON;
    e.st_value = s.value;
    break;
  default:
    binding = s.strongly_referenced ? STB_GLOBAL : STB_WEAK;
    e.st_size = 0;
    if (type == STT_GNU_IFUNC) type = STT_FUNC; // how its library chooses is no matter of ours
    e.st_value = s.kind == SymbolKind::Shared ? s.value : 0;
    if (s.kind == SymbolKind::Undefined && !ctx.options.relocatable) e.st_other = s.visibility == STV_DEFAULT ? STV_DEFAULT : s.visibility;
  }
  if (local) binding = STB_LOCAL;
  e.st_info = ELF64_ST_INFO(binding, type);
  w.put(index, string, written_name(f, s), e, section);
}

void count_file(const Context& ctx, ObjectFile& f) {
  for (u32 i = 1; i < f.first_global; ++i) {
    Elf64_Sym e = f.symbols[i];
    if (!keeps_local(ctx, f, i, e)) continue;
    ++f.local_count;
    f.local_string_size += string_at(f.strings, e.st_name).size() + 1;
  }
  for (u32 i = f.first_global; i < f.symbols.size(); ++i) {
    const Symbol& s = *f.globals[i - f.first_global];
    if (!is_written_by(ctx, s, f, i)) continue;
    u64 size = written_name(&f, s).size() + 1;
    if (becomes_local(ctx, s)) ++f.local_count, f.local_string_size += size;
    else ++f.global_count, f.global_string_size += size;
  }
}

void write_file(Context& ctx, Writer& w, ObjectFile& f, bool record) {
  u64 local = f.first_local_output, local_string = f.first_local_string;
  u64 global = f.first_global_output, global_string = f.first_global_string;
  for (u32 i = 1; i < f.first_global; ++i) {
    Elf64_Sym e = f.symbols[i];
    if (!keeps_local(ctx, f, i, e)) continue;
    std::string_view name = string_at(f.strings, e.st_name);
    u32 section = e.st_shndx;
    if (InputSection* s = f.section_of(i, e)) {
      section = output_index(*s);
      if (s->kind == SectionKind::Merge) e.st_value = merged_address(*s, e.st_value);
      else e.st_value += ctx.options.relocatable ? s->offset : s->address();
      if (ELF64_ST_TYPE(e.st_info) == STT_TLS && !ctx.options.relocatable) e.st_value -= ctx.tls_start;
    }
    else if (const Group* g = e.st_shndx < SHN_LORESERVE ? is_signature(f, i) : nullptr) {
      section = g->output ? g->output->index : u32{SHN_ABS};
    }
    if (record) f.output_symbol_index[i] = static_cast<u32>(local);
    w.put(local++, local_string, name, e, section);
    local_string += name.size() + 1;
  }
  for (u32 i = f.first_global; i < f.symbols.size(); ++i) {
    Symbol& s = *f.globals[i - f.first_global];
    if (!is_written_by(ctx, s, f, i)) continue;
    bool is_local = becomes_local(ctx, s);
    u64& index = is_local ? local : global;
    u64& string = is_local ? local_string : global_string;
    s.output_symbol = static_cast<u32>(index);
    write_global(ctx, w, s, &f, index++, string, is_local);
    string += written_name(&f, s).size() + 1;
  }
}

bool records_indexes(const Context& ctx) { return ctx.options.relocatable || ctx.options.emit_relocs; }

} // namespace

void size_symtab(Context& ctx) {
  SyntheticSections& y = ctx.synthetic;
  std::string& names = ctx.section_names;
  names.assign(1, '\0');
  for (OutputSection* o : ctx.outputs) {
    auto [it, is_new] = ctx.section_name_offsets.try_emplace(o->name, static_cast<u32>(names.size()));
    if (is_new) {
      names += o->name;
      names += '\0';
    }
  }
  y.shstrtab->bytes.assign(names.begin(), names.end());
  y.shstrtab->section.size = names.size();
  if (ctx.options.strip_all) return;
  read_retained(ctx);
  parallel_for(ctx.objects.size(), [&](u64 i) { count_file(ctx, *ctx.objects[i]); });
  u64 sections = records_indexes(ctx) ? ctx.outputs.size() : 0; // symbols of the output's sections
  u64 symbols = 1 + sections, strings = 1;
  for (ObjectFile* f : ctx.objects) {
    f->first_local_output = symbols;
    f->first_local_string = strings;
    symbols += f->local_count;
    strings += f->local_string_size;
  }
  ctx.homeless = homeless_symbols(ctx);
  auto is_local = [&](const Symbol* s) { return becomes_local(ctx, *s); };
  std::stable_partition(ctx.homeless.begin(), ctx.homeless.end(), is_local);
  for (Symbol* s : ctx.homeless)
    if (is_local(s)) ++symbols, strings += s->name().size() + 1;
  y.symtab->info = static_cast<u32>(symbols);
  for (ObjectFile* f : ctx.objects) {
    f->first_global_output = symbols;
    f->first_global_string = strings;
    symbols += f->global_count;
    strings += f->global_string_size;
  }
  for (Symbol* s : ctx.homeless)
    if (!is_local(s)) ++symbols, strings += s->name().size() + 1;
  y.symtab->section.size = symbols * sizeof(Elf64_Sym);
  y.strtab->section.size = strings;
  if (y.symtab_shndx->section.output) y.symtab_shndx->section.size = symbols * 4;
}

void write_symtab(Context& ctx) {
  SyntheticSections& y = ctx.synthetic;
  if (!y.symtab->section.output) return;
  auto bytes_of = [&](SyntheticSection* s) { return ctx.image + s->section.output->offset + s->section.offset; };
  Writer w{ctx, bytes_of(y.symtab), bytes_of(y.strtab)};
  if (y.symtab_shndx->section.output) w.shndx = reinterpret_cast<u32*>(bytes_of(y.symtab_shndx));
  bool record = records_indexes(ctx);
  if (record)
    for (OutputSection* o : ctx.outputs) {
      Elf64_Sym e{};
      e.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION);
      e.st_value = o->address;
      w.put(o->index, 0, {}, e, o->index);
    }
  parallel_for(ctx.objects.size(), [&](u64 i) {
    ObjectFile& f = *ctx.objects[i];
    if (record) f.output_symbol_index.assign(f.symbols.size(), 0);
    write_file(ctx, w, f, record);
  });
  u64 symbol = 1 + (record ? ctx.outputs.size() : 0), string = 1;
  if (!ctx.objects.empty()) {
    ObjectFile* last = ctx.objects.back();
    symbol = last->first_local_output + last->local_count;
    string = last->first_local_string + last->local_string_size;
  }
  for (Symbol* s : ctx.homeless) {
    bool local = becomes_local(ctx, *s);
    if (!local && symbol == y.symtab->info && !ctx.objects.empty()) {
      ObjectFile* last = ctx.objects.back();
      symbol = last->first_global_output + last->global_count;
      string = last->first_global_string + last->global_string_size;
    }
    s->output_symbol = static_cast<u32>(symbol);
    write_global(ctx, w, *s, nullptr, symbol++, string, local);
    string += s->name().size() + 1;
  }
}

} // namespace lathe::linker
