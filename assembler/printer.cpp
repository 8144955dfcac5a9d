// Statements as AT&T text, the way gcc writes it. The inverse of the parser.
#include "assembler/assemble.h"
#include "assembler/directives.h"
#include "assembler/x86/rows.h"

#include <algorithm>
#include <charconv>

namespace lathe::assembler {
namespace {

using x86::Reg;
using x86::RowInfo;

constexpr std::string_view modifier_texts[] = {
#define MODIFIER(name, text) text,
#include "assembler/modifiers.def"
#undef MODIFIER
};

constexpr struct { const char* text; int rank; } operators[] = {
    {"", 9}, {"", 9}, {".", 9}, {"-", 8}, {"~", 8}, {"!", 8}, {"+", 3}, {"-", 3}, {"*", 5}, {"/", 5}, {"%", 5},
    {"<<", 5}, {">>", 5}, {"&", 4}, {"|", 4}, {"^", 4}, {"!", 4}, {"==", 2}, {"<>", 2}, {"<", 2}, {"<=", 2}, {">", 2},
    {">=", 2}, {"&&", 1}, {"||", 0}};

// GAS takes a leading '$' for an immediate's and "." for the current place.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name == "." || name[0] == '$' || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$' || c >= 128;
  });
}

class Printer {
public:
  Printer(const StatementBuffer& b, std::string& o) : buffer(b), out(o) {}

  void statement(const Statement& s) {
    switch (s.kind) {
    case StatementKind::Dead: break;
    case StatementKind::Label: label(s.first); break;
    case StatementKind::Text: text(buffer.strings[s.first]); break;
    case StatementKind::Instruction: instruction(s); break;
    case StatementKind::Directive: directive(s); break;
    }
    if (s.place & comment_flag && s.kind != StatementKind::Dead) comment(buffer.strings[s.place & ~comment_flag]);
  }

private:
  const StatementBuffer& buffer;
  std::string& out;
  std::vector<std::pair<std::string, u32>> local_labels; // number, definitions printed so far

