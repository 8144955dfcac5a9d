// .cfi_* directives to .eh_frame and .debug_frame, laid out as GNU as does: a CIE takes the instructions up to the
// first advance, and serves every later frame that begins with the same ones; the last frame is padded to 8 bytes.
#include "assembler/assembler.h"

#include <elf.h>

namespace lathe::assembler {
namespace {

enum Cfa : u8 {
  AdvanceLoc = 0x40, OffsetBase = 0x80, RestoreBase = 0xc0, AdvanceLoc1 = 2, AdvanceLoc2 = 3, AdvanceLoc4 = 4, OffsetExtended = 5, RestoreExtended = 6,
  Undefined = 7, SameValue = 8, RegisterRule = 9, RememberState = 0xa, RestoreState = 0xb, DefCfa = 0xc, DefCfaRegister = 0xd, DefCfaOffset = 0xe,
  OffsetExtendedSf = 0x11, DefCfaSf = 0x12, DefCfaOffsetSf = 0x13, ValOffset = 0x14, ValOffsetSf = 0x15, WindowSave = 0x2d,
  Escape = 0xfe,
};
constexpr u8 pe_omit = 0xff;
constexpr i64 data_alignment = -8;

unsigned encoded_size(u8 encoding) {
  switch (encoding & 7) {
  case 0: return 8;
  case 2: return 2;
  case 3: return 4;
  case 4: return 8;
  }
  return 0;
}

bool same(const CfiInstruction& a, const CfiInstruction& b) {
  return a.op == b.op && a.register_ == b.register_ && a.register2 == b.register2 && a.offset == b.offset;
}

void write_instruction(ByteBuffer& b, const CfiInstruction& i) {
  auto op = [&](u8 o) { b.fill(o, 1); };
  i64 factored = i.offset / data_alignment;
  switch (i.op) {
  case OffsetBase:
    if (factored < 0) op(OffsetExtendedSf), uleb(b, i.register_), sleb(b, factored);
    else if (i.register_ < 64) op(static_cast<u8>(OffsetBase | i.register_)), uleb(b, static_cast<u64>(factored));
    else op(OffsetExtended), uleb(b, i.register_), uleb(b, static_cast<u64>(factored));
    break;
  case ValOffset:
    if (factored < 0) op(ValOffsetSf), uleb(b, i.register_), sleb(b, factored);
    else op(ValOffset), uleb(b, i.register_), uleb(b, static_cast<u64>(factored));
    break;
  case DefCfa:
    if (i.offset < 0) op(DefCfaSf), uleb(b, i.register_), sleb(b, factored);
    else op(DefCfa), uleb(b, i.register_), uleb(b, static_cast<u64>(i.offset));
    break;
  case DefCfaOffset:
    if (i.offset < 0) op(DefCfaOffsetSf), sleb(b, factored);
    else op(DefCfaOffset), uleb(b, static_cast<u64>(i.offset));
    break;
  case DefCfaRegister: case Undefined: case SameValue: op(i.op), uleb(b, i.register_); break;
  case RestoreBase:
    if (i.register_ < 64) op(static_cast<u8>(RestoreBase | i.register_));
    else op(RestoreExtended), uleb(b, i.register_);
    break;
  case RegisterRule: op(RegisterRule), uleb(b, i.register_), uleb(b, i.register2); break;
  case RememberState: case RestoreState: case WindowSave: op(i.op); break;
  case Escape: b.append(i.bytes.data(), i.bytes.size()); break;
  }
}

} // namespace

void Assembler::cfi(Directive d, const Statement& s) {
  std::span<const Operand> list(buffer.operands.data() + s.first, s.operand_count);
  if (d == Directive::cfi_sections) {
    cfi_eh = cfi_debug = false;
    for (const Operand& o : list) {
      std::string_view w = buffer.strings[o.index()];
      if (w == ".eh_frame") cfi_eh = true;
      else if (w == ".debug_frame") cfi_debug = true;
    }
    return;
  }
  CfiFrame* frame = chunk->frame;
  if (d == Directive::cfi_startproc) {
    if (frame) return error("previous CFI entry not closed (missing .cfi_endproc)");
    CfiFrame& f = frames.emplace_back();
    chunk->frame = &f;
    f.chunk = current;
    f.section = chunk->section;
    f.start_frag = static_cast<u32>(chunk->frags.size() - 1);
    f.start_at = static_cast<u32>(raw_here());
    f.place = place;
    f.simple = !list.empty() && list[0].is(OperandKind::Word) && buffer.strings[list[0].index()] == "simple";
    if (!f.simple) {
      f.list.push_back({.op = DefCfa, .register_ = 7, .offset = 8});
      f.list.push_back({.op = OffsetBase, .register_ = 16, .offset = -8});
      f.cfa_offset = 8;
    }
    f.last_frag = f.start_frag, f.last_at = f.start_at;
    return;
  }
  if (!frame && d == Directive::cfi_endproc) return error(".cfi_endproc without corresponding .cfi_startproc");
  if (!frame) return error("CFI instruction used without previous .cfi_startproc");
  if (d == Directive::cfi_endproc) {
    frame->end_frag = static_cast<u32>(chunk->frags.size() - 1);
    frame->end_at = static_cast<u32>(raw_here());
    frame->ended = true;
    chunk->frame = nullptr;
    return;
  }
  auto constant = [&](size_t i) {
    i64 v = 0;
    if (i >= list.size() || list[i].is(OperandKind::None)) error("missing operand");
    else known(list[i], v, "expected constant expression or missing separator");
    return v;
  };
  auto reg = [&](size_t i) -> u32 {
    if (i < list.size() && list[i].is(OperandKind::Register)) {
      const x86::RegInfo& r = x86::info(list[i].reg());
      static constexpr u8 gpr[] = {0, 2, 1, 3, 7, 6, 4, 5};
      switch (r.reg_class) {
      case x86::RegClass::Gpr: return r.number < 8 ? gpr[r.number] : r.number;
      case x86::RegClass::Ip: return 16;
      case x86::RegClass::Xmm: return r.number < 16 ? 17u + r.number : 51u + r.number;
      case x86::RegClass::X87: return 33u + r.number;
      case x86::RegClass::Mm: return 41u + r.number;
      case x86::RegClass::Segment: return 50u + r.number;
      case x86::RegClass::Mask: return 118u + r.number;
      default: error("bad register expression"); return 0;
      }
    }
    return static_cast<u32>(constant(i));
  };
  auto advance = [&] {
    u32 f = static_cast<u32>(chunk->frags.size() - 1), at = static_cast<u32>(raw_here());
    if (f == frame->last_frag && at == frame->last_at) return;
    frame->list.push_back({.op = AdvanceLoc, .chunk = current, .frag = f, .at = at});
    frame->last_frag = f, frame->last_at = at;
  };
  switch (d) {
  case Directive::cfi_personality: case Directive::cfi_lsda: {
    u8 encoding = static_cast<u8>(constant(0));
    SymbolId target = no_id;
    i64 addend = 0;
    if (encoding != pe_omit) {
      if (list.size() < 2 || encoded_size(encoding) == 0 || (encoding & 0x70) > 0x10) return error("invalid or unsupported encoding in .cfi_" + std::string(d == Directive::cfi_lsda ? "lsda" : "personality"));
      Value v = evaluate(list[1]);
      if (v.complex || v.sub != no_id) return error("wrong second argument to .cfi_" + std::string(d == Directive::cfi_lsda ? "lsda" : "personality"));
      target = v.add, addend = v.number;
    }
    if (d == Directive::cfi_lsda) frame->lsda_encoding = encoding, frame->lsda = target, frame->lsda_addend = addend;
    else frame->personality_encoding = encoding, frame->personality = target, frame->personality_addend = addend;
    return;
  }
  case Directive::cfi_signal_frame: frame->signal_frame = true; return;
  case Directive::cfi_return_column: frame->return_column = reg(0); return;
  default: break;
  }
  advance();
  auto add = [&](CfiInstruction i) {
    bool saves = i.op == OffsetBase || i.op == ValOffset;
    if (saves && i.offset % data_alignment) return error("register save offset not a multiple of " + std::to_string(-data_alignment));
    frame->list.push_back(std::move(i));
  };
  switch (d) {
  case Directive::cfi_def_cfa: frame->cfa_offset = constant(1); add({.op = DefCfa, .register_ = reg(0), .offset = frame->cfa_offset}); break;
  case Directive::cfi_def_cfa_register: add({.op = DefCfaRegister, .register_ = reg(0)}); break;
  case Directive::cfi_def_cfa_offset: frame->cfa_offset = constant(0); add({.op = DefCfaOffset, .offset = frame->cfa_offset}); break;
  case Directive::cfi_adjust_cfa_offset: frame->cfa_offset += constant(0); add({.op = DefCfaOffset, .offset = frame->cfa_offset}); break;
  case Directive::cfi_offset: add({.op = OffsetBase, .register_ = reg(0), .offset = constant(1)}); break;
  case Directive::cfi_rel_offset: add({.op = OffsetBase, .register_ = reg(0), .offset = constant(1) - frame->cfa_offset}); break;
  case Directive::cfi_val_offset: add({.op = ValOffset, .register_ = reg(0), .offset = constant(1)}); break;
  case Directive::cfi_register: add({.op = RegisterRule, .register_ = reg(0), .register2 = reg(1)}); break;
  case Directive::cfi_restore: for (size_t i = 0; i < list.size(); ++i) add({.op = RestoreBase, .register_ = reg(i)}); break;
  case Directive::cfi_undefined: for (size_t i = 0; i < list.size(); ++i) add({.op = Undefined, .register_ = reg(i)}); break;
  case Directive::cfi_same_value: for (size_t i = 0; i < list.size(); ++i) add({.op = SameValue, .register_ = reg(i)}); break;
  case Directive::cfi_remember_state: frame->cfa_offsets.push_back(frame->cfa_offset); add({.op = RememberState}); break;
  case Directive::cfi_restore_state:
    if (frame->cfa_offsets.empty()) return error("CFI state restore without previous remember");
    frame->cfa_offset = frame->cfa_offsets.back();
    frame->cfa_offsets.pop_back();
    add({.op = RestoreState});
    break;
  case Directive::cfi_window_save: add({.op = WindowSave}); break;
  case Directive::cfi_escape: {
    CfiInstruction i{.op = Escape};
    for (size_t k = 0; k < list.size(); ++k) i.bytes += static_cast<char>(constant(k));
    add(std::move(i));
    break;
  }
  default: error("`" + std::string(directive_info(d).text) + "' is not supported"); break;
  }
}

void Assembler::write_unwind_section(bool eh) {
  const char* section_name = eh ? ".eh_frame" : ".debug_frame";
  u32 index = find_section(section_name);
  if (index == no_id) {
    index = add_section(section_name, SHT_PROGBITS, eh ? u64{SHF_ALLOC} : 0);
    section_symbol(index);
  }
  sections[index].align = std::max<u64>(sections[index].align, 8);
  u32 home = chunk_of(index, 0);
  chunk = &chunks[home];
  current = home;
  ByteBuffer& b = chunk->data;
  struct Cie { const CfiFrame* like; size_t count; u64 offset; };
  std::vector<Cie> cies;
  auto place_of = [&](u32 c, u32 f, u32 at) { return chunks[c].frags[f].address + (at - chunks[c].frags[f].start); };
  auto pad = [&](u64 a) {
    while (b.size() % a) b.fill(0, 1);
  };
  auto encoded = [&](u8 encoding, SymbolId target, i64 addend) {
    unsigned size = encoded_size(encoding);
    SymbolId where = here();
    u32 at = static_cast<u32>(raw_here());
    b.little_endian(0, size);
    Value v;
    v.add = target, v.number = addend;
    if ((encoding & 0x70) == 0x10) v.sub = where;
    if (target == no_id && v.sub == no_id) {
      std::memcpy(b.data() + at, &addend, size);
      return;
    }
    add_fixup(at, size, (encoding & 0xf) == 0xb ? FixupKind::Absolute32S : FixupKind::Data, v, Modifier::None);
    if (size != 4) chunk->fixups.back().kind = FixupKind::Data;
    if ((encoding & 0x70) == 0x10) chunk->fixups.back().kind = FixupKind::Data;
  };
  size_t last = frames.size();
  for (size_t i = 0; i < frames.size(); ++i)
    if (frames[i].ended) last = i;
  for (size_t n = 0; n < frames.size(); ++n) {
    const CfiFrame& f = frames[n];
    if (!f.ended) continue;
    place = f.place;
    // a CIE that fits, or a new one
    Cie* cie = nullptr;
    size_t rest = 0;
    for (Cie& c : cies) {
      const CfiFrame& l = *c.like;
      if (l.return_column != f.return_column || l.signal_frame != f.signal_frame || l.personality_encoding != f.personality_encoding || l.lsda_encoding != f.lsda_encoding) continue;
      if (f.personality_encoding != pe_omit && (l.personality != f.personality || l.personality_addend != f.personality_addend)) continue;
      if (c.count > f.list.size()) continue;
      bool fits = true;
      for (size_t k = 0; k < c.count && fits; ++k) fits = f.list[k].op != AdvanceLoc && f.list[k].op != Escape && same(l.list[k], f.list[k]);
      if (!fits) continue;
      cie = &c;
      rest = c.count;
      break;
    }
    if (!cie) {
      size_t count = 0;
      while (count < f.list.size() && f.list[count].op != AdvanceLoc && f.list[count].op != RememberState && f.list[count].op != Escape) ++count;
      u64 start = b.size();
      b.little_endian(0, 4);
      b.little_endian(eh ? 0 : 0xffffffff, 4);
      b.fill(1, 1); // version
      bool p = eh && f.personality_encoding != pe_omit, l = eh && f.lsda_encoding != pe_omit;
      if (eh) {
        b.fill('z', 1);
        if (p) b.fill('P', 1);
        if (l) b.fill('L', 1);
        b.fill('R', 1);
      }
      if (f.signal_frame) b.fill('S', 1);
      b.fill(0, 1);
      uleb(b, 1);
      sleb(b, data_alignment);
      b.fill(static_cast<u8>(f.return_column), 1);
      if (eh) {
        unsigned size = 1 + (p ? 1 + encoded_size(f.personality_encoding) : 0u) + (l ? 1u : 0u);
        uleb(b, size);
        if (p) b.fill(f.personality_encoding, 1), encoded(f.personality_encoding, f.personality, f.personality_addend);
        if (l) b.fill(f.lsda_encoding, 1);
        b.fill(0x1b, 1);
      }
      for (size_t k = 0; k < count; ++k) write_instruction(b, f.list[k]);
      pad(eh ? 4 : 8);
      u32 length = static_cast<u32>(b.size() - start - 4);
      std::memcpy(b.data() + start, &length, 4);
      cies.push_back({&f, count, start});
      cie = &cies.back();
      rest = count;
    }
    u64 start = b.size();
    b.little_endian(0, 4);
    if (eh) {
      b.little_endian(start + 4 - cie->offset, 4);
    } else {
      Value v;
      v.add = section_symbol(index), v.number = static_cast<i64>(cie->offset);
      u32 at = static_cast<u32>(raw_here());
      b.little_endian(0, 4);
      add_fixup(at, 4, FixupKind::Data, v, Modifier::None);
    }
    u64 begin = place_of(f.chunk, f.start_frag, f.start_at), finish = place_of(f.chunk, f.end_frag, f.end_at);
    {
      Value v;
      SymbolId where = here();
      u32 at = static_cast<u32>(raw_here());
      b.little_endian(0, eh ? 4 : 8);
      v.add = section_symbol(f.section);
      v.number = static_cast<i64>(begin);
      if (eh) v.sub = where;
      add_fixup(at, eh ? 4 : 8, FixupKind::Data, v, Modifier::None);
    }
    b.little_endian(finish - begin, eh ? 4 : 8);
    if (eh) {
      uleb(b, f.lsda_encoding != pe_omit ? encoded_size(f.lsda_encoding) : 0);
      if (f.lsda_encoding != pe_omit) encoded(f.lsda_encoding, f.lsda, f.lsda_addend);
    }
    u64 at = begin;
    for (size_t k = rest; k < f.list.size(); ++k) {
      const CfiInstruction& i = f.list[k];
      if (i.op != AdvanceLoc) {
        write_instruction(b, i);
        continue;
      }
      u64 to = place_of(i.chunk, i.frag, i.at), delta = to - at;
      at = to;
      if (delta == 0) continue;
      if (delta < 0x40) b.fill(static_cast<u8>(AdvanceLoc | delta), 1);
      else if (delta < 0x100) b.fill(AdvanceLoc1, 1), b.little_endian(delta, 1);
      else if (delta < 0x10000) b.fill(AdvanceLoc2, 1), b.little_endian(delta, 2);
      else b.fill(AdvanceLoc4, 1), b.little_endian(delta, 4);
    }
    pad(eh && n != last ? 4 : 8);
    u32 length = static_cast<u32>(b.size() - start - 4);
    std::memcpy(b.data() + start, &length, 4);
  }
  layout_section(sections[index]);
  build_bytes(sections[index]);
}

void Assembler::write_unwind() {
  bool any = false;
  for (const CfiFrame& f : frames) any |= f.ended;
  if (!any) return;
  if (cfi_eh) write_unwind_section(true);
  if (cfi_debug) write_unwind_section(false);
}

} // namespace lathe::assembler
