// Which output section each input section joins, and the order of those, which is GNU ld's:
//
//   R   headers, .interp, notes, hash tables, .dynsym, .dynstr, versions, .rela.*
//   RX  .init .plt .plt.got .plt.sec .text .fini
//   R   .rodata .eh_frame_hdr .eh_frame .gcc_except_table
//   RW  .tdata .tbss .init_array .fini_array .data.rel.ro .dynamic .got | .got.plt .data .bss     (| end of RELRO)

#include "linker/elf/layout_script.h"
#include "linker/elf/merge.h"
#include "linker/elf/passes.h"
#include "linker/elf/patterns.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

struct Prefix {
  std::string_view prefix, output;
};

// GNU ld's default script as a table: NAME and NAME.* go to one output section.
constexpr Prefix prefixes[] = {
    {".text", ".text"},           {".rodata", ".rodata"},       {".data.rel.ro", ".data.rel.ro"},
    {".data", ".data"},           {".bss.rel.ro", ".data.rel.ro"}, {".bss", ".bss"},
    {".init_array", ".init_array"}, {".fini_array", ".fini_array"}, {".preinit_array", ".preinit_array"},
    {".tbss", ".tbss"},           {".tdata", ".tdata"},         {".gcc_except_table", ".gcc_except_table"},
    {".ctors", ".ctors"},         {".dtors", ".dtors"},         {".lrodata", ".lrodata"},
    {".ldata", ".ldata"},         {".lbss", ".lbss"},           {".sdata", ".data"},
    {".sbss", ".bss"},            {".rela.plt", ".rela.plt"},
};

constexpr Prefix linkonce[] = {
    {".gnu.linkonce.t.", ".text"}, {".gnu.linkonce.r.", ".rodata"}, {".gnu.linkonce.d.rel.ro.", ".data.rel.ro"},
    {".gnu.linkonce.d.", ".data"}, {".gnu.linkonce.b.", ".bss"},    {".gnu.linkonce.td.", ".tdata"},
    {".gnu.linkonce.tb.", ".tbss"}, {".gnu.linkonce.wi.", ".debug_info"},
};

bool is_crt_file(std::string_view file) { return file.find("crtbegin") != std::string_view::npos || file.find("crtend") != std::string_view::npos; }

u32 text_group(std::string_view name) {
  if (name.starts_with(".text.unlikely") || name.starts_with(".text.split")) return 0;
  if (name.starts_with(".text.exit")) return 1;
  if (name.starts_with(".text.startup")) return 2;
  if (name.starts_with(".text.hot")) return 3;
  return 4;
}

// The priority in .init_array.123 or .ctors.65412; plain sections come last.
u32 init_priority(std::string_view name) {
  size_t dot = name.rfind('.');
  u32 n = 0;
  std::string_view digits = name.substr(dot + 1);
  auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (code != std::errc{} || end != digits.data() + digits.size()) return 65536;
  return name.starts_with(".ctors") || name.starts_with(".dtors") ? 65535 - std::min(n, 65535u) : n;
}

struct Rank {
  std::string_view name;
  u32 rank;
};

constexpr Rank ranks[] = {
    {".interp", 1},         {".note.gnu.property", 2}, {".note.gnu.build-id", 3}, {".note.ABI-tag", 4},
    {".hash", 10},          {".gnu.hash", 11},         {".dynsym", 12},           {".dynstr", 13},
    {".gnu.version", 14},   {".gnu.version_d", 15},    {".gnu.version_r", 16},    {".rela.dyn", 17},
    {".relr.dyn", 18},      {".rela.plt", 19},         {".init", 30},             {".plt", 31},
    {".plt.got", 32},       {".plt.sec", 33},          {".text", 34},             {".fini", 36},
    {".rodata", 50},        {".eh_frame_hdr", 52},     {".eh_frame", 53},         {".gcc_except_table", 54},
    {".tdata", 70},         {".tbss", 71},             {".preinit_array", 72},    {".init_array", 73},
    {".fini_array", 74},    {".ctors", 75},            {".dtors", 76},            {".jcr", 77},
    {".data.rel.ro", 78},   {".dynamic", 79},          {".got", 80},              {".got.plt", 90},
    {".data", 91},          {".bss", 95},
};

