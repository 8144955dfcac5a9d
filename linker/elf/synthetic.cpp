// The sections that the linker makes, the scan that finds out what they must hold, and the slots of the GOT and
// the PLT.

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <utility>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

constexpr u32 sht_relr = 19;

void write_interp(Context&, SyntheticSection& s, u8* out) { std::memcpy(out, s.bytes.data(), s.bytes.size()); }

void write_got(Context& ctx, SyntheticSection& s, u8* out) {
  u64 rela = ctx.got_first_rela, relative = ctx.got_first_relative;
  const Target& t = *ctx.target;
  for (const GotEntry& e : ctx.got_entries_list) {
    u64 value = 0, addend = 0;
    u32 symbol = 0;
    u64 S = e.symbol ? address_of(ctx, *e.symbol) : 0;
    switch (e.value) {
    case GotValue::Zero: break;
    case GotValue::One: value = 1; break;
    case GotValue::Address: value = addend = S; break;
    case GotValue::TpOffset: value = S - ctx.thread_pointer; break;
    case GotValue::DtpOffset: value = addend = S - ctx.tls_start; break;
    case GotValue::Symbolic: symbol = e.symbol->dynamic_index; break;
    }
    if (e.symbol && e.symbol->is_undefined() && !e.symbol->preemptible) value = addend = 0;
    u64 slot_address = s.address() + e.slot * u64{8};
    if (e.relocation == t.relative && ctx.options.z_relr) {
      std::memcpy(out + e.slot * u64{8}, &value, 8);
      continue;
    }
    // With a relocation the loader takes the addend; the slot holds it too where readers look for it.
    if (e.relocation == 0 || e.relocation == t.relative) std::memcpy(out + e.slot * u64{8}, &value, 8);
    if (e.relocation) write_dynamic_relocation(ctx, e.relocation == t.relative ? relative++ : rela++, slot_address, e.relocation, symbol, addend);
  }
}

void write_got_plt(Context& ctx, SyntheticSection& s, u8* out) {
  const Target& t = *ctx.target;
  u64 dynamic = ctx.synthetic.dynamic ? ctx.synthetic.dynamic->address() : 0;
  std::memcpy(out, &dynamic, 8);
  u8* rela = ctx.synthetic.rela_plt && ctx.synthetic.rela_plt->size() ? ctx.image + ctx.synthetic.rela_plt->section.output->offset + ctx.synthetic.rela_plt->section.offset : nullptr;
  for (u64 i = 0; i < ctx.plt_symbols.size(); ++i) {
    Symbol& symbol = *ctx.plt_symbols[i];
    u64 slot = t.got_plt_header_slots + i;
    bool ifunc = i >= ctx.jump_slot_count;
    u64 value = ifunc ? symbol.value : t.lazy_slot_value(ctx, static_cast<u32>(i));
    std::memcpy(out + slot * 8, &value, 8);
    Elf64_Rela r;
    r.r_offset = s.address() + slot * 8;
    r.r_info = ifunc ? ELF64_R_INFO(0, t.irelative) : ELF64_R_INFO(u64{symbol.dynamic_index}, t.jump_slot);
    r.r_addend = ifunc ? static_cast<i64>(symbol.value) : 0;
    if (rela) std::memcpy(rela + i * sizeof r, &r, sizeof r);
  }
}

void write_plt(Context& ctx, SyntheticSection&, u8* out) {
  if (ctx.jump_slot_count) {
    ctx.target->write_plt_header(ctx, out);
    out += ctx.target->plt_header_size;
  }
  for (u64 i = 0; i < ctx.plt_symbols.size(); ++i)
    ctx.target->write_plt_entry(ctx, out + i * ctx.target->plt_entry_size, *ctx.plt_symbols[i], static_cast<u32>(i));
}

void write_plt_sec(Context& ctx, SyntheticSection&, u8* out) {
  for (u64 i = 0; i < ctx.plt_symbols.size(); ++i)
    ctx.target->write_plt_sec_entry(ctx, out + i * ctx.target->plt_entry_size, *ctx.plt_symbols[i], static_cast<u32>(i));
}

void write_plt_got(Context& ctx, SyntheticSection&, u8* out) {
  u64 size = ctx.uses_ibt_plt ? ctx.target->plt_entry_size : ctx.target->plt_got_entry_size;
  for (u64 i = 0; i < ctx.plt_got_symbols.size(); ++i)
    ctx.target->write_plt_got_entry(ctx, out + i * size, *ctx.plt_got_symbols[i], static_cast<u32>(i));
}

