// Program headers: PT_LOAD for what the loader maps at once, and the segments that only name a part of those.
// A script's PHDRS has its own way.

#include "linker/elf/layout.h"

#include "linker/elf/layout_script.h"

#include <fmt/format.h>

namespace lathe::linker {
namespace {

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

} // namespace

bool breaks_segment(const Layout& l, const OutputSection& o, const OutputSection* before) {
  if (!before) return true;
  if (l.ctx.has_section_rules) return breaks_script_segment(l, o, *before);
  if (l.permissions(o) != l.permissions(*before)) return true;
  if (l.starts.contains(o.name)) return true;
  // Bytes cannot follow a gap that the file does not hold.
  return before->type == SHT_NOBITS && !(before->flags & SHF_TLS) && o.type != SHT_NOBITS;
}

namespace {

// The headers are loaded with the first section where there is room for them on its page.
bool loads_headers(const Layout& l, const OutputSection& first, u64 header_size) {
  if (!l.paged()) return false; // -N and -n: what is loaded begins with the first section
  if (!l.ctx.has_section_rules) return first.address >= first.offset;
  return (first.address & (l.max_page - 1)) >= header_size && first.offset < l.max_page;
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

} // namespace

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
  if (!loaded.empty() && l.paged() && ctx.synthetic.interp && ctx.synthetic.interp->section.output) {
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

} // namespace lathe::linker
