// Operands of Intel syntax: "DWORD PTR foo[rip+4]", "[rax+rcx*8-16]", "OFFSET FLAT:x", "fs:40". A sum of terms, in
// and outside of brackets, where registers become base and index.
#include "assembler/x86/match.h"

#include "assembler/parser.h"

namespace lathe::assembler {

using namespace x86;

namespace {

bool equals(std::string_view a, std::string_view lowercase) {
  if (a.size() != lowercase.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lowercase[i]) return false;
  return true;
}

u16 pointer_size(std::string_view w) {
  static constexpr struct { std::string_view name; u16 bits; } sizes[] = {
      {"byte", 8}, {"word", 16}, {"dword", 32}, {"fword", 48}, {"qword", 64}, {"mmword", 64}, {"tbyte", 80}, {"oword", 128}, {"xmmword", 128}, {"ymmword", 256}, {"zmmword", 512}};
  for (auto& s : sizes)
    if (equals(w, s.name)) return s.bits;
  return 0;
}

bool names_target(std::string_view mnemonic) {
  return lower(mnemonic[0]) == 'j' || equals(mnemonic.substr(0, 4), "call") || equals(mnemonic.substr(0, 4), "loop") || equals(mnemonic, "xbegin");
}

} // namespace

// The terms of one operand, gathered while reading.
class IntelOperands {
public:
  IntelOperands(Parser& owner) : parser(owner) {}
  Address address;
  u32 tree = no_id;          // what is not register or plain number
  SymbolId only_symbol = no_id;
  bool bracketed = false, has_register = false, ok = true, is_offset = false;

  void sum(bool negative, int depth) {
    if (depth > 50) return fail("expression is nested too deeply");
    for (;;) {
      term(negative, depth);
      if (!ok) return;
      parser.skip_blanks();
      char c = *parser.p;
      if (c == '+' || c == '-') {
        negative = c == '-';
        ++parser.p;
      } else if (c == '[') {
        negative = false;
      } else {
        return comparisons(depth);
      }
    }
  }

private:
  Parser& parser;

  // Operators that bind less than a sum: 5 eq 5, 3+4 < 8. What was read becomes their left side.
  void comparisons(int depth) {
    for (BinaryOperator b; ok && depth == 0 && !has_register && parser.operator_ahead(b) && b.rank < 5;) {
      parser.p += b.length;
      u32 right = parser.expression(b.rank);
      if (right == no_id) return fail("missing expression");
      StatementBuffer& buffer = parser.buffer;
      u32 left = tree == no_id ? buffer.constant(address.displacement) : tree;
      if (tree != no_id && address.displacement) left = buffer.binary(Operator::Add, left, buffer.constant(address.displacement));
      tree = buffer.binary(b.op, left, right);
      address.displacement = 0;
      only_symbol = no_id;
      parser.skip_blanks();
    }
  }

