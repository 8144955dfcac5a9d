// From input sections to a file: which output section each one joins, the order of those, and their addresses
// and offsets. The order is GNU ld's:
//
//   R   headers, .interp, notes, hash tables, .dynsym, .dynstr, versions, .rela.*
//   RX  .init .plt .plt.got .plt.sec .text .fini
//   R   .rodata .eh_frame_hdr .eh_frame .gcc_except_table
//   RW  .tdata .tbss .init_array .fini_array .data.rel.ro .dynamic .got | .got.plt .data .bss     (| end of RELRO)

#include "linker/elf/layout_script.h"
#include "linker/elf/merge.h"
#include "linker/elf/passes.h"
#include "linker/elf/patterns.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

constexpr u64 shf_x86_64_large = 0x10000000;

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

constexpr u32 first_rodata_rank = 50;

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
  if (s.flags & shf_x86_64_large) return s.type == SHT_NOBITS ? 102 : s.flags & SHF_WRITE ? 101 : 100;
  if (s.flags & SHF_TLS) return s.type == SHT_NOBITS ? 71 : 70;
  if (s.flags & SHF_EXECINSTR) return s.flags & SHF_WRITE ? 93 : 35;
  if (s.flags & SHF_WRITE) return s.type == SHT_NOBITS ? 96 : 92;
  return s.type == SHT_NOTE ? 5 : 51;
}

bool is_relro(const Context& ctx, const OutputSection& s) {
  if (!ctx.options.z_relro || ctx.options.relocatable || !(s.flags & SHF_WRITE) || !s.is_allocated()) return false;
  return (s.rank >= 70 && s.rank <= 81);
}

// Notes of equal alignment stand together, so that one PT_NOTE holds them.
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

constexpr u64 address_space = u64{1} << 56, largest_file = u64{1} << 38;

// False when the section would not fit into any address space.
bool place_members(OutputSection& o) {
  u64 size = 0;
  for (InputSection* s : o.members) {
    u64 align = u64{1} << s->align_log2;
    s->offset = align_to(size, align);
    size = s->offset + s->size;
    o.align = std::max(o.align, align);
    if (s->size > address_space || size > address_space) return false;
  }
  o.size = size;
  return true;
}

// Only --section-start, -Ttext and scripts can make sections overlap.
void check_overlaps(Context& ctx) {
  if ((ctx.options.section_starts.empty() && !ctx.has_section_rules) || !ctx.options.check_sections) return;
  std::vector<const OutputSection*> loaded;
  for (OutputSection* o : ctx.outputs)
    if (o->is_allocated() && o->size && !(o->flags & SHF_TLS)) loaded.push_back(o);
  std::stable_sort(loaded.begin(), loaded.end(), [](auto a, auto b) { return a->address < b->address; });
  for (size_t i = 1; i < loaded.size(); ++i)
    if (loaded[i]->address < loaded[i - 1]->address + loaded[i - 1]->size)
      ctx.diag.error(fmt::format("section '{}' at 0x{:x} overlaps section '{}' at 0x{:x}", loaded[i]->name, loaded[i]->address,
                                 loaded[i - 1]->name, loaded[i - 1]->address));
}

struct Layout {
  Context& ctx;
  u64 max_page = ctx.page_size(), common_page = ctx.options.z_common_page ? ctx.options.z_common_page : std::min(ctx.target->common_page_size, max_page);
  std::unordered_map<std::string_view, u64> starts{};

  u32 permissions(const OutputSection& o) const {
    u32 flags = PF_R | (o.flags & SHF_WRITE ? PF_W : 0) | (o.flags & SHF_EXECINSTR ? PF_X : 0);
    if (ctx.options.omagic) return PF_R | PF_W | PF_X;
    if ((!ctx.options.z_separate_code || !ctx.options.rosegment || ctx.options.nmagic) && !(flags & PF_W)) flags |= PF_X;
    return flags;
  }
  bool paged() const { return !ctx.options.omagic && !ctx.options.nmagic; }
  Segment& add(u32 type, u32 flags, u64 align) {
    ctx.segments.push_back({type, flags, 0, 0, 0, 0, align});
    return ctx.segments.back();
  }
  Segment& add_for(u32 type, u32 flags, const OutputSection& o) {
    Segment& g = add(type, flags, o.align);
    g.offset = o.offset;
    g.address = o.address;
    return g;
  }
  void cover(Segment& g, const OutputSection& o) {
    g.file_size = std::max(g.file_size, o.offset + o.file_size() - g.offset);
    g.memory_size = std::max(g.memory_size, o.address + o.size - g.address);
    g.align = std::max(g.align, o.align);
  }
};

