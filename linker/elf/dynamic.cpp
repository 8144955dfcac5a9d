// What the dynamic loader reads: .dynsym and its hash tables, versions, .dynamic, packed relative relocations.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

u32 gnu_hash(std::string_view name) {
  u32 h = 5381;
  for (char c : name) h = h * 33 + static_cast<u8>(c);
  return h;
}

u32 sysv_hash(std::string_view name) {
  u32 h = 0;
  for (char c : name) {
    h = (h << 4) + static_cast<u8>(c);
    u32 top = h & 0xf0000000;
    h ^= top >> 24;
    h &= ~top;
  }
  return h;
}

template <class T> void append(std::vector<u8>& out, const T& value) {
  auto p = reinterpret_cast<const u8*>(&value);
  out.insert(out.end(), p, p + sizeof(T));
}

std::string_view plain_name(const Symbol& s) { return split_version(s.name()).name; }

// In the hash table: what others may find here, and functions whose address is their PLT entry here.
bool is_hashed(const Symbol& s) {
  return s.is_defined() || (s.kind == SymbolKind::Shared && (s.needs & NeedsCanonicalPlt));
}

void write_dynsym(Context& ctx, SyntheticSection&, u8* out) {
  for (u64 i = 1; i < ctx.dynamic_symbols.size(); ++i) {
    const DynamicSymbol& d = ctx.dynamic_symbols[i];
    const Symbol& s = *d.symbol;
    Elf64_Sym e{};
    e.st_name = d.name_offset;
    u8 type = s.type, binding = s.binding;
    if (binding == STB_LOCAL || !s.is_defined()) binding = s.is_undefined() ? (s.strongly_referenced ? STB_GLOBAL : STB_WEAK) : binding;
    if (s.kind == SymbolKind::Shared) binding = s.strongly_referenced ? STB_GLOBAL : STB_WEAK;
    e.st_other = s.visibility == STV_PROTECTED && s.is_defined() ? STV_PROTECTED : STV_DEFAULT;
    if (s.is_defined()) {
      e.st_size = s.size;
      e.st_value = s.type == STT_TLS ? s.value - ctx.tls_start : s.value;
      e.st_shndx = SHN_ABS;
      // The loader asks only whether the symbol is defined and whether it moves with the image, so numbers that do
      // not fit may be any section's.
      auto index_of = [](const OutputSection& o) { return static_cast<u16>(std::min<u32>(o.index, SHN_LORESERVE - 1)); };
      if (s.kind == SymbolKind::Defined && s.section->output) e.st_shndx = index_of(*s.section->output);
      if (s.kind == SymbolKind::Output && s.output) e.st_shndx = index_of(*s.output);
      if (s.is_ifunc() && s.slots && ctx.slots[s.slots].plt >= 0 && !s.preemptible) {
        type = STT_FUNC;
        e.st_value = plt_address(ctx, s);
      }
      if (s.is_copy) binding = binding == STB_WEAK && s.strongly_referenced ? STB_GLOBAL : binding;
    } else if (s.kind == SymbolKind::Shared && (s.needs & NeedsCanonicalPlt)) {
      e.st_value = plt_address(ctx, s);
      if (type == STT_GNU_IFUNC) type = STT_FUNC;
    } else if (type == STT_GNU_IFUNC) {
      type = STT_FUNC;
    }
    e.st_info = ELF64_ST_INFO(binding, type);
    std::memcpy(out + i * sizeof e, &e, sizeof e);
  }
}

void write_dynstr(Context& ctx, SyntheticSection&, u8* out) {
  std::memcpy(out, ctx.dynamic_strings.data(), ctx.dynamic_strings.size());
}