void nothing(Context&, SyntheticSection&, u8*) {}

void decide_is_dynamic(Context& ctx) {
  const Options& o = ctx.options;
  ctx.is_dynamic = !o.relocatable && (o.shared || o.pie || !ctx.shared_files.empty());
}

// CET: the output promises what all inputs promise, or what -z ibt and -z shstk say.
void decide_ibt(Context& ctx) {
  constexpr u32 ibt = 1;
  bool all = !ctx.objects.empty();
  for (ObjectFile* f : ctx.objects) all &= f->has_and_features && (f->and_features & ibt);
  ctx.uses_ibt_plt = ctx.options.z_ibtplt || ctx.options.z_ibt || all;
}

} // namespace

SyntheticSection* make_synthetic(Context& ctx, std::string_view name, u32 type, u64 flags, u64 align, u64 entry_size,
                                 void (*write)(Context&, SyntheticSection&, u8*)) {
  SyntheticSection& s = ctx.synthetic_storage.emplace_back();
  s.name = name;
  s.section.synthetic = &s;
  s.section.kind = SectionKind::Synthetic;
  s.section.type = type;
  s.section.flags = flags;
  s.section.align_log2 = static_cast<u8>(__builtin_ctzll(align));
  s.entry_size = entry_size;
  s.write = write;
  return &s;
}

void create_synthetic_sections(Context& ctx) {
  decide_is_dynamic(ctx);
  decide_ibt(ctx);
  const Options& o = ctx.options;
  SyntheticSections& y = ctx.synthetic;
  constexpr u64 A = SHF_ALLOC, W = SHF_WRITE, X = SHF_EXECINSTR;
  y.symtab = make_synthetic(ctx, ".symtab", SHT_SYMTAB, 0, 8, sizeof(Elf64_Sym), nothing);
  y.strtab = make_synthetic(ctx, ".strtab", SHT_STRTAB, 0, 1, 0, nothing);
  y.symtab_shndx = make_synthetic(ctx, ".symtab_shndx", SHT_SYMTAB_SHNDX, 0, 4, 4, nothing);
  y.shstrtab = make_synthetic(ctx, ".shstrtab", SHT_STRTAB, 0, 1, 0);
  y.symtab->link = y.strtab;
  y.symtab_shndx->link = y.symtab;
  y.comment = make_synthetic(ctx, ".comment", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS, 1, 1);
  if (o.relocatable) return;
  y.eh_frame = make_synthetic(ctx, ".eh_frame", SHT_PROGBITS, A, 8, 0, write_eh_frame);
  if (o.eh_frame_hdr) y.eh_frame_hdr = make_synthetic(ctx, ".eh_frame_hdr", SHT_PROGBITS, A, 4, 0, write_eh_frame_hdr);
  y.got = make_synthetic(ctx, ".got", SHT_PROGBITS, A | W, 8, 8, write_got);
  y.got_plt = make_synthetic(ctx, ".got.plt", SHT_PROGBITS, A | W, 8, 8, write_got_plt);
  y.plt = make_synthetic(ctx, ".plt", SHT_PROGBITS, A | X, 16, 16, write_plt);
  y.plt_got = make_synthetic(ctx, ".plt.got", SHT_PROGBITS, A | X, ctx.uses_ibt_plt ? 16 : 8, ctx.uses_ibt_plt ? 16 : 8, write_plt_got);
  if (ctx.uses_ibt_plt) y.plt_sec = make_synthetic(ctx, ".plt.sec", SHT_PROGBITS, A | X, 16, 16, write_plt_sec);
  y.rela_plt = make_synthetic(ctx, ".rela.plt", SHT_RELA, A | SHF_INFO_LINK, 8, sizeof(Elf64_Rela), nothing);
  if (!o.strip_all) y.rela_plt->link = y.symtab; // in a static program; no symbol is named there
  if (!ctx.is_dynamic) return;
  bool executable = !o.shared || o.interpreted_library;
  if (executable && !o.no_interpreter && !o.is_static) {
    std::string_view path = o.interpreter.empty() ? ctx.target->default_interpreter : std::string_view(o.interpreter);
    y.interp = make_synthetic(ctx, ".interp", SHT_PROGBITS, A, 1, 0, write_interp);
    y.interp->bytes.assign(path.begin(), path.end());
    y.interp->bytes.push_back(0);
    y.interp->section.size = y.interp->bytes.size();
  }
  y.dynsym = make_synthetic(ctx, ".dynsym", SHT_DYNSYM, A, 8, sizeof(Elf64_Sym), nothing);
  y.dynstr = make_synthetic(ctx, ".dynstr", SHT_STRTAB, A, 1, 0, nothing);
  if (o.hash_sysv) y.hash = make_synthetic(ctx, ".hash", SHT_HASH, A, 8, 4);
  if (o.hash_gnu) y.gnu_hash = make_synthetic(ctx, ".gnu.hash", SHT_GNU_HASH, A, 8, 0);
  y.versym = make_synthetic(ctx, ".gnu.version", SHT_GNU_versym, A, 2, 2);
  y.verdef = make_synthetic(ctx, ".gnu.version_d", SHT_GNU_verdef, A, 8, 0);
  y.verneed = make_synthetic(ctx, ".gnu.version_r", SHT_GNU_verneed, A, 8, 0);
  y.rela_dyn = make_synthetic(ctx, ".rela.dyn", SHT_RELA, A, 8, sizeof(Elf64_Rela), nothing);
  if (o.z_relr) y.relr_dyn = make_synthetic(ctx, ".relr.dyn", sht_relr, A, 8, 8);
  y.dynamic = make_synthetic(ctx, ".dynamic", SHT_DYNAMIC, A | W, 8, sizeof(Elf64_Dyn), write_dynamic);
  for (SyntheticSection* s : {y.hash, y.gnu_hash, y.versym, y.rela_dyn, y.rela_plt})
    if (s) s->link = y.dynsym;
  for (SyntheticSection* s : {y.dynsym, y.verdef, y.verneed, y.dynamic})
    if (s) s->link = y.dynstr;
  if (!o.shared) {
    y.copies = make_synthetic(ctx, ".bss", SHT_NOBITS, A | W, 1, 0);
    y.relro_copies = make_synthetic(ctx, ".data.rel.ro", SHT_PROGBITS, A | W, 1, 0, nothing);
  }
}

