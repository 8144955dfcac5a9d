// Reading an object file: its section table becomes InputSections, COMDAT groups are decided (the first one
// seen stays), notes about stacks and CPU features are taken out, and its symbols are resolved. Everything read
// from the file is checked here, so that later passes may trust indexes and ranges.

#include "linker/elf/definitions.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace lathe::linker {
namespace {

struct Reader {
  Context& ctx;
  ObjectFile& file;
  bool failed = false;

  void fail(std::string what) {
    if (!failed) ctx.diag.error(fmt::format("{}: {}", file.name, what));
    failed = true;
  }
  bool in_file(u64 offset, u64 size) const { return offset <= file.data.size() && size <= file.data.size() - offset; }
  const u8* at(u64 offset) const { return reinterpret_cast<const u8*>(file.data.data()) + offset; }

  // A string table that ends in NUL, so that every offset in it is a string.
  std::string_view strings(u32 index) {
    if (index == 0 || index >= file.headers.size()) return {};
    Elf64_Shdr h = file.headers[index];
    if (h.sh_type == SHT_NOBITS || !in_file(h.sh_offset, h.sh_size)) return fail("string table lies outside the file"), std::string_view{};
    if (h.sh_size && file.data[h.sh_offset + h.sh_size - 1] != 0) return fail("string table does not end in NUL"), std::string_view{};
    return file.data.substr(h.sh_offset, h.sh_size);
  }
};

bool read_headers(Reader& r) {
  ObjectFile& f = r.file;
  if (f.data.size() < sizeof(Elf64_Ehdr)) return r.fail("file is too short for an ELF header"), false;
  Elf64_Ehdr e;
  std::memcpy(&e, f.data.data(), sizeof e);
  if (!r.ctx.target)
    for (const Target* t : all_targets())
      if (t->machine == e.e_machine && e.e_ident[EI_CLASS] == ELFCLASS64) r.ctx.target = t;
  if (!r.ctx.target || e.e_machine != r.ctx.target->machine || e.e_ident[EI_CLASS] != ELFCLASS64 ||
      e.e_ident[EI_DATA] != ELFDATA2LSB)
    return r.fail(fmt::format("file is for another machine (ELF machine {}, class {}){}", e.e_machine,
                              e.e_ident[EI_CLASS], r.ctx.target ? fmt::format(" than {}", r.ctx.target->name) : "")),
           false;
  if (e.e_type != ET_REL) return r.fail(fmt::format("ELF file of type {} cannot be linked, only relocatable objects and shared libraries", e.e_type)), false;
  if (e.e_shoff == 0) return true;
  if (e.e_shentsize != sizeof(Elf64_Shdr) || !r.in_file(e.e_shoff, sizeof(Elf64_Shdr)))
    return r.fail("section header table lies outside the file"), false;
  Elf64_Shdr first;
  std::memcpy(&first, r.at(e.e_shoff), sizeof first);
  u64 count = e.e_shnum ? e.e_shnum : first.sh_size;
  if (count > (f.data.size() - e.e_shoff) / sizeof(Elf64_Shdr)) return r.fail("section header table lies outside the file"), false;
  f.headers = {r.at(e.e_shoff), count};
  f.section_names = r.strings(e.e_shstrndx == SHN_XINDEX ? first.sh_link : e.e_shstrndx);
  return !r.failed;
}

bool read_symbol_table(Reader& r) {
  ObjectFile& f = r.file;
  for (u64 i = 1; i < f.headers.size(); ++i) {
    u32 type;
    std::memcpy(&type, f.headers.data + i * sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, sh_type), 4);
    if (type != SHT_SYMTAB && type != SHT_SYMTAB_SHNDX) continue;
    Elf64_Shdr h = f.headers[i];
    if (!r.in_file(h.sh_offset, h.sh_size)) return r.fail("symbol table lies outside the file"), false;
    if (type == SHT_SYMTAB) {
      f.symtab_index = static_cast<u32>(i);
      f.symbols = {r.at(h.sh_offset), h.sh_size / sizeof(Elf64_Sym)};
      f.first_global = h.sh_info;
      if (h.sh_entsize != sizeof(Elf64_Sym)) return r.fail("symbol table has entries of a wrong size"), false;
      f.strings = r.strings(h.sh_link);
    } else {
      f.extended_indexes = r.at(h.sh_offset);
      if (h.sh_size / 4 < f.symbols.size()) f.extended_indexes = nullptr;
    }
  }
  if (f.symbols.size() > 0xffffffff || f.first_global > f.symbols.size())
    return r.fail("symbol table's count of local symbols is out of range"), false;
  return !r.failed;
}

