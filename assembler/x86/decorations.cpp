// AVX-512's additions to operands: masks {%k1}{z}, broadcasts {1to8}, roundings {rn-sae}; which rows take them, and
// comparisons that name their predicate.
#include "assembler/x86/match.h"

#include "assembler/parser.h"

namespace lathe::x86 {

namespace {

// By number; the vector ones have names for 0..31, and longer ones for the first sixteen.
constexpr std::string_view predicates[] = {
    "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord", "eq_uq", "nge", "ngt", "false", "neq_oq", "ge", "gt", "true",
    "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us", "nlt_uq", "nle_uq", "ord_s", "eq_us", "nge_uq", "ngt_uq", "false_os",
    "neq_os", "ge_oq", "gt_oq", "true_us"};
constexpr std::string_view longer_predicates[] = {
    "eq_oq", "lt_os", "le_os", "unord_q", "neq_uq", "nlt_us", "nle_us", "ord_q", "", "nge_us", "ngt_us", "false_oq",
    "", "ge_os", "gt_os", "true_uq"};

constexpr std::string_view xop_predicates[] = {"lt", "le", "gt", "ge", "eq", "neq", "false", "true"};

int find_xop_predicate(std::string_view name) {
  for (size_t i = 0; i < std::size(xop_predicates); ++i)
    if (name == xop_predicates[i]) return static_cast<int>(i);
  return -1;
}

int find_predicate(std::string_view name, bool of_integers) {
  for (size_t i = 0; i < (of_integers ? 7 : std::size(predicates)); ++i)
    if (name == predicates[i] && !(of_integers && i == 3)) return static_cast<int>(i);
  if (of_integers) return -1;
  for (size_t i = 0; i < std::size(longer_predicates); ++i)
    if (!name.empty() && name == longer_predicates[i]) return static_cast<int>(i);
  return -1;
}

} // namespace

Comparison split_comparison(std::string_view mnemonic) {
  const bool xop = mnemonic.starts_with("vpcom"), of_integers = xop || mnemonic.starts_with("vpcmp");
  if (!of_integers && !mnemonic.starts_with("vcmp")) return {};
  std::string_view head = mnemonic.substr(0, of_integers ? 5 : 4), rest = mnemonic.substr(head.size());
  constexpr std::string_view integers[] = {"ub", "uw", "ud", "uq", "b", "w", "d", "q"};
  constexpr std::string_view floats[] = {"ps", "pd", "ss", "sd", "ph", "sh"};
  for (std::string_view type : of_integers ? std::span<const std::string_view>(integers) : std::span<const std::string_view>(floats)) {
    if (!rest.ends_with(type)) continue;
    std::string_view name = rest.substr(0, rest.size() - type.size());
    int predicate = xop ? find_xop_predicate(name) : find_predicate(name, of_integers);
    if (predicate < 0) continue;
    Comparison c{};
    head.copy(c.name, head.size());
    type.copy(c.name + head.size(), type.size());
    c.predicate = static_cast<u8>(predicate);
    return c;
  }
  return {};
}

} // namespace lathe::x86

