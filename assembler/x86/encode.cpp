// x86 instructions into bytes. Prefixes stand in GNU as's order: wait, segment, 67, 66, F2/F3, lock, REX. What the
// linker or the layout must fill in becomes a fixup; jumps that may be short become fragments of their own.
#include "assembler/assembler.h"
#include "assembler/x86/match.h"

namespace lathe::assembler {

using namespace x86;

namespace {

constexpr u8 nop_patterns[11][11] = {
    {0x90},
    {0x66, 0x90},
    {0x0f, 0x1f, 0x00},
    {0x0f, 0x1f, 0x40, 0x00},
    {0x0f, 0x1f, 0x44, 0x00, 0x00},
    {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
    {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
    {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};


constexpr u8 segment_prefix[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};

// 62, then RXBR'0mmm, Wvvvv1pp, zL'LbV'aaa; registers' bits are inverted. `rex` is as in a REX prefix.
[[gnu::noinline]] u8* evex_prefix(u8* at, const Encoding& e, const Operand* ops, u8 rex, const Address* memory, const Decoration& d, const AssembleOptions& options) {
  auto number = [&](i8 operand) { return operand < 0 ? u8{0} : info(ops[operand].reg()).number; };
  const u8 vvvv = number(e.third);
  const bool high_reg = number(e.reg) & 16, high_index = memory && info(memory->index).number & 16;
  const bool x = rex & 2 || (!memory && number(e.rm) & 16); // an index or, without one, bit 4 of rm
  u32 pp = e.prefix == 0x66 ? 1u : e.prefix == 0xf3 ? 2u : e.prefix == 0xf2 ? 3u : 0u;
  u32 length = e.length_ignored ? options.evex_scalar_length : e.vex - 3u;
  if (e.w_ignored && options.evex_w) rex |= 8;
  if (d.rounding != RoundingMode::None) length = d.rounding == RoundingMode::Sae ? options.evex_rounding : static_cast<u32>(d.rounding) - static_cast<u32>(RoundingMode::Nearest);
  bool b = (memory && memory->broadcast) || d.rounding != RoundingMode::None;
  at[0] = 0x62;
  at[1] = static_cast<u8>((~rex & 4) << 5 | (x ? 0 : 0x40) | (rex & 1 ? 0 : 0x20) | (high_reg ? 0 : 0x10) | e.map);
  at[2] = static_cast<u8>((rex & 8) << 4 | (~vvvv & 15) << 3 | 4 | pp);
  at[3] = static_cast<u8>(d.zeroing << 7 | length << 5 | b << 4 | (vvvv & 16 || high_index ? 0 : 8) | d.mask);
  return at + 4;
}

// rep or repne before what does not repeat. Some instructions have it for a hint (`rep ret`) or are others with it; as
// xacquire and xrelease it stands before what may lock.
const char* wrong_prefix(const Statement& s, const RowInfo& row, const Address* memory) {
  if (!(s.prefixes & (PrefixRep | PrefixRepne)) || row.has(Repable) || row.control == Control::Return) return nullptr;
  if (memory && (row.has(Lockable) || row.mnemonic == "mov")) return nullptr;
  for (std::string_view allowed : {"bsf", "bsr", "nop"})
    if (row.mnemonic == allowed) return nullptr;
  return s.prefixes & PrefixRep ? "rep" : "repne";
}

std::string hex(i64 v) {
  char text[24];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(v));
  return text;
}

} // namespace

void Assembler::emit_nops(u8* at, u64 count, unsigned longest) {
  unsigned most = longest && longest < 11 ? longest : 11;
  if (!longest && count / most > 7) { // jump over the rest
    u64 rest = count - 2;
    if (rest <= 127) {
      at[0] = 0xeb, at[1] = static_cast<u8>(rest);
      at += 2, count -= 2;
    } else {
      count -= 5;
      at[0] = 0xe9;
      u32 d = static_cast<u32>(count);
      std::memcpy(at + 1, &d, 4);
      at += 5;
    }
  }
  for (; count >= most; at += most, count -= most) std::memcpy(at, nop_patterns[most - 1], most);
  if (count) std::memcpy(at, nop_patterns[count - 1], count);
}

void Assembler::add_fixup(u32 offset, unsigned size, FixupKind kind, const Value& v, Modifier m, u8 flags, u8 trailing) {
  Fixup f;
  f.offset = offset;
  f.frag = static_cast<u32>(chunk->frags.size() - 1);
  f.add = v.add, f.sub = v.sub, f.addend = v.number;
  f.size = static_cast<u8>(size);
  f.kind = kind;
  f.modifier = m;
  f.flags = flags;
  f.trailing = trailing;
  f.place = place;
  chunk->fixups.push_back(f);
}

Value Assembler::value_of_address(const Address& a) {
  Value v;
  mention_got(a.modifier);
  if (!(a.flags & SymbolNotFirst)) {
    u32 e = a.expression;
    while (e != no_id && buffer.expressions[e].op > Operator::LogicalNot) e = buffer.expressions[e].left;
    SymbolId first = a.symbol;
    if (e != no_id) first = buffer.expressions[e].op == Operator::Symbol ? buffer.expressions[e].left : no_id;
    if (first != no_id) join_chain(first);
  }
  if (a.symbol != no_id) v = symbol_value(a.symbol, false);
  else if (a.expression != no_id) v = evaluate_tree(a.expression, false, false);
  if (v.complex) v.add = expression_symbol(v, a.expression), v.sub = no_id, v.number = 0, v.complex = false;
  v.number += a.displacement;
  return v;
}

// The preferred row for these operands; immediates of known value become constants.
Row Assembler::rematch(Row row, Operand* ops, u32 count) {
  const RowInfo& ri = info(row);
  for (u32 i = 0; i < count; ++i) {
    Operand& o = ops[i];
    if (ri.operands[i].type != OperandType::Immediate && ri.operands[i].type != OperandType::One) continue;
    if ((o.is(OperandKind::Symbol) || o.is(OperandKind::Expression)) && o.modifier() == Modifier::None) {
      Value v = evaluate(o);
      if (v.is_constant()) o = buffer.immediate(v.number);
    }
  }
  auto list = alternatives(row);
  if (list.size() < 2) return row;
  u32 bits[4] = {};
  for (u32 i = 0; i < count; ++i) {
    switch (ops[i].kind()) {
    case OperandKind::Register: bits[i] = register_bits(ops[i].reg()); break;
    case OperandKind::Address: bits[i] = BitMemory; break;
    case OperandKind::Immediate: bits[i] = BitImmediate | (ops[i].immediate() == 1 ? u32{BitOne} : 0u); break;
    case OperandKind::WideImmediate: bits[i] = BitImmediate; break;
    default: bits[i] = ops[i].is_target() ? BitTarget : BitImmediate;
    }
  }
  for (const MatchEntry& e : list) {
    if (e.operand_count != count || !(e.modes & 1)) continue;
    bool fits = true;
    for (u32 i = 0; i < count; ++i) fits &= (e.accepts[i] & bits[i]) != 0;
    if (!fits || (encoding(e.row).not_eax_eax && ops[0] == ops[1])) continue;
    if (e.fit != ImmediateFit::None) {
      const Operand& o = ops[e.immediate];
      if (o.is(OperandKind::Immediate) ? !immediate_fits(e, o.immediate())
          : o.is(OperandKind::WideImmediate) ? !immediate_fits(e, static_cast<i64>(buffer.wide[o.index()])) : e.fit == ImmediateFit::Signed8)
        continue;
    }
    return e.row;
  }
  error("operand type mismatch for `" + std::string(ri.mnemonic) + "'");
  return row;
}

void Assembler::branch(const Statement& s, Row row) {
  const Encoding& e = encoding(row);
  const RowInfo& ri = info(row);
  Operand o = buffer.operands[s.first];
  Modifier m = o.is(OperandKind::Symbol) || o.is(OperandKind::Expression) ? o.modifier() : Modifier::None;
  Value v = evaluate(o);
  if (v.complex || v.sub != no_id) {
    u32 tree = o.is(OperandKind::Expression) ? o.index() : no_id;
    v.add = expression_symbol(v, tree), v.sub = no_id, v.number = 0, v.complex = false;
  }
  u8* out = chunk->data.reserve(16);
  u8* at = out;
  u16 p = s.prefixes;
  if (p & (PrefixRep | PrefixRepne)) return error("invalid instruction `" + std::string(ri.mnemonic) + "' after `rep'");
  if (u16 seg = s.reserved >> 1 & 7) *at++ = segment_prefix[seg - 1];
  if (p & PrefixNotrack) *at++ = 0x3e;
  if (e.address_size || (p & PrefixAddr32)) *at++ = 0x67;
  if (p & PrefixData16) *at++ = 0x66;
  if (p & (PrefixBnd | PrefixRepne)) *at++ = 0xf2;
  if (p & PrefixRep) *at++ = 0xf3;
  if (p & (PrefixRex | PrefixRexW)) *at++ = static_cast<u8>(0x40 | (s.reserved >> 5 & 7) | (p & PrefixRexW ? 8 : 0));
  u64 start = raw_here(), prefixes = static_cast<u64>(at - out);
  auto follow_jump = [&](u64 n) { // the prefixes, then the rest at once
    if (raw_here() >= chunk->memory.end()) [[unlikely]] follow_piece(follow_bytes(start, prefixes), n);
  };
  if (ri.operands[0].width == 8) { // loop, jrcxz
    *at++ = e.opcode;
    *at++ = 0;
    chunk->data.advance(static_cast<size_t>(at - out));
    follow_jump(2);
    add_fixup(static_cast<u32>(raw_here() - 1), 1, FixupKind::PcRelative, v, m);
    return;
  }
  if (e.short_opcode && v.add != no_id && !(p & PseudoDisp32)) {
    chunk->data.advance(static_cast<size_t>(at - out));
    follow_piece(start, prefixes + longest_jump);
    Frag& f = close_frag();
    f.kind = FragKind::Branch;
    f.opcode = e.short_opcode;
    f.is_jump = e.short_opcode == 0xeb;
    f.symbol = v.add;
    f.addend = v.number;
    f.modifier = m;
    f.size = 2;
    open_frag();
    return;
  }
  if (e.map) *at++ = 0x0f;
  *at++ = e.opcode;
  if (e.form == ModrmForm::Fixed) *at++ = e.digit;
  std::memset(at, 0, 4);
  at += 4;
  chunk->data.advance(static_cast<size_t>(at - out));
  if (!e.short_opcode) follow_jump(static_cast<u64>(at - out) - prefixes);
  // what a symbol is when the call is read decides whether it may need a PLT
  u8 flags = 0;
  if (v.add != no_id) {
    const Symbol& t = symbol(v.add);
    if (t.weak || t.global || t.kind == SymbolKind::Undefined || t.kind == SymbolKind::Common) flags = WasUndefined;
  }
  add_fixup(static_cast<u32>(raw_here() - 4), 4, FixupKind::Branch, v, m, flags);
  if (e.short_opcode) { // to GNU as a jump like the others
    follow_fragment(start, prefixes + longest_jump);
    close_frag();
    add_frag();
  }
}

void Assembler::instruction(const Statement& s) {
  if (section().nobits()) [[unlikely]] {
    error("attempt to store non-zero value in section `" + section().name + "'");
    return;
  }
  Row row = s.row();
  u32 count = s.operand_count;
  Operand ops[4];
  for (u32 i = 0; i < count; ++i) ops[i] = buffer.operands[s.first + i];
  if (!(s.reserved & RowIsFinal)) row = rematch(row, ops, count);
  if (has_pending) emit_pending_line();
  else if (generates_lines) [[unlikely]] note_line_of_text();
  const Encoding& e = encoding(row);
  const RowInfo& ri = info(row);
  if (count && ri.operands[0].type == OperandType::Target) return branch(s, row);

  u64 start = raw_here();
  // registers and the memory operand
  u8 rex = e.rex_w ? 8 : 0;
  bool forced_rex = false, high_byte = false;
  u8 reg_bits = 0, rm_bits = 0;
  const Address* memory = nullptr;
  auto note = [&](Reg r) {
    const RegInfo& i = info(r);
    if (i.width == 8) {
      if (i.reg_class == RegClass::GprHigh) high_byte = true;
      else if (i.number >= 4) forced_rex = true;
    }
    return i.number;
  };
  if (e.reg >= 0) {
    u8 n = note(ops[e.reg].reg());
    reg_bits = n & 7;
    if (n & 8) rex |= 4;
  } else if (e.form == ModrmForm::Digit) {
    reg_bits = e.digit;
  }
  if (e.rm >= 0) {
    const Operand& o = ops[e.rm];
    if (o.is(OperandKind::Address)) {
      memory = &buffer.addresses[o.index()];
    } else {
      u8 n = note(o.reg());
      rm_bits = n & 7;
      if (n & 8) rex |= 1;
    }
  }
  Reg segment = Reg::None;
  const Address* implicit = nullptr; // string operands and moffs
  if (memory) {
    if (info(memory->base).number & 8) rex |= 1;
    if (info(memory->index).number & 8) rex |= 2;
    segment = memory->segment;
    if (segment != Reg::None) { // the default segment needs no prefix
      const RegInfo& b = info(memory->base);
      bool stack = b.reg_class == RegClass::Gpr && (b.number == 4 || b.number == 5);
      if (segment == (stack ? Reg::ss : Reg::ds)) segment = Reg::None;
    }
  } else {
    for (u32 i = 0; i < count; ++i)
      if (ops[i].is(OperandKind::Address)) {
        const Address& a = buffer.addresses[ops[i].index()];
        if (ri.operands[i].type == OperandType::StringSource || ri.operands[i].type == OperandType::MemoryOffset) {
          segment = a.segment == Reg::ds && ri.operands[i].type == OperandType::StringSource ? Reg::None : Reg(a.segment);
        }
        if (ri.operands[i].type != OperandType::MemoryOffset) {
          const bool is_source = ri.operands[i].type == OperandType::StringSource;
          if (!is_source && a.segment != Reg::None && a.segment != Reg::es) {
            const u32 number = parser.intel_syntax() ? i + 1 : count - i;
            return error("`" + std::string(ri.mnemonic) + "' operand " + std::to_string(number) + " must use `%es' segment");
          }
          if (implicit && x86::width(implicit->base) != x86::width(a.base)) return error("string addresses of different widths");
          Reg want = !is_source ? Reg::rdi : ri.mnemonic == "xlatb" ? Reg::rbx : Reg::rsi;
          if ((a.base != want && a.base != x86::reg(unit(want), 32)) || a.index != Reg::None || a.flags & HasDisplacement || a.symbol != no_id) {
            warning("`" + std::string(a.base == Reg::None ? "" : "(%" + std::string(info(a.base).name) + ")") + "' is not valid here (expected `(%" + std::string(info(want).name) + ")')");
          }
          if (!implicit) implicit = &a;
        } else {
          implicit = &a;
        }
      }
  }

  u8* out = chunk->data.reserve(40);
  u8* at = out;
  u16 p = s.prefixes;
  if (e.wait) *at++ = e.wait;
  if (segment != Reg::None) *at++ = segment_prefix[info(segment).number];
  else if (u16 seg = s.reserved >> 1 & 7) *at++ = segment_prefix[seg - 1];
  if (p & PrefixNotrack) *at++ = 0x3e;
  bool address32 = memory ? (memory->base != Reg::None ? x86::width(memory->base) == 32 : memory->index != Reg::None && x86::width(memory->index) == 32)
                          : implicit && implicit->base != Reg::None && x86::width(implicit->base) == 32;
  if (address32 || e.address_size || (p & PrefixAddr32)) *at++ = 0x67;
  u8 vex_prefix = e.prefix;
  if (e.operand_size || (e.prefix == 0x66 && !e.vex) || (p & PrefixData16)) *at++ = 0x66;
  if (e.vex) {
  } else if (e.prefix == 0xf2 || e.prefix == 0xf3) *at++ = e.prefix;
  if (p) {
    if (const char* wrong = wrong_prefix(s, ri, memory)) {
      error("invalid instruction `" + std::string(ri.mnemonic) + "' after `" + wrong + "'");
      return;
    }
    if ((p & PrefixNotrack) && !(ri.has(Notrackable) && ri.has(Indirect))) {
      error("expecting indirect branch instruction after `notrack'");
      return;
    }
    if (p & PrefixRep) *at++ = 0xf3;
    if (p & (PrefixRepne | PrefixBnd)) *at++ = 0xf2;
    if (p & PrefixLock) {
      if (!ri.has(Lockable) || !memory) {
        error("expecting lockable instruction after `lock'");
        return;
      }
      *at++ = 0xf0;
    }
    if (p & PrefixRexW) rex |= 8;
    if (p & PrefixRex) forced_rex = true, rex |= static_cast<u8>(s.reserved >> 5 & 7);
  }
  u8 opcode = e.opcode;
  if (e.is_evex()) [[unlikely]] {
    at = evex_prefix(at, e, ops, rex, memory, buffer.decoration_of(s), options);
  } else if (e.vex) {
    u8 vvvv = 0;
    if (e.third >= 0) vvvv = info(ops[e.third].reg()).number;
    bool three = rex & 0xb || e.map != 1 || (p & PseudoVex3);
    if (three && e.map == 1 && !(rex & 0xa) && !memory && e.reg >= 0 && !(p & PseudoVex3) && !(rex & 4)) {
      // the two-byte prefix has no bit for ModRM.rm: a move is turned round instead
      if (e.swapped) {
        std::swap(reg_bits, rm_bits);
        rex = 4;
        opcode = e.swapped;
        three = false;
        if (e.prefix == 0xf3 && e.swapped == 0xd6) vex_prefix = 0x66; // movq's other form
      }
    }
    if (e.w_ignored && options.vex_w) rex |= 8, three = true;
    u8 pp = vex_prefix == 0x66 ? 1 : vex_prefix == 0xf3 ? 2 : vex_prefix == 0xf2 ? 3 : 0;
    bool wide = e.vex == 2 || (e.length_ignored && options.vex_scalar_length) || (memory && reg_class(memory->index) == RegClass::Ymm); // a gather's index counts
    u8 low = static_cast<u8>((~vvvv & 15) << 3 | wide << 2 | pp);
    if (!three) {
      *at++ = 0xc5;
      *at++ = static_cast<u8>((rex & 4 ? 0 : 0x80) | low);
    } else {
      *at++ = e.map >= 8 ? 0x8f : 0xc4; // XOP's maps are numbered so that 8F is not pop's
      *at++ = static_cast<u8>((~rex & 7) << 5 | e.map);
      *at++ = static_cast<u8>((rex & 8 ? 0x80 : 0) | low);
    }
  } else if (rex || forced_rex) {
    if (high_byte) {
      std::string name;
      for (u32 i = 0; i < count; ++i)
        if (ops[i].is(OperandKind::Register) && reg_class(ops[i].reg()) == RegClass::GprHigh) name = info(ops[i].reg()).name;
      error("can't encode register '%" + name + "' in an instruction requiring REX prefix");
      return;
    }
    *at++ = 0x40 | rex;
  }
  if (!e.vex) {
    switch (e.map) {
    case 1: *at++ = 0x0f; break;
    case 2: *at++ = 0x0f, *at++ = 0x38; break;
    case 3: *at++ = 0x0f, *at++ = 0x3a; break;
    }
  }
  if (e.form == ModrmForm::PlusR) opcode += rm_bits;
  *at++ = opcode;

  unsigned trailing = static_cast<unsigned>(e.immediate_size[0] + e.immediate_size[1] + (e.last_byte >= 0));
  auto append = [&] { // what was written so far belongs to the section
    chunk->data.advance(static_cast<size_t>(at - out));
    out = at;
  };
  switch (e.form) {
  case ModrmForm::None: case ModrmForm::PlusR: break;
  case ModrmForm::Fixed: *at++ = e.digit; break;
  case ModrmForm::PlusI: *at++ = static_cast<u8>(e.digit + rm_bits); break;
  case ModrmForm::Reg: case ModrmForm::Digit: {
    u8 reg_field = static_cast<u8>(reg_bits << 3);
    if (!memory) {
      *at++ = static_cast<u8>(0xc0 | reg_field | rm_bits);
      break;
    }
    const Address& a = *memory;
    Value v;
    bool symbolic = a.symbol != no_id || a.expression != no_id;
    if (symbolic) {
      v = value_of_address(buffer.addresses[ops[e.rm].index()]);
      // GNU as reads a movq twice, first as MMX's: the symbol is not new then
      if (ri.att == "movq" && ri.mnemonic == "mov" && !(s.reserved & SpelledWithoutSuffix) && a.symbol != no_id) join_chain(a.symbol);
      symbolic = !v.is_constant() || a.modifier != Modifier::None;
      if (a.modifier == Modifier::TlsCall) { // marks the instruction, has no field
        add_fixup(static_cast<u32>(raw_here()), 0, FixupKind::Data, v, Modifier::None);
        chunk->fixups.back().explicit_type = 35 + 1; // R_X86_64_TLSDESC_CALL
        chunk->fixups.back().keeps = true;
        v.number = 0;
        symbolic = false;
      }
    } else {
      v.number = a.displacement;
    }
    u8* base_pointer = chunk->data.data() + chunk->data.size();
    if (base_pointer != out) internal_error("the section's buffer moved");
    bool ip = reg_class(a.base) == RegClass::Ip;
    u8 scale_bits = a.scale == 8 ? 0xc0 : a.scale == 4 ? 0x80 : a.scale == 2 ? 0x40 : 0;
    u8 index_bits = static_cast<u8>((a.index == Reg::None ? 4 : info(a.index).number & 7) << 3);
    unsigned disp_size;
    bool allows32 = address32;
    if (a.base == Reg::None && a.index == Reg::None && !ip) {
      *at++ = reg_field | 4, *at++ = 0x25;
      disp_size = 4;
    } else if (ip) {
      *at++ = reg_field | 5;
      disp_size = 4;
    } else if (a.base == Reg::None) {
      *at++ = reg_field | 4, *at++ = static_cast<u8>(scale_bits | index_bits | 5);
      disp_size = 4;
    } else {
      u8 base_bits = info(a.base).number & 7;
      if (address32 && !symbolic) v.number = static_cast<i32>(v.number);
      u8 mod;
      i64 scaled = v.number;
      if (e.is_evex() && scaled) [[unlikely]] {
        i64 scale = a.broadcast ? e.broadcast : e.scale ? e.scale : 1;
        scaled = scaled % scale ? 0x80 : scaled / scale; // what is no multiple needs 32 bits
      }
      if (symbolic || (p & PseudoDisp32)) mod = 0x80, disp_size = 4;
      else if (v.number == 0 && base_bits != 5 && !(p & PseudoDisp8)) mod = 0, disp_size = 0;
      else if (scaled == static_cast<i8>(scaled)) mod = 0x40, disp_size = 1, v.number = scaled;
      else mod = 0x80, disp_size = 4;
      if (symbolic && (p & PseudoDisp8)) mod = 0x40, disp_size = 1;
      if (a.index != Reg::None || base_bits == 4) {
        *at++ = static_cast<u8>(mod | reg_field | 4);
        *at++ = static_cast<u8>(scale_bits | index_bits | base_bits);
      } else {
        *at++ = static_cast<u8>(mod | reg_field | base_bits);
      }
    }
    if (!disp_size) break;
    if (!symbolic) {
      if (disp_size == 4 && v.number != static_cast<i32>(v.number) && !(allows32 && v.number == static_cast<u32>(v.number))) {
        error(hex(v.number) + " out of range of signed 32bit displacement");
        return;
      }
      i32 d = static_cast<i32>(v.number);
      std::memcpy(at, &d, 4);
      at += disp_size;
      break;
    }
    u8 flags = 0;
    if (a.modifier == Modifier::GotPcRel && ip && e.map == 0 &&
        ((count == 1 && e.opcode == 0xff && (e.digit == 2 || e.digit == 4)) || (count == 2 && (e.opcode == 0x8b || e.opcode == 0x85 || (e.opcode & ~0x38) == 3))))
      flags = static_cast<u8>(GotRelaxable | (rex || forced_rex ? HasRex : 0));
    std::memset(at, 0, 4);
    at += disp_size;
    append();
    add_fixup(static_cast<u32>(raw_here() - disp_size), disp_size, ip ? FixupKind::PcRelative : address32 ? FixupKind::Absolute32 : FixupKind::Absolute32S, v, a.modifier, flags,
              static_cast<u8>(trailing));
    out = at = chunk->data.reserve(16);
    break;
  }
  }
  for (int i = 0; i < 2; ++i) {
    unsigned size = e.immediate_size[i];
    if (!size) break;
    u32 index = static_cast<u32>(e.immediate[i]);
    const Operand& o = ops[index];
    const OperandInfo& oi = ri.operands[index];
    i64 value = 0;
    bool constant = true;
    if (o.is(OperandKind::Register)) value = info(o.reg()).number << 4; // VEX's fourth register
    else if (o.is(OperandKind::Immediate)) value = o.immediate();
    else if (o.is(OperandKind::WideImmediate)) value = static_cast<i64>(buffer.wide[o.index()]);
    else constant = false;
    if (constant) {
      if (size < 8) {
        i64 mask = static_cast<i64>(~u64{0} << (size * 8));
        if (i == 1 && (value < -128 || value > 255)) { // enter's second: the first was checked when the row was chosen
          error("operand type mismatch for `" + std::string(ri.mnemonic) + "'");
          return;
        }
        if ((value & mask) != 0 && (value & mask) != mask && !oi.sign_extended)
          warning(hex(value) + " shortened to " + hex(value & ~mask));
      }
      std::memcpy(at, &value, 8);
      at += size;
      continue;
    }
    Value v;
    Modifier m = o.modifier();
    if (o.is(OperandKind::Address)) { // moffs
      v = value_of_address(buffer.addresses[o.index()]);
      m = buffer.addresses[o.index()].modifier;
    } else {
      v = evaluate(o);
      if (v.complex) {
        v.add = expression_symbol(v, o.index());
        v.sub = no_id, v.number = 0, v.complex = false;
      }
    }
    append();
    // `add $_GLOBAL_OFFSET_TABLE_, %rbx` counts from the instruction, the relocation from the field.
    if (!o.is(OperandKind::Address) && v.add != no_id && v.sub == no_id && m == Modifier::None && name(v.add) == "_GLOBAL_OFFSET_TABLE_")
      v.number += static_cast<i64>(raw_here() - start);
    if (v.is_constant() && m == Modifier::None) {
      chunk->data.little_endian(static_cast<u64>(v.number), size);
    } else {
      bool sign = oi.sign_extended || (oi.type == OperandType::Immediate && ri.operation_width == 64 && size == 4);
      chunk->data.little_endian(0, size);
      FixupKind kind = size == 4 ? (sign ? FixupKind::Absolute32S : FixupKind::Absolute32) : FixupKind::Data;
      unsigned rest = i == 0 ? e.immediate_size[1] : 0u;
      add_fixup(static_cast<u32>(raw_here() - size), size, kind, v, m, 0, static_cast<u8>(rest));
    }
    out = at = chunk->data.reserve(16);
  }
  if (e.last_byte >= 0) *at++ = static_cast<u8>(e.last_byte);
  append();
  if (raw_here() >= chunk->memory.end()) [[unlikely]] follow_instruction(start, row);
}

// The pieces: every prefix; VEX; the opcode with its map; ModRM; SIB; displacement; immediates.
void Assembler::follow_instruction(u64 at, Row row) {
  const Encoding& e = encoding(row);
  const u8* bytes = chunk->data.data();
  auto is_prefix = [](u8 b) { return (b & 0xe7) == 0x26 || (b >= 0x64 && b <= 0x67) || b == 0x9b || b == 0xf0 || b == 0xf2 || b == 0xf3 || (b & 0xf0) == 0x40; };
  while (at < raw_here() && is_prefix(bytes[at])) at = follow_bytes(at, 1);
  if (at == raw_here()) return; // a prefix alone
  if (e.vex) {
    at = follow_piece(at, bytes[at] == 0x62 ? 4 : bytes[at] == 0xc5 ? 2 : 3);
    at = follow_bytes(at, 1);
  } else {
    u64 opcode = 1u + (e.map > 0) + (e.map > 1) + (e.form == ModrmForm::Fixed || e.form == ModrmForm::PlusI);
    at = opcode == 1 ? follow_bytes(at, 1) : follow_piece(at, opcode);
  }
  u64 immediates = e.immediate_size[0] + e.immediate_size[1] + u64{e.last_byte >= 0};
  if (e.form == ModrmForm::Reg || e.form == ModrmForm::Digit) {
    bool has_sib = bytes[at] < 0xc0 && (bytes[at] & 7) == 4;
    at = follow_bytes(at, 1u + has_sib);
    at = follow_piece(at, raw_here() - immediates - at);
  }
  for (u64 size : {u64{e.immediate_size[0]}, u64{e.immediate_size[1]}, u64{e.last_byte >= 0}}) at = follow_piece(at, size);
}

} // namespace lathe::assembler
