// x86-64. What is odd about it: instructions that load from the GOT can be turned into cheaper ones when the
// symbol turns out to be near (GOTPCRELX), and the TLS sequences into shorter models; both are decided from
// the bytes in front of the relocation, the same way in scan() and in relocate().

#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include "common/relocation.h"

#include <array>
#include <fmt/format.h>

namespace lathe::linker {
namespace x86_64 {
namespace {

enum Number : u32 {
#define X86_64_RELOCATION(name, number, field, formula, range) Reloc_##name = number,
#include "common/x86/relocations.def"
};

constexpr std::array<RelocationRow, 256> make_rows() {
  std::array<RelocationRow, 256> rows{};
#define X86_64_RELOCATION(name, number, field, formula, range) \
  rows[number] = {#name, number, RelocationField::field, RelocationFormula::formula, RelocationRange::range};
#include "common/x86/relocations.def"
  return rows;
}
constexpr auto rows = make_rows();

const RelocationRow* row_of(u32 type) { return type < rows.size() && rows[type].name ? &rows[type] : nullptr; }

void put32(u8* p, u64 value) { std::memcpy(p, &value, 4); }

// --- PLT -----------------------------------------------------------------------------------------------------

u64 plt_entry_address(Context& ctx, u32 index) {
  return ctx.synthetic.plt->address() + (ctx.jump_slot_count ? 16 : 0) + index * u64{16};
}

void write_plt_header(Context& ctx, u8* out) {
  const u8 code[16] = {
      0xff, 0x35, 0, 0, 0, 0, // push GOT+8(%rip)
      0xff, 0x25, 0, 0, 0, 0, // jmp *GOT+16(%rip)
      0x0f, 0x1f, 0x40, 0x00, // nop
  };
  u64 plt = ctx.synthetic.plt->address(), got = ctx.synthetic.got_plt->address();
  std::memcpy(out, code, sizeof code);
  put32(out + 2, got + 8 - plt - 6);
  put32(out + 8, got + 16 - plt - 12);
}

void write_plt_entry(Context& ctx, u8* out, u32 index) {
  u64 here = plt_entry_address(ctx, index), header = ctx.synthetic.plt->address();
  bool lazy = index < ctx.jump_slot_count;
  if (ctx.synthetic.plt_sec) {
    const u8 code[16] = {
        0xf3, 0x0f, 0x1e, 0xfa, // endbr64
        0x68, 0,    0,    0, 0, // push $index
        0xe9, 0,    0,    0, 0, // jmp header
        0x66, 0x90,
    };
    std::memcpy(out, code, sizeof code);
    put32(out + 5, index);
    put32(out + 10, lazy ? header - here - 14 : 0);
    if (!lazy) std::memset(out + 4, 0xcc, 12);
    return;
  }
  const u8 code[16] = {
      0xff, 0x25, 0, 0, 0, 0, // jmp *slot(%rip)
      0x68, 0,    0, 0, 0,    // push $index
      0xe9, 0,    0, 0, 0,    // jmp header
  };
  std::memcpy(out, code, sizeof code);
  put32(out + 2, got_plt_slot_address(ctx, index) - here - 6);
  put32(out + 7, index);
  put32(out + 12, header - here - 16);
  if (!lazy) std::memset(out + 6, 0xcc, 10);
}

void write_indirect_jump(Context& ctx, u8* out, u64 here, u64 slot) {
  if (ctx.uses_ibt_plt) {
    const u8 code[16] = {
        0xf3, 0x0f, 0x1e, 0xfa,             // endbr64
        0xff, 0x25, 0,    0,    0,    0,    // jmp *slot(%rip)
        0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00, // nop
    };
    std::memcpy(out, code, sizeof code);
    put32(out + 6, slot - here - 10);
    return;
  }
  const u8 code[8] = {0xff, 0x25, 0, 0, 0, 0, 0x66, 0x90}; // jmp *slot(%rip); nop
  std::memcpy(out, code, sizeof code);
  put32(out + 2, slot - here - 6);
}

// --- What a relocation refers to -------------------------------------------------------------------------------

// A relocation's target, seen alike for globals and locals. `symbol` is null for a plain local, which needs no slot.
struct Referent {
  Symbol* symbol = nullptr;
  InputSection* section = nullptr;
  Elf64_Sym esym{};
  bool local = false, preemptible = false, absolute = false, undefined = false, ifunc = false;
};

Referent refer_to(ObjectFile& f, u32 index) {
  Referent r;
  if (index >= f.first_global) {
    Symbol& s = *f.globals[index - f.first_global];
    r.symbol = &s;
    r.preemptible = s.preemptible;
    r.absolute = s.is_absolute();
    r.undefined = s.is_undefined();
    r.ifunc = s.is_ifunc();
    if (s.kind == SymbolKind::Defined) r.section = s.section;
    return r;
  }
  r.local = true;
  r.esym = f.symbols[index];
  r.section = f.section_of(index, r.esym);
  r.absolute = r.esym.st_shndx == SHN_ABS || (index == 0);
  r.ifunc = ELF64_ST_TYPE(r.esym.st_info) == STT_GNU_IFUNC;
  return r;
}

Symbol& symbol_for(Context& ctx, ObjectFile& f, Referent& r, u32 index) {
  if (!r.symbol) r.symbol = local_symbol(ctx, f, index);
  return *r.symbol;
}

std::string name_of(Context& ctx, const ObjectFile& f, const Referent& r, u32 index) {
  if (index >= f.first_global) return fmt::format("symbol '{}'", display_name(ctx, r.symbol->name()));
  std::string_view name = string_at(f.strings, r.esym.st_name);
  if (ELF64_ST_TYPE(r.esym.st_info) == STT_SECTION && r.section) return fmt::format("section '{}'", r.section->name());
  return fmt::format("local symbol '{}'", name);
}

// --- Relaxation: what the bytes in front of a relocation allow ----------------------------------------------------

enum class GotForm : u8 { Keep, Lea, Call, Jump, Immediate };

// What an instruction that goes through the GOT becomes when the symbol is bound here.
GotForm relaxed_got_form(const Context& ctx, const Referent& r, const u8* bytes, const Elf64_Rela& rela, u32 type) {
  bool markable = type == Reloc_R_X86_64_GOTPCRELX || type == Reloc_R_X86_64_REX_GOTPCRELX || type == Reloc_R_X86_64_CODE_4_GOTPCRELX;
  if (!markable || r.preemptible || r.ifunc || r.absolute || r.undefined || rela.r_addend != -4) return GotForm::Keep;
  if (rela.r_offset < 3) return GotForm::Keep;
  u8 op = bytes[rela.r_offset - 2], modrm = bytes[rela.r_offset - 1];
  // The start code of a static PIE would read its GOT before it has relocated itself.
  if (!ctx.options.relax && !(ctx.options.is_static && ctx.options.pie)) return GotForm::Keep;
  if (op == 0x8b) return GotForm::Lea;
  if (op == 0xff && modrm == 0x15) return GotForm::Call;
  if (op == 0xff && modrm == 0x25) return GotForm::Jump;
  bool arithmetic = op == 0x85 || (op & 0xc7) == 0x03;
  if (arithmetic && !ctx.options.is_pic() && type != Reloc_R_X86_64_CODE_4_GOTPCRELX) return GotForm::Immediate;
  return GotForm::Keep;
}

enum class TlsForm : u8 { Keep, InitialExec, LocalExec };

bool is_gottp_instruction(const u8* bytes, const Elf64_Rela& rela, u32 type) {
  if (type == Reloc_R_X86_64_CODE_6_GOTTPOFF || type == Reloc_R_X86_64_CODE_5_GOTTPOFF || rela.r_offset < 3 || rela.r_addend != -4) return false;
  u8 op = bytes[rela.r_offset - 2], rex = bytes[rela.r_offset - 3];
  if (type == Reloc_R_X86_64_GOTTPOFF && (rex & 0xf0) != 0x40) return false;
  return op == 0x8b || op == 0x03;
}

TlsForm relaxed_gottp_form(const Context& ctx, const Referent& r, const u8* bytes, const Elf64_Rela& rela, u32 type) {
  if (ctx.options.shared || r.preemptible || r.undefined) return TlsForm::Keep;
  return is_gottp_instruction(bytes, rela, type) ? TlsForm::LocalExec : TlsForm::Keep;
}

// The call behind a general- or local-dynamic `lea`: where its relocation must stand for the sequence to be known.
bool is_tls_call(const InputSection& s, const Table<Elf64_Rela>& relocations, u64 i, u64 end, bool general) {
  Elf64_Rela rela = relocations[i];
  const u8* b = s.data;
  u64 at = rela.r_offset;
  if (i + 1 >= end || at < 4 || at + 13 > s.size + (general ? 1 : 4) || at + 9 > s.size) return false;
  u64 call = relocations[i + 1].r_offset;
  if (general) {
    static const u8 lea[4] = {0x66, 0x48, 0x8d, 0x3d};
    return std::memcmp(b + at - 4, lea, 4) == 0 && call == at + 8 && at + 12 <= s.size;
  }
  static const u8 lea[3] = {0x48, 0x8d, 0x3d};
  if (std::memcmp(b + at - 3, lea, 3) != 0) return false;
  if (call == at + 5 && b[at + 4] == 0xe8) return at + 9 <= s.size;
  return call == at + 6 && at + 10 <= s.size && ((b[at + 4] == 0xff && b[at + 5] == 0x15) || (b[at + 4] == 0x67 && b[at + 5] == 0xe8));
}

TlsForm relaxed_gd_form(const Context& ctx, const Referent& r, bool known) {
  if (ctx.options.shared || !known) return TlsForm::Keep;
  return r.preemptible ? TlsForm::InitialExec : TlsForm::LocalExec;
}

TlsForm relaxed_desc_form(const Context& ctx, const Referent& r, const InputSection& s, const Elf64_Rela& rela) {
  if (ctx.options.shared) return TlsForm::Keep;
  static const u8 op[1] = {0x8d};
  bool lea = rela.r_offset >= 3 && s.data[rela.r_offset - 2] == op[0] && (s.data[rela.r_offset - 1] & 0xc7) == 0x05;
  if (!lea) return TlsForm::Keep;
  return r.preemptible ? TlsForm::InitialExec : TlsForm::LocalExec;
}

// The register field moves from modrm.reg to modrm.rm, so its prefix bits move, too.
void move_register_bits(u8* prefix, bool rex2) {
  if (rex2) *prefix = static_cast<u8>((*prefix & ~0x44) | (*prefix & 0x44) >> 2);
  else *prefix = static_cast<u8>((*prefix & ~4) | (*prefix & 4) >> 2);
}

// --- Scan ------------------------------------------------------------------------------------------------------

struct Scanner {
  Context& ctx;
  ObjectFile& f;
  InputSection& s;
  bool pic = ctx.options.is_pic(), shared = ctx.options.shared, writable = (s.flags & SHF_WRITE) != 0;

  void error(u64 offset, std::string text) { add_error(ctx, f, fmt::format("{} in {}", text, place_of(ctx, s, offset))); }
  void refuse(const Elf64_Rela& rela, const Referent& r, std::string_view why) {
    error(rela.r_offset, fmt::format("relocation {} against {} can not be used when making {}{}", row_of(ELF64_R_TYPE(rela.r_info))->name,
                                     name_of(ctx, f, r, ELF64_R_SYM(rela.r_info)),
                                     shared ? "a shared object" : pic ? "a PIE object" : "an executable", why));
  }
  void dynamic_relocation(const Elf64_Rela& rela, bool relative) {
    if (!writable) ctx.has_text_relocations.store(true, std::memory_order_relaxed);
    if (!writable && ctx.options.z_text)
      return error(rela.r_offset, "relocation in read-only section needs -z notext");
    bool aligned = (rela.r_offset & 7) == 0 && s.align_log2 >= 3;
    if (relative && ctx.options.z_relr && aligned && writable && s.kind == SectionKind::Regular) {
      if (!s.relative) s.relative = make_relative_list(ctx);
      s.relative->push_back(rela.r_offset);
      return;
    }
    ++(relative ? s.relative_relocations : s.dynamic_relocations);
  }
  // A function called or a variable used by an executable, which lives in a shared library.
  bool needs_copy_or_plt(const Elf64_Rela& rela, Referent& r) {
    Symbol& symbol = *r.symbol;
    if (symbol.kind != SymbolKind::Shared || shared) return false;
    if (symbol.is_function()) {
      require(f, symbol, NeedsCanonicalPlt);
    } else if (symbol.type == STT_TLS) {
      refuse(rela, r, "; it is a thread-local variable of a shared library");
    } else if (ctx.options.z_nocopyreloc) {
      refuse(rela, r, "; -z nocopyreloc forbids copying it, recompile with -fPIC");
    } else {
      if (ELF64_ST_VISIBILITY(symbol.shared->symbols[symbol.file_index].st_other) == STV_PROTECTED)
        return refuse(rela, r, fmt::format("; it is protected in {}, recompile with -fPIC", symbol.shared->name)), true;
      require(f, symbol, NeedsCopy);
    }
    return true;
  }
  void absolute_word(const Elf64_Rela& rela, Referent& r) {
    if (r.ifunc && !r.preemptible) {
      require(f, symbol_for(ctx, f, r, ELF64_R_SYM(rela.r_info)), NeedsPlt | NeedsCanonicalPlt);
      if (pic) dynamic_relocation(rela, true);
      return;
    }
    if (r.preemptible) {
      if (r.undefined && !shared && !r.symbol->strongly_referenced) return; // weak, and nobody will define it
      if (!pic && !writable && needs_copy_or_plt(rela, r)) return;
      require(f, *r.symbol, NeedsDynamicSymbol);
      return dynamic_relocation(rela, false);
    }
    if (pic && !r.absolute && !r.undefined) dynamic_relocation(rela, true);
  }
  void absolute_narrow(const Elf64_Rela& rela, Referent& r) {
    if (r.ifunc && !r.preemptible && !pic) return require(f, symbol_for(ctx, f, r, ELF64_R_SYM(rela.r_info)), NeedsPlt | NeedsCanonicalPlt);
    if (!pic) {
      if (r.preemptible && !r.undefined) needs_copy_or_plt(rela, r);
      return;
    }
    if (r.preemptible ? (shared || !r.undefined) : (!r.absolute && !r.undefined)) refuse(rela, r, "; recompile with -fPIC");
  }
  void pc_relative(const Elf64_Rela& rela, Referent& r) {
    if (r.ifunc && !r.preemptible) return require(f, symbol_for(ctx, f, r, ELF64_R_SYM(rela.r_info)), NeedsPlt | NeedsCanonicalPlt);
    if (r.preemptible) {
      if (r.undefined && !shared) return;
      if (needs_copy_or_plt(rela, r)) return;
      // A call that an old assembler wrote as PC32 may still go through the PLT.
      if (r.symbol->is_function() && rela.r_offset > 0 && s.data && is_branch(rela)) return require(f, *r.symbol, NeedsPlt);
      return refuse(rela, r, "; recompile with -fPIC");
    }
    if (pic && r.absolute && !r.local && !r.symbol->is_script_defined) refuse(rela, r, "; the symbol is absolute, recompile with -fPIC");
  }
  bool is_branch(const Elf64_Rela& rela) const {
    u8 op = s.data[rela.r_offset - 1];
    return op == 0xe8 || op == 0xe9 || (rela.r_offset > 1 && s.data[rela.r_offset - 2] == 0x0f && (op & 0xf0) == 0x80);
  }

  // Returns how many further relocations were dealt with.
  u64 one(const Table<Elf64_Rela>& relocations, u64 i, u64 end) {
    Elf64_Rela rela = relocations[i];
    u32 type = ELF64_R_TYPE(rela.r_info), index = ELF64_R_SYM(rela.r_info);
    const RelocationRow* row = row_of(type);
    if (!row) return error(rela.r_offset, fmt::format("unknown relocation type {}", type)), 0;
    if (row->formula == RelocationFormula::None) return 0;
    if (rela.r_offset > s.size || size_of(row->field) > s.size - rela.r_offset || !s.data)
      return error(rela.r_offset, fmt::format("relocation {} lies outside its section", row->name)), 0;
    if (index >= f.symbols.size()) return error(rela.r_offset, fmt::format("relocation {} names symbol {}, but there are only {}", row->name, index, f.symbols.size())), 0;
    Referent r = refer_to(f, index);
    if (r.local && !r.section && !r.absolute && s.kind != SectionKind::EhFrame && index)
      return dropped(rela, r, index), 0;
    if (r.undefined && !check_undefined(rela, r)) return 0;
    if (!check_thread_local(rela, r, *row)) return 0;
    using enum RelocationFormula;
    switch (row->formula) {
    case S_A:
      if (row->field == RelocationField::Double) absolute_word(rela, r);
      else absolute_narrow(rela, r);
      break;
    case S_A_P: pc_relative(rela, r); break;
    case L_A_GOT: ctx.needs_got = true; [[fallthrough]];
    case L_A_P:
      if (r.ifunc && !r.preemptible) require(f, symbol_for(ctx, f, r, index), NeedsPlt);
      else if (r.preemptible && !(r.undefined && !shared)) require(f, *r.symbol, NeedsPlt);
      break;
    case G_A: ctx.needs_got = true; [[fallthrough]];
    case G_GOT_A_P:
      if (relaxed_got_form(ctx, r, s.data, rela, type) == GotForm::Keep) require(f, symbol_for(ctx, f, r, index), NeedsGot | (r.ifunc && !r.preemptible ? NeedsPlt : 0));
      break;
    case S_A_GOT:
    case GOT_A_P: ctx.needs_got = true; break;
    case Z_A: break;
    case Tp: thread_offset(rela, r, *row); break;
    case Dtp: break;
    case GotTp:
      if (shared) ctx.has_static_tls = true;
      if (relaxed_gottp_form(ctx, r, s.data, rela, type) == TlsForm::Keep) require(f, symbol_for(ctx, f, r, index), NeedsGotTp);
      break;
    case TlsGd: return general_dynamic(relocations, i, end, r, index);
    case TlsLd:
      if (!shared && is_tls_call(s, relocations, i, end, false)) return 1;
      ctx.needs_tls_ld = true;
      break;
    case TlsDesc:
      switch (relaxed_desc_form(ctx, r, s, rela)) {
      case TlsForm::Keep:
        // Without a loader nobody fills the descriptor.
        if (!ctx.is_dynamic) error(rela.r_offset, fmt::format("relocation {} against {} stands in an instruction that is not known", row->name, name_of(ctx, f, r, index)));
        else require(f, symbol_for(ctx, f, r, index), NeedsTlsDesc);
        break;
      case TlsForm::InitialExec: require(f, *r.symbol, NeedsGotTp); break;
      case TlsForm::LocalExec: break;
      }
      break;
    case TlsCall:
    case None: break;
    case Dynamic: error(rela.r_offset, fmt::format("relocation {} is for the dynamic loader and cannot stand in an object", row->name));
    }
    return 0;
  }
  u64 general_dynamic(const Table<Elf64_Rela>& relocations, u64 i, u64 end, Referent& r, u32 index) {
    bool known = is_tls_call(s, relocations, i, end, true);
    switch (relaxed_gd_form(ctx, r, known)) {
    case TlsForm::Keep: require(f, symbol_for(ctx, f, r, index), NeedsTlsGd); return 0;
    case TlsForm::InitialExec: require(f, *r.symbol, NeedsGotTp); return 1;
    case TlsForm::LocalExec: return 1;
    }
    return 0;
  }
  void thread_offset(const Elf64_Rela& rela, Referent& r, const RelocationRow& row) {
    if (row.field == RelocationField::Double && shared) {
      ctx.has_static_tls = true;
      if (r.preemptible) require(f, *r.symbol, NeedsDynamicSymbol);
      return dynamic_relocation(rela, false);
    }
    if (shared) return refuse(rela, r, "; recompile with -fPIC");
    if (r.preemptible && !r.undefined) refuse(rela, r, "; it is a thread-local variable of a shared library, recompile with -fPIC");
  }
  // A section that went with its COMDAT group is referred to from outside of the group.
  void dropped(const Elf64_Rela& rela, const Referent& r, u32 index) {
    std::string_view name = s.name();
    if (name.starts_with(".gcc_except_table") || name.starts_with(".eh_frame") || name.starts_with(".rodata") || name == ".toc" ||
        name == ".fixup" || name == "__jump_table")
      return;
    error(rela.r_offset, fmt::format("{} is defined in a discarded section but used", name_of(ctx, f, r, index)));
  }
  // False: reported, nothing more to do.
  bool check_undefined(const Elf64_Rela& rela, Referent& r) {
    Symbol& symbol = *r.symbol;
    if (symbol.kind != SymbolKind::Undefined || !symbol.strongly_referenced) return true;
    const Options& o = ctx.options;
    if (o.unresolved == Unresolved::IgnoreAll || o.unresolved == Unresolved::IgnoreInObjects) return true;
    if (symbol.preemptible && !o.no_undefined && o.unresolved != Unresolved::ReportAll) return true;
    if (o.unresolved_are_warnings && f.undefined_uses.size() > 1000) return true;
    f.undefined_uses.push_back({&symbol, &s, rela.r_offset});
    return o.unresolved_are_warnings;
  }
  // An offset in a thread's block is no address, nor the other way round. False: reported.
  bool check_thread_local(const Elf64_Rela& rela, const Referent& r, const RelocationRow& row) {
    using enum RelocationFormula;
    if (row.formula == Z_A || (!r.section && !(r.symbol && r.symbol->kind == SymbolKind::Shared))) return true;
    bool is_variable = r.section && (r.section->flags & SHF_TLS);
    if (!r.section) is_variable = r.symbol->type == STT_TLS;
    bool is_wanted = row.formula == Tp || row.formula == Dtp || row.formula == GotTp || row.formula == TlsGd || row.formula == TlsLd ||
                     row.formula == TlsDesc || row.formula == TlsCall;
    // The address of the block's first contents is wanted by those that set up threads themselves.
    if (is_wanted == is_variable || (r.local && !is_wanted)) return true;
    error(rela.r_offset, fmt::format("relocation {} against {}, which is {} thread-local variable", row.name,
                                     name_of(ctx, f, r, ELF64_R_SYM(rela.r_info)), is_variable ? "a" : "no"));
    return false;
  }
};

// --- Relocate -----------------------------------------------------------------------------------------------------

struct Relocator {
  Context& ctx;
  ObjectFile& f;
  InputSection& s;
  const RelocationJob& job;
  bool pic = ctx.options.is_pic(), shared = ctx.options.shared;
  u64 got_base = ctx.synthetic.got_plt && ctx.synthetic.got_plt->section.output ? ctx.synthetic.got_plt->address() : 0;

  void truncated(const Elf64_Rela& rela, const RelocationRow& row, Referent& r) {
    add_error(ctx, f, fmt::format("relocation truncated to fit: {} against {} in {}", row.name,
                                   name_of(ctx, f, r, ELF64_R_SYM(rela.r_info)), place_of(ctx, s, rela.r_offset)));
  }
  void emit(u64 offset, u32 type, u32 symbol, u64 addend) {
    u32& next = type == ctx.target->relative ? s.relative_relocations : s.dynamic_relocations;
    write_dynamic_relocation(ctx, next++, job.address + offset, type, symbol, addend);
  }

  // S; takes the addend into it where a section symbol points into merged strings.
  u64 value_of(const Referent& r, u64& addend) const {
    if (r.symbol) return address_of(ctx, *r.symbol);
    if (!r.section) return r.absolute ? r.esym.st_value : 0;
    if (!r.section->alive) return 0;
    if (r.section->kind == SectionKind::Merge) {
      if (ELF64_ST_TYPE(r.esym.st_info) != STT_SECTION) return merged_address(*r.section, r.esym.st_value);
      u64 at = r.esym.st_value + addend;
      addend = 0;
      return merged_address(*r.section, at);
    }
    return r.section->output ? r.section->address() + r.esym.st_value : 0;
  }

  // The double word at a place that the loader may have to fill in.
  void absolute_word(const Elf64_Rela& rela, const Referent& r, u64 S, u64 A, u8* at) {
    const Target& t = *ctx.target;
    u64 value = S + A;
    bool writable = (s.flags & SHF_WRITE) != 0;
    if (r.preemptible) {
      bool never = r.undefined && !shared && !r.symbol->strongly_referenced;
      bool bound_here = !pic && !writable && r.symbol->shared; // copied, or its PLT entry stands for it
      if (!never && !bound_here) {
        emit(rela.r_offset, t.absolute, r.symbol->dynamic_index, A);
        value = A;
      }
    } else if (pic && !r.absolute && !r.undefined) {
      bool packed = ctx.options.z_relr && s.relative && (rela.r_offset & 7) == 0 && s.align_log2 >= 3 && writable && s.kind == SectionKind::Regular;
      if (!packed) emit(rela.r_offset, t.relative, 0, value);
    }
    std::memcpy(at, &value, 8);
  }

  void relax_got(const Elf64_Rela& rela, Referent& r, const RelocationRow& row, GotForm form, u8* at, u64 S, u64 P) {
    u8 modrm = at[-1];
    u64 value = S - 4 - P;
    switch (form) {
    case GotForm::Lea: at[-2] = 0x8d; break;
    case GotForm::Call:
      at[-2] = 0x67; // addr32 call
      at[-1] = 0xe8;
      break;
    case GotForm::Jump: // jmp; nop: the displacement begins a byte earlier
      at[-2] = 0xe9;
      if (!fits(RelocationField::Word, RelocationRange::Signed, value + 1)) return truncated(rela, row, r);
      put32(at - 1, value + 1);
      at[3] = 0x90;
      return;
    case GotForm::Immediate: {
      u8 reg = modrm >> 3 & 7, op = at[-2];
      if (op == 0x85) {
        at[-2] = 0xf7;
        at[-1] = static_cast<u8>(0xc0 | reg);
      } else {
        at[-2] = 0x81;
        at[-1] = static_cast<u8>(0xc0 | (op & 0x38) | reg);
      }
      if (row.number == Reloc_R_X86_64_REX_GOTPCRELX) move_register_bits(at - 3, false);
      value = S;
      break;
    }
    case GotForm::Keep: break;
    }
    if (!fits(RelocationField::Word, RelocationRange::Signed, value)) return truncated(rela, row, r);
    put32(at, value);
  }
  void gottp_to_local_exec(u8* at, u32 type, u64 offset) {
    u8 reg = at[-1] >> 3 & 7;
    at[-2] = at[-2] == 0x8b ? 0xc7 : 0x81; // mov $offset, %reg or add $offset, %reg
    at[-1] = static_cast<u8>(0xc0 | reg);
    move_register_bits(at - 3, type == Reloc_R_X86_64_CODE_4_GOTTPOFF);
    put32(at, offset);
  }
  void gd_relaxed(u8* at, TlsForm form, u64 P, const Referent& r, u64 S) {
    const u8 le[16] = {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x8d, 0x80}; // mov %fs:0,%rax; lea x@tpoff(%rax),%rax
    const u8 ie[16] = {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x48, 0x03, 0x05}; // mov %fs:0,%rax; add x@gottpoff(%rip),%rax
    std::memcpy(at - 4, form == TlsForm::LocalExec ? le : ie, 16);
    if (form == TlsForm::LocalExec) put32(at + 8, S - ctx.thread_pointer);
    else put32(at + 8, got_address(ctx, ctx.slots[r.symbol->slots].got_tp) - (P + 12));
  }
  void ld_relaxed(u8* at, u64 call) {
    const u8 code[13] = {0x31, 0xc0, 0x64, 0x48, 0x8b, 0x00, 0x48, 0x2d, 0, 0, 0, 0, 0x90}; // %rax = thread pointer - TLS size
    std::memcpy(at - 3, code, call == 5 ? 12 : 13);
    put32(at + 5, ctx.thread_pointer - ctx.tls_start);
  }

  u64 one(u64 i) {
    Elf64_Rela rela = job.relocations[i];
    u32 type = ELF64_R_TYPE(rela.r_info), index = ELF64_R_SYM(rela.r_info);
    const RelocationRow& row = rows[type];
    if (row.formula == RelocationFormula::None) return 0;
    u8* at = job.out + rela.r_offset;
    Referent r = refer_to(f, index);
    if (r.local && (r.ifunc || row.formula >= RelocationFormula::G_A))
      if (auto it = f.local_symbols.find(index); it != f.local_symbols.end()) r.symbol = it->second;
    RelocationOperands o;
    o.A = static_cast<u64>(rela.r_addend);
    o.P = job.address + rela.r_offset;
    o.S = value_of(r, o.A);
    using enum RelocationFormula;
    switch (row.formula) {
    case S_A:
      if (row.field == RelocationField::Double) return absolute_word(rela, r, o.S, o.A, at), 0;
      break;
    case S_A_P:
      if (r.symbol && r.preemptible && r.symbol->slots && !r.symbol->is_copy) o.S = plt_or_value(*r.symbol, o.S);
      break;
    case L_A_P:
    case L_A_GOT:
      o.L = r.symbol && r.symbol->slots ? plt_or_value(*r.symbol, o.S) : o.S;
      o.GOT = got_base;
      break;
    case G_A:
    case G_GOT_A_P: {
      GotForm form = relaxed_got_form(ctx, r, s.data, rela, type);
      if (form != GotForm::Keep) return relax_got(rela, r, row, form, at, o.S, o.P), 0;
      o.G = got_address(ctx, ctx.slots[r.symbol->slots].got);
      o.GOT = got_base;
      break;
    }
    case S_A_GOT:
    case GOT_A_P: o.GOT = got_base; break;
    case Z_A: o.Z = r.symbol ? r.symbol->size : r.esym.st_size; break;
    case Tp:
      if (shared) {
        emit(rela.r_offset, ctx.target->tpoff, r.preemptible ? r.symbol->dynamic_index : 0, r.preemptible ? o.A : o.S + o.A - ctx.tls_start);
        return 0;
      }
      o.TP = ctx.thread_pointer;
      break;
    case Dtp: o.DTP = ctx.tls_start; break;
    case GotTp:
      if (relaxed_gottp_form(ctx, r, s.data, rela, type) == TlsForm::LocalExec)
        return gottp_to_local_exec(at, type, o.S - ctx.thread_pointer), 0;
      o.G = got_address(ctx, ctx.slots[r.symbol->slots].got_tp);
      break;
    case TlsGd: {
      TlsForm form = relaxed_gd_form(ctx, r, is_tls_call(s, job.relocations, i, job.end, true));
      if (form != TlsForm::Keep) return gd_relaxed(at, form, o.P, r, o.S), 1;
      o.G = got_address(ctx, ctx.slots[r.symbol->slots].tls_gd);
      break;
    }
    case TlsLd:
      if (!shared && is_tls_call(s, job.relocations, i, job.end, false)) return ld_relaxed(at, job.relocations[i + 1].r_offset - rela.r_offset), 1;
      o.G = got_address(ctx, ctx.tls_ld_slot);
      break;
    case TlsDesc: {
      TlsForm form = relaxed_desc_form(ctx, r, s, rela);
      if (form == TlsForm::LocalExec) {
        at[-2] = 0xc7; // mov $offset, %reg
        at[-1] = static_cast<u8>(0xc0 | (at[-1] >> 3 & 7));
        move_register_bits(at - 3, type == Reloc_R_X86_64_CODE_4_GOTPC32_TLSDESC);
        put32(at, o.S - ctx.thread_pointer);
        return 0;
      }
      if (form == TlsForm::InitialExec) at[-2] = 0x8b; // mov slot(%rip), %reg
      const Slots& slots = ctx.slots[r.symbol->slots];
      o.G = got_address(ctx, form == TlsForm::InitialExec ? slots.got_tp : slots.tls_desc);
      break;
    }
    case TlsCall:
      if (!shared && rela.r_offset + 2 <= s.size) {
        at[0] = 0x66; // two-byte nop
        at[1] = 0x90;
      }
      return 0;
    case None:
    case Dynamic: return 0;
    }
    if (!apply(row, at, o)) truncated(rela, row, r);
    return 0;
  }
  u64 plt_or_value(const Symbol& symbol, u64 S) const {
    u64 plt = plt_address(ctx, symbol);
    return plt ? plt : S;
  }
};

struct X86_64 final : Target {
  X86_64() {
    static constexpr std::string_view emulation_names[] = {"elf_x86_64"};
    name = "x86_64";
    bfd_name = "elf64-x86-64";
    emulations = emulation_names;
    default_interpreter = "/lib64/ld-linux-x86-64.so.2";
    machine = EM_X86_64;
    word_size = 8;
    default_image_base = 0x400000;
    max_page_size = common_page_size = 4096;
    plt_header_size = plt_entry_size = 16;
    plt_got_entry_size = 8;
    got_plt_header_slots = 3;
    trap_byte = 0xcc;
    relative = Reloc_R_X86_64_RELATIVE;
    absolute = Reloc_R_X86_64_64;
    glob_dat = Reloc_R_X86_64_GLOB_DAT;
    jump_slot = Reloc_R_X86_64_JUMP_SLOT;
    copy = Reloc_R_X86_64_COPY;
    irelative = Reloc_R_X86_64_IRELATIVE;
    dtpmod = Reloc_R_X86_64_DTPMOD64;
    dtpoff = Reloc_R_X86_64_DTPOFF64;
    tpoff = Reloc_R_X86_64_TPOFF64;
    tlsdesc = Reloc_R_X86_64_TLSDESC;
  }

  void scan(Context& ctx, InputSection& s, u64 first, u64 end) const override {
    Scanner scanner{ctx, *s.file, s};
    Table<Elf64_Rela> relocations = s.file->relocations(s);
    for (u64 i = first; i < end; ++i) i += scanner.one(relocations, i, end);
  }
  void relocate(Context& ctx, const RelocationJob& job) const override {
    Relocator relocator{ctx, *job.section->file, *job.section, job};
    for (u64 i = job.first; i < job.end; ++i) i += relocator.one(i);
  }
  void relocate_debug(Context& ctx, const RelocationJob& job) const override;

  std::string_view relocation_name(u32 type) const override { return row_of(type) ? std::string_view(rows[type].name) : "unknown relocation"; }
  bool is_none(u32 type) const override { return type == Reloc_R_X86_64_NONE; }
  void write_plt_header(Context& ctx, u8* out) const override { x86_64::write_plt_header(ctx, out); }
  void write_plt_entry(Context& ctx, u8* out, const Symbol&, u32 index) const override { x86_64::write_plt_entry(ctx, out, index); }
  void write_plt_sec_entry(Context& ctx, u8* out, const Symbol&, u32 index) const override {
    write_indirect_jump(ctx, out, ctx.synthetic.plt_sec->address() + index * u64{16}, got_plt_slot_address(ctx, index));
  }
  void write_plt_got_entry(Context& ctx, u8* out, const Symbol& s, u32 index) const override {
    u64 here = ctx.synthetic.plt_got->address() + index * (ctx.uses_ibt_plt ? u64{16} : u64{8});
    write_indirect_jump(ctx, out, here, got_address(ctx, ctx.slots[s.slots].got));
  }
  u64 lazy_slot_value(Context& ctx, u32 index) const override { return plt_entry_address(ctx, index) + (ctx.synthetic.plt_sec ? 0 : 6); }
  // Variant II: the thread pointer stands at the end of the TLS block.
  u64 thread_pointer(u64, u64 tls_end) const override { return tls_end; }
};

// Debug information speaks of addresses in code that may have been dropped: those become 0, which no code has,
// or 1 in the old range lists, where a pair of zeros would end the list.
void X86_64::relocate_debug(Context& ctx, const RelocationJob& job) const {
  InputSection& s = *job.section;
  ObjectFile& f = *s.file;
  Relocator relocator{ctx, f, s, job};
  std::string_view section_name = s.name();
  u64 tombstone = section_name == ".debug_loc" || section_name == ".debug_ranges" ? 1 : 0;
  for (u64 i = job.first; i < job.end; ++i) {
    Elf64_Rela rela = job.relocations[i];
    u32 type = ELF64_R_TYPE(rela.r_info), index = ELF64_R_SYM(rela.r_info);
    const RelocationRow* row = row_of(type);
    if (row && row->formula == RelocationFormula::None) continue;
    if (!row || index >= f.symbols.size() || rela.r_offset > s.size || size_of(row->field) > s.size - rela.r_offset) {
      add_error(ctx, f, fmt::format("damaged relocation {} in {}", i, place_of(ctx, s, rela.r_offset)));
      continue;
    }
    Referent r = refer_to(f, index);
    RelocationOperands o;
    o.A = static_cast<u64>(rela.r_addend);
    o.P = job.address + rela.r_offset;
    o.S = relocator.value_of(r, o.A);
    o.L = o.S;
    o.DTP = ctx.tls_start;
    o.TP = ctx.thread_pointer;
    o.Z = r.symbol ? r.symbol->size : r.esym.st_size;
    bool dead = r.section ? !r.section->alive : !r.absolute && !(r.symbol && r.symbol->is_defined() && r.symbol->kind != SymbolKind::Defined);
    // A definition that lost against another file's describes code that is not there.
    if (r.symbol && r.symbol->is_defined() && r.symbol->object != &f && f.symbols[index].st_shndx != SHN_UNDEF &&
        !f.section_of(index, f.symbols[index]) && f.symbols[index].st_shndx < SHN_LORESERVE)
      dead = true;
    bool simple = row->formula == RelocationFormula::S_A || row->formula == RelocationFormula::S_A_P ||
                  row->formula == RelocationFormula::Dtp || row->formula == RelocationFormula::Z_A ||
                  row->formula == RelocationFormula::Tp || row->formula == RelocationFormula::L_A_P;
    if (!simple) {
      add_error(ctx, f, fmt::format("relocation {} cannot stand in a section that is not loaded, in {}", row->name, place_of(ctx, s, rela.r_offset)));
      continue;
    }
    if (dead) store(row->field, job.out + rela.r_offset, tombstone);
    else if (!apply(*row, job.out + rela.r_offset, o)) relocator.truncated(rela, *row, r);
  }
}

} // namespace
} // namespace x86_64

const Target& x86_64_target() {
  static const x86_64::X86_64 target;
  return target;
}

} // namespace lathe::linker