u32 read_u32(const u8* p) {
  u32 v;
  std::memcpy(&v, p, 4);
  return v;
}

// .note.gnu.property: what the object says about CET and the instruction sets that it uses.
void read_properties(ObjectFile& f, std::span<const u8> note) {
  constexpr u32 property_note = 5, feature_1_and = 0xc0000002, isa_needed = 0xc0008002, isa_used = 0xc0010002;
  f.has_property_note = true;
  while (note.size() >= 16) {
    u64 descriptor = read_u32(&note[4]);
    if (read_u32(&note[0]) != 4 || std::memcmp(&note[12], "GNU", 4) != 0 || descriptor > note.size() - 16) return;
    if (read_u32(&note[8]) == property_note) {
      std::span<const u8> d = note.subspan(16, descriptor);
      while (d.size() >= 8) {
        u32 kind = read_u32(&d[0]), size = read_u32(&d[4]);
        if (size > d.size() - 8) return;
        if (size == 4 && kind == feature_1_and) f.and_features |= read_u32(&d[8]), f.has_and_features = true;
        if (size == 4 && kind == isa_needed) f.isa_needed |= read_u32(&d[8]);
        if (size == 4 && kind == isa_used) f.isa_used |= read_u32(&d[8]);
        d = d.subspan(std::min<u64>(8 + align_to(size, 8), d.size()));
      }
    }
    note = note.subspan(std::min<u64>(16 + align_to(descriptor, 8), note.size()));
  }
}

// Decides a section group: true if its members are to be dropped.
bool drops_group(Reader& r, const Elf64_Shdr& h, std::string_view& signature) {
  ObjectFile& f = r.file;
  if (h.sh_size < 4 || !r.in_file(h.sh_offset, h.sh_size)) return r.fail("section group lies outside the file"), false;
  if (h.sh_link != f.symtab_index || h.sh_info >= f.symbols.size())
    return r.fail(fmt::format("section group has no signature symbol {}", h.sh_info)), false;
  if (!(read_u32(r.at(h.sh_offset)) & GRP_COMDAT)) return false;
  Elf64_Sym esym = f.symbols[h.sh_info];
  signature = string_at(f.strings, esym.st_name);
  if (ELF64_ST_TYPE(esym.st_info) == STT_SECTION && esym.st_shndx < f.headers.size())
    signature = string_at(f.section_names, f.headers[esym.st_shndx].sh_name);
  u32 id = r.ctx.comdat_names.intern_view(signature);
  if (id < r.ctx.comdat_seen.size()) return true;
  r.ctx.comdat_seen.resize(id + 1);
  return false;
}

bool is_merged(const Context& ctx, const Elf64_Shdr& h) {
  if (!(h.sh_flags & SHF_MERGE) || h.sh_entsize == 0 || h.sh_entsize > 4096 || h.sh_size == 0) return false;
  if (h.sh_flags & (SHF_WRITE | SHF_COMPRESSED) || h.sh_type == SHT_NOBITS) return (h.sh_flags & SHF_COMPRESSED) && !(h.sh_flags & SHF_WRITE);
  if (ctx.options.relocatable) return false;
  return h.sh_size % h.sh_entsize == 0;
}

bool is_debug_name(std::string_view name) {
  return name.starts_with(".debug_") || name.starts_with(".zdebug_") || name.starts_with(".gnu.debuglto_") ||
         name == ".gdb_index" || name.starts_with(".stab") || name.starts_with(".line");
}

