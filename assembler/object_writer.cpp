// The ELF file, laid out as GNU as does: group sections first, every section followed in the header table by its
// relocations; contents in that order, then the symbol and string tables, then the relocations.
#include "assembler/assembler.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

namespace lathe::assembler {
namespace {

// Marks the section numbers that mean something else (SHN_ABS), where real ones may be as high.
constexpr u32 reserved = 1u << 31;

// Referenced by aliases of .weakref only.
bool is_weak_reference(const Symbol& s) { return s.kind == SymbolKind::Undefined && s.weakly_referenced && !s.referenced; }

u8 other_field(Visibility v) {
  switch (v) {
  case Visibility::Default: break;
  case Visibility::Internal: return STV_INTERNAL;
  case Visibility::Hidden: return STV_HIDDEN;
  case Visibility::Protected: return STV_PROTECTED;
  }
  return STV_DEFAULT;
}

// Offsets for names: identical names once, a name that ends another inside that one.
std::string build_strings(const std::vector<std::string_view>& names, std::vector<u32>& offsets) {
  std::vector<u32> order(names.size());
  for (u32 i = 0; i < order.size(); ++i) order[i] = i;
  auto backwards = [](std::string_view a, std::string_view b) { return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend()); };
  std::sort(order.begin(), order.end(), [&](u32 a, u32 b) {
    if (backwards(names[a], names[b])) return true;
    if (backwards(names[b], names[a])) return false;
    return a > b; // the first of equals comes last, which makes it the host
  });
  // each is the tail of the next longer one, or stands alone
  std::vector<u32> host(names.size());
  for (size_t k = order.size(); k-- > 0;) {
    u32 i = order[k];
    host[i] = i;
    if (k + 1 < order.size()) {
      u32 next = order[k + 1];
      if (names[next].size() >= names[i].size() && names[next].substr(names[next].size() - names[i].size()) == names[i]) host[i] = host[next];
    }
  }
  std::string out(1, '\0');
  offsets.assign(names.size(), 0);
  std::vector<u32> placed(names.size(), no_id);
  for (u32 i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    u32 h = host[i];
    // the longest of equal hosts is placed where its first user stands
    if (placed[h] == no_id && h == i) {
      placed[h] = static_cast<u32>(out.size());
      out += names[h];
      out += '\0';
    }
  }
  for (u32 i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    u32 h = host[i];
    offsets[i] = placed[h] + static_cast<u32>(names[h].size() - names[i].size());
  }
  return out;
}

} // namespace

// Where the text first names a symbol in a field or a branch; 0 when it does not.
u32 Assembler::place_of_reference(SymbolId id) const {
  for (const Chunk& c : chunks) {
    for (const Fixup& f : c.fixups)
      if (f.add == id || f.sub == id) return f.place;
    for (const Frag& f : c.frags)
      if (f.symbol == id) return f.place;
  }
  return 0;
}

