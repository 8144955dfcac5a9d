// Reading a shared library: its soname, what it needs, and its dynamic symbols with their versions.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace lathe::linker {
namespace {

struct Reader {
  Context& ctx;
  SharedFile& file;
  bool failed = false;

  void fail(std::string_view what) {
    if (!failed) ctx.diag.error(fmt::format("{}: {}", file.name, what));
    failed = true;
  }
  std::string_view bytes(const Elf64_Shdr& h) {
    if (h.sh_type == SHT_NOBITS || h.sh_offset > file.data.size() || h.sh_size > file.data.size() - h.sh_offset)
      return fail("section lies outside the file"), std::string_view{};
    return file.data.substr(h.sh_offset, h.sh_size);
  }
  std::string_view strings(u64 index) {
    if (index >= file.headers.size()) return fail("string table is missing"), std::string_view{};
    std::string_view text = bytes(file.headers[index]);
    if (!text.empty() && text.back() != 0) return fail("string table does not end in NUL"), std::string_view{};
    return text;
  }
};

template <class T> bool read_at(std::string_view data, u64 offset, T& value) {
  if (offset > data.size() || sizeof(T) > data.size() - offset) return false;
  std::memcpy(&value, data.data() + offset, sizeof(T));
  return true;
}

void read_version_definitions(Reader& r, std::string_view data, std::string_view strings) {
  u64 at = 0;
  for (u64 guard = 0; guard <= data.size() / sizeof(Elf64_Verdef); ++guard) {
    Elf64_Verdef def;
    Elf64_Verdaux aux;
    if (!read_at(data, at, def) || !read_at(data, at + def.vd_aux, aux)) return r.fail("version definitions are damaged");
    u16 index = def.vd_ndx & 0x7fff;
    if (r.file.version_names.size() <= index) r.file.version_names.resize(index + 1u);
    r.file.version_names[index] = string_at(strings, aux.vda_name);
    if (def.vd_next == 0) return;
    at += def.vd_next;
  }
}

void read_dynamic(Reader& r, std::string_view data, std::string_view strings) {
  for (u64 at = 0; at + sizeof(Elf64_Dyn) <= data.size(); at += sizeof(Elf64_Dyn)) {
    Elf64_Dyn entry;
    read_at(data, at, entry);
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_SONAME) r.file.soname = string_at(strings, entry.d_un.d_val);
    if (entry.d_tag == DT_AUDIT) r.file.audit = string_at(strings, entry.d_un.d_val);
    if (entry.d_tag == DT_NEEDED) r.file.needed_libraries.push_back(string_at(strings, entry.d_un.d_val));
  }
}

bool read_headers(Reader& r) {
  SharedFile& f = r.file;
  Elf64_Ehdr e;
  if (!read_at(f.data, 0, e)) return r.fail("file is too short for an ELF header"), false;
  if (!r.ctx.target)
    for (const Target* t : all_targets())
      if (t->machine == e.e_machine) r.ctx.target = t;
  if (!r.ctx.target || e.e_machine != r.ctx.target->machine || e.e_ident[EI_CLASS] != ELFCLASS64)
    return r.fail("shared library is for another machine"), false;
  if (e.e_phentsize == sizeof(Elf64_Phdr) && e.e_phoff < f.data.size() &&
      e.e_phnum <= (f.data.size() - e.e_phoff) / sizeof(Elf64_Phdr))
    f.segments = {reinterpret_cast<const u8*>(f.data.data()) + e.e_phoff, e.e_phnum};
  if (e.e_shoff == 0) return true;
  if (e.e_shentsize != sizeof(Elf64_Shdr) || e.e_shoff > f.data.size() ||
      e.e_shnum > (f.data.size() - e.e_shoff) / sizeof(Elf64_Shdr))
    return r.fail("section header table lies outside the file"), false;
  f.headers = {reinterpret_cast<const u8*>(f.data.data()) + e.e_shoff, e.e_shnum};
  return true;
}

void read_tables(Reader& r) {
  SharedFile& f = r.file;
  for (u64 i = 1; i < f.headers.size() && !r.failed; ++i) {
    Elf64_Shdr h = f.headers[i];
    std::string_view data;
    if (h.sh_type == SHT_DYNSYM || h.sh_type == SHT_DYNAMIC || h.sh_type == SHT_GNU_verdef || h.sh_type == SHT_GNU_versym)
      data = r.bytes(h);
    auto p = reinterpret_cast<const u8*>(data.data());
    switch (h.sh_type) {
    case SHT_DYNSYM:
      f.symbols = {p, data.size() / sizeof(Elf64_Sym)};
      f.strings = r.strings(h.sh_link);
      f.first_global = static_cast<u32>(std::min<u64>(h.sh_info, f.symbols.size()));
      break;
    case SHT_DYNAMIC: read_dynamic(r, data, r.strings(h.sh_link)); break;
    case SHT_GNU_verdef: read_version_definitions(r, data, r.strings(h.sh_link)); break;
    case SHT_GNU_versym: f.versyms = {p, data.size() / 2}; break;
    default: break;
    }
  }
}

} // namespace

void parse_shared(Context& ctx, std::string name, std::string_view data, const InputItem& item) {
  SharedFile& file = ctx.shared_storage.emplace_back();
  file.name = std::move(name);
  file.data = data;
  file.as_needed = item.as_needed;
  file.needed = !item.as_needed;
  Reader r{ctx, file};
  if (!read_headers(r)) return;
  read_tables(r);
  if (r.failed) return;
  if (file.soname.empty()) {
    // Without DT_SONAME the loader is told the name that was given; for -l, only its last part.
    size_t slash = file.name.rfind('/');
    file.soname = item.is_library && slash != std::string::npos ? file.name.substr(slash + 1) : file.name;
  }
  for (SharedFile* other : ctx.shared_files)
    if (other->soname == file.soname) {
      other->needed |= file.needed;
      return;
    }
  file.order = ctx.next_order++;
  file.version_map.resize(file.version_names.size());
  ctx.shared_files.push_back(&file);
  resolve_shared_symbols(ctx, file);
}

