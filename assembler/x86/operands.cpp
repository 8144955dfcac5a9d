// Instructions of AT&T text: prefixes, operands, and the row they match. Operands are reversed here, once: behind
// this file the destination stands first.
#include "assembler/x86/match.h"

#include "assembler/macro.h"
#include "assembler/parser.h"

#include <algorithm>

namespace lathe::x86 {

u32 register_bits(Reg r) {
  const RegInfo& i = info(r);
  switch (i.reg_class) {
  case RegClass::Gpr:
    switch (i.width) {
    case 8: return BitR8 | (i.number == 0 ? BitAl : i.number == 1 ? BitCl : 0u);
    case 16: return BitR16 | (i.number == 0 ? BitAx : i.number == 2 ? BitDx : 0u);
    case 32: return BitR32 | (i.number == 0 ? u32{BitEax} : 0u);
    default: return BitR64 | (i.number == 0 ? u32{BitRax} : 0u);
    }
  case RegClass::GprHigh: return BitR8;
  case RegClass::Xmm: return i.number >= 16 ? u32{BitHighVector} : BitXmm | (i.number == 0 ? u32{BitXmm0} : 0u);
  case RegClass::Ymm: return i.number >= 16 ? BitHighVector : BitYmm;
  case RegClass::Zmm: return BitZmm;
  case RegClass::Mm: return BitMm;
  case RegClass::X87: return BitSti | (i.number == 0 ? u32{BitSt0} : 0u);
  case RegClass::Segment: {
    constexpr u32 bits[] = {BitEs, BitCs, BitSs, BitDs, BitFs, BitGs};
    return BitSegment | bits[i.number];
  }
  case RegClass::Control: return BitControl;
  case RegClass::Debug: return BitDebug;
  case RegClass::Mask: return BitMask;
  default: return 0;
  }
}

static bool is_address_register(Reg r) { return reg_class(r) == RegClass::Gpr && x86::width(r) >= 32; }

bool is_address(Reg base, Reg index) {
  const bool ip = reg_class(base) == RegClass::Ip;
  if (base != Reg::None && !ip && !is_address_register(base)) return false;
  if (index == Reg::None) return true;
  if (ip || index == Reg::rsp || index == Reg::esp) return false;
  if (is_vector(index)) return true;
  return (is_address_register(index) || reg_class(index) == RegClass::Zero) && (base == Reg::None || x86::width(base) == x86::width(index));
}

} // namespace lathe::x86

