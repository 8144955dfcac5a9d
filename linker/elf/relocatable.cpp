// -r and --emit-relocs: relocations that go into the output, against its symbols, and with -r the section groups.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

bool wants_relocations(const Context& ctx) { return ctx.options.relocatable || ctx.options.emit_relocs; }

// The symbol of the output that stands for an input symbol; `addend` grows where that is a section's.
u32 output_symbol(ObjectFile& f, u32 index, u64& addend) {
  if (index == 0) return 0;
  if (index >= f.first_global) return f.globals[index - f.first_global]->output_symbol;
  Elf64_Sym e = f.symbols[index];
  InputSection* s = f.section_of(index, e);
  bool is_section = ELF64_ST_TYPE(e.st_info) == STT_SECTION;
  if (!is_section && f.output_symbol_index[index]) return f.output_symbol_index[index];
  if (!s || !s->alive) return 0;
  if (s->kind == SectionKind::Merge) {
    u64 at = merged_address(*s, is_section ? e.st_value + addend : e.st_value) - merged_output(*s)->address;
    addend = is_section ? at : addend + at;
    return merged_output(*s)->index;
  }
  if (!s->output) return 0;
  addend += s->offset + e.st_value;
  return s->output->index;
}

// The records of .eh_frame that stayed, with the place each moved to.
template <class F> void for_each_frame_relocation(Context& ctx, F&& body) {
  for (ObjectFile* f : ctx.objects)
    for (EhFrameInput& frame : f->eh_frames) {
      Table<Elf64_Rela> relocations = f->relocations(*frame.section);
      auto run = [&](u32 first, u32 end, u32 from, u64 to) {
        for (u32 i = first; i < end; ++i) body(*f, relocations[i], to - from);
      };
      for (const Cie& c : frame.cies)
        if (c.is_leader) run(c.first_relocation, c.end_relocation, c.offset, c.output_offset);
      for (const Fde& d : frame.fdes)
        if (d.alive) run(d.first_relocation, d.end_relocation, d.offset, d.output_offset);
    }
}

void write_for(Context& ctx, OutputSection& o, u8* out) {
  if (ctx.synthetic.eh_frame && ctx.synthetic.eh_frame->section.output == &o)
    for_each_frame_relocation(ctx, [&](ObjectFile& f, Elf64_Rela r, u64 moved) {
      u64 addend = static_cast<u64>(r.r_addend);
      u32 symbol = output_symbol(f, ELF64_R_SYM(r.r_info), addend);
      r = {r.r_offset + moved + o.address, ELF64_R_INFO(u64{symbol}, ELF64_R_TYPE(r.r_info)), static_cast<i64>(addend)};
      std::memcpy(out, &r, sizeof r);
      out += sizeof r;
    });
  for (InputSection* s : o.members) {
    if (s->kind == SectionKind::Synthetic || !s->file || !s->relocation_index) continue;
    ObjectFile& f = *s->file;
    Table<Elf64_Rela> relocations = f.relocations(*s);
    for (u64 i = 0; i < relocations.size(); ++i) {
      Elf64_Rela r = relocations[i];
      u32 index = ELF64_R_SYM(r.r_info);
      if (index >= f.symbols.size()) {
        add_error(ctx, f, fmt::format("{}: relocation names symbol {}, but there are only {}", f.name, index, f.symbols.size()));
        return;
      }
      u64 addend = static_cast<u64>(r.r_addend);
      u32 symbol = output_symbol(f, index, addend);
      r.r_offset += s->offset + (ctx.options.relocatable ? 0 : o.address);
      r.r_info = ELF64_R_INFO(u64{symbol}, ELF64_R_TYPE(r.r_info));
      r.r_addend = static_cast<i64>(addend);
      std::memcpy(out, &r, sizeof r);
      out += sizeof r;
    }
  }
}

bool has_living_member(const ObjectFile& f, const Elf64_Shdr& group) {
  std::vector<u32> members = group_members(f, group);
  return std::any_of(members.begin(), members.end(), [&](u32 i) { return i < f.sections.size() && f.sections[i] && f.sections[i]->alive; });
}