// A script's addresses stand; what shares a page shares a segment, since the loader maps whole pages.
bool breaks_script_segment(const Layout& l, const OutputSection& o, const OutputSection& before) {
  if (o.script_segment != before.script_segment || o.load_delta != before.load_delta) return true;
  bool thread_zero = (before.flags & SHF_TLS) && before.type == SHT_NOBITS;
  u64 end = before.address + (thread_zero ? 0 : before.size), page = ~(l.max_page - 1);
  if (o.address < end || o.address - end >= l.max_page) return true;
  bool shares_page = l.paged() && end && ((end - 1) & page) == (o.address & page);
  if (l.permissions(o) != l.permissions(before) && !shares_page) return true;
  return before.type == SHT_NOBITS && before.size && !thread_zero && o.type != SHT_NOBITS;
}

bool breaks_segment(const Layout& l, const OutputSection& o, const OutputSection* before) {
  if (!before) return true;
  if (l.ctx.has_section_rules) return breaks_script_segment(l, o, *before);
  if (l.permissions(o) != l.permissions(*before)) return true;
  if (l.starts.contains(o.name)) return true;
  // Bytes cannot follow a gap that the file does not hold.
  return before->type == SHT_NOBITS && !(before->flags & SHF_TLS) && o.type != SHT_NOBITS;
}

// Addresses and offsets agree modulo a segment's alignment, which is that of its most aligned section: the loader
// refuses a library where they do not.
u64 segment_mask(const Layout& l, size_t first) {
  u64 align = l.max_page;
  const OutputSection* before = nullptr;
  for (size_t i = first; i < l.ctx.outputs.size(); ++i) {
    const OutputSection* o = l.ctx.outputs[i];
    if (!o->is_allocated()) continue;
    if (before && breaks_segment(l, *o, before)) break;
    align = std::max(align, o->align);
    before = o;
  }
  return align - 1;
}

void place_loaded(Layout& l, u64 header_size) {
  Context& ctx = l.ctx;
  const OutputSection* before = nullptr;
  u64 reached = ctx.image_base + header_size; // address behind the last section
  u64 offset = header_size, page_mask = l.max_page - 1, tls_reached = 0;
  bool relro_before = false;
  for (size_t i = 0; i < ctx.outputs.size(); ++i) {
    OutputSection* o = ctx.outputs[i];
    if (!o->is_allocated()) continue;
    bool fresh = breaks_segment(l, *o, before);
    u64 from = reached;
    if (fresh && before && l.paged()) {
      bool code = (l.permissions(*o) | l.permissions(*before)) & PF_X;
      if (ctx.options.z_separate_code && code) offset = align_to(offset, l.common_page);
      from = align_to(from, l.max_page) + (offset & page_mask);
    } else if (fresh && before && ctx.options.nmagic) {
      from = align_to(from, l.max_page);
    }
    if (relro_before && !o->relro && l.paged()) from = align_to(from, l.common_page);
    if (auto it = l.starts.find(o->name); it != l.starts.end()) from = it->second;
    bool thread_zero = (o->flags & SHF_TLS) && o->type == SHT_NOBITS;
    if (thread_zero) from = std::max(from, tls_reached); // behind another section like .tbss
    u64 at = align_to(from, o->align);
    o->address = at;
    if (fresh && l.paged()) offset += (at - offset) & segment_mask(l, i);
    else if (fresh) offset = align_to(offset, o->align);
    else if (o->type != SHT_NOBITS) offset += at - reached;
    o->offset = offset + (thread_zero && !fresh ? at - reached : 0);
    before = o;
    if (thread_zero) { // .tbss takes no room
      if (fresh) reached = at;
      tls_reached = at + o->size;
      continue;
    }
    reached = at + o->size;
    if (o->size > address_space || reached < at)
      return ctx.diag.error(fmt::format("section '{}' lies beyond the address space", o->name));
    offset += o->file_size();
    relro_before = o->relro;
  }
}