  // Behind what the line holds already, in the column where compilers put them.
  void comment(std::string_view text) {
    out.pop_back();
    size_t column = 0;
    for (size_t i = out.rfind('\n') + 1; i < out.size(); ++i) column = out[i] == '\t' ? (column | 7) + 1 : column + 1;
    out.append(column < 40 ? 40 - column : 1, ' ');
    out += "# ";
    out += text;
    out += '\n';
  }
  u32& seen(std::string_view number) {
    for (auto& [n, count] : local_labels)
      if (n == number) return count;
    return local_labels.emplace_back(number, 0).second;
  }
  void integer(i64 v) {
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof text, v).ptr);
  }
  void label(SymbolId id) {
    std::string_view name = buffer.name(id);
    if (size_t mark = name.find('\2'); mark != std::string_view::npos) {
      out += name.substr(0, mark);
      ++seen(name.substr(0, mark));
    } else {
      symbol_name(id);
    }
    out += ":\n";
  }
  void symbol_name(SymbolId id) {
    std::string_view name = buffer.name(id);
    if (is_plain_name(name)) {
      out += name;
      return;
    }
    if (size_t mark = name.find('\2'); mark != std::string_view::npos) {
      u32 ordinal = 0;
      std::from_chars(name.data() + mark + 1, name.data() + name.size(), ordinal);
      out += name.substr(0, mark);
      out += ordinal <= seen(name.substr(0, mark)) ? 'b' : 'f';
      return;
    }
    quoted(name);
  }
  void quoted(std::string_view bytes) { append_quoted(bytes, out); }
  void addend(i64 v) {
    if (v > 0) out += '+';
    if (v) integer(v);
  }
  void modifier(Modifier m) { out += modifier_texts[static_cast<u8>(m)]; }

  void expression(u32 id, int outer, bool right) {
    const Expression& e = buffer.expressions[id];
    int rank = operators[static_cast<u8>(e.op)].rank;
    bool parens = e.parenthesized || rank < outer || (rank == outer && right);
    if (parens) out += '(';
    const char* text = operators[static_cast<u8>(e.op)].text;
    switch (e.op) {
    case Operator::Constant:
      if (e.is_unsigned) out += std::to_string(static_cast<u64>(e.value));
      else integer(e.value);
      break;
    case Operator::Symbol:
      symbol_name(e.left);
      modifier(e.modifier);
      break;
    case Operator::Here: out += '.'; break;
    case Operator::Negate: case Operator::Not: case Operator::LogicalNot:
      out += text;
      expression(e.left, 8, true);
      break;
    default:
      expression(e.left, rank, false);
      if (e.op == Operator::Add && negative_constant(e.right)) {
        integer(buffer.expressions[e.right].value);
        break;
      }
      out += text;
      expression(e.right, rank, true);
    }
    if (parens) out += ')';
  }
  bool negative_constant(u32 id) const {
    const Expression& e = buffer.expressions[id];
    return e.op == Operator::Constant && e.value < 0 && !e.parenthesized;
  }

  void reg(Reg r) {
    out += '%';
    if (x86::reg_class(r) == x86::RegClass::X87) {
      out += "st";
      if (r != Reg::st0) {
        out += '(';
        integer(x86::info(r).number);
        out += ')';
      }
      return;
    }
    out += x86::info(r).name;
  }
  void decoration(const Decoration& d) {
    if (d.mask) (out += "{%k") += static_cast<char>('0' + d.mask), out += '}';
    if (d.zeroing) out += "{z}";
  }
  // Where AT&T text has the rounding: behind the immediates, and behind a general register that is converted.
  size_t rounding_place(const Statement& s) const {
    auto list = buffer.operands_of(s);
    size_t at = list.size();
    const RowInfo& row = x86::info(s.row());
    while (at && row.operands[at - 1].type == x86::OperandType::Immediate) --at;
    return at && at == list.size() && at > 2 && row.operands[at - 1].register_class == x86::RegClass::Gpr ? at - 1 : at;
  }
  void address(const Address& a) {
    if (a.segment != Reg::None) {
      reg(a.segment);
      out += ':';
    }
    if (a.flags & SymbolNotFirst) {
      integer(a.displacement);
      out += '+';
    }
    if (a.symbol != no_id) {
      symbol_name(a.symbol);
      modifier(a.modifier);
      if (!(a.flags & SymbolNotFirst)) addend(a.displacement);
    } else if (a.expression != no_id) {
      expression(a.expression, 0, false);
      modifier(a.modifier);
      if (!(a.flags & SymbolNotFirst)) addend(a.displacement);
    } else if (a.displacement || (a.flags & HasDisplacement) || (a.base == Reg::None && a.index == Reg::None)) {
      integer(a.displacement);
    }
    if (a.base != Reg::None || a.index != Reg::None) registers(a);
    if (a.broadcast) {
      out += "{1to";
      integer(a.broadcast);
      out += '}';
    }
  }
  void registers(const Address& a) {
    out += '(';
    if (a.base != Reg::None) reg(a.base);
    if (a.index != Reg::None) {
      out += ',';
      reg(a.index);
      if (a.scale != 1 || a.base == Reg::None || (a.flags & HasScale)) {
        out += ',';
        integer(a.scale);
      }
    }
    out += ')';
  }
  void operand(const Operand& o, bool bare) {
    if (o.is_indirect()) out += '*';
    bool dollar = !bare && !o.is_target();
    switch (o.kind()) {
    case OperandKind::None: break;
    case OperandKind::Register: reg(o.reg()); break;
    case OperandKind::Immediate:
      if (dollar) out += '$';
      integer(o.immediate());
      break;
    case OperandKind::WideImmediate:
      if (dollar) out += '$';
      integer(static_cast<i64>(buffer.wide[o.index()]));
      break;
    case OperandKind::Symbol:
      if (dollar) out += '$';
      symbol_name(o.symbol());
      modifier(o.modifier());
      addend(o.addend());
      break;
    case OperandKind::Expression:
      if (dollar) out += '$';
      expression(o.index(), 0, false);
      modifier(o.modifier());
      break;
    case OperandKind::Address: address(buffer.addresses[o.index()]); break;
    case OperandKind::String: quoted(buffer.strings[o.index()]); break;
    case OperandKind::Word: out += buffer.strings[o.index()]; break;
    }
  }

  void prefixes(u16 p) {
    static constexpr struct { u16 bit; const char* text; } names[] = {
        {PseudoDisp8, "{disp8} "}, {PseudoDisp32, "{disp32} "}, {PseudoLoad, "{load} "}, {PseudoStore, "{store} "},
        {PseudoVex3, "{vex3} "}, {PseudoVex, "{vex} "}, {PseudoNoOptimize, "{nooptimize} "}, {PrefixLock, "lock "},
        {PrefixRep, "rep "}, {PrefixRepne, "repnz "}, {PrefixNotrack, "notrack "}, {PrefixBnd, "bnd "},
        {PrefixData16, "data16 "}, {PrefixAddr32, "addr32 "}, {PrefixRexW, "rex.W "}, {PrefixRex, "rex "}};
    for (auto& n : names)
      if (p & n.bit) out += n.text;
  }
  void instruction(const Statement& s) {
    const RowInfo& row = x86::info(s.row());
    out += '\t';
    if (s.prefixes) prefixes(s.prefixes);
    const Decoration d = buffer.decoration_of(s);
    if (d.evex) out += "{evex} ";
    static constexpr const char* segments[] = {"", "es ", "cs ", "ss ", "ds ", "fs ", "gs ", ""};
    out += segments[s.reserved >> 1 & 7];
    out += row.att;
    auto list = buffer.operands_of(s);
    bool in_order = list.size() == 2 && list[0].kind() == OperandKind::Immediate && list[1].kind() == OperandKind::Immediate;
    const size_t rounding = d.rounding == RoundingMode::None ? ~size_t{0} : list.size() - rounding_place(s);
    for (size_t i = 0; i < list.size(); ++i) {
      out += i ? ", " : "\t";
      if (i == rounding) (out += x86::rounding_texts[static_cast<u8>(d.rounding)]) += ", ";
      const Operand& o = list[in_order ? i : list.size() - 1 - i];
      if (row.has(x86::Indirect) && !o.is_indirect()) out += '*';
      operand(o, false);
    }
    decoration(d);
    out += '\n';
  }
  void directive(const Statement& s) {
    const DirectiveInfo& d = directive_info(static_cast<Directive>(s.id));
    out += '\t';
    out += d.text;
    bool blanks = d.shape[0] == 'L';
    auto list = buffer.operands_of(s);
    for (size_t i = 0; i < list.size(); ++i) {
      out += i == 0 ? "\t" : blanks ? " " : ", ";
      operand(list[i], true);
    }
    out += '\n';
  }
  void text(std::string_view lines) {
    out += lines;
    if (lines.empty() || lines.back() != '\n') out += '\n';
  }
};

} // namespace

void print(const StatementBuffer& statements, std::string& out) {
  Printer printer(statements, out);
  out.reserve(out.size() + statements.statements.size() * 24);
  for (const Statement& s : statements.statements) printer.statement(s);
}

std::string print(const StatementBuffer& statements) {
  std::string out;
  print(statements, out);
  return out;
}

std::string print_statement(const StatementBuffer& statements, u32 index) {
  std::string out;
  Printer(statements, out).statement(statements.statements[index]);
  return out;
}

} // namespace lathe::assembler