Symbol* local_symbol(Context& ctx, ObjectFile& f, u32 index) {
  auto [it, is_new] = f.local_symbols.try_emplace(index, nullptr);
  if (!is_new) return it->second;
  Symbol* s;
  {
    std::lock_guard lock(ctx.local_symbol_mutex);
    s = &ctx.local_symbol_storage.emplace_back();
  }
  it->second = s;
  Elf64_Sym e = f.symbols[index];
  std::string_view name = string_at(f.strings, e.st_name);
  s->name_data = name.data();
  s->name_size = static_cast<u32>(name.size());
  s->object = &f;
  s->file_index = index;
  s->value = e.st_value;
  s->size = e.st_size;
  s->type = ELF64_ST_TYPE(e.st_info);
  s->binding = STB_LOCAL;
  s->is_local = true;
  s->strongly_referenced = true;
  s->section = f.section_of(index, e);
  s->kind = s->section ? SymbolKind::Defined : e.st_shndx == SHN_ABS ? SymbolKind::Absolute : SymbolKind::Undefined;
  return s;
}

namespace {

// Beyond 2 GiB a relaxed instruction may not reach what its GOT slot reached.
bool is_near(Context& ctx) {
  u64 total = 0;
  for (SyntheticSection* s : {ctx.synthetic.common, ctx.synthetic.tls_common}) total += s ? s->section.size : 0;
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections)
      if (s && s->alive && (s->flags & SHF_ALLOC)) total += s->size;
  return total < 0x70000000 && ctx.options.section_starts.empty() && !ctx.has_section_rules;
}

} // namespace

void scan_relocations(Context& ctx) {
  if (!is_near(ctx)) ctx.options.relax = false;
  parallel_for(ctx.objects.size(), [&](u64 k) {
    ObjectFile& f = *ctx.objects[k];
    for (InputSection* s : f.sections)
      if (s && s->alive && s->relocation_index && (s->flags & SHF_ALLOC) && s->kind == SectionKind::Regular)
        ctx.target->scan(ctx, *s, 0, f.relocations(*s).size());
    for (EhFrameInput& frame : f.eh_frames) {
      for (const Cie& cie : frame.cies) ctx.target->scan(ctx, *frame.section, cie.first_relocation, cie.end_relocation);
      for (const Fde& fde : frame.fdes)
        if (f.sections[fde.section] && f.sections[fde.section]->alive)
          ctx.target->scan(ctx, *frame.section, fde.first_relocation, fde.end_relocation);
    }
  });
}