// The headers are loaded with the first section where there is room for them on its page.
bool loads_headers(const Layout& l, const OutputSection& first, u64 header_size) {
  if (!l.ctx.has_section_rules) return first.address >= first.offset;
  return l.paged() && (first.address & (l.max_page - 1)) >= header_size && first.offset < l.max_page;
}

// File offsets for addresses that a script has given.
void place_offsets(Layout& l, u64 header_size) {
  Context& ctx = l.ctx;
  const OutputSection* before = nullptr;
  u64 offset = header_size, end = 0;
  for (size_t i = 0; i < ctx.outputs.size(); ++i) {
    OutputSection* o = ctx.outputs[i];
    if (!o->is_allocated()) continue;
    bool thread_zero = (o->flags & SHF_TLS) && o->type == SHT_NOBITS;
    bool fresh = breaks_segment(l, *o, before);
    if (!fresh) offset += o->type == SHT_NOBITS ? 0 : o->address - end;
    else if (l.paged()) offset += (o->address - offset) & segment_mask(l, i);
    else offset = align_to(offset, o->align);
    o->offset = offset + (thread_zero && !fresh ? o->address - end : 0);
    if (o->size > address_space || o->address + o->size < o->address)
      return ctx.diag.error(fmt::format("section '{}' lies beyond the address space", o->name));
    if (!thread_zero) end = o->address + o->size;
    else if (!before) end = o->address;
    offset += o->file_size();
    before = o;
  }
}

bool wants_executable_stack(const Context& ctx) {
  if (ctx.options.execstack) return *ctx.options.execstack;
  return std::any_of(ctx.objects.begin(), ctx.objects.end(), [](const ObjectFile* f) { return f->executable_stack; });
}

void make_tls_segment(Context& ctx, Layout& l, std::span<OutputSection* const> loaded) {
  OutputSection *first = nullptr, *last = nullptr, *last_bytes = nullptr;
  for (OutputSection* o : loaded)
    if (o->flags & SHF_TLS) {
      if (!first) first = o;
      last = o;
      if (o->type != SHT_NOBITS) last_bytes = o;
    }
  if (!first) return;
  Segment& g = l.add(PT_TLS, PF_R, first->align);
  g.offset = first->offset;
  g.address = first->address;
  g.file_size = last_bytes ? last_bytes->offset + last_bytes->size - g.offset : 0;
  g.memory_size = last->address + last->size - g.address;
  ctx.tls_output = first;
  ctx.tls_start = first->address;
  ctx.tls_end = align_to(g.address + g.memory_size, g.align);
  ctx.thread_pointer = ctx.target->thread_pointer(ctx.tls_start, ctx.tls_end);
}

void make_load_segments(Context& ctx, Layout& l, std::span<OutputSection* const> loaded, u64 header_size) {
  const OutputSection* before = nullptr;
  size_t load = 0, first_load = ctx.segments.size();
  for (OutputSection* o : loaded) {
    bool fresh = breaks_segment(l, *o, before);
    if (fresh) {
      load = ctx.segments.size();
      Segment& g = l.add(PT_LOAD, l.permissions(*o), l.paged() ? l.max_page : 1);
      g.offset = o->offset;
      g.address = o->address;
      g.load_delta = o->load_delta;
      if (!before && loads_headers(l, *o, header_size)) { // the headers are loaded with the first section
        g.offset = 0;
        g.address = o->address - o->offset;
        g.file_size = g.memory_size = header_size;
        ctx.image_base = g.address;
      }
    }
    bool thread_zero = (o->flags & SHF_TLS) && o->type == SHT_NOBITS;
    ctx.segments[load].flags |= l.permissions(*o);
    if (!thread_zero) l.cover(ctx.segments[load], *o);
    before = o;
  }
  // The loader wants them by address, whatever --section-start did.
  std::stable_sort(ctx.segments.end() - static_cast<i64>(ctx.segments.size() - first_load), ctx.segments.end(),
                   [](const Segment& a, const Segment& b) { return a.address < b.address; });
  if (loaded.empty()) {
    Segment& g = l.add(PT_LOAD, PF_R, l.max_page);
    g.address = ctx.image_base;
    g.file_size = g.memory_size = header_size;
  }
}

void make_note_segments(Context& ctx, Layout& l, std::span<OutputSection* const> loaded) {
  const OutputSection* before = nullptr;
  for (OutputSection* o : loaded) {
    if (o->type == SHT_NOTE) {
      if (!before || before->type != SHT_NOTE || before->align != o->align) l.add_for(PT_NOTE, PF_R, *o);
      l.cover(ctx.segments.back(), *o);
    }
    before = o;
  }
}