namespace lathe::assembler {

using namespace x86;

namespace {

// Register names packed into words, looked up by a hash of them.
struct RegisterTable {
  static constexpr u32 size = 1024;
  u64 keys[size] = {};
  Reg values[size] = {};
  static constexpr u64 key(std::string_view s) {
    u64 k = 0;
    for (size_t i = 0; i < s.size(); ++i) k |= static_cast<u64>(static_cast<u8>(s[i]) | 0x20) << (8 * i);
    return k;
  }
  static constexpr u32 slot(u64 k) { return static_cast<u32>((k * 0x9E3779B97F4A7C15u) >> 54); }
  constexpr void add(std::string_view name, Reg r) {
    u64 k = key(name);
    u32 i = slot(k);
    while (keys[i]) i = (i + 1) % size;
    keys[i] = k, values[i] = r;
  }
  constexpr RegisterTable() {
    for (u32 i = 1; i < static_cast<u32>(Reg::Count); ++i) {
      Reg r = static_cast<Reg>(i);
      if (reg_class(r) != RegClass::X87) add(info(r).name, r);
    }
    add("st", Reg::st0);
    for (u32 i = 0; i < 8; ++i) {
      char name[] = {'d', 'b', static_cast<char>('0' + i)};
      add({name, 3}, offset(Reg::dr0, i));
    }
  }
  Reg find(u64 k) const {
    for (u32 i = slot(k); keys[i]; i = (i + 1) % size)
      if (keys[i] == k) return values[i];
    return Reg::None;
  }
};
constexpr RegisterTable register_table;

} // namespace

Reg find_register(std::string_view name) {
  if (name.empty() || name.size() > 6) return Reg::None;
  return register_table.find(RegisterTable::key(name));
}

// Behind the '%', or at a bare name; leaves the position when it is no register.
Reg Parser::register_name() {
  u64 k = 0;
  const char* q = p;
  unsigned shift = 0;
  for (; is_class(*q, NamePart) && shift < 64; ++q, shift += 8) k |= static_cast<u64>(static_cast<u8>(*q) | 0x20) << shift;
  if (is_class(*q, NamePart)) return Reg::None;
  Reg r = register_table.find(k);
  if (r == Reg::None) return r;
  p = q;
  if (r == Reg::st0) {
    skip_blanks();
    if (*p == '(') {
      const char* saved = p++;
      skip_blanks();
      if (*p >= '0' && *p <= '7') {
        Reg st = x86::offset(Reg::st0, static_cast<unsigned>(*p - '0'));
        ++p;
        skip_blanks();
        if (*p == ')') {
          ++p;
          return st;
        }
      }
      p = saved;
      return Reg::None;
    }
  }
  return r;
}

void Parser::register_operand(ParsedOperand& out, Reg r) {
  out.operand = StatementBuffer::reg(r);
  out.bits = register_bits(r);
}

static u16 vector_width(Reg index) { return is_vector(index) ? x86::width(index) : u16{0}; }

// The base or index of an address, where one is written; with names that are none, false.
bool Parser::register_in_address(RegId& out) {
  if (*p != '%' && !(naked_ && is_class(*p, NameStart))) return true;
  if (*p == '%') ++p;
  const char* at = p;
  out = register_name();
  if (out.is_none()) {
    while (is_class(*p, NamePart)) ++p;
    error("bad register name `%" + std::string(at, p) + "'");
    return false;
  }
  skip_blanks();
  return true;
}

// [displacement](base, index, scale), at the displacement or the parenthesis.
bool Parser::memory_att(ParsedOperand& out, Reg segment, bool indirect) {
  Address a;
  a.segment = segment;
  bool target = false;
  Operand displacement;
  skip_blanks();
  auto opens_base = [&](const char* q) {
    ++q;
    while (is_class(*q, BlankChar)) ++q;
    return *q == '%' || *q == ',' || (naked_ && is_class(*q, NameStart) && [&] {
      const char* e = q;
      while (is_class(*e, NamePart)) ++e;
      return find_register({q, static_cast<size_t>(e - q)}) != Reg::None;
    }());
  };
  bool has_displacement = !(*p == '(' && opens_base(p));
  bool symbol_first = is_class(*p, NameStart) && segment == Reg::None;
  if (has_displacement) {
    if (!value(displacement, true)) {
      if (!failed_) error("missing operand");
      return false;
    }
    skip_blanks();
  }
  if (*p == '(') {
    ++p;
    skip_blanks();
    if (!register_in_address(a.base)) return false;
    if (*p == ',') {
      ++p;
      skip_blanks();
      if (!register_in_address(a.index)) return false;
      if (*p == ',') {
        ++p;
        skip_blanks();
        if (*p != ')') {
          Operand s;
          i64 scale = 0;
          if (!value(s, true)) return false;
          if (s.is(OperandKind::Immediate)) scale = s.immediate();
          else if (!executor || !executor->evaluate_now(s, scale)) scale = 0;
          if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
            error("expecting scale factor of 1, 2, 4, or 8: got `" + std::to_string(scale) + "'");
            return false;
          }
          a.scale = static_cast<u8>(scale);
          a.flags |= HasScale;
          skip_blanks();
        }
      }
    } 
    if (*p != ')') {
      error("expecting `)' after base/index expression");
      return false;
    }
    ++p;
    skip_blanks();
  } else {
    target = segment == Reg::None && !indirect;
  }
  if (a.base != Reg::None || a.index != Reg::None) {
    bool dx = a.base == Reg::dx && a.index == Reg::None && !has_displacement && segment == Reg::None;
    if (dx) {
      register_operand(out, Reg::dx);
      out.bits = BitDx;
      return true;
    }
    if (!is_address(a.base, a.index)) {
      std::string text = "(";
      if (a.base != Reg::None) (text += "%") += info(a.base).name;
      if (a.index != Reg::None) ((text += ",%") += info(a.index).name);
      error("`" + text + ")' is not a valid base/index expression");
      return false;
    }
  }
  if (has_displacement) {
    switch (displacement.kind()) {
    case OperandKind::Immediate: a.displacement = displacement.immediate(), a.flags |= HasDisplacement; break;
    case OperandKind::WideImmediate: a.displacement = static_cast<i64>(buffer.wide[displacement.index()]), a.flags |= HasDisplacement; break;
    case OperandKind::Symbol: a.symbol = displacement.symbol(), a.displacement = displacement.addend(), a.modifier = displacement.modifier(); break;
    default: a.expression = displacement.index(), a.modifier = displacement.modifier();
    }
    if (!symbol_first && (a.symbol != no_id || a.expression != no_id)) a.flags |= SymbolNotFirst;
  }
  if (target) {
    out.operand = displacement;
    out.symbol_first = symbol_first;
    out.bits = BitMemory | BitTarget;
    return true;
  }
  out.operand = buffer.address(a);
  out.bits = BitMemory;
  out.index_width = vector_width(a.index);
  return *p != '{' || decorations(out);
}

