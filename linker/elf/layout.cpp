// Addresses and file offsets of the output's sections, and then of symbols.

#include "linker/elf/layout.h"

#include "linker/elf/layout_script.h"
#include "linker/elf/merge.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

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
  start_segment(l, ".ldata-segment", [](const OutputSection& o) { return (o.flags & shf_large) != 0; });
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