void order_symbols(std::vector<Symbol*>& symbols, u64& first_hashed, u32& buckets) {
  auto middle = std::stable_partition(symbols.begin(), symbols.end(), [](const Symbol* s) { return !is_hashed(*s); });
  first_hashed = static_cast<u64>(middle - symbols.begin()) + 1;
  u64 hashed = static_cast<u64>(symbols.end() - middle);
  buckets = static_cast<u32>(std::max<u64>(hashed / 4 + 1, 1));
  std::vector<std::pair<u64, u32>> keys; // bucket and position, so that the order is stable
  for (auto it = middle; it != symbols.end(); ++it)
    keys.emplace_back(gnu_hash(plain_name(**it)) % buckets, static_cast<u32>(it - middle));
  std::sort(keys.begin(), keys.end());
  std::vector<Symbol*> sorted;
  for (auto& [bucket, position] : keys) sorted.push_back(*(middle + position));
  std::copy(sorted.begin(), sorted.end(), middle);
}

void make_gnu_hash(Context& ctx, u64 first, u32 buckets) {
  SyntheticSection& s = *ctx.synthetic.gnu_hash;
  u64 count = ctx.dynamic_symbols.size() - first;
  u32 words = 1;
  while (words * u64{64} < count * 12) words *= 2;
  constexpr u32 shift = 26;
  std::vector<u64> bloom(words);
  std::vector<u32> heads(buckets), chain(count);
  for (u64 i = 0; i < count; ++i) {
    u32 h = ctx.dynamic_symbols[first + i].hash;
    bloom[h / 64 % words] |= u64{1} << (h % 64) | u64{1} << ((h >> shift) % 64);
    u32& head = heads[h % buckets];
    if (!head) head = static_cast<u32>(first + i);
    bool last = i + 1 == count || ctx.dynamic_symbols[first + i + 1].hash % buckets != h % buckets;
    chain[i] = last ? h | 1 : h & ~1u;
  }
  for (u32 v : {buckets, static_cast<u32>(first), words, shift}) append(s.bytes, v);
  for (u64 v : bloom) append(s.bytes, v);
  for (u32 v : heads) append(s.bytes, v);
  for (u32 v : chain) append(s.bytes, v);
  s.section.size = s.bytes.size();
}

void make_sysv_hash(Context& ctx) {
  SyntheticSection& s = *ctx.synthetic.hash;
  u32 count = static_cast<u32>(ctx.dynamic_symbols.size());
  u32 buckets = std::max<u32>(count / 2, 1);
  std::vector<u32> heads(buckets), chain(count);
  for (u32 i = 1; i < count; ++i) {
    u32& head = heads[sysv_hash(plain_name(*ctx.dynamic_symbols[i].symbol)) % buckets];
    chain[i] = head;
    head = i;
  }
  append(s.bytes, buckets);
  append(s.bytes, count);
  for (u32 v : heads) append(s.bytes, v);
  for (u32 v : chain) append(s.bytes, v);
  s.section.size = s.bytes.size();
}

// .gnu.version_d: the output itself, then each version with its parents.
void make_verdef(Context& ctx) {
  if (ctx.versions.empty()) return;
  SyntheticSection& s = *ctx.synthetic.verdef;
  std::string base = ctx.options.soname;
  if (base.empty()) base = ctx.options.output.substr(ctx.options.output.rfind('/') + 1);
  u64 total = ctx.versions.size() + 1;
  auto add = [&](std::string_view name, std::span<const std::string> parents, u16 index, u16 flags, bool last) {
    Elf64_Verdef d{};
    d.vd_version = VER_DEF_CURRENT;
    d.vd_flags = flags;
    d.vd_ndx = index;
    d.vd_cnt = static_cast<u16>(1 + parents.size());
    d.vd_hash = sysv_hash(name);
    d.vd_aux = sizeof d;
    d.vd_next = last ? 0 : static_cast<u32>(sizeof d + d.vd_cnt * sizeof(Elf64_Verdaux));
    append(s.bytes, d);
    for (u64 i = 0; i < d.vd_cnt; ++i) {
      Elf64_Verdaux a{};
      a.vda_name = add_dynamic_string(ctx, i ? std::string_view(parents[i - 1]) : name);
      a.vda_next = i + 1 < d.vd_cnt ? sizeof a : 0;
      append(s.bytes, a);
    }
  };
  add(ctx.arena.copy(std::string_view(base)), {}, 1, VER_FLG_BASE, false);
  for (u64 i = 0; i < ctx.versions.size(); ++i)
    add(ctx.versions[i].name, ctx.versions[i].parents, ctx.versions[i].index, 0, i + 1 == ctx.versions.size());
  s.info = static_cast<u32>(total);
  s.section.size = s.bytes.size();
}