bool Parser::operand_att(ParsedOperand& out) {
  skip_blanks();
  bool indirect = *p == '*';
  if (indirect) {
    ++p;
    skip_blanks();
  }
  if (*p == '%' || (naked_ && is_class(*p, NameStart))) {
    const char* start = p;
    if (*p == '%') ++p;
    Reg r = register_name();
    if (r != Reg::None) {
      skip_blanks();
      if (*p == ':' && reg_class(r) == RegClass::Segment) {
        ++p;
        if (!memory_att(out, r, indirect)) return false;
      } else {
        register_operand(out, r);
        if (r == Reg::rip || r == Reg::eip || r == Reg::riz || r == Reg::eiz) {
          error("bad register name `%" + std::string(info(r).name) + "'");
          return false;
        }
        if (*p == '{' && !decorations(out)) return false;
      }
      if (indirect) out.operand = StatementBuffer::indirect(out.operand);
      return true;
    }
    if (*start == '%') {
      while (is_class(*p, NamePart)) ++p;
      error("bad register name `" + std::string(start, p) + "'");
      return false;
    }
    p = start;
  }
  if (*p == '$' && !indirect) {
    ++p;
    if (!value(out.operand, false)) return false;
    out.bits = BitImmediate;
    return true;
  }
  if (!memory_att(out, Reg::None, indirect)) return false;
  if (indirect) out.operand = StatementBuffer::indirect(out.operand);
  return true;
}

bool Parser::operand_list(ParsedOperand* list, u32 limit, u32& count, auto read) {
  skip_blanks();
  count = 0;
  while (!at_end()) {
    if (count == limit) {
      error("too many memory references or operands");
      return false;
    }
    if (*p == '{') {
      if (!rounding_operand()) return false;
      rounding_at_ = static_cast<u8>(count);
    } else if (!read(list[count++])) {
      return false;
    }
    skip_blanks();
    if (*p != ',') break;
    ++p;
    skip_blanks();
    if (at_end()) {
      error("expecting operand after ','; got nothing");
      return false;
    }
  }
  if (!at_end()) {
    junk();
    return false;
  }
  return true;
}

bool Parser::operands_att(ParsedOperand* list, u32& count) {
  ParsedOperand read[6];
  u32 n = 0;
  if (!operand_list(read, std::size(read), n, [&](ParsedOperand& o) { return operand_att(o); })) return false;
  bool in_order = n == 2 && read[0].bits == BitImmediate && read[1].bits == BitImmediate; // enter
  for (u32 i = 0; i < n; ++i) list[i] = read[in_order ? i : n - 1 - i];
  count = n;
  return true;
}

// A pseudo-prefix in braces, at the '{'.
static u16 brace_prefix(std::string_view s) {
  if (s == "disp8") return PseudoDisp8;
  if (s == "disp32") return PseudoDisp32;
  if (s == "load") return PseudoLoad;
  if (s == "store") return PseudoStore;
  if (s == "vex3") return PseudoVex3;
  if (s == "vex" || s == "vex2") return PseudoVex;
  if (s == "nooptimize") return PseudoNoOptimize;
  if (s == "rex") return PrefixRex;
  return 0;
}

// rep before what locks or is mov was xrelease, which has a name of its own.
static bool can_repeat(std::span<const MatchEntry> rows) {
  return std::none_of(rows.begin(), rows.end(), [](const MatchEntry& e) { return info(e.row).has(Lockable) || info(e.row).mnemonic == "mov"; });
}