// True for sections that are taken out of the object and not linked.
bool take_out(Reader& r, const Elf64_Shdr& h, std::string_view name, std::span<const u8> bytes) {
  Context& ctx = r.ctx;
  ObjectFile& f = r.file;
  if (name == ".note.GNU-stack") {
    f.has_stack_note = true;
    f.executable_stack |= (h.sh_flags & SHF_EXECINSTR) != 0;
    return true;
  }
  if (name == ".note.gnu.property" && h.sh_type == SHT_NOTE) {
    read_properties(f, bytes);
    return true;
  }
  if (name.starts_with(".gnu.warning.")) {
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    while (!text.empty() && text.back() == 0) text.pop_back();
    ctx.symbol_warnings.emplace(ctx.symbols.intern(name.substr(13)), std::move(text));
    return !ctx.options.relocatable;
  }
  if (name == ".gnu.warning" && !ctx.options.relocatable) {
    if (!ctx.options.no_warnings)
      ctx.diag.warning(fmt::format("{}: {}", f.name, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
    return true;
  }
  if (name.starts_with(".gnu.lto_") && !ctx.options.relocatable) {
    // GCC's header: two version numbers, then whether there is no machine code beside the intermediate one.
    if (name.starts_with(".gnu.lto_.lto.") && bytes.size() > 4 && bytes[4])
      r.fail("holds only GCC's intermediate code, which is not supported here: compile it without -flto, or with -ffat-lto-objects");
    return true;
  }
  if (name.starts_with(".gnu.debuglto_")) return true;
  constexpr u32 llvm_addrsig = 0x6fff4c03;
  if (h.sh_type == llvm_addrsig || h.sh_type == SHT_GNU_ATTRIBUTES) return true;
  if (!(h.sh_flags & SHF_ALLOC) && (ctx.options.strip_all || ctx.options.strip_debug) && is_debug_name(name)) return true;
  return false;
}

constexpr u64 max_alignment = u64{1} << 31; // as lld

void make_section(Reader& r, u32 index, const Elf64_Shdr& h) {
  Context& ctx = r.ctx;
  ObjectFile& f = r.file;
  std::string_view name = string_at(f.section_names, h.sh_name);
  bool has_bytes = h.sh_type != SHT_NOBITS;
  if (has_bytes && !r.in_file(h.sh_offset, h.sh_size))
    return r.fail(fmt::format("section {} ('{}') lies outside the file", index, name));
  if (h.sh_addralign & (h.sh_addralign - 1))
    return r.fail(fmt::format("section '{}' has alignment {}, which is no power of two", name, h.sh_addralign));
  if (h.sh_addralign > max_alignment) return r.fail(fmt::format("section '{}' has alignment {}, more than 2 GiB", name, h.sh_addralign));
  if (h.sh_size > (u64{1} << 62)) return r.fail(fmt::format("section '{}' is larger than the address space", name));
  std::span<const u8> bytes;
  if (has_bytes) bytes = {r.at(h.sh_offset), h.sh_size};
  if (take_out(r, h, name, bytes)) return;
  if ((h.sh_flags & SHF_EXCLUDE) && !ctx.options.relocatable) return;
  if (name.starts_with(".gnu.linkonce.")) {
    u32 id = ctx.comdat_names.intern_view(name);
    if (id < ctx.comdat_seen.size()) return;
    ctx.comdat_seen.resize(id + 1);
  }
  InputSection* s = ctx.arena.make<InputSection>();
  s->file = &f;
  s->name_offset = name.empty() ? 0 : h.sh_name;
  s->name_size = static_cast<u32>(name.size());
  s->data = has_bytes ? bytes.data() : nullptr;
  s->size = h.sh_size;
  s->flags = ctx.options.force_group_allocation ? h.sh_flags & ~u64{SHF_GROUP} : h.sh_flags;
  s->type = h.sh_type;
  s->index = index;
  s->align_log2 = h.sh_addralign ? static_cast<u8>(__builtin_ctzll(h.sh_addralign)) : 0;
  if (name == ".eh_frame" && !ctx.options.relocatable && (h.sh_flags & SHF_ALLOC) && has_bytes) s->kind = SectionKind::EhFrame;
  else if (is_merged(ctx, h)) s->kind = SectionKind::Merge;
  f.sections[index] = s;
}

bool attach_relocations(Reader& r, u32 index, const Elf64_Shdr& h) {
  ObjectFile& f = r.file;
  if (h.sh_info >= f.sections.size()) return r.fail(fmt::format("relocation section {} applies to no section", index)), false;
  InputSection* target = f.sections[h.sh_info];
  if (!target) return true;
  if (h.sh_type == SHT_REL && h.sh_size) return r.fail("relocations without addend (SHT_REL) do not belong in a file for this machine"), false;
  if (!r.in_file(h.sh_offset, h.sh_size) || h.sh_entsize != sizeof(Elf64_Rela))
    return r.fail(fmt::format("relocation section {} lies outside the file or has entries of a wrong size", index)), false;
  if (h.sh_size == 0) return true;
  if (target->relocation_index) return r.fail(fmt::format("section {} has two relocation sections", h.sh_info)), false;
  target->relocation_index = index;
  if (target->kind == SectionKind::Merge) target->kind = SectionKind::Regular;
  return true;
}

} // namespace

std::vector<u32> group_members(const ObjectFile& f, const Elf64_Shdr& group) {
  std::vector<u32> out;
  for (u64 k = 4; k + 4 <= group.sh_size; k += 4) out.push_back(read_u32(reinterpret_cast<const u8*>(f.data.data()) + group.sh_offset + k));
  return out;
}

namespace {

void read_sections(Reader& r) {
  Context& ctx = r.ctx;
  ObjectFile& f = r.file;
  f.sections = ctx.arena.make_array<InputSection*>(f.headers.size());
  std::vector<u8> dropped;
  std::vector<std::pair<u32, Elf64_Shdr>> relocations;
  // Groups first: a group may stand behind its members.
  for (u64 i = 1; i < f.headers.size() && !r.failed; ++i) {
    Elf64_Shdr h = f.headers[i];
    if (h.sh_type != SHT_GROUP) continue;
    std::string_view signature;
    bool drop = drops_group(r, h, signature);
    if (r.failed) return;
    if (!drop) {
      if (ctx.options.relocatable && !ctx.options.force_group_allocation) f.groups.push_back({static_cast<u32>(i), h.sh_info});
      continue;
    }
    if (dropped.empty()) dropped.resize(f.headers.size());
    for (u32 member : group_members(f, h)) {
      if (member >= dropped.size()) return r.fail("section group names a section that is not there");
      dropped[member] = 1;
    }
  }
  for (u64 i = 1; i < f.headers.size() && !r.failed; ++i) {
    if (!dropped.empty() && dropped[i]) continue;
    Elf64_Shdr h = f.headers[i];
    switch (h.sh_type) {
    case SHT_NULL:
    case SHT_SYMTAB:
    case SHT_STRTAB:
    case SHT_SYMTAB_SHNDX:
    case SHT_GROUP: break;
    case SHT_RELA:
    case SHT_REL: relocations.emplace_back(static_cast<u32>(i), h); break;
    default: make_section(r, static_cast<u32>(i), h);
    }
  }
  for (auto& [index, header] : relocations)
    if (!attach_relocations(r, index, header)) return;
  for (InputSection* s : f.sections)
    if (s && s->kind == SectionKind::Merge) f.merge_sections.push_back(s);
}

// Every local symbol's section index is valid after this; globals are checked when they are resolved.
bool check_local_symbols(Reader& r) {
  ObjectFile& f = r.file;
  for (u32 i = 1; i < f.first_global; ++i) {
    Elf64_Sym esym = f.symbols[i];
    if (f.section_index(i, esym) >= std::max<u64>(f.headers.size(), 1))
      return r.fail(fmt::format("symbol {} lies in section {}, but there are only {}", i, esym.st_shndx, f.headers.size())), false;
  }
  return true;
}

bool inflate_bytes(std::span<const u8> from, u8* to, u64 size, u32 kind) {
  if (kind == ELFCOMPRESS_ZLIB) {
    uLongf length = size;
    return ::uncompress(to, &length, from.data(), from.size()) == Z_OK && length == size;
  }
  return ZSTD_decompress(to, size, from.data(), from.size()) == size;
}

constexpr u32 compress_zstd = 2; // ELFCOMPRESS_ZSTD of newer headers

void decompress(ObjectFile& f, InputSection& s, std::vector<std::unique_ptr<u8[]>>& owned) {
  Elf64_Chdr header;
  if (!s.data || s.size < sizeof header) return f.errors.push_back("compressed section is too short for its header");
  std::memcpy(&header, s.data, sizeof header);
  if (header.ch_type != ELFCOMPRESS_ZLIB && header.ch_type != compress_zstd)
    return f.errors.push_back(fmt::format("section '{}' is compressed in unknown format {}", s.name(), header.ch_type));
  // zlib cannot do better than 1032:1 and zstd's blocks are bounded, so a larger claim is damage, not data.
  if (header.ch_size / 100000 > s.size || (header.ch_addralign & (header.ch_addralign - 1)) || header.ch_addralign > max_alignment)
    return f.errors.push_back(fmt::format("section '{}' has a damaged compression header", s.name()));
  auto bytes = std::make_unique_for_overwrite<u8[]>(header.ch_size);
  if (!inflate_bytes({s.data + sizeof header, s.size - sizeof header}, bytes.get(), header.ch_size, header.ch_type))
    return f.errors.push_back(fmt::format("section '{}' cannot be uncompressed", s.name()));
  s.data = bytes.get();
  s.size = header.ch_size;
  s.flags &= ~static_cast<u64>(SHF_COMPRESSED);
  s.align_log2 = header.ch_addralign ? static_cast<u8>(__builtin_ctzll(header.ch_addralign)) : 0;
  owned.push_back(std::move(bytes));
}

} // namespace

std::string_view InputSection::name() const {
  if (!file) return synthetic ? synthetic->name : std::string_view{};
  return file->section_names.substr(name_offset, name_size);
}

u64 InputSection::address() const { return output ? output->address + offset : 0; }

Table<Elf64_Rela> ObjectFile::relocations(const InputSection& section) const {
  if (!section.relocation_index) return {};
  Elf64_Shdr h = headers[section.relocation_index];
  return {reinterpret_cast<const u8*>(data.data()) + h.sh_offset, h.sh_size / sizeof(Elf64_Rela)};
}

void parse_object(Context& ctx, std::string name, std::string_view data, Archive* archive) {
  ObjectFile& file = ctx.object_storage.emplace_back();
  file.name = std::move(name);
  file.data = data;
  file.order = ctx.next_order++;
  file.archive = archive;
  file.excluded_from_export = archive && archive->excluded_from_export;
  Reader r{ctx, file};
  if (!read_headers(r) || !read_symbol_table(r)) return;
  read_sections(r);
  if (r.failed || !check_local_symbols(r)) return;
  ctx.objects.push_back(&file);
  resolve_object_symbols(ctx, file);
}

// Only the addresses of what a linked file defines are taken, as absolute symbols; a definition here wins.
void take_symbols(Context& ctx, std::string_view name, std::string_view data) {
  Elf64_Ehdr e;
  if (data.size() < sizeof e || !data.starts_with("\177ELF") || data[EI_CLASS] != ELFCLASS64)
    return ctx.diag.error(fmt::format("{}: --just-symbols needs an ELF file", name));
  std::memcpy(&e, data.data(), sizeof e);
  if (e.e_type != ET_EXEC && e.e_type != ET_DYN)
    return ctx.diag.error(fmt::format("{}: --just-symbols needs a linked file: this one has no addresses yet", name));
  for_each_definition(data, [&](std::string_view symbol, const Elf64_Sym& esym) {
    Symbol* s = ctx.symbols.intern(symbol);
    if (!s->is_undefined()) return;
    s->kind = SymbolKind::Absolute;
    s->section = nullptr;
    s->binding = ELF64_ST_BIND(esym.st_info);
    s->type = ELF64_ST_TYPE(esym.st_info);
    s->value = esym.st_value;
    s->size = esym.st_size;
    s->referenced_by_object = true;
  });
}

void decompress_sections(Context& ctx) {
  std::vector<std::vector<std::unique_ptr<u8[]>>> owned(ctx.objects.size());
  parallel_for(ctx.objects.size(), [&](u64 i) {
    for (InputSection* s : ctx.objects[i]->sections)
      if (s && (s->flags & SHF_COMPRESSED)) decompress(*ctx.objects[i], *s, owned[i]);
  });
  for (auto& list : owned)
    for (auto& bytes : list) ctx.decompressed.push_back(std::move(bytes));
  for (ObjectFile* file : ctx.objects) {
    for (std::string& e : file->errors) ctx.diag.error(fmt::format("{}: {}", file->name, e));
    file->errors.clear();
  }
}

} // namespace lathe::linker