// .gnu.version_r: for each library, the versions that its symbols are used in.
void make_verneed(Context& ctx) {
  SyntheticSection& s = *ctx.synthetic.verneed;
  u16 next = static_cast<u16>(ctx.versions.size() + 2);
  std::unordered_map<SharedFile*, std::vector<u16>> used;
  for (u64 i = 1; i < ctx.dynamic_symbols.size(); ++i) {
    Symbol& symbol = *ctx.dynamic_symbols[i].symbol;
    SharedFile* f = symbol.shared;
    if (!f || !(symbol.kind == SymbolKind::Shared || symbol.is_copy) || f->version_of(symbol.file_index).empty()) continue;
    u16 version = f->versyms[symbol.file_index] & 0x7fff;
    if (!f->version_map[version]) {
      f->version_map[version] = 1; // numbered below, in the order of libraries
      used[f].push_back(version);
    }
  }
  // The C library refuses packed relocations of a file that does not ask for this version.
  if (ctx.options.z_relr)
    for (auto& [f, versions] : used)
      for (u16 i = 2; i < f->version_names.size(); ++i)
        if (f->version_names[i] == "GLIBC_ABI_DT_RELR") versions.push_back(i);
  std::vector<std::pair<SharedFile*, std::vector<u16>>> order;
  for (SharedFile* f : ctx.shared_files)
    if (auto it = used.find(f); it != used.end()) order.emplace_back(f, std::move(it->second));
  for (u64 i = 0; i < order.size(); ++i) {
    auto& [f, versions] = order[i];
    std::sort(versions.begin(), versions.end());
    Elf64_Verneed n{};
    n.vn_version = VER_NEED_CURRENT;
    n.vn_cnt = static_cast<u16>(versions.size());
    n.vn_file = add_dynamic_string(ctx, f->soname);
    n.vn_aux = sizeof n;
    n.vn_next = i + 1 < order.size() ? static_cast<u32>(sizeof n + versions.size() * sizeof(Elf64_Vernaux)) : 0;
    append(s.bytes, n);
    for (u64 k = 0; k < versions.size(); ++k) {
      f->version_map[versions[k]] = next;
      Elf64_Vernaux a{};
      a.vna_hash = sysv_hash(f->version_names[versions[k]]);
      a.vna_other = next++;
      a.vna_name = add_dynamic_string(ctx, f->version_names[versions[k]]);
      a.vna_next = k + 1 < versions.size() ? sizeof a : 0;
      append(s.bytes, a);
    }
  }
  s.info = static_cast<u32>(order.size());
  s.section.size = s.bytes.size();
}

void make_versym(Context& ctx) {
  SyntheticSections& y = ctx.synthetic;
  if (y.verdef->bytes.empty() && y.verneed->bytes.empty()) return;
  std::vector<u8>& out = y.versym->bytes;
  append(out, u16{0});
  for (u64 i = 1; i < ctx.dynamic_symbols.size(); ++i) {
    const Symbol& s = *ctx.dynamic_symbols[i].symbol;
    u16 version = VER_NDX_GLOBAL;
    if (s.shared && (s.kind == SymbolKind::Shared || s.is_copy)) {
      if (!s.shared->version_of(s.file_index).empty()) version = s.shared->version_map[s.shared->versyms[s.file_index] & 0x7fff];
    } else if (s.is_defined()) {
      version = static_cast<u16>(s.version | (s.hidden_version ? 0x8000 : 0));
    } else {
      version = s.is_undefined() && !s.has_version ? u16{VER_NDX_GLOBAL} : s.version;
    }
    append(out, version);
  }
  y.versym->section.size = out.size();
}

} // namespace

