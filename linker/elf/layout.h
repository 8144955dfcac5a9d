#pragma once
// What layout.cpp and segments.cpp share: where one program segment ends and the next begins decides about
// addresses as well as about program headers, so both ask here.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>

namespace lathe::linker {

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

// layout.cpp asks before there are segments, segments.cpp when it makes them.
bool breaks_segment(const Layout&, const OutputSection&, const OutputSection* before);
// Fills Context::segments; with `header_size` 0 only to count them.
void make_segments(Context&, Layout&, u64 header_size);

} // namespace lathe::linker