void make_relro_segment(Layout& l, std::span<OutputSection* const> loaded) {
  OutputSection *first = nullptr, *last = nullptr;
  for (OutputSection* o : loaded)
    if (o->relro) {
      if (!first) first = o;
      if (!((o->flags & SHF_TLS) && o->type == SHT_NOBITS)) last = o;
    }
  if (!first) return;
  Segment& g = l.add_for(PT_GNU_RELRO, PF_R, *first);
  g.align = 1;
  if (!last) return;
  g.file_size = last->offset + last->file_size() - g.offset;
  g.memory_size = align_to(last->address + last->size, l.common_page) - g.address;
}

// PHDRS: the segments that the script lists, each with the sections that name it; a section that names none goes
// where the one in front of it went.
void make_listed_segments(Context& ctx, Layout& l, u64 header_size) {
  LayoutScript& script = *ctx.layout_script;
  std::vector<std::pair<OutputSection*, const std::vector<std::string_view>*>> placed;
  const std::vector<std::string_view>* names = nullptr;
  for (ScriptItem& item : script.items) {
    if (!item.output) continue;
    if (!item.output->segments.empty()) names = &item.output->segments; // of an empty section, too
    if (names && item.output->output && !item.output->output->dropped && item.output->output->is_allocated()) placed.emplace_back(item.output->output, names);
  }
  struct Bare {
    size_t index;
    bool has_load_address;
  };
  std::vector<Bare> bare; // of the headers alone
  for (const ScriptSegment& s : script.segments) {
    Segment g{s.type, 0, 0, 0, 0, 0, s.type == PT_LOAD && l.paged() ? l.max_page : 1};
    bool any = false, headers = s.file_header || s.program_headers;
    for (auto& [o, of] : placed) {
      if (std::find(of->begin(), of->end(), s.name) == of->end()) continue;
      if (!any) g.offset = o->offset, g.address = o->address, g.load_delta = o->load_delta;
      any = true;
      g.flags |= l.permissions(*o);
      if (s.type == PT_TLS || !((o->flags & SHF_TLS) && o->type == SHT_NOBITS)) l.cover(g, *o);
    }
    if (headers) {
      u64 from = s.file_header ? 0 : sizeof(Elf64_Ehdr);
      g.flags |= PF_R;
      if (any) {
        u64 grown = g.offset - from;
        g.offset -= grown, g.address -= grown, g.file_size += grown, g.memory_size += grown;
        ctx.image_base = g.address - from;
      } else {
        bare.push_back({ctx.segments.size(), static_cast<bool>(s.address)});
        g.offset = from;
        g.file_size = g.memory_size = header_size > from ? header_size - from : 0;
      }
    }
    if (s.flags) g.flags = static_cast<u32>(script_number(ctx, s.flags));
    if (s.address) g.load_delta = script_number(ctx, s.address) - g.address;
    ctx.segments.push_back(g);
  }
  for (auto [index, has_load_address] : bare) { // where the others load them
    Segment& g = ctx.segments[index];
    g.address = ctx.image_base + g.offset;
    if (has_load_address) g.load_delta -= g.address;
  }
}