u32 add_dynamic_string(Context& ctx, std::string_view text) {
  if (text.empty()) return 0;
  auto [it, is_new] = ctx.dynamic_string_offsets.try_emplace(text, static_cast<u32>(ctx.dynamic_strings.size()));
  if (is_new) {
    ctx.dynamic_strings += text;
    ctx.dynamic_strings += '\0';
  }
  return it->second;
}

void build_dynamic_symbols(Context& ctx) {
  if (!ctx.is_dynamic) return;
  std::vector<Symbol*> symbols;
  ctx.symbols.for_each([&](Symbol& s) {
    bool imported = s.preemptible && s.needs && !s.is_defined();
    bool dead = s.kind == SymbolKind::Defined && s.section && !s.section->alive;
    if (imported || (s.exported && s.is_defined() && !dead)) symbols.push_back(&s);
  });
  u64 first_hashed = 1;
  u32 buckets = 1;
  order_symbols(symbols, first_hashed, buckets);
  ctx.dynamic_symbols.push_back({nullptr, 0, 0});
  for (SharedFile* f : ctx.shared_files)
    if (f->needed) add_dynamic_string(ctx, f->soname);
  for (Symbol* s : symbols) {
    s->dynamic_index = static_cast<u32>(ctx.dynamic_symbols.size());
    std::string_view name = plain_name(*s);
    ctx.dynamic_symbols.push_back({s, add_dynamic_string(ctx, name), gnu_hash(name)});
  }
  SyntheticSections& y = ctx.synthetic;
  y.dynsym->section.size = ctx.dynamic_symbols.size() * sizeof(Elf64_Sym);
  y.dynsym->info = 1;
  y.dynsym->write = write_dynsym;
  y.dynstr->write = write_dynstr;
  if (y.gnu_hash) make_gnu_hash(ctx, first_hashed, buckets);
  if (y.hash) make_sysv_hash(ctx);
  make_verdef(ctx);
  make_verneed(ctx);
  make_versym(ctx);
}

