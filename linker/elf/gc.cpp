// Garbage collection of sections: everything that the roots reach through relocations stays. Roots are the
// entry point, exported and forced symbols, and sections that are found by other ways than symbols (constructors,
// notes, retained ones). Debug sections keep nothing alive and are never collected themselves.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <fmt/format.h>

namespace lathe::linker {
namespace {

constexpr u64 shf_gnu_retain = 1 << 21;

bool is_root_section(const InputSection& s, std::string_view name) {
  if (s.flags & shf_gnu_retain) return true;
  switch (s.type) {
  case SHT_INIT_ARRAY:
  case SHT_FINI_ARRAY:
  case SHT_PREINIT_ARRAY:
  case SHT_NOTE: return true;
  default: break;
  }
  return name.starts_with(".init") || name.starts_with(".fini") || name.starts_with(".ctors") ||
         name.starts_with(".dtors") || name == ".jcr" || name.starts_with(".preinit_array");
}

struct Marker {
  Context& ctx;
  std::vector<InputSection*> work;
  // Sections by name, where a __start_ symbol can reach them; and those that live and die with another section.
  std::unordered_map<std::string_view, std::vector<InputSection*>> by_name;
  std::unordered_map<InputSection*, std::vector<InputSection*>> followers;
  // FDEs of each section: what they refer to (LSDAs) lives with the function.
  std::unordered_map<InputSection*, std::vector<std::pair<EhFrameInput*, u32>>> fdes;

  void mark(InputSection* s) {
    if (!s || !s->file || s->marked.load(std::memory_order_relaxed)) return;
    s->marked.store(true, std::memory_order_relaxed);
    work.push_back(s);
  }
  void mark(Symbol& s) {
    if (s.kind == SymbolKind::Defined) mark(s.section);
    if (s.kind == SymbolKind::Output) {
      std::string_view name = s.name();
      std::string_view section = name.starts_with("__start_") ? name.substr(8) : name.starts_with("__stop_") ? name.substr(7) : std::string_view{};
      if (auto it = by_name.find(section); it != by_name.end()) {
        for (InputSection* member : it->second) mark(member);
        by_name.erase(it);
      }
    }
  }
  void follow(ObjectFile& f, const Elf64_Rela& r) {
    u32 index = ELF64_R_SYM(r.r_info);
    if (index >= f.symbols.size()) return;
    if (index >= f.first_global) return mark(*f.globals[index - f.first_global]);
    mark(f.section_of(index, f.symbols[index]));
  }
  void visit(InputSection& s) {
    ObjectFile& f = *s.file;
    Table<Elf64_Rela> relocations = f.relocations(s);
    for (u64 i = 0; i < relocations.size(); ++i)
      if (Elf64_Rela r = relocations[i]; !ctx.target->is_none(ELF64_R_TYPE(r.r_info))) follow(f, r);
    if (auto it = followers.find(&s); it != followers.end())
      for (InputSection* follower : it->second) mark(follower);
    if (auto it = fdes.find(&s); it != fdes.end())
      for (auto [frame, index] : it->second) visit_fde(f, *frame, frame->fdes[index]);
  }
  void visit_fde(ObjectFile& f, EhFrameInput& frame, const Fde& fde) {
    Table<Elf64_Rela> relocations = f.relocations(*frame.section);
    for (u32 i = fde.first_relocation + 1; i < fde.end_relocation; ++i) follow(f, relocations[i]);
    const Cie& cie = frame.cies[fde.cie];
    for (u32 i = cie.first_relocation; i < cie.end_relocation; ++i) follow(f, relocations[i]);
  }
};

// A group lives as a whole: each loaded member is followed by the next one, the last by the first.
void chain_groups(Marker& m, const ObjectFile& f) {
  std::vector<InputSection*> members;
  for (u64 i = 1; i < f.headers.size(); ++i) {
    Elf64_Shdr h = f.headers[i];
    if (h.sh_type != SHT_GROUP) continue;
    members.clear();
    for (u32 index : group_members(f, h))
      if (InputSection* s = index < f.sections.size() ? f.sections[index] : nullptr; s && (s->flags & SHF_ALLOC)) members.push_back(s);
    for (size_t k = 0; members.size() > 1 && k < members.size(); ++k) m.followers[members[k]].push_back(members[(k + 1) % members.size()]);
  }
}

void collect_indexes(Marker& m) {
  for (ObjectFile* f : m.ctx.objects) {
    chain_groups(m, *f);
    for (InputSection* s : f->sections) {
      if (!s || !(s->flags & SHF_ALLOC)) continue;
      std::string_view name = s->name();
      if (m.ctx.start_stop_names.contains(name) && !m.ctx.options.z_start_stop_gc) m.by_name[name].push_back(s);
      if (s->flags & SHF_LINK_ORDER) {
        u32 leader = f->headers[s->index].sh_link;
        if (leader < f->sections.size() && f->sections[leader]) m.followers[f->sections[leader]].push_back(s);
      }
    }
    for (EhFrameInput& frame : f->eh_frames)
      for (u32 i = 0; i < frame.fdes.size(); ++i)
        if (InputSection* s = f->sections[frame.fdes[i].section]) m.fdes[s].emplace_back(&frame, i);
  }
}

void mark_roots(Marker& m) {
  Context& ctx = m.ctx;
  const Options& o = ctx.options;
  for (const std::string* name : {&o.entry, &o.init, &o.fini})
    if (Symbol* s = ctx.symbols.find(*name)) m.mark(*s);
  ctx.symbols.for_each([&](Symbol& s) {
    if (s.forced) m.mark(s);
    else if (s.exported && (o.shared || o.export_dynamic || o.gc_keep_exported || s.referenced_by_shared || s.in_dynamic_list || s.has_version)) m.mark(s);
  });
  for (auto& [name, expression] : o.defsyms)
    if (Symbol* s = ctx.symbols.find(name)) m.mark(*s);
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections)
      if (s && (s->flags & SHF_ALLOC) && s->kind != SectionKind::EhFrame && is_root_section(*s, s->name()) && !(s->flags & SHF_LINK_ORDER)) m.mark(s);
}

} // namespace

void collect_garbage(Context& ctx) {
  if (!ctx.options.gc_sections) return;
  Marker m{ctx, {}, {}, {}, {}};
  collect_indexes(m);
  mark_roots(m);
  while (!m.work.empty()) {
    InputSection* s = m.work.back();
    m.work.pop_back();
    m.visit(*s);
  }
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections) {
      if (!s || s->marked || !(s->flags & SHF_ALLOC) || s->kind == SectionKind::EhFrame) continue;
      s->alive = false;
      if (ctx.options.print_gc_sections)
        *ctx.text += fmt::format("ld.lathe: removing unused section '{}' in file '{}'\n", s->name(), f->name);
    }
}

} // namespace lathe::linker
