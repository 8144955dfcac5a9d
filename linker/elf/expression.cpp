#include "linker/elf/expression.h"

#include "linker/elf/passes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <unordered_map>

namespace lathe::linker {
namespace {

constexpr int deepest = 200;

int precedence(std::string_view op) {
  static const std::unordered_map<std::string_view, int> table = {
      {"*", 10}, {"/", 10}, {"%", 10}, {"+", 9}, {"-", 9}, {"<<", 8}, {">>", 8}, {"<", 7}, {"<=", 7}, {">", 7},
      {">=", 7}, {"==", 6}, {"!=", 6}, {"&", 5}, {"^", 4}, {"|", 3}, {"&&", 2}, {"||", 1}};
  auto it = table.find(op);
  return it == table.end() ? 0 : it->second;
}

} // namespace

Value Expression::fail(const Word& at, std::string message) {
  words_.fail(at, std::move(message));
  return {};
}

Value Expression::read() {
  Value v = ternary();
  if (!words_.failed() && !words_.at_end()) words_.fail(words_.peek(), fmt::format("unexpected '{}' in expression", words_.peek().text));
  return v;
}

Value Expression::absolute(Value v) {
  if (v.base && final_addresses_) return {v.number + v.base->value, nullptr, v.is_address, v.output};
  if (v.base) needs_addresses_ = true;
  return {v.number, nullptr, v.is_address, v.output};
}

Value Expression::primary() {
  if (++depth_ > deepest) return fail(words_.peek(), fmt::format("expression nests deeper than {}", deepest));
  Value v = primary_inner();
  --depth_;
  return v;
}

Value Expression::primary_inner() {
  Word w = words_.take();
  if (w.text == "(") {
    Value v = ternary();
    words_.expect(")");
    return v;
  }
  if (w.text == "-") return {-absolute(primary()).number};
  if (w.text == "~") return {~absolute(primary()).number};
  if (w.text == "!") return {absolute(primary()).number == 0};
  if (w.text == "+") return primary();
  if (w.text.empty()) return fail(w, "expression ends too early");
  if (w.text[0] >= '0' && w.text[0] <= '9') return number(w);
  if (facts_ && w.text == ".") return {facts_->dot, nullptr, true};
  if (!words_.at_end() && words_.peek().text == "(" && !words_.peek().quoted) return function(w);
  if (facts_ && w.text == "SIZEOF_HEADERS") return {facts_->header_size()};
  return symbol(w);
}

Value Expression::symbol(const Word& w) {
  Symbol* s = ctx_.symbols.find(w.text);
  if (!s || (!s->is_defined() && s->kind != SymbolKind::Shared)) return fail(w, fmt::format("undefined symbol '{}' referenced in expression", w.text));
  if (facts_) return {facts_->symbol_address(*s), nullptr, !s->is_absolute(), facts_->symbol_output(*s)};
  return {0, s};
}

Value Expression::function(const Word& name) {
  if (name.text == "DEFINED") {
    words_.take();
    Symbol* asked = ctx_.symbols.find(words_.take().text);
    words_.expect(")");
    return {asked && asked->is_defined() ? u64{1} : 0};
  }
  if (name.text == "ABSOLUTE") {
    words_.take();
    Value v = absolute(ternary());
    words_.expect(")");
    return {v.number};
  }
  if (facts_) {
    if (std::optional<Value> v = script_function(name)) return *v;
  } else if (name.text == "ADDR" || name.text == "SIZEOF") {
    return of_output(name.text == "ADDR");
  }
  return fail(name, fmt::format("unknown function '{}' in expression", name.text));
}

// ADDR and SIZEOF without a script: of the sections that were laid out by themselves.
Value Expression::of_output(bool address) {
  words_.take();
  Word asked = words_.take();
  words_.expect(")");
  if (!final_addresses_) {
    needs_addresses_ = true;
    return {};
  }
  for (const OutputSection* o : ctx_.outputs)
    if (o->name == asked.text) return {address ? o->address : o->size, nullptr, address};
  return fail(asked, fmt::format("undefined section '{}' referenced in expression", asked.text));
}

std::optional<Value> Expression::script_function(const Word& name) {
  std::string_view f = name.text;
  constexpr std::array<std::string_view, 6> of_names = {"ADDR", "LOADADDR", "SIZEOF", "ALIGNOF", "ORIGIN", "LENGTH"};
  if (std::find(of_names.begin(), of_names.end(), f) != of_names.end()) {
    words_.take();
    Word asked = words_.take();
    words_.expect(")");
    std::optional<u64> v = facts_->property(f, asked.text);
    if (!v) return fail(asked, fmt::format("{} of '{}', which is not defined", f, asked.text));
    return Value{*v, nullptr, f == "ADDR" || f == "LOADADDR"};
  }
  if (f == "CONSTANT") {
    words_.take();
    Word asked = words_.take();
    words_.expect(")");
    if (asked.text != "MAXPAGESIZE" && asked.text != "COMMONPAGESIZE") return fail(asked, fmt::format("unknown constant '{}'", asked.text));
    return Value{facts_->page_size(asked.text[0] == 'C')};
  }
  if (f == "ASSERT") { // (value, message): errors of expressions count in the last round only
    words_.take();
    Value v = absolute(ternary());
    words_.expect(",");
    Word message = words_.take();
    words_.expect(")");
    return v.number || words_.failed() ? v : fail(message, std::string(message.text));
  }
  if (f == "SEGMENT_START") { // (segment, address without an option)
    words_.take();
    std::optional<u64> given = facts_->segment_start(words_.take().text);
    words_.expect(",");
    Value v = ternary();
    words_.expect(")");
    return given ? Value{*given, nullptr, true} : v;
  }
  constexpr std::array<std::string_view, 9> with_values = {"ALIGN", "BLOCK", "MAX", "MIN", "LOG2CEIL", "NEXT",
                                                           "DATA_SEGMENT_ALIGN", "DATA_SEGMENT_END", "DATA_SEGMENT_RELRO_END"};
  if (std::find(with_values.begin(), with_values.end(), f) == with_values.end()) return std::nullopt;
  words_.take();
  Value a = absolute(ternary()), b;
  bool two = words_.accept(",");
  if (two) b = absolute(ternary());
  words_.expect(")");
  if (words_.failed()) return Value{};
  auto aligned = [&](u64 value, u64 align) -> Value {
    if (align & (align - 1)) return fail(name, fmt::format("{} to {}, which is no power of two", f, align));
    return {align ? align_to(value, align) : value, nullptr, true};
  };
  if (f == "ALIGN" || f == "BLOCK" || f == "NEXT") return two ? aligned(a.number, b.number) : aligned(facts_->dot, a.number);
  if (f == "MAX") return a.number > b.number ? a : b;
  if (f == "MIN") return a.number < b.number ? a : b;
  if (f == "LOG2CEIL") return Value{a.number > 1 ? static_cast<u64>(64 - __builtin_clzll(a.number - 1)) : 0};
  if (f == "DATA_SEGMENT_END") return a;
  if (f == "DATA_SEGMENT_RELRO_END") {
    u64 end = align_to(b.number, facts_->page_size(true));
    facts_->set_relro(0, end);
    return Value{end, nullptr, true};
  }
  u64 page = std::max<u64>(a.number, 1); // DATA_SEGMENT_ALIGN: the next page, at the same place in it
  if (page & (page - 1)) return fail(name, fmt::format("page size {} is no power of two", page));
  u64 start = align_to(facts_->dot, page) + (facts_->dot & (page - 1));
  facts_->set_relro(start, 0);
  return Value{start, nullptr, true};
}

Value Expression::number(const Word& w) {
  std::string_view digits = w.text;
  u64 scale = 1;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2), base = 16;
  else if (digits.starts_with('0')) base = 8;
  if (digits.ends_with('K') || digits.ends_with('k')) scale = 1024, digits.remove_suffix(1);
  else if (digits.ends_with('M') || digits.ends_with('m')) scale = 1 << 20, digits.remove_suffix(1);
  u64 n = 0;
  auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), n, base);
  if (code != std::errc{} || end != digits.data() + digits.size()) return fail(w, fmt::format("'{}' is no number", w.text));
  return {n * scale};
}