namespace {

// Names that libraries define which are not on the command line but needed by those that are: looked for as the
// loader and GNU ld look. False when one cannot be found, and so nothing can be said for sure.
struct IndirectLibraries {
  Context& ctx;
  std::unordered_set<std::string> seen{};
  std::unordered_set<std::string_view> defined{};
  std::deque<SharedFile> storage{};

  bool add(std::string_view soname) {
    if (!seen.insert(std::string(soname)).second) return true;
    for (SharedFile* f : ctx.shared_files)
      if (f->soname == soname) return true;
    const Options& o = ctx.options;
    for (const auto* folders : {&o.rpath_links, &o.rpaths, &o.library_paths})
      for (const std::string& folder : *folders) {
        std::string error, path = folder + "/" + std::string(soname);
        std::string_view data = find_memory_or_file(ctx, path, error);
        if (error.empty() && data.starts_with("\177ELF")) return read(path, data);
      }
    return false;
  }
  bool read(const std::string& path, std::string_view data) {
    SharedFile& f = storage.emplace_back();
    f.name = path;
    f.data = data;
    Reader r{ctx, f};
    if (!read_headers(r)) return false;
    read_tables(r);
    if (r.failed) return false;
    for (u64 i = f.first_global; i < f.symbols.size(); ++i)
      if (Elf64_Sym e = f.symbols[i]; e.st_shndx != SHN_UNDEF) defined.insert(string_at(f.strings, e.st_name));
    return std::all_of(f.needed_libraries.begin(), f.needed_libraries.end(), [&](std::string_view name) { return add(name); });
  }
};

} // namespace

// What the executable hides from its libraries cannot meet their references; another library may.
void check_hidden_references(Context& ctx) {
  const Options& o = ctx.options;
  if (o.shared || o.relocatable || o.unresolved == Unresolved::IgnoreAll || o.unresolved == Unresolved::IgnoreInSharedLibraries) return;
  std::vector<std::pair<SharedFile*, Symbol*>> hidden;
  for (SharedFile* f : ctx.shared_files)
    for (u64 i = 0; i < f->globals.size() && f->needed; ++i) {
      Elf64_Sym e = f->symbols[f->first_global + i];
      Symbol* s = f->globals[i];
      if (!s || e.st_shndx != SHN_UNDEF || ELF64_ST_BIND(e.st_info) == STB_WEAK || !s->is_defined() || s->kind == SymbolKind::Output) continue;
      if (s->visibility == STV_HIDDEN || s->visibility == STV_INTERNAL) hidden.emplace_back(f, s);
    }
  if (hidden.empty()) return;
  std::unordered_set<std::string_view> defined;
  for (SharedFile* f : ctx.shared_files)
    for (u64 i = f->first_global; i < f->symbols.size(); ++i)
      if (Elf64_Sym e = f->symbols[i]; e.st_shndx != SHN_UNDEF) defined.insert(string_at(f->strings, e.st_name));
  for (auto& [f, s] : hidden)
    if (!defined.contains(s->name()) && !ctx.diag.is_full())
      ctx.diag.error(fmt::format("hidden symbol `{}' in {} is referenced by DSO {}", display_name(ctx, s->name()),
                                 s->object ? s->object->name : std::string("the command line"), f->name));
}

// An executable is complete only if its libraries' references are met, too.
void check_shared_undefined(Context& ctx) {
  const Options& o = ctx.options;
  bool allowed = o.allow_shlib_undefined.value_or(o.shared || o.is_static);
  if (allowed || o.relocatable || o.unresolved == Unresolved::IgnoreAll || o.unresolved == Unresolved::IgnoreInSharedLibraries) return;
  std::vector<std::pair<SharedFile*, Symbol*>> missing;
  for (SharedFile* f : ctx.shared_files) {
    if (!f->needed) continue;
    for (u64 i = f->first_global; i < f->symbols.size(); ++i) {
      Elf64_Sym esym = f->symbols[i];
      Symbol* s = f->globals[i - f->first_global];
      if (s && esym.st_shndx == SHN_UNDEF && ELF64_ST_BIND(esym.st_info) != STB_WEAK && s->is_undefined() && !s->offered) missing.emplace_back(f, s);
    }
  }
  if (missing.empty()) return;
  // References by version may be met by definitions that no plain name reaches.
  IndirectLibraries others{ctx};
  for (SharedFile* f : ctx.shared_files)
    for (u64 i = f->first_global; i < f->symbols.size() && i < f->versyms.size(); ++i)
      if (f->versyms[i] & 0x8000) others.defined.insert(string_at(f->strings, f->symbols[i].st_name));
  for (SharedFile* f : ctx.shared_files)
    for (std::string_view name : f->needed_libraries)
      if (!others.add(name)) return;
  for (auto& [f, s] : missing) {
    if (others.defined.contains(s->name())) continue;
    std::string message = fmt::format("{}: undefined reference to `{}'", f->name, display_name(ctx, s->name()));
    if (o.unresolved_are_warnings) ctx.diag.warning(message);
    else ctx.diag.error(message);
    if (ctx.diag.is_full()) return;
  }
}

} // namespace lathe::linker