u32 rank_of(const Context& ctx, const OutputSection& s) {
  if (!s.is_allocated()) {
    if (s.name == ".symtab") return 2001;
    if (s.name == ".symtab_shndx") return 2002;
    if (s.name == ".strtab") return 2003;
    if (s.name == ".shstrtab") return 2004;
    return s.name == ".comment" ? 1000 : 1001;
  }
  if (ctx.options.relocatable) return 500;
  for (const Rank& r : ranks)
    if (r.name == s.name) {
      if (s.name == ".got.plt" && ctx.options.z_now && ctx.options.z_relro) return 81;
      return r.rank;
    }
  if (s.flags & shf_large) return s.type == SHT_NOBITS ? 102 : s.flags & SHF_WRITE ? 101 : 100;
  if (s.flags & SHF_TLS) return s.type == SHT_NOBITS ? 71 : 70;
  if (s.flags & SHF_EXECINSTR) return s.flags & SHF_WRITE ? 93 : 35;
  if (s.flags & SHF_WRITE) return s.type == SHT_NOBITS ? 96 : 92;
  return s.type == SHT_NOTE ? 5 : 51;
}

bool is_relro(const Context& ctx, const OutputSection& s) {
  if (!ctx.options.z_relro || ctx.options.relocatable || !(s.flags & SHF_WRITE) || !s.is_allocated()) return false;
  return (s.rank >= 70 && s.rank <= 81);
}

// Constructors by priority, code by how often it runs, the rest as it came or as --sort-section wants it.
void sort_members(Context& ctx, OutputSection& o) {
  auto by = [&](auto key) {
    std::stable_sort(o.members.begin(), o.members.end(), [&](const InputSection* a, const InputSection* b) { return key(a) < key(b); });
  };
  if (ctx.options.relocatable) return;
  if (o.name == ".init_array" || o.name == ".fini_array" || o.name == ".preinit_array" || o.name == ".ctors" || o.name == ".dtors") {
    by([](const InputSection* s) { // names part equal priorities
      u32 priority = init_priority(s->name());
      return std::pair(priority, priority < 65536 ? s->name() : std::string_view{});
    });
    return;
  }
  if (ctx.options.sort_section == SortSections::Name) by([](const InputSection* s) { return s->name(); });
  if (ctx.options.sort_section == SortSections::Alignment) by([](const InputSection* s) { return -static_cast<int>(s->align_log2); });
  if (o.name == ".text") {
    bool mixed = std::any_of(o.members.begin(), o.members.end(), [](const InputSection* s) { return text_group(s->name()) != 4; });
    if (mixed) by([](const InputSection* s) { return text_group(s->name()); });
  }
}

} // namespace

std::string_view output_section_name(Context& ctx, const InputSection& s) {
  std::string_view name = s.name();
  if (ctx.options.relocatable) return name;
  if (name.size() > 2 && name[0] == '.') {
    if (ctx.options.z_keep_text_prefix && name.starts_with(".text."))
      for (std::string_view kept : {".text.unlikely", ".text.exit", ".text.startup", ".text.hot"})
        if (name.starts_with(kept)) return kept;
    if (!ctx.options.ctors_in_init_array && (name.starts_with(".ctors") || name.starts_with(".dtors"))) return name.substr(0, 6);
    if (name.starts_with(".ctors") && s.file && !is_crt_file(s.file->name)) return ".init_array";
    if (name.starts_with(".dtors") && s.file && !is_crt_file(s.file->name)) return ".fini_array";
    for (const Prefix& p : prefixes)
      if (p.prefix[1] == name[1] && p.prefix[2] == name[2] && name.starts_with(p.prefix) && (name.size() == p.prefix.size() || name[p.prefix.size()] == '.')) return p.output;
    if (name.starts_with(".gnu.linkonce."))
      for (const Prefix& p : linkonce)
        if (name.starts_with(p.prefix)) return p.output;
  }
  return name;
}