namespace {

// The entries of .dynamic; run once for the count and once for the values.
std::vector<Elf64_Dyn> dynamic_entries(Context& ctx) {
  const Options& o = ctx.options;
  SyntheticSections& y = ctx.synthetic;
  std::vector<Elf64_Dyn> out;
  auto add = [&](i64 tag, u64 value) {
    Elf64_Dyn d{};
    d.d_tag = tag;
    d.d_un.d_val = value;
    out.push_back(d);
  };
  auto present = [](SyntheticSection* s) { return s && s->size() && s->section.output; };
  auto text = [&](i64 tag, std::string_view value) { add(tag, add_dynamic_string(ctx, value)); };
  for (SharedFile* f : ctx.shared_files)
    if (f->needed) text(DT_NEEDED, f->soname);
  for (const std::string& name : o.filters) text(DT_FILTER, name);
  for (const std::string& name : o.auxiliary) text(DT_AUXILIARY, name);
  if (!o.audit.empty()) text(0x6ffffefc, o.audit);
  if (!o.depaudit.empty()) text(0x6ffffefb, o.depaudit);
  if (!o.soname.empty()) text(DT_SONAME, o.soname);
  if (!ctx.joined_rpath.empty()) text(o.new_dtags ? DT_RUNPATH : DT_RPATH, ctx.joined_rpath);
  auto function = [&](i64 tag, const std::string& name) {
    Symbol* s = ctx.symbols.find(name);
    if (s && s->is_defined()) add(tag, address_of(ctx, *s));
  };
  function(DT_INIT, o.init);
  function(DT_FINI, o.fini);
  struct ArrayTags {
    std::string_view name;
    i64 start, size;
  };
  constexpr ArrayTags arrays[] = {{".preinit_array", DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ},
                                  {".init_array", DT_INIT_ARRAY, DT_INIT_ARRAYSZ},
                                  {".fini_array", DT_FINI_ARRAY, DT_FINI_ARRAYSZ}};
  for (const ArrayTags& a : arrays)
    if (OutputSection* s = find_output(ctx, a.name)) add(a.start, s->address), add(a.size, s->size);
  if (present(y.hash)) add(DT_HASH, y.hash->address());
  if (present(y.gnu_hash)) add(DT_GNU_HASH, y.gnu_hash->address());
  add(DT_STRTAB, y.dynstr->address());
  add(DT_SYMTAB, y.dynsym->address());
  add(DT_STRSZ, ctx.dynamic_strings.size());
  add(DT_SYMENT, sizeof(Elf64_Sym));
  if (!o.shared) add(DT_DEBUG, 0);
  if (present(y.got_plt) && present(y.rela_plt)) add(DT_PLTGOT, y.got_plt->address());
  if (present(y.rela_plt)) {
    add(DT_PLTRELSZ, y.rela_plt->size());
    add(DT_PLTREL, DT_RELA);
    add(DT_JMPREL, y.rela_plt->address());
  }
  if (present(y.rela_dyn)) {
    add(DT_RELA, y.rela_dyn->address());
    add(DT_RELASZ, y.rela_dyn->size());
    add(DT_RELAENT, sizeof(Elf64_Rela));
  }
  if (y.relr_dyn && y.relr_dyn->section.output) { // its size is not known yet when entries are counted
    add(36, y.relr_dyn->address()); // DT_RELR
    add(35, y.relr_dyn->size());    // DT_RELRSZ
    add(37, 8);                     // DT_RELRENT
  }
  u64 flags = 0, flags_1 = 0;
  if (o.z_now) flags |= DF_BIND_NOW, flags_1 |= DF_1_NOW;
  if (o.z_origin) flags |= DF_ORIGIN, flags_1 |= DF_1_ORIGIN;
  if (o.symbolic == Symbolic::All && o.shared) flags |= DF_SYMBOLIC;
  if (ctx.has_text_relocations) flags |= DF_TEXTREL;
  if (ctx.has_static_tls) flags |= DF_STATIC_TLS;
  if (o.pie) flags_1 |= DF_1_PIE;
  if (o.z_nodelete) flags_1 |= DF_1_NODELETE;
  if (o.z_nodlopen) flags_1 |= DF_1_NOOPEN;
  if (o.z_initfirst) flags_1 |= DF_1_INITFIRST;
  if (o.group_library) flags_1 |= DF_1_GROUP;
  if (o.z_interpose) flags_1 |= DF_1_INTERPOSE;
  if (o.z_global) flags_1 |= DF_1_GLOBAL;
  if (o.z_nodefaultlib) flags_1 |= DF_1_NODEFLIB;
  if (o.z_nodump) flags_1 |= DF_1_NODUMP;
  if (o.z_globalaudit) flags_1 |= DF_1_GLOBAUDIT;
  if (o.z_loadfltr) flags_1 |= DF_1_LOADFLTR;
  if (ctx.has_text_relocations) add(DT_TEXTREL, 0);
  if (o.symbolic == Symbolic::All && o.shared) add(DT_SYMBOLIC, 0);
  if (flags) add(DT_FLAGS, flags);
  if (flags_1) add(DT_FLAGS_1, flags_1);
  if (present(y.verdef)) add(DT_VERDEF, y.verdef->address()), add(DT_VERDEFNUM, y.verdef->info);
  if (present(y.verneed)) add(DT_VERNEED, y.verneed->address()), add(DT_VERNEEDNUM, y.verneed->info);
  if (present(y.versym)) add(DT_VERSYM, y.versym->address());
  if (ctx.relative_count_final) add(DT_RELACOUNT, ctx.relative_count_final);
  for (u64 i = 0; i <= o.spare_dynamic_tags; ++i) add(DT_NULL, 0);
  return out;
}

} // namespace