std::vector<u64>* make_relative_list(Context& ctx) {
  std::lock_guard lock(ctx.local_symbol_mutex);
  return &ctx.relative_lists.emplace_back();
}

void require(ObjectFile& f, Symbol& s, u16 bits) {
  u16 before = s.needs.load(std::memory_order_relaxed);
  if ((before & bits) == bits) return;
  if (s.needs.fetch_or(bits, std::memory_order_relaxed) == 0) f.needy.push_back(&s);
}

namespace {

// All symbols that need something, in an order that does not depend on which thread met them first.
std::vector<Symbol*> gather_needy(Context& ctx) {
  std::vector<Symbol*> all;
  for (ObjectFile* f : ctx.objects) all.insert(all.end(), f->needy.begin(), f->needy.end());
  std::sort(all.begin(), all.end(), [](const Symbol* a, const Symbol* b) {
    if (a->is_local != b->is_local) return !a->is_local;
    if (!a->is_local) return a->id < b->id;
    if (a->object->order != b->object->order) return a->object->order < b->object->order;
    return a->file_index < b->file_index;
  });
  return all;
}

bool in_read_only_segment(const SharedFile& f, u64 address) {
  bool writable = false;
  for (u64 i = 0; i < f.segments.size(); ++i) {
    Elf64_Phdr p = f.segments[i];
    bool inside = address >= p.p_vaddr && address - p.p_vaddr < p.p_memsz;
    if (p.p_type == PT_LOAD && inside && (p.p_flags & PF_W)) writable = true;
    if (p.p_type == PT_GNU_RELRO && inside) return true;
  }
  return !writable;
}

// Alignment of a copied variable: that of its section, as far as its address there has it too.
u64 copy_alignment(const SharedFile& f, const Elf64_Sym& e) {
  u64 align = 64;
  if (e.st_shndx < f.headers.size()) align = std::max<u64>(f.headers[e.st_shndx].sh_addralign, 1);
  if (e.st_value) align = std::min(align, e.st_value & (~e.st_value + 1));
  return align & (align - 1) ? 16 : align;
}

// The variable moves into the executable, under all the names it has in its library.
void add_copy(Context& ctx, Symbol& s) {
  if (s.kind != SymbolKind::Shared) return; // an alias that has moved already
  SharedFile& f = *s.shared;
  Elf64_Sym e = f.symbols[s.file_index];
  bool read_only = ctx.options.z_relro && in_read_only_segment(f, e.st_value);
  SyntheticSection& home = read_only ? *ctx.synthetic.relro_copies : *ctx.synthetic.copies;
  u64 align = copy_alignment(f, e);
  home.section.align_log2 = std::max<u8>(home.section.align_log2, static_cast<u8>(__builtin_ctzll(align)));
  u64 offset = align_to(home.section.size, align);
  u64 size = e.st_size;
  for (u64 i = 0; i < f.globals.size(); ++i) {
    Symbol* alias = f.globals[i];
    Elf64_Sym a = f.symbols[f.first_global + i];
    if (!alias || alias->kind != SymbolKind::Shared || alias->shared != &f || a.st_shndx == SHN_UNDEF || a.st_value != e.st_value) continue;
    if (alias != &s && ELF64_ST_TYPE(a.st_info) != ELF64_ST_TYPE(e.st_info)) continue;
    size = std::max(size, a.st_size);
    if (alias == &s) continue;
    alias->kind = SymbolKind::Defined;
    alias->section = &home.section;
    alias->value = offset;
    alias->exported = alias->is_copy = true;
    ctx.copy_aliases.push_back(alias);
  }
  s.kind = SymbolKind::Defined;
  s.section = &home.section;
  s.value = offset;
  s.exported = s.is_copy = true;
  home.section.size = offset + size;
  ctx.copy_symbols.push_back(&s);
}

void add_plt(Context& ctx, Symbol& s, u16 needs, std::vector<Symbol*>& ifuncs) {
  Slots& slots = ctx.slots[s.slots];
  if (s.is_ifunc() && !s.preemptible) return ifuncs.push_back(&s);
  if ((needs & NeedsGot) && !(needs & NeedsCanonicalPlt)) {
    slots.plt_got = static_cast<i32>(ctx.plt_got_symbols.size());
    ctx.plt_got_symbols.push_back(&s);
    return;
  }
  slots.plt = static_cast<i32>(ctx.plt_symbols.size());
  ctx.plt_symbols.push_back(&s);
}

struct GotBuilder {
  Context& ctx;
  const Target& t = *ctx.target;
  u32 next = 0;
  i32 add(Symbol* s, GotValue value, u32 relocation) {
    ctx.got_entries_list.push_back({next, s, relocation, value});
    if (relocation == t.relative) ctx.got_relr_count += ctx.options.z_relr;
    if (relocation && !(relocation == t.relative && ctx.options.z_relr)) ++ctx.got_rela_count;
    return static_cast<i32>(next++);
  }
  void plain(Symbol& s, Slots& slots) {
    bool fixed = s.is_absolute() || s.is_undefined();
    if (s.preemptible) slots.got = add(&s, GotValue::Symbolic, t.glob_dat);
    else if (fixed || !ctx.options.is_pic()) slots.got = add(&s, s.is_undefined() ? GotValue::Zero : GotValue::Address, 0);
    else slots.got = add(&s, GotValue::Address, t.relative);
  }
  void tp(Symbol& s, Slots& slots) {
    if (s.preemptible) slots.got_tp = add(&s, GotValue::Symbolic, t.tpoff);
    else if (ctx.options.shared) slots.got_tp = add(&s, GotValue::DtpOffset, t.tpoff);
    else slots.got_tp = add(&s, GotValue::TpOffset, 0);
  }
  void gd(Symbol& s, Slots& slots) {
    if (s.preemptible) {
      slots.tls_gd = add(&s, GotValue::Symbolic, t.dtpmod);
      add(&s, GotValue::Symbolic, t.dtpoff);
    } else {
      slots.tls_gd = ctx.options.shared ? add(nullptr, GotValue::Zero, t.dtpmod) : add(nullptr, GotValue::One, 0);
      add(&s, GotValue::DtpOffset, 0);
    }
  }
  void desc(Symbol& s, Slots& slots) {
    slots.tls_desc = s.preemptible ? add(&s, GotValue::Symbolic, t.tlsdesc) : add(&s, GotValue::DtpOffset, t.tlsdesc);
    add(nullptr, GotValue::Zero, 0);
  }
  void ld() {
    ctx.tls_ld_slot = ctx.options.shared ? add(nullptr, GotValue::Zero, t.dtpmod) : add(nullptr, GotValue::One, 0);
    add(nullptr, GotValue::Zero, 0);
  }
};

} // namespace

