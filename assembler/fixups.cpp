// Fixups: what is known is written into the bytes, the rest becomes relocations, against the symbols GNU as would
// choose: a local symbol is its section plus an offset unless the relocation needs the symbol itself.
#include "assembler/assembler.h"

#include <algorithm>
#include <elf.h>

namespace lathe::assembler {
namespace {

bool fits(i64 v, unsigned size, FixupKind kind) {
  if (size >= 8) return true;
  i64 high = i64{1} << (size * 8), half = high / 2;
  if (kind == FixupKind::Data || kind == FixupKind::Absolute32) return v >= -half && v < high;
  return v >= -half && v < half;
}

} // namespace

SymbolId Assembler::section_symbol(u32 index) {
  if (sections[index].symbol == no_id) {
    u32 c = chunk_of(index, 0);
    SymbolId id = make_anonymous();
    Symbol& s = symbol(id);
    s.kind = SymbolKind::Label;
    s.is_section = true;
    s.type = STT_SECTION;
    s.chunk = c;
    s.used = true;
    sections[index].symbol = id;
    chain.push_back(id);
  }
  return sections[index].symbol;
}

void Assembler::patch(Section& s, u64 offset, u64 value, unsigned size) {
  if (offset + size <= s.bytes.size()) std::memcpy(s.bytes.data() + offset, &value, size);
}

bool Assembler::keeps_symbol(const Symbol& s, const Fixup& f, bool pc_relative) {
  if (s.global || s.weak || s.unique || s.kind != SymbolKind::Label || s.type == STT_GNU_IFUNC) return true;
  if (f.modifier != Modifier::None && f.modifier != Modifier::Plt) return true;
  const Section& home = sections[chunks[s.chunk].section];
  if (home.flags & SHF_TLS) return true;
  if ((home.flags & SHF_MERGE) && (pc_relative || f.addend != 0)) return true; // merging moves what stands behind the symbol apart
  return false;
}

void Assembler::keep_in_table(SymbolId id) {
  symbol(id).in_relocation = true;
  join_chain(id);
}

// The relocations of an operator for fields of 4 and of 8 bytes; 0: there is none.
struct OperatorRelocations {
  u32 narrow = 0, wide = 0;
};
static OperatorRelocations operator_relocations(const Fixup& f, bool relax) {
  switch (f.modifier) {
  case Modifier::Plt: return {R_X86_64_PLT32};
  case Modifier::GotPcRel:
    if (!(f.flags & GotRelaxable) || !relax) return {R_X86_64_GOTPCREL, R_X86_64_GOTPCREL64};
    return {f.flags & HasRex ? u32{R_X86_64_REX_GOTPCRELX} : u32{R_X86_64_GOTPCRELX}, R_X86_64_GOTPCREL64};
  case Modifier::Got: return {R_X86_64_GOT32, R_X86_64_GOT64};
  case Modifier::GotOff: return {0, R_X86_64_GOTOFF64};
  case Modifier::GotPlt: return {0, R_X86_64_GOTPLT64};
  case Modifier::PltOff: return {0, R_X86_64_PLTOFF64};
  case Modifier::TpOff: return {R_X86_64_TPOFF32, R_X86_64_TPOFF64};
  case Modifier::GotTpOff: return {R_X86_64_GOTTPOFF};
  case Modifier::DtpOff: return {R_X86_64_DTPOFF32, R_X86_64_DTPOFF64};
  case Modifier::TlsGd: return {R_X86_64_TLSGD};
  case Modifier::TlsLd: return {R_X86_64_TLSLD};
  case Modifier::TlsDesc: return {R_X86_64_GOTPC32_TLSDESC};
  case Modifier::TlsCall: return {R_X86_64_TLSDESC_CALL};
  case Modifier::Size: return {R_X86_64_SIZE32, R_X86_64_SIZE64};
  default: return {};
  }
}

static std::string no_relocation(const Fixup& f) {
  static constexpr std::string_view texts[] = {
#define MODIFIER(name, text) text,
#include "assembler/modifiers.def"
#undef MODIFIER
  };
  std::string field = "a field of " + std::to_string(f.size) + (f.size == 1 ? " byte" : " bytes");
  if (f.modifier == Modifier::None) return "there is no relocation for " + field;
  return "there is no relocation for `" + std::string(texts[static_cast<u8>(f.modifier)]) + "' in " + field;
}

u32 Assembler::relocation_type(const Fixup& f, bool pc_relative) {
  if (f.modifier != Modifier::None) {
    OperatorRelocations r = operator_relocations(f, options.relax_relocations);
    u32 type = f.size == 4 ? r.narrow : f.size == 8 ? r.wide : 0;
    return type ? type : no_id;
  }
  bool wide = f.size == 8;
  if (f.add != no_id && f.add < anonymous_base && f.size >= 4 && buffer.symbols.text(f.add) == "_GLOBAL_OFFSET_TABLE_")
    return wide ? R_X86_64_GOTPC64 : R_X86_64_GOTPC32;
  if (pc_relative) {
    switch (f.size) {
    case 1: return R_X86_64_PC8;
    case 2: return R_X86_64_PC16;
    case 4: return R_X86_64_PC32;
    case 8: return R_X86_64_PC64;
    }
    return no_id;
  }
  switch (f.size) {
  case 1: return R_X86_64_8;
  case 2: return R_X86_64_16;
  case 4: return f.kind == FixupKind::Absolute32S ? R_X86_64_32S : R_X86_64_32;
  case 8: return R_X86_64_64;
  }
  return no_id;
}

void Assembler::resolve_fixup(Chunk& c, const Fixup& given) {
  Fixup f = given;
  place = f.place;
  u32 home = c.section;
  Section& s = sections[home];
  u64 offset = f.offset;
  if (f.frag != no_id) offset = c.frags[f.frag].address + (f.offset - c.frags[f.frag].start);
  if (f.explicit_type && f.sub != no_id) {
    const Symbol& from = symbol(f.sub);
    if (from.kind != SymbolKind::Label || chunks[from.chunk].section != home) return error("reloc offset is not in this section");
    offset = label_address(from) + f.offset;
    f.sub = no_id;
    f.frag = 0; // found
  }
  // what the symbols stand for
  i64 addend = f.addend;
  auto reduce = [&](SymbolId id) {
    if (id == no_id) return Value{};
    Symbol& x = symbol(id);
    if (x.kind == SymbolKind::Equated && !x.weak) return final_reduce(id);
    Value v;
    if (x.kind == SymbolKind::Absolute && (!x.global || f.kind == FixupKind::Data)) v.number = x.value;
    else v.add = id;
    return v;
  };
  Value v;
  if (f.sub == no_id) {
    v = reduce(f.add);
  } else {
    v = subtract(reduce(f.add), reduce(f.sub), true);
  }
  if (v.complex) {
    error("invalid operands or an expression too complex for a relocation");
    return;
  }
  addend += v.number;
  f.add = v.add, f.sub = v.sub;
  bool pc_relative = f.kind == FixupKind::PcRelative || f.kind == FixupKind::Branch;
  bool instruction_pc = pc_relative;
  if (f.sub != no_id) {
    const Symbol& t = symbol(f.sub);
    if (!pc_relative && f.add != no_id && t.kind == SymbolKind::Label && chunks[t.chunk].section == home) {
      pc_relative = true;
      addend += static_cast<i64>(offset) - static_cast<i64>(label_address(t));
    } else {
      auto describe = [&](SymbolId id) {
        const Symbol& x = symbol(id);
        return "`" + std::string(name(id)) + "' {" + (x.kind == SymbolKind::Label ? section_of(x).name : "*UND*") + " section}";
      };
      if (f.add == no_id) error("value of `-" + std::string(name(f.sub)) + "' cannot be relocated");
      else error("can't resolve " + describe(f.add) + " - " + describe(f.sub));
      return;
    }
  }
  if (instruction_pc) addend -= f.size + f.trailing;
  if (f.explicit_type) {
    SymbolId target = f.add;
    if (target != no_id && f.keeps) {
      Symbol& t = symbol(target);
      if (t.kind == SymbolKind::Undefined) t.type = STT_TLS;
    } else if (target != no_id && !keeps_symbol(symbol(target), f, false)) {
      addend += static_cast<i64>(label_address(symbol(target)));
      target = section_symbol(chunks[symbol(target).chunk].section);
    }
    if (target != no_id) keep_in_table(target);
    if (f.frag == no_id) { // a plain offset: find its fragment
      for (const Frag& g : c.frags)
        if (f.offset >= g.start) offset = g.address + (f.offset - g.start);
    }
    relocations[home].push_back({offset, f.explicit_type - 1, target, addend, 0});
    return;
  }
  auto write = [&](i64 value) {
    if (!fits(value, f.size, f.kind)) {
      char text[120];
      if (f.kind == FixupKind::Data && f.size < 8) snprintf(text, sizeof text, "value 0x%llx truncated to fit %u bytes", static_cast<unsigned long long>(value), f.size);
      else snprintf(text, sizeof text, "value of %lld too large for field of %u byte%s at 0x%llx", static_cast<long long>(value), f.size, f.size == 1 ? "" : "s", static_cast<unsigned long long>(offset));
      if (f.kind == FixupKind::Data) warning(text);
      else error(text);
    }
    patch(s, offset, static_cast<u64>(value), f.size);
  };
  if (f.add == no_id) {
    if (!pc_relative && f.modifier == Modifier::None) {
      write(addend);
      return;
    }
    u32 type = relocation_type(f, pc_relative);
    if (type == no_id) return error(no_relocation(f));
    if (f.kind == FixupKind::Branch && f.modifier == Modifier::None) type = R_X86_64_PC32;
    relocations[home].push_back({offset, type, no_id, addend, 0});
    return;
  }
  SymbolId target = f.add;
  {
    Symbol& t = symbol(target);
    if (f.kind == FixupKind::Branch && given.frag == no_id && (t.weak || t.kind != SymbolKind::Label || t.global)) f.flags |= WasUndefined;
    bool local_here = t.kind == SymbolKind::Label && chunks[t.chunk].section == home && !t.global && !t.weak && !t.unique && t.type != STT_GNU_IFUNC;
    if (pc_relative && local_here && (f.modifier == Modifier::None || f.modifier == Modifier::Plt)) {
      write(static_cast<i64>(label_address(t)) + addend - static_cast<i64>(offset));
      return;
    }
    if (f.modifier == Modifier::Size && t.kind == SymbolKind::Label && !t.global && !t.weak) { // known here
      i64 size = static_cast<i64>(t.size);
      if (t.size_expression != no_id) final_value(t.size_expression, size);
      if (t.names_section) size = static_cast<i64>(section_of(t).size);
      f.modifier = Modifier::None;
      write(size + addend);
      return;
    }
  }
  u32 type = relocation_type(f, pc_relative);
  if (type == no_id) return error(no_relocation(f));
  if (f.kind == FixupKind::Branch && f.modifier == Modifier::None && type == R_X86_64_PC32 && given.addend == 0 && (f.flags & WasUndefined)) type = R_X86_64_PLT32;
  if (f.modifier == Modifier::TlsGd || f.modifier == Modifier::TlsLd || f.modifier == Modifier::TpOff || f.modifier == Modifier::GotTpOff || f.modifier == Modifier::DtpOff ||
      f.modifier == Modifier::TlsDesc || f.modifier == Modifier::TlsCall) {
    Symbol& t = symbol(target);
    if (t.type == STT_NOTYPE || t.kind == SymbolKind::Undefined) t.type = STT_TLS;
  }
  if (!keeps_symbol(symbol(target), f, pc_relative)) {
    const Symbol& t = symbol(target);
    addend += static_cast<i64>(label_address(t));
    if (type == R_X86_64_PLT32) type = R_X86_64_PC32;
    target = section_symbol(chunks[t.chunk].section);
  }
  keep_in_table(target);
  relocations[home].push_back({offset, type, target, addend, 0});
}

void Assembler::resolve_fixups() {
  relocations.resize(sections.size());
  for (u32 i = 0; i < sections.size(); ++i) {
    size_t count = 0;
    for (u32 c : sections[i].chunks) count += chunks[c].fixups.size();
    relocations[i].reserve(count);
    for (bool of_layout : {false, true}) // those that jumps got when they were laid out come behind those of the text
      for (u32 c : sections[i].chunks)
        for (const Fixup& f : chunks[c].fixups)
          if (f.of_layout() == of_layout) resolve_fixup(chunks[c], f);
  }
  relocations.resize(sections.size());
}

} // namespace lathe::assembler
