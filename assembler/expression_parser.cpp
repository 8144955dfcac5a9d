// Expressions of GAS text: the common shapes (a number, a symbol, symbol plus number) straight into an operand, the
// rest as a tree with GAS's ranks.
#include "assembler/parser.h"

namespace lathe::assembler {
namespace {

constexpr u32 depth_limit = 400;

BinaryOperator binary_operator(const char* p) {
  switch (*p) {
  case '+': return {Operator::Add, 5, 1};
  case '-': return {Operator::Subtract, 5, 1};
  case '*': return {Operator::Multiply, 8, 1};
  case '/': return {Operator::Divide, 8, 1};
  case '%': return {Operator::Remainder, 8, 1};
  case '&': return p[1] == '&' ? BinaryOperator{Operator::LogicalAnd, 3, 2} : BinaryOperator{Operator::And, 7, 1};
  case '|': return p[1] == '|' ? BinaryOperator{Operator::LogicalOr, 2, 2} : BinaryOperator{Operator::Or, 7, 1};
  case '^': return {Operator::Xor, 7, 1};
  case '!': return p[1] == '=' ? BinaryOperator{Operator::NotEqual, 4, 2} : BinaryOperator{Operator::OrNot, 7, 1};
  case '=': return p[1] == '=' ? BinaryOperator{Operator::Equal, 4, 2} : BinaryOperator{Operator::Constant, -1, 0};
  case '<':
    if (p[1] == '<') return {Operator::ShiftLeft, 8, 2};
    if (p[1] == '=') return {Operator::LessEqual, 4, 2};
    if (p[1] == '>') return {Operator::NotEqual, 4, 2};
    return {Operator::Less, 4, 1};
  case '>':
    if (p[1] == '>') return {Operator::ShiftRight, 8, 2};
    if (p[1] == '=') return {Operator::GreaterEqual, 4, 2};
    return {Operator::Greater, 4, 1};
  }
  return {Operator::Constant, -1, 0};
}

// Operators that are words in Intel's syntax.
constexpr struct { std::string_view word; Operator op; int rank; } intel_operators[] = {
    {"and", Operator::And, 7}, {"eq", Operator::Equal, 4}, {"ge", Operator::GreaterEqual, 4}, {"gt", Operator::Greater, 4},
    {"le", Operator::LessEqual, 4}, {"lt", Operator::Less, 4}, {"mod", Operator::Remainder, 8}, {"ne", Operator::NotEqual, 4},
    {"or", Operator::Or, 7}, {"shl", Operator::ShiftLeft, 8}, {"shr", Operator::ShiftRight, 8}, {"xor", Operator::Xor, 7}};

constexpr std::array<u8, 256> make_digit_values() {
  std::array<u8, 256> t{};
  for (u8& v : t) v = 99;
  for (u8 i = 0; i < 16; ++i) {
    t[static_cast<u8>("0123456789abcdef"[i])] = i;
    t[static_cast<u8>("0123456789ABCDEF"[i])] = i;
  }
  return t;
}
constexpr std::array<u8, 256> digit_values = make_digit_values();
unsigned digit_value(char c) { return digit_values[static_cast<u8>(c)]; }

} // namespace

u32 Parser::fail(std::string message) {
  error(std::move(message));
  return no_id;
}

// At a digit. A decimal number followed by f or b and no further letter is a reference to a local label.
bool Parser::number(u64& v, bool& is_label, SymbolId& label, bool& big) {
  const char* start = p;
  unsigned base = 10;
  is_label = big = false;
  if (*p == '0') {
    char c = lower(p[1]);
    if (c == 'x') base = 16, p += 2;
    else if (c == 'b' && (p[2] == '0' || p[2] == '1')) base = 2, p += 2;
    else if (is_class(c, DigitChar)) base = 8, ++p;
  }
  u64 x = 0;
  const char* first = p;
  for (;; ++p) {
    unsigned d = digit_value(*p);
    if (d >= base) break;
    u64 next;
    if (__builtin_mul_overflow(x, static_cast<u64>(base), &next) || __builtin_add_overflow(next, static_cast<u64>(d), &next)) big = true;
    x = x * base + d;
  }
  if (p == first && base != 10) return error("bad or irreducible absolute expression"), false;
  char c = *p;
  if ((c == 'f' || c == 'b') && !is_class(p[1], NamePart) && (base == 10 || base == 8)) {
    ++p;
    is_label = true;
    u32 n = 0;
    for (const char* q = start; q < p - 1; ++q) n = n * 10 + static_cast<u32>(*q - '0');
    label = local_label(n, c == 'f');
    if (label == no_id) return error("backward ref to unknown label \"" + std::string(start, p - 1) + ":\""), false;
    return true;
  }
  if (base != 16 && (c == 'U' || c == 'L' || c == 'u' || c == 'l'))
    while (*p == 'U' || *p == 'L' || *p == 'u' || *p == 'l') ++p;
  else if (base == 16)
    while (*p == 'U' || *p == 'L' || *p == 'u' || *p == 'l') ++p;
  if (p[0] == '$' && base == 10 && !is_class(p[1], NamePart)) { // 55$ labels
    ++p;
    is_label = true;
    label = buffer.symbols.intern(std::string(start, p) + "\1");
    return true;
  }
  v = x;
  return true;
}

bool Parser::read_modifier() { // at '@'
  const char* q = p + 1;
  while (is_class(*q, NamePart)) ++q;
  i64 m = find_modifier({p + 1, static_cast<size_t>(q - p - 1)});
  if (m < 0) return false;
  if (modifier_ != Modifier::None) {
    error("missing or invalid expression");
    return false;
  }
  modifier_ = static_cast<Modifier>(m);
  p = q;
  return true;
}

// One expression as an operand; modifiers anywhere in it belong to the whole. Empty expressions are errors.
bool Parser::value(Operand& out, bool target) {
  skip_blanks();
  const char* start = p;
  modifier_ = Modifier::None;
  u8 flags = target ? Operand::target_flag : 0;
  // a number alone
  bool negative = *p == '-' && is_class(p[1], DigitChar);
  if (negative || is_class(*p, DigitChar)) {
    if (negative) ++p;
    u64 v = 0;
    bool is_label, big;
    SymbolId label = no_id;
    if (!number(v, is_label, label, big)) return false;
    skip_blanks();
    if (*p == ',' || at_end() || *p == '(' || *p == ')' || *p == ' ') {
      if (is_label && !negative) {
        out = buffer.target(label);
        out.bits = (out.bits & ~u64{Operand::target_flag << 4}) | static_cast<u64>(flags) << 4;
        return true;
      }
      if (!is_label && !big) {
        i64 s = static_cast<i64>(negative ? 0 - v : v);
        out = buffer.immediate(s);
        out.bits |= static_cast<u64>(flags) << 4;
        return true;
      }
    }
    p = start;
  } else if (is_class(*p, NameStart) && !(*p == '.' && !is_class(p[1], NamePart)) && !naked_) {
    const char* q = p + 1;
    while (is_class(*q, NamePart)) ++q;
    std::string_view name(p, static_cast<size_t>(q - p));
    p = q;
    if (*p == '@' && !read_modifier()) {
      p = start;
      if (failed_) return false;
    } else {
      skip_blanks();
      i64 addend = 0;
      if ((*p == '+' || *p == '-') && is_class(p[1], DigitChar) && !(p[1] == '0' && is_class(p[2], NamePart))) {
        const char* sign = p++;
        u64 v = 0;
        while (is_class(*p, DigitChar) && v < 100000) v = v * 10 + static_cast<u64>(*p++ - '0');
        addend = *sign == '-' ? -static_cast<i64>(v) : static_cast<i64>(v);
        if (*p == '@') (void)read_modifier();
        skip_blanks();
      }
      if (addend == static_cast<i16>(addend) && (*p == ',' || at_end() || *p == '(' || *p == ')')) {
        out = Operand::make(OperandKind::Symbol, intern(name), flags, static_cast<u8>(modifier_), static_cast<u16>(addend));
        return true;
      }
      p = start;
      modifier_ = Modifier::None;
    }
  }
  u32 e = expression(0);
  if (e == no_id) {
    if (!failed_) error("missing expression");
    return false;
  }
  const Expression& x = buffer.expressions[e];
  if (x.op == Operator::Constant && modifier_ == Modifier::None && !x.is_unsigned && !x.parenthesized) {
    out = buffer.immediate(x.value);
    out.bits |= static_cast<u64>(flags) << 4;
  } else if (x.op == Operator::Symbol && !x.parenthesized) {
    out = Operand::make(OperandKind::Symbol, x.left, flags, static_cast<u8>(modifier_));
  } else {
    out = Operand::make(OperandKind::Expression, e, flags, static_cast<u8>(modifier_));
  }
  return true;
}

bool Parser::word_ahead(std::string_view word) const {
  if (!intel_) return false;
  for (size_t i = 0; i < word.size(); ++i)
    if (lower(p[i]) != word[i]) return false;
  return !is_class(p[word.size()], NamePart);
}

bool Parser::operator_ahead(BinaryOperator& b) const {
  b = binary_operator(p);
  if (intel_operand_ && *p == '[') return b = {Operator::Add, 5, 0}, true; // foo[rbx]
  if (b.rank >= 0 || !intel_ || !is_class(*p, NameStart)) return b.rank >= 0;
  for (auto& o : intel_operators)
    if (word_ahead(o.word)) return b = {o.op, o.rank, static_cast<int>(o.word.size())}, true;
  return false;
}

// Binary operators of rank above `rank`, left to right.
u32 Parser::expression(int rank) {
  if (++depth_ > depth_limit) {
    depth_ = 0;
    return fail("expression is nested too deeply");
  }
  u32 left = primary();
  while (left != no_id) {
    skip_blanks();
    if (*p == '@' && read_modifier()) continue;
    BinaryOperator b;
    if (!operator_ahead(b) || b.rank <= rank) break;
    p += b.length;
    u32 right = expression(b.rank);
    if (right == no_id) {
      if (!failed_) error("missing expression");
      left = no_id;
      break;
    }
    const bool left_register = buffer.expressions[left].has_register, right_register = buffer.expressions[right].has_register;
    left = buffer.binary(b.op, left, right);
    if (left_register || right_register) [[unlikely]] {
      bool fits = b.op == Operator::Add || (b.op == Operator::Subtract && !right_register) || (b.op == Operator::Multiply && left_register != right_register && intel_operand_->brackets);
      if (!fits) return fail("invalid use of register");
      buffer.expressions[left].has_register = true;
    }
  }
  if (depth_) --depth_;
  return left;
}

// Behind an operator of one operand.
u32 Parser::nested_primary() {
  if (++depth_ > depth_limit) return depth_ = 0, fail("expression is nested too deeply");
  u32 e = primary();
  if (depth_) --depth_;
  return e;
}

u32 Parser::primary() {
  skip_blanks();
  if (failed_) return no_id;
  if (u32 e; intel_operand_ && intel_primary(e)) return e;
  char c = *p;
  if (is_class(c, DigitChar)) {
    u64 v = 0;
    bool is_label, big;
    SymbolId label = no_id;
    if (!number(v, is_label, label, big)) return no_id;
    if (is_label) return buffer.symbol_expression(label);
    if (big) return fail("bignum invalid");
    return buffer.add_expression({.op = Operator::Constant, .is_unsigned = v > 0x7fffffffffffffffu, .value = static_cast<i64>(v)});
  }
  switch (c) {
  case '-': case '~': case '!': case '+': {
    ++p;
    u32 e = nested_primary();
    if (e == no_id || c == '+') return e;
    Expression& x = buffer.expressions[e];
    if (x.has_register) return fail("invalid use of register");
    if (x.op == Operator::Constant && c == '-' && !x.parenthesized) {
      x.value = static_cast<i64>(0 - static_cast<u64>(x.value));
      x.is_unsigned = false;
      return e;
    }
    return buffer.add_expression({.op = c == '-' ? Operator::Negate : c == '~' ? Operator::Not : Operator::LogicalNot, .left = e});
  }
  case '(': {
    ++p;
    u32 e = expression(0);
    if (e == no_id) return failed_ ? no_id : fail("missing expression");
    skip_blanks();
    if (*p == '@') (void)read_modifier();
    if (*p != ')') return fail("missing ')'");
    ++p;
    buffer.expressions[e].parenthesized = true;
    return e;
  }
  case '\'': {
    if (!p[1] || p[1] == '\n') return fail("missing expression");
    ++p;
    i64 v;
    if (*p == '\\' && p[1]) {
      ++p;
      switch (*p) {
      case 'n': v = '\n'; break;
      case 't': v = '\t'; break;
      case 'r': v = '\r'; break;
      case 'b': v = '\b'; break;
      case 'f': v = '\f'; break;
      default: v = static_cast<u8>(*p);
      }
      ++p;
    } else {
      v = static_cast<u8>(*p++);
    }
    if (*p == '\'') ++p;
    return buffer.constant(v);
  }
  case '.':
    if (!is_class(p[1], NamePart)) {
      ++p;
      return buffer.add_expression({.op = Operator::Here});
    }
    break;
  case '%':
    return no_id;
  case '"': {
    std::string name;
    if (!string_literal(name)) return no_id;
    return buffer.symbol_expression(buffer.symbols.intern(name));
  }
  }
  if (is_class(c, NameStart)) {
    if (intel_ && word_ahead("not")) {
      p += 3;
      u32 e = nested_primary();
      if (e != no_id && buffer.expressions[e].has_register) return fail("invalid use of register");
      return e == no_id ? e : buffer.add_expression({.op = Operator::Not, .left = e});
    }
    const char* q = p + 1;
    while (is_class(*q, NamePart)) ++q;
    std::string_view name(p, static_cast<size_t>(q - p));
    p = q;
    if (naked_ && intel_ && !intel_operand_ && find_register(name) != Reg::None && x86::reg_class(find_register(name)) != x86::RegClass::Zero)
      return fail("the register `" + std::string(name) + "' has no value outside of an instruction");
    return buffer.symbol_expression(intern(name));
  }
  return no_id;
}

} // namespace lathe::assembler