void assign_slots(Context& ctx) {
  if (ctx.options.relocatable) return;
  std::vector<Symbol*> needy = gather_needy(ctx), ifuncs;
  for (Symbol* s : needy) {
    if (s->needs & NeedsCopy) add_copy(ctx, *s);
    if (!(s->needs & ~(NeedsCopy | NeedsDynamicSymbol))) continue;
    s->slots = static_cast<u32>(ctx.slots.size());
    ctx.slots.emplace_back();
  }
  GotBuilder got{ctx};
  for (Symbol* s : needy) {
    if (!s->slots) continue;
    u16 needs = s->needs;
    Slots& slots = ctx.slots[s->slots];
    if (s->is_ifunc() && !s->preemptible) needs |= NeedsCanonicalPlt;
    if (needs & (NeedsPlt | NeedsCanonicalPlt)) add_plt(ctx, *s, needs, ifuncs);
    if (needs & NeedsGot) got.plain(*s, slots);
    if (needs & NeedsGotTp) got.tp(*s, slots);
    if (needs & NeedsTlsGd) got.gd(*s, slots);
    if (needs & NeedsTlsDesc) got.desc(*s, slots);
  }
  if (ctx.needs_tls_ld) got.ld();
  ctx.jump_slot_count = ctx.plt_symbols.size();
  for (Symbol* s : ifuncs) {
    ctx.slots[s->slots].plt = static_cast<i32>(ctx.plt_symbols.size());
    ctx.plt_symbols.push_back(s);
  }
  ctx.needy = std::move(needy);
  const Target& t = *ctx.target;
  SyntheticSections& y = ctx.synthetic;
  y.got->section.size = u64{got.next} * 8;
  if (!ctx.plt_symbols.empty() || ctx.needs_got || ctx.is_dynamic) y.got_plt->section.size = (t.got_plt_header_slots + ctx.plt_symbols.size()) * 8;
  if (!ctx.plt_symbols.empty()) {
    y.plt->section.size = (ctx.jump_slot_count ? t.plt_header_size : 0) + ctx.plt_symbols.size() * t.plt_entry_size;
    if (y.plt_sec) y.plt_sec->section.size = ctx.plt_symbols.size() * t.plt_entry_size;
    y.rela_plt->section.size = ctx.plt_symbols.size() * sizeof(Elf64_Rela);
  }
  y.plt_got->section.size = ctx.plt_got_symbols.size() * (ctx.uses_ibt_plt ? t.plt_entry_size : t.plt_got_entry_size);
  u64 total = ctx.got_rela_count + ctx.copy_symbols.size();
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections)
      if (s) total += s->dynamic_relocations + s->relative_relocations;
  if (y.rela_dyn) y.rela_dyn->section.size = total * sizeof(Elf64_Rela);
}