void make_segments(Context& ctx, Layout& l, u64 header_size) {
  if (ctx.layout_script && !ctx.layout_script->segments.empty()) {
    make_listed_segments(ctx, l, header_size);
    std::vector<OutputSection*> threads;
    for (OutputSection* o : ctx.outputs)
      if (o->is_allocated() && (o->flags & SHF_TLS)) threads.push_back(o);
    size_t count = ctx.segments.size();
    make_tls_segment(ctx, l, threads); // for the thread pointer; the script says whether there is a PT_TLS
    ctx.segments.resize(count);
    return;
  }
  std::vector<OutputSection*> loaded;
  for (OutputSection* o : ctx.outputs)
    if (o->is_allocated()) loaded.push_back(o);
  auto one = [&](u32 type, u32 flags, std::string_view name) {
    for (OutputSection* o : loaded)
      if (o->name == name) l.cover(l.add_for(type, flags, *o), *o);
  };
  if (!loaded.empty() && ctx.synthetic.interp && ctx.synthetic.interp->section.output) {
    Segment& g = l.add(PT_PHDR, PF_R, 8);
    g.offset = sizeof(Elf64_Ehdr);
    g.address = ctx.image_base + g.offset;
    g.file_size = g.memory_size = ctx.header_segments * sizeof(Elf64_Phdr);
  }
  one(PT_INTERP, PF_R, ".interp");
  make_load_segments(ctx, l, loaded, header_size);
  if (!ctx.segments.empty() && ctx.segments[0].type == PT_PHDR) ctx.segments[0].address = ctx.image_base + sizeof(Elf64_Ehdr);
  one(PT_DYNAMIC, PF_R | PF_W, ".dynamic");
  make_note_segments(ctx, l, loaded);
  one(PT_GNU_PROPERTY, PF_R, ".note.gnu.property");
  make_tls_segment(ctx, l, loaded);
  one(PT_GNU_EH_FRAME, PF_R, ".eh_frame_hdr");
  if (ctx.options.z_gnustack) {
    Segment& stack = l.add(PT_GNU_STACK, PF_R | PF_W | (wants_executable_stack(ctx) ? u32{PF_X} : 0), 16);
    stack.memory_size = ctx.options.z_stack_size;
  }
  make_relro_segment(l, loaded);
}

void place_unloaded(Context& ctx, u64 offset) {
  for (OutputSection* o : ctx.outputs) {
    if (o->is_allocated() && !ctx.options.relocatable) continue;
    o->address = 0;
    if (o->type != SHT_NOBITS) offset = align_to(offset, o->align);
    o->offset = offset;
    offset += o->file_size();
  }
  ctx.section_headers_offset = align_to(offset, 8);
  ctx.file_size = ctx.section_headers_offset + (ctx.outputs.size() + 1) * sizeof(Elf64_Shdr);
  if (!ctx.options.z_sectionheader) ctx.file_size = offset;
  if (ctx.file_size > largest_file) ctx.diag.error(fmt::format("the output would have {} bytes, more than {}", ctx.file_size, largest_file));
}

} // namespace

u64 Context::page_size() const { return options.z_max_page ? options.z_max_page : target->max_page_size; }

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

void make_output_sections(Context& ctx) {
  PatternSet unique;
  for (const std::string& pattern : ctx.options.unique)
    if (!unique.add(pattern)) ctx.diag.error(fmt::format("malformed pattern '{}' for --unique", pattern));
  unique.compile();
  bool some_alone = ctx.options.unique_orphans || !unique.empty();
  SyntheticSections& y = ctx.synthetic;
  auto place = [&](InputSection& s, std::string_view name) {
    if (ctx.has_section_rules) place_by_script(ctx, s, name);
    else add_to_output(ctx, s, name);
  };
  auto add = [&](SyntheticSection* s, bool even_empty = false) {
    if (s && (s->section.size || even_empty)) place(s->section, s->name);
  };
  for (SyntheticSection* s : {y.interp, y.property_note, y.build_id, y.package_note, y.hash, y.gnu_hash, y.dynsym})
    add(s);
  add(y.dynstr, true);
  for (SyntheticSection* s : {y.versym, y.verdef, y.verneed, y.rela_dyn, y.rela_plt, y.plt, y.plt_got, y.plt_sec, y.eh_frame_hdr, y.eh_frame})
    add(s);
  add(y.dynamic, true);
  add(y.stack_note, true);
  add(y.relr_dyn, true);
  add(y.got);
  add(y.got_plt);
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections) {
      if (!s || !s->alive || s->kind == SectionKind::Merge) continue;
      if (s->kind == SectionKind::EhFrame) { // symbols in it (crtbeginT.o has one) point where its records begin
        s->output = y.eh_frame->section.output;
        continue;
      }
      if (s->kind == SectionKind::Regular && s->size == 0 && !ctx.options.relocatable && s->relocation_index == 0 && s->align_log2 == 0 &&
          !(s->flags & SHF_ALLOC))
        continue;
      if (ctx.has_section_rules) {
        place(*s, s->name());
        continue;
      }
      std::string_view name = output_section_name(ctx, *s);
      if (!place_orphan(ctx, *s, name)) {
        s->alive = false;
        continue;
      }
      // With -r a group's member goes with its group, so nothing else may join it.
      s->stays_alone = (some_alone && stays_alone(ctx, *s, unique)) || (ctx.options.relocatable && (s->flags & SHF_GROUP));
      if (s->stays_alone) name = s->name();
      if ((name == ".init_array" && s->name().starts_with(".ctors")) || (name == ".fini_array" && s->name().starts_with(".dtors"))) {
        if (s->flags & SHF_ALLOC) s->reversed = true;
        else name = s->name(); // nobody runs through what is not loaded
      }
      add_to_output(ctx, *s, name);
    }
  for (MergedSection& m : ctx.merged_storage) add(m.section);
  for (SyntheticSection* s : {y.common, y.tls_common, y.copies, y.relro_copies}) add(s);
  add(y.comment);
  add(y.symtab, !ctx.options.strip_all);
  // Section numbers from 0xff00 on do not fit into a symbol.
  if (ctx.outputs.size() + 8 >= SHN_LORESERVE) add(y.symtab_shndx, !ctx.options.strip_all);
  add(y.strtab, !ctx.options.strip_all);
  add(y.shstrtab, true);
  make_script_outputs(ctx);
  if (ctx.has_section_rules && y.eh_frame)
    for (ObjectFile* f : ctx.objects)
      for (EhFrameInput& frame : f->eh_frames) frame.section->output = y.eh_frame->section.output;
}