// call and jmp through memory of Intel's sizes that hold a segment are lcall and ljmp.
static std::span<const MatchEntry> far_jump(StatementBuffer& buffer, std::string_view word, const ParsedOperand& o, std::span<const MatchEntry> near) {
  if ((word != "call" && word != "jmp") || !o.operand.is(OperandKind::Address)) return near;
  u16& size = buffer.addresses[o.operand.index()].intel_size;
  if (!o.is_far && size != 32 && size != 48 && size != 80) return near;
  auto rows = find_mnemonic("l" + std::string(word) + (size == 32 ? "w" : size == 80 ? "q" : ""));
  if (rows.empty()) return near;
  size = 0;
  return rows;
}

// `more` of a statement: segment prefix 1..6 (es cs ss ds fs gs) in the low bits.
void Parser::instruction(std::string_view word) {
  u16 prefixes = 0, more = 0;
  if (decorated_) decoration_ = {}, decorated_ = false;
  bool repeats = false; // rep, not xrelease
  char lowered[24];
  const char* start = word.empty() ? p : word.data();
  if (!macros_.empty() && !word.empty()) {
    std::string key(word);
    for (char& c : key) c = lower(c);
    if (auto it = macros_.find(key); it != macros_.end()) {
      if (executor) {
        expand_macro(*it->second);
        if (failed_) skip_statement();
      } else {
        buffer.place = place();
        skip_statement();
        text_statement(start, p);
      }
      return;
    }
  }
  std::span<const MatchEntry> rows;
  for (;;) {
    if (word.empty()) {
      if (*p == '{') {
        const char* q = p + 1;
        while (*q && *q != '}' && *q != '\n') ++q;
        std::string_view name(p + 1, static_cast<size_t>(q - p - 1));
        u16 bit = brace_prefix(name);
        if (name == "evex") decoration_.evex = decorated_ = true;
        if ((!bit && name != "evex") || *q != '}') {
          error("unknown pseudo prefix `" + std::string(p, q) + "'");
          return skip_statement();
        }
        prefixes |= bit;
        p = q + 1;
        skip_blanks();
        continue;
      }
      if (!is_class(*p, NameStart)) {
        error("expecting mnemonic; got nothing");
        return skip_statement();
      }
      word = name_token();
    }
    rows = find_mnemonic(word);
    if (rows.empty() && word.size() < sizeof lowered) {
      for (size_t i = 0; i < word.size(); ++i) lowered[i] = lower(word[i]);
      rows = find_mnemonic({lowered, word.size()});
      if (!rows.empty()) word = {lowered, word.size()};
    }
    if (rows.empty() || !is_prefix_row(rows[0].row)) break;
    skip_blanks();
    if (at_end() || !(is_class(*p, NameStart) || *p == '{')) break;
    switch (rows[0].row) {
    case Row::lock: prefixes |= PrefixLock; break;
    case Row::rep: case Row::repne: repeats = true; [[fallthrough]];
    case Row::xrelease: case Row::xacquire: prefixes |= rows[0].row == Row::rep || rows[0].row == Row::xrelease ? PrefixRep : PrefixRepne; break;
    case Row::bnd: prefixes |= PrefixBnd; break;
    case Row::notrack: prefixes |= PrefixNotrack; break;
    case Row::data16: prefixes |= PrefixData16; break;
    case Row::addr32: prefixes |= PrefixAddr32; break;
    case Row::es: more = 1; break;
    case Row::cs: more = 2; break;
    case Row::ss: more = 3; break;
    case Row::ds: more = 4; break;
    case Row::fs: more = 5; break;
    case Row::gs: more = 6; break;
    default: // rex and its bits: only .W changes what follows
      prefixes |= PrefixRex;
      if (encoding(rows[0].row).opcode & 8) prefixes |= PrefixRexW;
      more |= static_cast<u16>((encoding(rows[0].row).opcode & 7) << 4);
    }
    word = {};
  }
  Comparison comparison;
  bool names_predicate = false;
  if (rows.empty()) [[unlikely]] {
    comparison = split_comparison(word);
    rows = find_mnemonic(comparison.name);
    names_predicate = !rows.empty();
  }
  if (rows.empty()) [[unlikely]] {
    const char* from = word.data() == lowered ? start : word.data();
    skip_statement();
    std::string text(from, p);
    while (!text.empty() && is_class(text.back(), BlankChar)) text.pop_back();
    if (text.size() > 80) text.resize(80);
    error("no such instruction: `" + text + "'");
    return;
  }
  if (*p == ',' && (p[1] == 'p') && (p[2] == 't' || p[2] == 'n') && !is_class(p[3], NamePart)) { // branch hints
    more = p[2] == 't' ? 4 : 2;
    p += 3;
  }
  ParsedOperand list[6];
  u32 count = 0;
  bool ok = intel_ ? operand_list(list, std::size(list), count, [&](ParsedOperand& o) { return operand_intel(o, word); }) : operands_att(list, count);
  if (!ok || failed_) {
    skip_statement();
    if (executor) buffer.clear_statements();
    return;
  }
  if (list[0].bits & BitMask && word.starts_with("vcmp")) [[unlikely]] { // the rows found are VEX forms
    comparison = split_comparison(word);
    if ((names_predicate = comparison.name[0])) rows = find_mnemonic(comparison.name);
  }
  if (names_predicate && count < std::size(list)) [[unlikely]] {
    ParsedOperand predicate;
    predicate.operand = buffer.immediate(comparison.predicate);
    predicate.bits = BitImmediate;
    list[count++] = predicate;
    word = comparison.name;
    if (!intel_) ++rounding_at_;
  }
  if (intel_ && count == 1) [[unlikely]] rows = far_jump(buffer, word, list[0], rows);
  if (intel_ && count > 1 && info(rows.back().row).has(SameOrder)) std::reverse(list, list + count);
  if (repeats && !can_repeat(rows)) [[unlikely]] {
    error("invalid instruction `" + std::string(info(rows[0].row).mnemonic) + "' after `" + (prefixes & PrefixRep ? "rep" : "repne") + "'");
    if (executor) buffer.clear_statements();
    return skip_statement();
  }
  match(word, rows, list, count, prefixes, more);
  if (*p == '#') skip_statement();
}