namespace {

// A name that the rules above place; anything else goes where its flags say.
bool has_rule(std::string_view name, u64 flags) {
  if (!(flags & SHF_ALLOC)) {
    constexpr std::string_view known[] = {".debug", ".zdebug", ".stab", ".comment", ".symtab", ".strtab", ".shstrtab", ".gnu.attributes", ".gnu.build.attributes", ".line"};
    return std::any_of(std::begin(known), std::end(known), [&](std::string_view k) { return name.starts_with(k); });
  }
  if (name.starts_with(".note.")) return true;
  return std::any_of(std::begin(ranks), std::end(ranks), [&](const Rank& r) { return r.name == name; }) ||
         std::any_of(std::begin(prefixes), std::end(prefixes), [&](const Prefix& p) { return p.output == name; });
}

// --orphan-handling; false when the section goes.
bool place_orphan(Context& ctx, const InputSection& s, std::string_view name) {
  Orphans how = ctx.options.orphans;
  if (how == Orphans::Place || ctx.options.relocatable || has_rule(name, s.flags)) return true;
  if (how == Orphans::Discard) return false;
  if (how == Orphans::Error) ctx.diag.error(fmt::format("unplaced orphan section '{}' from '{}'", s.name(), s.file->name));
  else ctx.diag.warning(fmt::format("orphan section '{}' from '{}' being placed in section '{}'", s.name(), s.file->name, name));
  return true;
}

// --unique: the section does not join others of its name.
bool stays_alone(Context& ctx, const InputSection& s, const PatternSet& unique) {
  if (!s.file) return false;
  if (ctx.options.unique_orphans && !has_rule(ctx.options.relocatable ? s.name() : output_section_name(ctx, s), s.flags)) return true;
  return !unique.empty() && unique.matches(s.name());
}

} // namespace

OutputSection* find_output(Context& ctx, std::string_view name) {
  for (OutputSection* o : ctx.outputs)
    if (o->name == name) return o;
  return nullptr;
}

void add_to_output(Context& ctx, InputSection& s, std::string_view name) {
  bool allocated = s.flags & SHF_ALLOC;
  OutputSection* alone = nullptr;
  OutputSection*& o = s.stays_alone ? alone : ctx.output_by_name[allocated][name];
  u64 kept = s.flags & ~static_cast<u64>(SHF_GROUP | SHF_COMPRESSED | SHF_LINK_ORDER | (1 << 21) | SHF_INFO_LINK);
  if (ctx.options.relocatable) kept = s.flags & ~static_cast<u64>(SHF_COMPRESSED | SHF_INFO_LINK);
  if (!o) {
    o = &ctx.output_storage.emplace_back();
    o->name = name;
    o->type = s.type;
    o->flags = kept;
    o->entry_size = s.file ? s.file->headers[s.index].sh_entsize : s.synthetic->entry_size;
    if (!s.file) o->synthetic = s.synthetic;
    if (name == ".init_array") o->type = SHT_INIT_ARRAY;
    if (name == ".fini_array") o->type = SHT_FINI_ARRAY;
    ctx.outputs.push_back(o);
  } else {
    u64 merge = SHF_MERGE | SHF_STRINGS;
    u64 entry_size = s.file ? s.file->headers[s.index].sh_entsize : s.synthetic->entry_size;
    if ((o->flags & merge) != (kept & merge) || entry_size != o->entry_size) {
      o->flags &= ~merge;
      kept &= ~merge;
      if (o->synthetic == nullptr || o->synthetic->owner) o->entry_size = 0;
    }
    o->flags |= kept;
    if (o->type == SHT_NOBITS && s.type != SHT_NOBITS) o->type = s.type;
  }
  s.output = o;
  o->members.push_back(&s);
}

namespace {

struct Placer {
  Context& ctx;
  PatternSet unique{};
  bool some_alone = false;