void size_dynamic(Context& ctx) {
  if (!ctx.is_dynamic) return;
  SyntheticSections& y = ctx.synthetic;
  for (const std::string& path : ctx.options.rpath_words) {
    if (ctx.joined_rpath.find(path) != std::string::npos && (":" + ctx.joined_rpath + ":").find(":" + path + ":") != std::string::npos) continue;
    if (!ctx.joined_rpath.empty()) ctx.joined_rpath += ':';
    ctx.joined_rpath += path;
  }
  for (const SharedFile* f : ctx.shared_files)
    if (f->needed && !f->audit.empty()) {
      std::string& list = ctx.options.depaudit;
      if (!list.empty()) list += ':';
      list += f->audit;
    }
  ctx.relative_count_final = ctx.options.z_combreloc; // reserves the entry; the count is known after writing
  y.dynamic->section.size = dynamic_entries(ctx).size() * sizeof(Elf64_Dyn);
  y.dynstr->section.size = ctx.dynamic_strings.size();
}

void write_dynamic(Context& ctx, SyntheticSection& section, u8* out) {
  std::vector<Elf64_Dyn> entries = dynamic_entries(ctx);
  u64 size = entries.size() * sizeof(Elf64_Dyn);
  lathe_check(size <= section.size(), "more entries of .dynamic than were counted");
  std::memset(out, 0, section.size());
  std::memcpy(out, entries.data(), size);
}

// Behind the relative ones: sorted by symbol, so that the loader looks each up once.
void sort_dynamic_relocations(Context& ctx) {
  SyntheticSection* s = ctx.synthetic.rela_dyn;
  if (!ctx.options.z_combreloc) return;
  ctx.relative_count_final = ctx.dynamic_relative_total;
  if (!s || !s->section.output || !s->size()) return;
  u64 skip = ctx.dynamic_relative_total * sizeof(Elf64_Rela);
  u8* bytes = ctx.image + s->section.output->offset + s->section.offset + skip;
  std::vector<Elf64_Rela> list((s->size() - skip) / sizeof(Elf64_Rela));
  if (list.empty()) return;
  std::memcpy(list.data(), bytes, s->size() - skip);
  std::sort(list.begin(), list.end(), [&](const Elf64_Rela& a, const Elf64_Rela& b) {
    u64 sa = ELF64_R_SYM(a.r_info), sb = ELF64_R_SYM(b.r_info);
    if (sa != sb) return sa < sb;
    if (a.r_offset != b.r_offset) return a.r_offset < b.r_offset;
    return a.r_info < b.r_info;
  });
  std::memcpy(bytes, list.data(), s->size() - skip);
}

// .relr.dyn: an even word is an address; an odd one is a bit map of the 63 words behind it.
bool update_relr(Context& ctx) {
  SyntheticSection* s = ctx.synthetic.relr_dyn;
  if (!s || !s->section.output) return false;
  std::vector<u64> addresses;
  for (ObjectFile* f : ctx.objects)
    for (InputSection* section : f->sections)
      if (section && section->alive && section->kind == SectionKind::Regular && section->relative)
        for (u64 offset : *section->relative) addresses.push_back(section->address() + offset);
  for (const GotEntry& e : ctx.got_entries_list)
    if (e.relocation == ctx.target->relative) addresses.push_back(got_address(ctx, static_cast<i32>(e.slot)));
  std::sort(addresses.begin(), addresses.end());
  std::vector<u8> words;
  for (u64 i = 0; i < addresses.size();) {
    append(words, addresses[i]);
    u64 base = addresses[i++] + 8;
    for (;;) {
      u64 bits = 0;
      while (i < addresses.size() && addresses[i] - base < 63 * 8 && (addresses[i] - base) % 8 == 0) {
        bits |= u64{1} << ((addresses[i++] - base) / 8);
      }
      if (!bits) break;
      append(words, bits << 1 | 1);
      base += 63 * 8;
    }
  }
  // Never shrinks, so that the loop of layouts ends; a lone 1 is an empty bit map.
  while (words.size() < s->size()) append(words, u64{1});
  bool grew = words.size() > s->size();
  s->bytes = std::move(words);
  s->section.size = s->bytes.size();
  return grew;
}

} // namespace lathe::linker