// movabs takes a bare address only.
bool Parser::has_register_in_offset(const RowInfo& row, const ParsedOperand* list, u32 count) const {
  for (u32 i = 0; i < count; ++i)
    if (row.operands[i].type == OperandType::MemoryOffset && list[i].operand.is(OperandKind::Address)) {
      const Address& a = buffer.addresses[list[i].operand.index()];
      return a.base != Reg::None || a.index != Reg::None;
    }
  return false;
}

// Between two registers, {load} wants the form whose ModRM.rm is the source, {store} the one whose ModRM.rm is the destination.
bool Parser::is_other_direction(const RowInfo& row, const ParsedOperand* list, u32 count, u16 prefixes) const {
  if (!(prefixes & (PseudoLoad | PseudoStore)) || count < 2) return false;
  for (u32 i = 0; i < count; ++i)
    if (!list[i].operand.is(OperandKind::Register)) return false;
  auto is_rm = [&](u32 i) { return row.operands[i].type == OperandType::RegisterOrMemory; };
  return prefixes & PseudoLoad ? is_rm(0) && !is_rm(1) : !is_rm(0) && is_rm(1);
}

// Which operand is memory that Intel's syntax gave no width; `count`: none.
static u32 unsized_memory(const StatementBuffer& buffer, const ParsedOperand* list, u32 count) {
  for (u32 i = 0; i < count; ++i)
    if (list[i].bits & BitTarget || (list[i].operand.is(OperandKind::Address) && !buffer.addresses[list[i].operand.index()].intel_size)) return i;
  return count;
}

// Which operand is memory that is repeated as often as the row says ("qword bcst"); `count`: none.
static u32 broadcast_by_the_row(const StatementBuffer& buffer, const ParsedOperand* list, u32 count) {
  for (u32 i = 0; i < count; ++i)
    if (list[i].operand.is(OperandKind::Address) && buffer.addresses[list[i].operand.index()].broadcast == broadcast_by_row) return i;
  return count;
}

// Bits of memory that "dword ptr" must name, if any: of a gather, those of one element.
static u32 named_width(const Encoding& e, const OperandInfo& o, bool broadcast) {
  if (broadcast) return e.broadcast * 8u;
  if (o.type == OperandType::VectorMemory) return e.rex_w ? 64 : 32;
  return o.memory_width;
}

// Rows that differ by no more than an operand's width: movsb and movsw have names of their own.
static bool is_alike(const RowInfo& a, const RowInfo& b) { return a.mnemonic == b.mnemonic || (a.has(Repable) && b.has(Repable)); }