Value Expression::binary(int lowest) {
  Value left = primary();
  while (!words_.failed()) {
    Word op = words_.peek();
    int level = precedence(op.text);
    if (level == 0 || level < lowest) return left;
    words_.take();
    Value right = binary(level + 1);
    left = combine(op, left, right);
  }
  return left;
}

Value Expression::combine(const Word& op, Value a, Value b) {
  if (op.text == "+" && a.base && !b.base) return {a.number + b.number, a.base};
  if (op.text == "+" && b.base && !a.base) return {a.number + b.number, b.base};
  if (op.text == "-" && a.base && !b.base) return {a.number - b.number, a.base};
  bool either = a.is_address || b.is_address;
  u64 x = absolute(a).number, y = absolute(b).number;
  i64 sx = static_cast<i64>(x), sy = static_cast<i64>(y); // as GNU ld: only quotients are signed
  switch (op.text[0]) {
  case '*': return {x * y};
  case '/': return y == ~u64{0} ? Value{-x} : y ? Value{static_cast<u64>(sx / sy)} : needs_addresses_ ? Value{} : fail(op, "division by zero");
  case '%': return y == ~u64{0} ? Value{0} : y ? Value{static_cast<u64>(sx % sy)} : needs_addresses_ ? Value{} : fail(op, "division by zero");
  case '+': return {x + y, nullptr, either};
  case '-': return {x - y, nullptr, a.is_address != b.is_address};
  case '<': return op.text == "<<" ? Value{y < 64 ? x << y : 0} : op.text == "<=" ? Value{x <= y} : Value{x < y};
  case '>': return op.text == ">>" ? Value{y < 64 ? x >> y : 0} : op.text == ">=" ? Value{x >= y} : Value{x > y};
  case '=': return {x == y};
  case '!': return {x != y};
  case '&': return op.text == "&&" ? Value{x && y} : Value{x & y, nullptr, either};
  case '^': return {x ^ y};
  default: return op.text == "||" ? Value{x || y} : Value{x | y, nullptr, either};
  }
}

Value Expression::ternary() {
  if (++depth_ > deepest) return fail(words_.peek(), fmt::format("expression nests deeper than {}", deepest));
  Value condition = binary(1);
  if (words_.accept("?")) {
    Value yes = ternary();
    words_.expect(":");
    Value no = ternary();
    condition = absolute(condition).number ? yes : no;
  }
  --depth_;
  return condition;
}

} // namespace lathe::linker