// With -r each group that stayed is written again, with its members' new numbers. It stands in front of them.
void add_groups(Context& ctx) {
  if (!ctx.options.relocatable) return;
  std::vector<OutputSection*> made;
  for (ObjectFile* f : ctx.objects)
    for (Group& g : f->groups) {
      Elf64_Shdr h = f->headers[g.index];
      if (!has_living_member(*f, h)) continue;
      SyntheticSection* s = make_synthetic(ctx, ".group", SHT_GROUP, 0, 4, 4);
      s->section.size = h.sh_size;
      OutputSection& o = ctx.output_storage.emplace_back();
      o.name = ".group";
      o.type = SHT_GROUP;
      o.entry_size = 4;
      o.align = 4;
      o.synthetic = s;
      o.members.push_back(&s->section);
      s->section.output = &o;
      g.output = &o;
      g.synthetic = s;
      made.push_back(&o);
    }
  ctx.outputs.insert(ctx.outputs.begin(), made.begin(), made.end());
}

void write_groups(Context& ctx) {
  for (ObjectFile* f : ctx.objects)
    for (Group& g : f->groups) {
      if (!g.output) continue;
      Elf64_Shdr h = f->headers[g.index];
      u8* out = ctx.image + g.output->offset;
      std::memcpy(out, f->data.data() + h.sh_offset, 4);
      std::vector<u32> members;
      for (u32 member : group_members(*f, h)) {
        InputSection* s = member < f->sections.size() ? f->sections[member] : nullptr;
        if (!s || !s->output) continue;
        members.push_back(s->output->index);
        if (s->output->relocations) members.push_back(s->output->relocations->section.output->index);
      }
      g.output->size = g.synthetic->section.size = 4 + members.size() * 4;
      if (!members.empty()) std::memcpy(out + 4, members.data(), std::min<u64>(members.size() * 4, h.sh_size - 4));
      u64 addend = 0;
      g.output->info = output_symbol(*f, h.sh_info, addend);
      g.synthetic->info = g.output->info;
      g.synthetic->link = ctx.synthetic.symtab;
    }
}

} // namespace

void make_relocation_outputs(Context& ctx) {
  if (!wants_relocations(ctx) || ctx.options.strip_all) return;
  add_groups(ctx);
  std::vector<OutputSection*> made_outputs;
  for (OutputSection* o : ctx.outputs) {
    u64 count = 0;
    bool grouped = false;
    for (InputSection* s : o->members) {
      if (s->kind == SectionKind::Synthetic || !s->file || !s->relocation_index) continue;
      count += s->file->relocations(*s).size();
      grouped |= (s->flags & SHF_GROUP) != 0;
    }
    if (ctx.synthetic.eh_frame && ctx.synthetic.eh_frame->section.output == o)
      for_each_frame_relocation(ctx, [&](ObjectFile&, const Elf64_Rela&, u64) { ++count; });
    if (!count) continue;
    std::string_view name = ctx.arena.copy(".rela" + std::string(o->name));
    u64 flags = SHF_INFO_LINK | (grouped && ctx.options.relocatable ? u64{SHF_GROUP} : 0);
    SyntheticSection* s = make_synthetic(ctx, name, SHT_RELA, flags, 8, sizeof(Elf64_Rela), [](Context&, SyntheticSection&, u8*) {});
    s->section.size = count * sizeof(Elf64_Rela);
    s->link = ctx.synthetic.symtab;
    OutputSection& made = ctx.output_storage.emplace_back();
    made.name = name;
    made.type = SHT_RELA;
    made.flags = flags;
    made.entry_size = sizeof(Elf64_Rela);
    made.align = 8;
    made.synthetic = s;
    made.members.push_back(&s->section);
    s->section.output = &made;
    o->relocations = s;
    made_outputs.push_back(&made);
  }
  // They stand in front of the symbol table.
  auto at = std::find_if(ctx.outputs.begin(), ctx.outputs.end(), [&](OutputSection* o) { return o->name == ".symtab"; });
  ctx.outputs.insert(at, made_outputs.begin(), made_outputs.end());
  u32 index = 1;
  for (OutputSection* o : ctx.outputs) o->index = index++;
  for (OutputSection* o : ctx.outputs)
    if (o->relocations) o->relocations->info = o->index;
}

void write_relocation_outputs(Context& ctx) {
  if (!wants_relocations(ctx) || ctx.options.strip_all) return;
  std::vector<OutputSection*> list;
  for (OutputSection* o : ctx.outputs)
    if (o->relocations) list.push_back(o);
  parallel_for(list.size(), [&](u64 i) { write_for(ctx, *list[i], ctx.image + list[i]->relocations->section.output->offset); });
  write_groups(ctx);
}

} // namespace lathe::linker