// A mov between the accumulator and an address that only movabs reaches is movabs.
static std::span<const MatchEntry> far_move(std::string_view spelling, const ParsedOperand* list, u32 count) {
  constexpr u32 accumulators = BitAl | BitAx | BitEax | BitRax;
  for (u32 i = 0; i < 2 && count == 2 && spelling.starts_with("mov") && spelling.size() <= 4; ++i)
    if (list[i].bits & BitTarget && list[i].operand.is(OperandKind::WideImmediate) && list[1 - i].bits & accumulators)
      return find_mnemonic("movabs" + std::string(spelling.substr(3)));
  return {};
}

void Parser::match(std::string_view spelling, std::span<const MatchEntry> rows, ParsedOperand* list, u32 count, u16 prefixes, u16 more) {
  bool symbolic = false, has_register = false, asks_more = decorated_;
  for (u32 i = 0; i < count; ++i) {
    ParsedOperand& o = list[i];
    if (o.bits & BitImmediate) {
      if (o.operand.is(OperandKind::Immediate)) o.value = o.operand.immediate(), o.constant = true;
      else if (o.operand.is(OperandKind::WideImmediate)) o.value = static_cast<i64>(buffer.wide[o.operand.index()]), o.constant = true;
      else if (executor && o.operand.modifier() == Modifier::None && executor->evaluate_now(o.operand, o.value)) {
        o.operand = buffer.immediate(o.value);
        o.constant = true;
      } else {
        symbolic = true;
      }
      if (o.constant && o.value == 1) o.bits |= BitOne;
    } else if (!(o.bits & (BitMemory | BitTarget))) {
      has_register = true;
    }
    if (o.index_width || o.bits & BitHighVector) asks_more = true;
    if (o.bits & BitTarget && o.operand.is(OperandKind::WideImmediate))
      if (auto far = far_move(spelling, list, count); !far.empty()) rows = far;
  }
  if (decorated_ && !check_decorations(list, count, spelling)) {
    if (executor) buffer.clear_statements();
    return skip_statement();
  }
  const MatchEntry *found = nullptr, *against_wish = nullptr; // {load}, {store}
  bool count_fits = false, ambiguous = false;
  const u32 unsized = intel_ ? unsized_memory(buffer, list, count) : count;
  const u32 broadcast = intel_ && decorated_ ? broadcast_by_the_row(buffer, list, count) : count;
  u32 guessed_width = 0;
  for (const MatchEntry& e : rows) {
    if (e.operand_count != count) continue;
    count_fits = true;
    if (!(e.modes & 1) || (e.spelling & (intel_ ? AttOnly : IntelOnly))) continue;
    bool fits = true;
    for (u32 i = 0; i < count; ++i) fits &= (e.accepts[i] & list[i].bits) != 0;
    if (!fits) continue;
    if (e.fit != ImmediateFit::None) {
      const ParsedOperand& o = list[e.immediate];
      if (o.constant ? !immediate_fits(e, o.value) : e.fit == ImmediateFit::Signed8) continue;
    }
    if (encoding(e.row).not_eax_eax && list[0].operand == list[1].operand) continue; // 90 would be a nop
    const RowInfo& row = info(e.row);
    if (intel_ && row.has(Push) && list[0].constant && list[0].value != static_cast<i32>(list[0].value)) continue;
    if (has_register_in_offset(row, list, count)) continue;
    if ((asks_more || e.spelling & AsksMore) && !fits_decorations(e, list, count, prefixes)) continue;
    if (is_other_direction(row, list, count, prefixes)) {
      if (!against_wish) against_wish = &e;
      continue;
    }
    if (!(has_register && !row.has(Indirect))) {
      // operands that say no width: the suffix must, or the default is taken
      if (row.has(Indirect)) {
        bool star = list[0].operand.is_indirect();
        if (!star && !intel_ && (list[0].bits & BitTarget)) continue;
        if (star && row.operands[0].type == OperandType::Target) continue;
      } else if (count && row.operation_width && !(e.spelling & WithSuffix) && !intel_ && !row.has(Push) && !row.has(Pop) && !(e.spelling & Printed)) {
        if (row.operation_width != 32) {
          ambiguous = true;
          continue;
        }
        ambiguous = true;
      }
    }
    if (intel_) {
      bool sized = true;
      for (u32 i = 0; i < count; ++i)
        if (list[i].operand.is(OperandKind::Address)) {
          u16 size = buffer.addresses[list[i].operand.index()].intel_size;
          const OperandInfo& oi = row.operands[i];
          const Encoding& ei = encoding(e.row);
          u32 want = named_width(ei, oi, buffer.addresses[list[i].operand.index()].broadcast);
          if (size && oi.type != OperandType::Address && (want < 512 || ei.is_evex()) && size != want && want) sized = false;
        }
      if (!sized) continue;
    }
    if (found && broadcast != count) { // the widest, where nothing else decides
      const u16 width = row.operands[broadcast].memory_width;
      if (row.mnemonic != info(found->row).mnemonic || width <= info(found->row).operands[broadcast].memory_width) continue;
      found = &e;
      guessed_width = width;
      continue;
    }
    if (found && is_alike(row, info(found->row)) && row.operands[unsized].memory_width != info(found->row).operands[unsized].memory_width) {
      error("ambiguous operand size for `" + std::string(spelling) + "'");
      if (executor) buffer.clear_statements();
      return skip_statement();
    }
    if (!found) found = &e;
    if (broadcast != count) continue;
    if (unsized == count || row.has(Indirect) || row.has(Push) || row.has(Pop) || row.operands[unsized].type == OperandType::Target) break;
  }
  if (!found) found = against_wish;
  if (!found) {
    std::string name(spelling);
    if (!count_fits) error("number of operands mismatch for `" + name + "'");
    else error("operand type mismatch for `" + name + "'");
    if (executor) buffer.clear_statements();
    return skip_statement();
  }
  if (found->row == Row::int_u8 && list[0].constant && list[0].value == 3) found = find_mnemonic("int3").data(), count = 0;
  const RowInfo& row = info(found->row);
  if (guessed_width) warning("ambiguous broadcast for `" + std::string(spelling) + "', using " + std::to_string(guessed_width) + "-bit form");
  if (ambiguous && row.operation_width == 32 && !has_register)
    warning("no instruction mnemonic suffix given and no register operands; using default for `" + std::string(spelling) + "'");
  if (row.has(Indirect) && !intel_ && !list[0].operand.is_indirect() && !(list[0].bits & BitTarget))
    warning("indirect " + std::string(spelling) + " without `*'");
  u32 first = static_cast<u32>(buffer.operands.size());
  for (u32 i = 0; i < count; ++i) {
    Operand o = list[i].operand;
    if ((list[i].bits & BitTarget) && row.operands[i].type != OperandType::Target) { // a bare symbol as an address
      Address a;
      switch (o.kind()) {
      case OperandKind::Immediate: a.displacement = o.immediate(), a.flags = HasDisplacement; break;
      case OperandKind::WideImmediate: a.displacement = static_cast<i64>(buffer.wide[o.index()]), a.flags = HasDisplacement; break;
      case OperandKind::Symbol: a.symbol = o.symbol(), a.displacement = o.addend(), a.modifier = o.modifier(); break;
      default: a.expression = o.index(), a.modifier = o.modifier();
      }
      if (!list[i].symbol_first && (a.symbol != no_id || a.expression != no_id)) a.flags |= SymbolNotFirst;
      o = buffer.address(a);
    }
    if (decorated_ && o.is(OperandKind::Address)) {
      Address& a = buffer.addresses[o.index()];
      if (a.broadcast == broadcast_by_row) a.broadcast = static_cast<u8>(row.operands[i].memory_width / (encoding(found->row).broadcast * 8u));
    }
    if (o.is_indirect() && !row.has(Indirect)) {
      error("operand type mismatch for `" + std::string(spelling) + "'");
      return skip_statement();
    }
    if (row.has(Indirect)) o.bits |= Operand::indirect_flag << 4;
    buffer.operands.push_back(o);
  }
  // the row is final unless a symbol's value decides; see the encoder
  const bool decorated = decoration_.any();
  if (decorated) buffer.operands.push_back(StatementBuffer::hidden(decoration_));
  u16 flags = static_cast<u16>(more << 1 | (symbolic ? 0 : RowIsFinal) | (decorated ? IsDecorated : 0) | (spelling.size() < row.att.size() ? SpelledWithoutSuffix : 0));
  buffer.place = place();
  buffer.statements.push_back({StatementKind::Instruction, static_cast<u8>(count), static_cast<u16>(found->row), first, buffer.place, prefixes, flags});
  emit_last();
}

} // namespace lathe::assembler