// Code with a stack or segments that may be both written and run, where that is asked about.
void check_permissions(Context& ctx) {
  const Options& o = ctx.options;
  auto report = [&](bool error, bool warning, std::string message) {
    if (error) ctx.diag.error(std::move(message));
    else if (warning && !o.no_warnings) ctx.diag.warning(std::move(message));
  };
  if (!o.execstack)
    for (const ObjectFile* f : ctx.objects)
      if (f->executable_stack)
        report(o.error_execstack, o.warn_execstack,
               fmt::format("{}: requires executable stack (because the .note.GNU-stack section is executable)", f->name));
  for (const Segment& g : ctx.segments) {
    constexpr u32 all = PF_R | PF_W | PF_X;
    if (g.type == PT_LOAD && (g.flags & all) == all)
      report(o.error_rwx_segments, o.warn_rwx_segments, fmt::format("{} has a LOAD segment with RWX permissions", o.output));
    if (g.type == PT_TLS && (g.flags & PF_X)) report(o.error_rwx_segments, o.warn_rwx_segments, fmt::format("{} has a TLS segment with execute permission", o.output));
  }
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

namespace {

// Moving the location counter keeps a section only if that made room in it.
void drop_roomless_outputs(Context& ctx) {
  if (ctx.options.relocatable || ctx.options.emit_relocs) return;
  std::erase_if(ctx.outputs, [](OutputSection* o) {
    if (!o->keeps_empty || o->size) return false;
    for (InputSection* s : o->members) s->output = nullptr;
    return o->dropped = true;
  });
  u32 index = 1;
  for (OutputSection* o : ctx.outputs) o->index = index++;
}

void assign_addresses_by_script(Context& ctx) {
  std::unordered_set<const OutputSection*> ruled;
  for (const ScriptItem& item : ctx.layout_script->items)
    if (item.output) ruled.insert(item.output->output);
  for (OutputSection* o : ctx.outputs)
    if (!ruled.contains(o) && !place_members(*o)) return ctx.diag.error(fmt::format("section '{}' is larger than the address space", o->name));
  // The headers' size depends on the segments, and SIZEOF_HEADERS may move those.
  constexpr int most_rounds = 4;
  for (int round = 0; round < most_rounds; ++round) {
    assign_script_addresses(ctx);
    if (round == 0) drop_roomless_outputs(ctx);
    if (ctx.options.relocatable) return place_unloaded(ctx, sizeof(Elf64_Ehdr));
    Layout l{ctx};
    u64 header_size = sizeof(Elf64_Ehdr) + ctx.header_segments * sizeof(Elf64_Phdr);
    ctx.image_base = 0;
    place_offsets(l, header_size);
    if (!ctx.ok()) return;
    ctx.segments.clear();
    make_segments(ctx, l, header_size);
    if (ctx.segments.size() == ctx.header_segments) break;
    ctx.header_segments = ctx.segments.size();
  }
  assign_tail_offsets(ctx);
  check_overlaps(ctx);
}

// -Trodata-segment and -Tldata-segment: the address goes to the first section of the kind.
void start_segment(Layout& l, std::string_view option, bool (*belongs)(const OutputSection&)) {
  auto given = l.starts.find(option);
  if (given == l.starts.end()) return;
  auto first = std::find_if(l.ctx.outputs.begin(), l.ctx.outputs.end(), [&](const OutputSection* o) { return o->is_allocated() && belongs(*o); });
  if (first != l.ctx.outputs.end()) l.starts.try_emplace((*first)->name, given->second);
}

} // namespace

void assign_addresses(Context& ctx) {
  if (ctx.has_section_rules) return assign_addresses_by_script(ctx);
  // Both parts of the TLS block begin at the block's alignment.
  u64 tls_align = 1;
  OutputSection* first_tls = nullptr;
  for (OutputSection* o : ctx.outputs) {
    if (!place_members(*o)) return ctx.diag.error(fmt::format("section '{}' is larger than the address space", o->name));
    if (!(o->flags & SHF_TLS) || !o->is_allocated()) continue;
    if (!first_tls) first_tls = o;
    tls_align = std::max(tls_align, o->align);
  }
  if (ctx.options.relocatable) return place_unloaded(ctx, sizeof(Elf64_Ehdr));
  if (first_tls) first_tls->align = tls_align;
  Layout l{ctx};
  for (auto& [name, address] : ctx.options.section_starts) l.starts[name] = address;
  start_segment(l, ".rodata-segment", [](const OutputSection& o) { return !(o.flags & (SHF_WRITE | SHF_EXECINSTR)) && o.rank >= first_rodata_rank; });
  start_segment(l, ".ldata-segment", [](const OutputSection& o) { return (o.flags & shf_x86_64_large) != 0; });
  ctx.image_base = ctx.options.image_base.value_or(ctx.options.is_pic() ? 0 : ctx.target->default_image_base);
  // A first go tells how many program headers there are, which moves everything behind them.
  ctx.segments.clear();
  make_segments(ctx, l, 0);
  ctx.header_segments = ctx.segments.size();
  u64 header_size = sizeof(Elf64_Ehdr) + ctx.header_segments * sizeof(Elf64_Phdr);
  ctx.image_base = ctx.options.image_base.value_or(ctx.options.is_pic() ? 0 : ctx.target->default_image_base);
  place_loaded(l, header_size);
  if (!ctx.ok()) return;
  ctx.segments.clear();
  make_segments(ctx, l, header_size);
  lathe_check(ctx.segments.size() == ctx.header_segments, "program headers were counted wrongly");
  u64 end = header_size;
  for (OutputSection* o : ctx.outputs)
    if (o->is_allocated()) end = std::max(end, o->offset + o->file_size());
  place_unloaded(ctx, end);
  check_overlaps(ctx);
}

// Behind compressed debug sections the file shrinks; nothing that is loaded moves.
void assign_tail_offsets(Context& ctx) {
  if (ctx.options.relocatable) return place_unloaded(ctx, sizeof(Elf64_Ehdr));
  u64 end = sizeof(Elf64_Ehdr) + ctx.segments.size() * sizeof(Elf64_Phdr);
  for (OutputSection* o : ctx.outputs)
    if (o->is_allocated()) end = std::max(end, o->offset + o->file_size());
  place_unloaded(ctx, end);
}

void assign_symbol_addresses(Context& ctx) {
  if (ctx.options.relocatable) return;
  auto assign = [&](Symbol& s) {
    if (s.kind == SymbolKind::Defined) {
      const InputSection& section = *s.section;
      if (!section.alive) s.value = 0;
      else if (section.kind == SectionKind::Merge) s.value = merged_address(section, s.value);
      else s.value += section.address();
    } else if (s.kind == SymbolKind::Shared) {
      s.value = s.slots && (s.needs & NeedsCanonicalPlt) ? plt_address(ctx, s) : 0;
    } else if (s.kind == SymbolKind::Undefined) {
      s.value = 0;
    }
  };
  constexpr u64 block = 4096;
  u64 count = ctx.symbols.size();
  parallel_for((count + block - 1) / block, [&](u64 b) {
    for (u64 i = b * block; i < std::min(count, (b + 1) * block); ++i) assign(ctx.symbols.at(i));
  });
  for (Symbol& s : ctx.local_symbol_storage) assign(s);
  place_linker_symbols(ctx);
  ctx.image_laid_out = true;
  evaluate_defsyms(ctx);
}

} // namespace lathe::linker