namespace lathe::assembler {

using namespace x86;

// rounding_at_ where Intel's syntax has the rounding behind an operand.
static constexpr u8 attached = 0xff;

bool Parser::rounding_ahead() const { return p[1] == 's' || (p[1] == 'r' && p[2] && p[3] == '-'); }

// What stands in braces behind an operand, at the first brace.
bool Parser::decorations(ParsedOperand& out) {
  decorated_ = true;
  while (*p == '{') {
    if (intel_ && rounding_ahead()) {
      rounding_at_ = attached;
      if (!rounding_operand()) return false;
      skip_blanks();
      continue;
    }
    const char* start = p++;
    skip_blanks();
    if (*p == 'z' && !is_class(p[1], NamePart)) {
      ++p;
      if (decoration_.zeroing) return error("duplicated `{z}'"), false;
      decoration_.zeroing = out.masked = true;
    } else if (p[0] == '1' && p[1] == 't' && p[2] == 'o') {
      u32 n = 0;
      for (p += 3; *p >= '0' && *p <= '9' && n < 100; ++p) n = n * 10 + static_cast<u32>(*p - '0');
      if (!out.operand.is(OperandKind::Address) || (n != 2 && n != 4 && n != 8 && n != 16 && n != 32)) {
        error("unsupported broadcast: `" + std::string(start + 1, p) + "'");
        return false;
      }
      buffer.addresses[out.operand.index()].broadcast = static_cast<u8>(n);
    } else {
      if (*p == '%') ++p;
      Reg r = is_class(*p, NameStart) ? register_name() : Reg::None;
      if (reg_class(r) != RegClass::Mask) {
        while (is_class(*p, NamePart) || *p == '-') ++p;
        error("unknown vector operation: `" + std::string(start, p) + "'");
        return false;
      }
      if (r == Reg::k0) return error("`%k0' can't be used for write mask"), false;
      if (decoration_.mask) return error("duplicated mask register"), false;
      decoration_.mask = info(r).number;
      out.masked = true;
    }
    skip_blanks();
    if (*p != '}') return error("missing `}' in `" + std::string(start, p) + "'"), false;
    ++p;
    skip_blanks();
  }
  return true;
}

// {rn-sae} and its kin, an operand of their own.
bool Parser::rounding_operand() {
  const char* q = p;
  while (*q && *q != '}' && *q != '\n') ++q;
  std::string_view text(p, static_cast<size_t>(q - p) + (*q == '}'));
  for (size_t i = 1; i < std::size(rounding_texts); ++i)
    if (text == rounding_texts[i] && decoration_.rounding == RoundingMode::None) {
      decoration_.rounding = static_cast<RoundingMode>(i);
      decorated_ = true;
      p += text.size();
      return true;
    }
  error("invalid rounding `" + std::string(text) + "'");
  return false;
}

// What no row allows.
bool Parser::check_decorations(const ParsedOperand* list, u32 count, std::string_view spelling) {
  for (u32 i = 1; i < count; ++i)
    if (list[i].masked) return error("mask not on destination operand"), false;
  if (decoration_.zeroing && !decoration_.mask) return error("zeroing-masking only allowed with write mask"), false;
  if (decoration_.rounding == RoundingMode::None || rounding_at_ == attached) return true;
  u32 before = 0; // of AT&T's operands
  while (before < count && list[count - 1 - before].bits & BitImmediate) ++before;
  constexpr u32 general = BitR32 | BitR64;
  if (!before && count > 2 && list[count - 1].bits & general) before = 1;
  u32 at = intel_ ? count - rounding_at_ : rounding_at_;
  if (at == before) return true;
  error("`" + std::string(spelling) + "': misplaced `" + std::string(rounding_texts[static_cast<u8>(decoration_.rounding)]) + "'");
  return false;
}

// Gathers, scatters and their prefetches.
static bool is_gather(const RowInfo& row) {
  return row.operands[0].type == OperandType::VectorMemory || row.operands[1].type == OperandType::VectorMemory;
}

// Whether a row whose operands' kinds fit takes their additions too.
bool Parser::fits_decorations(const MatchEntry& e, const ParsedOperand* list, u32 count, u16 prefixes) const {
  const Encoding& encoding = x86::encoding(e.row);
  const RowInfo& row = info(e.row);
  u32 broadcast = 0;
  bool memory = false;
  for (u32 i = 0; i < count; ++i) {
    const OperandInfo& o = row.operands[i];
    if (!(list[i].bits & BitMemory)) {
      if (o.type == OperandType::FixedRegister && list[i].operand.is(OperandKind::Register) && list[i].operand.reg() != o.fixed) return false;
      if (list[i].bits & BitHighVector && reg_class(list[i].operand.reg()) != o.register_class) return false;
      continue;
    }
    memory = true;
    if (list[i].index_width != (o.type == OperandType::VectorMemory ? o.width : 0)) return false;
    if (!list[i].operand.is(OperandKind::Address)) continue;
    const Address& a = buffer.addresses[list[i].operand.index()];
    if (info(a.index).number >= 16 && !encoding.is_evex()) return false;
    broadcast = a.broadcast;
    if (broadcast == broadcast_by_row) broadcast = encoding.broadcast ? o.memory_width / (encoding.broadcast * 8u) : 1;
    if (broadcast && o.memory_width != broadcast * encoding.broadcast * 8u) return false;
  }
  if (row.has(DistinctDestination))
    for (u32 i = 1; i < count; ++i)
      if (list[i].operand == list[0].operand) return false;
  if (memory && !broadcast && !intel_ && e.spelling & RegisterSourceOnly) return false;
  if (!encoding.is_evex()) {
    if (row.has(NeedsVexPrefix) && !(prefixes & (PseudoVex | PseudoVex3))) return false;
    return !decoration_.any() && !broadcast;
  }
  if (prefixes & (PseudoVex | PseudoVex3)) return false;
  if (decoration_.mask && !encoding.masking) return false;
  if (!decoration_.mask && is_gather(row)) return false; // which clears its mask at the end
  if (decoration_.zeroing && (encoding.masking < 2 || list[0].bits & BitMemory)) return false;
  if (decoration_.rounding == RoundingMode::None) return true;
  return !memory && encoding.rounding == (decoration_.rounding == RoundingMode::Sae ? x86::Rounding::Sae : x86::Rounding::Full);
}

} // namespace lathe::assembler