void Assembler::write_object(std::vector<u8>& out) {
  // The stack note, in place of what the text says when asked for.
  if (options.no_exec_stack || options.exec_stack) {
    u32 i = find_section(".note.GNU-stack");
    if (i == no_id) i = add_section(".note.GNU-stack", SHT_PROGBITS, 0), chunk_of(i, 0), relocations.resize(sections.size());
    if (options.exec_stack) sections[i].flags |= SHF_EXECINSTR;
    else sections[i].flags &= ~u64{SHF_EXECINSTR};
  }

  // Versions of symbols.
  std::vector<std::string> version_names;
  std::unordered_map<SymbolId, std::string> renamed;
  struct Alias { SymbolId id; std::string name; bool external; Visibility visibility; };
  std::vector<Alias> aliases;
  for (const SymverEntry& e : symvers) {
    Symbol& s = symbol(e.symbol);
    std::string n = e.name;
    size_t at = n.find('@');
    bool triple = n.compare(at, 3, "@@@") == 0;
    bool defined = s.kind == SymbolKind::Label || s.kind == SymbolKind::Absolute || s.kind == SymbolKind::Common || s.kind == SymbolKind::Equated;
    if (triple) n = n.substr(0, at) + (defined ? "@@" : "@") + n.substr(at + 3);
    if (!defined || triple || e.visibility == "remove") renamed[e.symbol] = n;
    else aliases.push_back({e.symbol, n, s.global || s.weak, s.visibility});
  }
  // "local" and "hidden" speak of the symbol itself, not of its versions; the last such word holds.
  std::unordered_map<SymbolId, std::string_view> last_word;
  for (const SymverEntry& e : symvers)
    if (!e.visibility.empty()) last_word[e.symbol] = e.visibility;
  for (auto [id, word] : last_word) {
    Symbol& s = symbol(id);
    if (word == "hidden") s.visibility = Visibility::Hidden;
    if (word == "local") s.local = true, s.global = false;
  }
  // In the order of the symbols, the last version of each first.
  std::reverse(aliases.begin(), aliases.end());
  if (!aliases.empty()) {
    std::unordered_map<SymbolId, size_t> position;
    for (size_t i = 0; i < chain.size(); ++i) position[chain[i]] = i;
    std::stable_sort(aliases.begin(), aliases.end(), [&](const Alias& a, const Alias& b) { return position[a.id] < position[b.id]; });
  }

  // Symbols: those that stay, locals first.
  struct Out { std::string_view name; SymbolId id; };
  std::vector<Out> locals, globals;
  std::deque<std::string> names_kept;
  for (SymbolId id : chain) {
    Symbol& s = symbol(id);
    if (s.weakref || s.names_section || s.read_again) continue;
    if (s.is_section) {
      if (s.in_relocation) locals.push_back({{}, id});
      continue;
    }
    std::string_view n = name(id);
    if (auto it = renamed.find(id); it != renamed.end()) n = it->second;
    bool internal_name = n.size() >= 2 && n[0] == '.' && n[1] == 'L' && !options.keep_locals;
    if (n.find('\1') != std::string_view::npos || n.find('\2') != std::string_view::npos) internal_name = true;
    bool external = s.global || s.weak || s.unique;
    if (s.kind == SymbolKind::Undefined) {
      if (renamed.contains(id) && !s.in_relocation) continue; // a version that nothing needs
      if (s.weakref_target && !s.referenced && !s.weakly_referenced) continue;
      if (size_t mark = n.find('\2'); mark != std::string_view::npos)
        parser.error_at(place_of_reference(id), fmt::format("local label `\"{}\" (instance number {} of a fb label)' is not defined", n.substr(0, mark), n.substr(mark + 1)));
      globals.push_back({n, id});
      continue;
    }
    if (s.kind == SymbolKind::Common) {
      globals.push_back({n, id});
      continue;
    }
    if (external) globals.push_back({n, id});
    else if (!internal_name || s.in_relocation) {
      if (s.kind == SymbolKind::Equated) {
        Value v = final_reduce(id);
        if (v.complex || v.sub != no_id || (v.add != no_id && symbol(v.add).kind != SymbolKind::Label)) continue;
        if (options.strip_local_absolute && v.add == no_id) continue;
      }
      if (options.strip_local_absolute && s.kind == SymbolKind::Absolute) continue;
      locals.push_back({n, id});
    }
  }
  // the signature of a group that no symbol defines is a local symbol of its own
  struct Group { SymbolId signature; bool comdat; std::vector<u32> members; u32 number = 0; u32 symbol_index = 0; };
  std::vector<Group> groups;
  std::unordered_map<SymbolId, size_t> group_of;
  for (u32 i = 0; i < sections.size(); ++i) {
    if (sections[i].group == no_id) continue;
    size_t g = group_of.emplace(sections[i].group, groups.size()).first->second;
    if (g == groups.size()) groups.push_back({sections[i].group, sections[i].comdat, {}});
    groups[g].members.push_back(i);
    groups[g].comdat |= sections[i].comdat;
  }
  std::vector<std::pair<std::string_view, u32>> group_symbols;
  std::unordered_set<SymbolId> written;
  if (!groups.empty())
    for (const auto* list : {&locals, &globals})
      for (const Out& o : *list) written.insert(o.id);
  for (u32 g = 0; g < groups.size(); ++g) {
    Symbol& s = symbol(groups[g].signature);
    if (s.used) {
      if (written.insert(groups[g].signature).second) {
        if (s.kind == SymbolKind::Undefined) globals.push_back({name(groups[g].signature), groups[g].signature});
        else locals.push_back({name(groups[g].signature), groups[g].signature});
      }
    } else {
      group_symbols.emplace_back(name(groups[g].signature), g);
    }
  }

  // Section numbers.
  u32 number = 1;
  for (Group& g : groups) g.number = number++;
  std::vector<u32> rela_number(sections.size());
  for (u32 i = 0; i < sections.size(); ++i) {
    sections[i].number = number++;
    if (!relocations[i].empty()) rela_number[i] = number++;
  }
  std::vector<Elf64_Sym> table(1);
  std::memset(table.data(), 0, sizeof(Elf64_Sym));
  std::vector<u32> high_numbers(1);
  std::vector<std::string_view> symbol_names(1);
  auto append = [&](std::string_view n, Elf64_Sym sym, u32 section_number) {
    // Numbers that st_shndx has no room for stand in a table of their own.
    bool is_high = section_number >= SHN_LORESERVE && !(section_number & reserved);
    sym.st_shndx = is_high ? u16{SHN_XINDEX} : static_cast<u16>(section_number);
    table.push_back(sym);
    high_numbers.push_back(is_high ? section_number : 0);
    symbol_names.push_back(n);
  };
  if (has_file_name) {
    Elf64_Sym sym{};
    sym.st_info = ELF64_ST_INFO(STB_LOCAL, STT_FILE);
    append(file_name, sym, reserved | SHN_ABS);
  }
  auto describe = [&](SymbolId id) {
    Symbol& s = symbol(id);
    Elf64_Sym sym{};
    u32 where = SHN_UNDEF;
    u8 bind = s.unique ? STB_GNU_UNIQUE : s.weak || is_weak_reference(s) ? STB_WEAK : STB_GLOBAL;
    Symbol* home = &s;
    i64 more = 0;
    if (s.kind == SymbolKind::Equated) {
      Value v = final_reduce(id);
      if (v.is_constant()) {
        where = reserved | SHN_ABS;
        sym.st_value = static_cast<u64>(v.number);
        home = nullptr;
      } else if (!v.complex && v.sub == no_id) {
        home = &symbol(v.add);
        more = v.number;
        if (s.type == STT_NOTYPE) s.type = home->type;
      } else {
        parser.error_at(s.place, "can't resolve value of symbol `" + std::string(name(id)) + "'");
      }
    }
    if (home) {
      switch (home->kind) {
      case SymbolKind::Label:
        where = section_of(*home).number;
        sym.st_value = label_address(*home) + static_cast<u64>(more);
        break;
      case SymbolKind::Absolute:
        where = reserved | SHN_ABS;
        sym.st_value = static_cast<u64>(home->value);
        break;
      case SymbolKind::Common:
        where = reserved | (s.large ? 0xff02 : u32{SHN_COMMON});
        sym.st_value = home->align;
        sym.st_size = static_cast<u64>(home->value);
        if (s.tls) s.type = STT_TLS;
        else if (options.stt_common) s.type = STT_COMMON;
        break;
      default: break;
      }
    }
    if (s.size_expression != no_id) {
      i64 n = 0;
      place = s.place;
      if (!final_value(s.size_expression, n)) {
        Value v = final_reduce(s.size_expression);
        if (!v.is_constant()) parser.error_at(s.place, ".size expression for " + std::string(name(id)) + " does not evaluate to a constant");
      }
      sym.st_size = static_cast<u64>(n);
    } else if (s.size) {
      sym.st_size = s.size;
    }
    sym.st_info = static_cast<u8>(ELF64_ST_INFO(bind, s.type));
    sym.st_other = other_field(s.visibility);
    return std::make_pair(sym, where);
  };
  for (auto& [n, id] : locals) {
    auto [sym, where] = describe(id);
    sym.st_info = static_cast<u8>(ELF64_ST_INFO(STB_LOCAL, ELF64_ST_TYPE(sym.st_info)));
    symbol(id).index = static_cast<u32>(table.size());
    append(n, sym, where);
  }
  for (auto& [n, g] : group_symbols) {
    groups[g].symbol_index = static_cast<u32>(table.size());
    Elf64_Sym sym{};
    append(n, sym, groups[g].number);
  }
  // local aliases of versions come before the globals
  u32 first_global;
  for (const Alias& a : aliases) {
    if (a.external) continue;
    auto [sym, where] = describe(a.id);
    sym.st_other = other_field(a.visibility);
    sym.st_info = static_cast<u8>(ELF64_ST_INFO(STB_LOCAL, ELF64_ST_TYPE(sym.st_info)));
    append(a.name, sym, where);
  }
  first_global = static_cast<u32>(table.size());
  for (auto& [n, id] : globals) {
    auto [sym, where] = describe(id);
    symbol(id).index = static_cast<u32>(table.size());
    append(n, sym, where);
  }
  for (const Alias& a : aliases) {
    if (!a.external) continue;
    auto [sym, where] = describe(a.id);
    sym.st_other = other_field(a.visibility);
    append(a.name, sym, where);
  }
  const bool has_symbols = table.size() > 1; // without any there is no table
  u32 symtab_number = 0, shndx_number = 0, strtab_number = 0;
  if (has_symbols) {
    symtab_number = number++;
    if (number > SHN_LORESERVE - 2) shndx_number = number++;
    strtab_number = number++;
  }
  const u32 shstrtab_number = number++;
  for (Group& g : groups)
    if (!g.symbol_index) g.symbol_index = symbol(g.signature).index;

  // Names.
  std::vector<u32> symbol_offsets;
  std::string strtab = build_strings(symbol_names, symbol_offsets);
  for (size_t i = 1; i < table.size(); ++i) table[i].st_name = symbol_offsets[i];
  std::vector<std::string> section_names(number);
  for (Group& g : groups) section_names[g.number] = ".group";
  for (u32 i = 0; i < sections.size(); ++i) {
    section_names[sections[i].number] = sections[i].name;
    if (rela_number[i]) section_names[rela_number[i]] = ".rela" + sections[i].name;
  }
  if (has_symbols) section_names[symtab_number] = ".symtab", section_names[strtab_number] = ".strtab";
  section_names[shstrtab_number] = ".shstrtab";
  if (shndx_number) section_names[shndx_number] = ".symtab_shndx";
  // .symtab .strtab .shstrtab are named first, groups behind the sections
  std::vector<u32> naming_order;
  if (has_symbols) naming_order = {symtab_number, strtab_number};
  naming_order.push_back(shstrtab_number);
  auto is_special = [&](u32 i) {
    return i == shstrtab_number || (has_symbols && (i == symtab_number || i == strtab_number || i == shndx_number));
  };
  const u32 past_groups = static_cast<u32>(groups.size()) + 1;
  for (u32 i = past_groups; i < number; ++i)
    if (!is_special(i)) naming_order.push_back(i);
  for (u32 i = 1; i < past_groups; ++i) naming_order.push_back(i);
  if (shndx_number) naming_order.push_back(shndx_number);
  std::vector<std::string_view> views_of_names;
  for (u32 i : naming_order) views_of_names.push_back(section_names[i]);
  std::vector<u32> name_offsets;
  std::string shstrtab = build_strings(views_of_names, name_offsets);

  // Contents.
  std::vector<Elf64_Shdr> headers(number);
  std::memset(headers.data(), 0, headers.size() * sizeof(Elf64_Shdr));
  for (size_t k = 0; k < naming_order.size(); ++k) headers[naming_order[k]].sh_name = name_offsets[k];
  size_t total = sizeof(Elf64_Ehdr) + strtab.size() + shstrtab.size() + table.size() * sizeof(Elf64_Sym) + number * sizeof(Elf64_Shdr) + 64;
  for (u32 i = 0; i < sections.size(); ++i) total += sections[i].bytes.size() + sections[i].align + relocations[i].size() * sizeof(Elf64_Rela) + 8;
  out.clear();
  out.reserve(total);
  out.resize(sizeof(Elf64_Ehdr));
  auto align_to = [&](u64 a) { out.resize((out.size() + a - 1) & ~(a - 1)); };
  auto put = [&](const void* from, size_t n) {
    const u8* b = static_cast<const u8*>(from);
    out.insert(out.end(), b, b + n);
  };
  for (Group& g : groups) {
    Elf64_Shdr& h = headers[g.number];
    align_to(4);
    h.sh_type = SHT_GROUP;
    h.sh_offset = out.size();
    h.sh_link = symtab_number;
    h.sh_info = g.symbol_index;
    h.sh_addralign = 4;
    h.sh_entsize = 4;
    u32 word = g.comdat ? GRP_COMDAT : 0;
    put(&word, 4);
    for (u32 m : g.members) {
      put(&sections[m].number, 4);
      if (rela_number[m]) put(&rela_number[m], 4);
    }
    h.sh_size = out.size() - h.sh_offset;
  }
  for (Section& s : sections) {
    Elf64_Shdr& h = headers[s.number];
    h.sh_type = s.type;
    h.sh_flags = s.flags | (s.group != no_id ? u64{SHF_GROUP} : 0);
    h.sh_addralign = s.align;
    h.sh_entsize = s.entry_size;
    h.sh_size = s.size;
    h.sh_info = s.info;
    if (s.flags & SHF_LINK_ORDER) {
      std::string linked = s.linked_to.substr(0, s.linked_to.find('\1'));
      if (!linked.empty() && linked != "0") {
        SymbolId id = buffer.symbols.find(linked);
        u32 target = 0;
        if (id != no_id && id < symbols.size() && symbol(id).kind == SymbolKind::Label) target = section_of(symbol(id)).number;
        else if (auto named = sections_named(linked); !named.empty()) target = sections[named[0]].number;
        if (!target) diagnostics.error("undefined linked-to symbol `" + linked + "' on section `" + s.name + "'");
        h.sh_link = target;
      }
    }
    align_to(s.align);
    h.sh_offset = out.size();
    if (!s.nobits()) put(s.bytes.data(), s.bytes.size());
  }
  if (has_symbols) {
    align_to(8);
    Elf64_Shdr& h = headers[symtab_number];
    h.sh_type = SHT_SYMTAB;
    h.sh_offset = out.size();
    h.sh_size = table.size() * sizeof(Elf64_Sym);
    h.sh_link = strtab_number;
    h.sh_info = first_global;
    h.sh_addralign = 8;
    h.sh_entsize = sizeof(Elf64_Sym);
    put(table.data(), table.size() * sizeof(Elf64_Sym));
    if (shndx_number) {
      Elf64_Shdr& x = headers[shndx_number];
      x.sh_type = SHT_SYMTAB_SHNDX;
      x.sh_offset = out.size();
      x.sh_size = high_numbers.size() * sizeof(u32);
      x.sh_link = symtab_number;
      x.sh_addralign = x.sh_entsize = sizeof(u32);
      put(high_numbers.data(), x.sh_size);
    }
    Elf64_Shdr& t = headers[strtab_number];
    t.sh_type = SHT_STRTAB;
    t.sh_offset = out.size();
    t.sh_size = strtab.size();
    t.sh_addralign = 1;
    put(strtab.data(), strtab.size());
  }
  for (u32 i = 0; i < sections.size(); ++i) {
    if (!rela_number[i]) continue;
    align_to(8);
    Elf64_Shdr& h = headers[rela_number[i]];
    h.sh_type = SHT_RELA;
    h.sh_flags = SHF_INFO_LINK | (sections[i].group != no_id ? u64{SHF_GROUP} : 0);
    h.sh_offset = out.size();
    h.sh_size = relocations[i].size() * sizeof(Elf64_Rela);
    h.sh_link = symtab_number;
    h.sh_info = sections[i].number;
    h.sh_addralign = 8;
    h.sh_entsize = sizeof(Elf64_Rela);
    size_t at = out.size();
    out.resize(at + h.sh_size);
    for (const Relocation& r : relocations[i]) {
      Elf64_Rela rela;
      rela.r_offset = r.offset;
      rela.r_info = ELF64_R_INFO(r.symbol == no_id ? 0 : static_cast<u64>(symbol(r.symbol).index), r.type);
      rela.r_addend = r.addend;
      std::memcpy(out.data() + at, &rela, sizeof rela);
      at += sizeof rela;
    }
  }
  Elf64_Shdr& h = headers[shstrtab_number];
  h.sh_type = SHT_STRTAB;
  h.sh_offset = out.size();
  h.sh_size = shstrtab.size();
  h.sh_addralign = 1;
  put(shstrtab.data(), shstrtab.size());
  align_to(8);
  Elf64_Ehdr ehdr{};
  std::memcpy(ehdr.e_ident, ELFMAG, SELFMAG);
  ehdr.e_ident[EI_CLASS] = ELFCLASS64;
  ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
  ehdr.e_ident[EI_VERSION] = EV_CURRENT;
  for (size_t id = 0; id < symbols.size(); ++id) {
    const Symbol& s = symbols[id];
    if (s.used && (s.unique || (s.type == STT_GNU_IFUNC && s.kind != SymbolKind::Undefined))) ehdr.e_ident[EI_OSABI] = ELFOSABI_GNU;
  }
  for (const Section& s : sections)
    if (s.flags & ((u64{1} << 21) | 0x01000000)) ehdr.e_ident[EI_OSABI] = ELFOSABI_GNU;
  ehdr.e_type = ET_REL;
  ehdr.e_machine = EM_X86_64;
  ehdr.e_version = EV_CURRENT;
  ehdr.e_shoff = out.size();
  ehdr.e_ehsize = sizeof ehdr;
  ehdr.e_shentsize = sizeof(Elf64_Shdr);
  ehdr.e_shnum = number >= SHN_LORESERVE ? u16{0} : static_cast<u16>(number);
  ehdr.e_shstrndx = shstrtab_number >= SHN_LORESERVE ? u16{SHN_XINDEX} : static_cast<u16>(shstrtab_number);
  if (number >= SHN_LORESERVE) headers[0].sh_size = number;
  if (shstrtab_number >= SHN_LORESERVE) headers[0].sh_link = shstrtab_number;
  std::memcpy(out.data(), &ehdr, sizeof ehdr);
  put(headers.data(), headers.size() * sizeof(Elf64_Shdr));
}

} // namespace lathe::assembler