  void fail(std::string message) {
    ok = false;
    parser.error(std::move(message));
  }
  Reg peek_register(const char*& end) {
    const char* q = parser.p;
    if (*q == '%') ++q;
    const char* start = q;
    while (is_class(*q, NamePart)) ++q;
    Reg r = find_register({start, static_cast<size_t>(q - start)});
    if (r != Reg::None && reg_class(r) != RegClass::Gpr && reg_class(r) != RegClass::Ip && reg_class(r) != RegClass::Zero && !is_vector(r)) r = Reg::None;
    end = q;
    return r;
  }
  void add_register(Reg r, i64 scale, bool scaled, bool negative) {
    has_register = true;
    if (negative) return fail("invalid use of register");
    if (scaled) {
      if (address.index != Reg::None && address.base == Reg::None && address.scale == 1 && !(address.flags & HasScale)) address.base = address.index, address.index = Reg::None;
      if (address.index != Reg::None) return fail("invalid use of register");
      address.index = r;
      if (scale != 1 && scale != 2 && scale != 4 && scale != 8) return fail("expecting scale factor of 1, 2, 4, or 8: got `" + std::to_string(scale) + "'");
      address.scale = static_cast<u8>(scale);
      address.flags |= HasScale;
      return;
    }
    if (address.base == Reg::None) address.base = r;
    else if (address.index == Reg::None) {
      address.index = r;
      if ((r == Reg::rsp || r == Reg::esp) && address.base != Reg::rsp && address.base != Reg::esp) std::swap(address.base, address.index);
    } else fail("invalid use of register");
  }
  void term(bool negative, int depth) {
    parser.skip_blanks();
    if (*parser.p == '-') {
      ++parser.p;
      return term(!negative, depth);
    }
    if (*parser.p == '+') {
      ++parser.p;
      return term(negative, depth);
    }
    if (*parser.p == '[') {
      bracketed = true;
      ++parser.p;
      // "call [QWORD PTR x[rip]]"
      const char* saved = parser.p;
      parser.skip_blanks();
      std::string_view word = parser.name_token();
      if (u16 size = pointer_size(word)) {
        parser.skip_blanks();
        const char* before = parser.p;
        if (equals(parser.name_token(), "ptr")) address.intel_size = size;
        else parser.p = before;
      } else {
        parser.p = saved;
      }
      sum(negative, depth + 1);
      if (!ok) return;
      parser.skip_blanks();
      if (*parser.p != ']') return fail("unbalanced brackets in operand");
      ++parser.p;
      return;
    }
    const char* end;
    if (is_class(*parser.p, NameStart) || *parser.p == '%') {
      Reg r = peek_register(end);
      if (r != Reg::None) {
        parser.p = end;
        parser.skip_blanks();
        if (*parser.p == '*') {
          ++parser.p;
          u32 e = parser.primary();
          if (e == no_id || parser.buffer.expressions[e].op != Operator::Constant) return fail("bad scale factor");
          return add_register(r, parser.buffer.expressions[e].value, true, negative);
        }
        return add_register(r, 1, false, negative);
      }
      const char* q = parser.p;
      while (is_class(*q, NamePart)) ++q;
      std::string_view word(parser.p, static_cast<size_t>(q - parser.p));
      if (equals(word, "offset")) {
        parser.p = q;
        parser.skip_blanks();
        const char* f = parser.p;
        if (equals(parser.name_token(), "flat")) {
          parser.skip_blanks();
          if (*parser.p == ':') ++parser.p;
          else parser.p = f;
        } else {
          parser.p = f;
        }
        is_offset = true;
        return term(negative, depth);
      }
    }
    if (is_class(*parser.p, DigitChar)) { // 4*rax
      const char* saved = parser.p;
      u64 v = 0;
      bool is_label, big;
      SymbolId label = no_id;
      if (!parser.number(v, is_label, label, big)) {
        ok = false;
        return;
      }
      parser.skip_blanks();
      if (*parser.p == '*' && !is_label) {
        ++parser.p;
        parser.skip_blanks();
        Reg r = is_class(*parser.p, NameStart) || *parser.p == '%' ? peek_register(end) : Reg::None;
        if (r != Reg::None) {
          parser.p = end;
          return add_register(r, static_cast<i64>(v), true, negative);
        }
      }
      parser.p = saved;
    }
    u32 e = parser.expression(5);
    if (e == no_id) {
      ok = false;
      if (!parser.failed_) parser.error("invalid operand");
      return;
    }
    const Expression& x = parser.buffer.expressions[e];
    if (x.op == Operator::Constant) {
      address.displacement += negative ? -x.value : x.value;
      address.flags |= HasDisplacement;
      return;
    }
    if (x.op == Operator::Symbol && tree == no_id && !negative) only_symbol = x.left;
    else only_symbol = no_id;
    if (negative) e = tree == no_id ? parser.buffer.add_expression({.op = Operator::Negate, .left = e}) : parser.buffer.binary(Operator::Subtract, tree, e);
    else if (tree != no_id) e = parser.buffer.binary(Operator::Add, tree, e);
    tree = e;
  }
};

bool Parser::operand_intel(ParsedOperand& out, std::string_view mnemonic) {
  skip_blanks();
  u16 size = 0;
  const char* saved = p;
  bool pointer = false, broadcasts = false;
  std::string_view word = is_class(*p, NameStart) ? name_token() : std::string_view{};
  if ((size = pointer_size(word))) {
    skip_blanks();
    const char* before = p;
    std::string_view next = is_class(*p, NameStart) ? name_token() : std::string_view{};
    if (equals(next, "ptr")) pointer = true;
    else if (equals(next, "bcst")) pointer = decorated_ = broadcasts = true;
    else p = *before == '[' ? before : saved, pointer = *before == '[';
  } else if (equals(word, "short") || (equals(word, "near"))) {
    skip_blanks();
  } else {
    p = saved;
  }
  if (!pointer) size = 0;
  skip_blanks();
  Reg segment = Reg::None;
  // a register, or a segment before ':'
  if (is_class(*p, NameStart) || *p == '%') {
    const char* start = p;
    if (*p == '%') ++p;
    Reg r = register_name();
    if (r != Reg::None) {
      skip_blanks();
      if (reg_class(r) == RegClass::Segment && *p == ':') {
        ++p;
        segment = r;
      } else if (*p == ',' || *p == '{' || at_end()) {
        register_operand(out, r);
        return *p != '{' || decorations(out);
      } else {
        p = start;
      }
    } else {
      p = start;
    }
  }
  modifier_ = Modifier::None;
  IntelOperands terms(*this);
  depth_ = 0;
  terms.address.segment = segment;
  terms.address.intel_size = size;
  if (broadcasts) terms.address.broadcast = broadcast_by_row;
  terms.sum(false, 0);
  if (!terms.ok) return false;
  Address& a = terms.address;
  a.modifier = modifier_;
  bool memory = terms.bracketed || terms.has_register || segment != Reg::None;
  if (!memory || terms.is_offset) {
    if (terms.tree == no_id) {
      out.operand = buffer.immediate(a.displacement);
      out.bits = BitImmediate;
      return true;
    }
    auto make = [&](u8 flags) {
      if (terms.only_symbol != no_id && a.displacement == static_cast<i16>(a.displacement))
        return Operand::make(OperandKind::Symbol, terms.only_symbol, flags, static_cast<u8>(a.modifier), static_cast<u16>(a.displacement));
      u32 e = terms.tree;
      if (a.displacement) e = buffer.binary(Operator::Add, e, buffer.constant(a.displacement));
      return Operand::make(OperandKind::Expression, e, flags, static_cast<u8>(a.modifier));
    };
    // A constant's name is the constant, any other symbol the memory there.
    out.operand = make(0);
    i64 value = 0;
    bool is_immediate = terms.is_offset;
    if (!is_immediate && !names_target(mnemonic)) {
      if (!executor && !pointer) {
        error("in Intel's syntax a symbol alone is an address or a constant, which only assembling tells");
        return false;
      }
      is_immediate = executor && executor->evaluate_now(out.operand, value);
    }
    if (is_immediate || !pointer) {
      if (!is_immediate) out.operand = make(Operand::target_flag);
      out.bits = is_immediate ? BitImmediate : BitMemory | BitTarget;
      return true;
    }
  }
  if (terms.only_symbol != no_id) {
    a.symbol = terms.only_symbol;
  } else if (terms.tree != no_id) {
    a.expression = terms.tree;
    if (a.displacement) a.expression = buffer.binary(Operator::Add, a.expression, buffer.constant(a.displacement)), a.displacement = 0;
  }
  if (a.index == Reg::rsp || a.index == Reg::esp) {
    error("invalid base/index expression");
    return false;
  }
  if ((a.base == Reg::dx) && a.index == Reg::None) {
    register_operand(out, Reg::dx);
    return true;
  }
  // "[rbp+rax*1]" reads as AT&T's (%rbp,%rax); a lone scaled index of one stays an index
  out.operand = buffer.address(a);
  out.bits = BitMemory;
  out.index_width = is_vector(a.index) ? x86::width(a.index) : u16{0};
  return *p != '{' || decorations(out);
}

} // namespace lathe::assembler