  void place(InputSection& s, std::string_view name) {
    if (ctx.has_section_rules) place_by_script(ctx, s, name);
    else add_to_output(ctx, s, name);
  }
  void add(SyntheticSection* s, bool even_empty = false) {
    if (s && (s->section.size || even_empty)) place(s->section, s->name);
  }
  void add_made_in_front() {
    SyntheticSections& y = ctx.synthetic;
    for (SyntheticSection* s : {y.interp, y.property_note, y.build_id, y.package_note, y.hash, y.gnu_hash, y.dynsym}) add(s);
    add(y.dynstr, true);
    for (SyntheticSection* s : {y.versym, y.verdef, y.verneed, y.rela_dyn, y.rela_plt, y.plt, y.plt_got, y.plt_sec, y.eh_frame_hdr, y.eh_frame})
      add(s);
    add(y.dynamic, true);
    add(y.stack_note, true);
    add(y.relr_dyn, true);
    add(y.got);
    add(y.got_plt);
  }
  void add_input(InputSection& s) {
    if (s.kind == SectionKind::EhFrame) { // symbols in it (crtbeginT.o has one) point where its records begin
      s.output = ctx.synthetic.eh_frame->section.output;
      return;
    }
    bool loaded = s.flags & SHF_ALLOC;
    if (s.kind == SectionKind::Regular && s.size == 0 && !ctx.options.relocatable && s.relocation_index == 0 && s.align_log2 == 0 && !loaded) return;
    if (ctx.has_section_rules) return place(s, s.name());
    std::string_view name = output_section_name(ctx, s);
    if (!place_orphan(ctx, s, name)) {
      s.alive = false;
      return;
    }
    // With -r a group's member goes with its group, so nothing else may join it.
    s.stays_alone = (some_alone && stays_alone(ctx, s, unique)) || (ctx.options.relocatable && (s.flags & SHF_GROUP));
    if (s.stays_alone) name = s.name();
    if ((name == ".init_array" && s.name().starts_with(".ctors")) || (name == ".fini_array" && s.name().starts_with(".dtors"))) {
      if (loaded) s.reversed = true;
      else name = s.name(); // nobody runs through what is not loaded
    }
    add_to_output(ctx, s, name);
  }
  void add_made_behind() {
    SyntheticSections& y = ctx.synthetic;
    for (MergedSection& m : ctx.merged_storage) add(m.section);
    for (SyntheticSection* s : {y.common, y.tls_common, y.copies, y.relro_copies}) add(s);
    add(y.comment);
    add(y.symtab, !ctx.options.strip_all);
    // Section numbers from 0xff00 on do not fit into a symbol.
    if (ctx.outputs.size() + 8 >= SHN_LORESERVE) add(y.symtab_shndx, !ctx.options.strip_all);
    add(y.strtab, !ctx.options.strip_all);
    add(y.shstrtab, true);
  }
};

} // namespace

void make_output_sections(Context& ctx) {
  Placer placer{ctx};
  for (const std::string& pattern : ctx.options.unique)
    if (!placer.unique.add(pattern)) ctx.diag.error(fmt::format("malformed pattern '{}' for --unique", pattern));
  placer.unique.compile();
  placer.some_alone = ctx.options.unique_orphans || !placer.unique.empty();
  placer.add_made_in_front();
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections)
      if (s && s->alive && s->kind != SectionKind::Merge) placer.add_input(*s);
  placer.add_made_behind();
  make_script_outputs(ctx);
  if (ctx.has_section_rules && ctx.synthetic.eh_frame)
    for (ObjectFile* f : ctx.objects)
      for (EhFrameInput& frame : f->eh_frames) frame.section->output = ctx.synthetic.eh_frame->section.output;
}

// Empty output sections go, unless a symbol stands in one.
void drop_empty_outputs(Context& ctx) {
  if (ctx.options.relocatable) return;
  std::unordered_set<const OutputSection*> empty;
  for (OutputSection* o : ctx.outputs)
    if (!o->synthetic && !o->keeps_empty && !ctx.start_stop_names.contains(o->name) &&
        std::all_of(o->members.begin(), o->members.end(), [](const InputSection* s) { return s->size == 0; }))
      empty.insert(o);
  if (empty.empty()) return;
  for (ObjectFile* f : ctx.objects)
    for (u32 i = 1; i < f->symbols.size(); ++i) {
      Elf64_Sym e = f->symbols[i];
      InputSection* s = f->section_of(i, e);
      if (s && s->alive && s->size == 0 && s->output && ELF64_ST_TYPE(e.st_info) != STT_SECTION) empty.erase(s->output);
    }
  std::erase_if(ctx.outputs, [&](OutputSection* o) {
    if (!empty.contains(o)) return false;
    for (InputSection* s : o->members) s->output = nullptr;
    o->dropped = true;
    return true;
  });
}

void sort_output_sections(Context& ctx) {
  for (OutputSection* o : ctx.outputs) {
    o->rank = ctx.has_section_rules && o->is_allocated() ? 0 : rank_of(ctx, *o);
    if (!ctx.has_section_rules) sort_members(ctx, *o);
  }
  std::stable_sort(ctx.outputs.begin(), ctx.outputs.end(), [](const OutputSection* a, const OutputSection* b) { return a->rank < b->rank; });
  u32 index = 1;
  for (OutputSection* o : ctx.outputs) {
    o->index = index++;
    o->relro = !ctx.has_section_rules && is_relro(ctx, *o);
  }
}

} // namespace lathe::linker