// .rela.dyn holds the relative ones first, as DT_RELACOUNT promises: the GOT's, then each section's in output
// order, which is almost the order of addresses; then the others, which are sorted by symbol after writing.
void number_dynamic_relocations(Context& ctx) {
  u64 got_relative = 0;
  for (const GotEntry& e : ctx.got_entries_list) got_relative += e.relocation == ctx.target->relative && !ctx.options.z_relr;
  u64 relative = got_relative, other = 0;
  std::vector<InputSection*> order;
  for (OutputSection* o : ctx.outputs)
    for (InputSection* s : o->members)
      if (s->file && (s->dynamic_relocations || s->relative_relocations)) order.push_back(s);
  for (ObjectFile* f : ctx.objects)
    for (EhFrameInput& frame : f->eh_frames)
      if (frame.section->dynamic_relocations || frame.section->relative_relocations) order.push_back(frame.section);
  for (InputSection* s : order) relative += std::exchange(s->relative_relocations, static_cast<u32>(relative));
  ctx.dynamic_relative_total = static_cast<u32>(relative);
  other = relative;
  ctx.got_first_relative = 0;
  ctx.got_first_rela = other;
  other += ctx.got_rela_count - got_relative;
  ctx.copy_first_rela = other;
  other += ctx.copy_symbols.size();
  for (InputSection* s : order) other += std::exchange(s->dynamic_relocations, static_cast<u32>(other));
  if (ctx.synthetic.rela_dyn) lathe_check(other * sizeof(Elf64_Rela) == ctx.synthetic.rela_dyn->size(), "dynamic relocations were counted wrongly");
}

void write_copy_relocations(Context& ctx) {
  u64 at = ctx.copy_first_rela;
  for (Symbol* s : ctx.copy_symbols) write_dynamic_relocation(ctx, at++, s->value, ctx.target->copy, s->dynamic_index, 0);
}

void write_dynamic_relocation(Context& ctx, u64 index, u64 offset, u32 type, u32 symbol, u64 addend) {
  SyntheticSection* home = ctx.synthetic.rela_dyn;
  lathe_check(home && index * sizeof(Elf64_Rela) < home->size(), "dynamic relocation beyond .rela.dyn");
  Elf64_Rela r;
  r.r_offset = offset;
  r.r_info = ELF64_R_INFO(u64{symbol}, type);
  r.r_addend = static_cast<i64>(addend);
  std::memcpy(ctx.image + home->section.output->offset + home->section.offset + index * sizeof r, &r, sizeof r);
}

u64 got_address(Context& ctx, i32 slot) { return ctx.synthetic.got->address() + static_cast<u64>(slot) * 8; }

u64 got_plt_slot_address(Context& ctx, u32 index) {
  return ctx.synthetic.got_plt->address() + (ctx.target->got_plt_header_slots + index) * 8;
}

u64 plt_address(Context& ctx, const Symbol& s) {
  const Slots& slots = ctx.slots[s.slots];
  const Target& t = *ctx.target;
  if (slots.plt_got >= 0)
    return ctx.synthetic.plt_got->address() + static_cast<u64>(slots.plt_got) * (ctx.uses_ibt_plt ? t.plt_entry_size : t.plt_got_entry_size);
  if (slots.plt < 0) return 0;
  u64 index = static_cast<u64>(slots.plt);
  if (ctx.synthetic.plt_sec) return ctx.synthetic.plt_sec->address() + index * t.plt_entry_size;
  return ctx.synthetic.plt->address() + (ctx.jump_slot_count ? t.plt_header_size : 0) + index * t.plt_entry_size;
}

u64 address_of(Context& ctx, const Symbol& s) {
  if (s.is_ifunc() && !s.preemptible && s.slots && ctx.slots[s.slots].plt >= 0) return plt_address(ctx, s);
  return s.value;
}

} // namespace lathe::linker
