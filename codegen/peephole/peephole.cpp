// The peephole's frame: finds functions, lets the target's rules work on each in rounds, compacts once at the end.

#include "codegen/peephole/peephole.h"

#include "assembler/assemble.h"
#include "codegen/peephole/check.h"

#include <algorithm>

namespace lathe::codegen::peephole {

using assembler::Directive;
using assembler::no_id;
using assembler::Operand;
using assembler::OperandKind;
using assembler::Operator;
using assembler::StatementKind;

namespace {

struct RuleText {
  std::string_view name, reason;
};
constexpr RuleText rule_texts[] = {
#define RULE(name, reason) {#name, reason},
#include "codegen/x86/peephole/rules.def"
#undef RULE
};

// Which symbols are named by anything but a direct jump, a label or a directive that only describes them.
class SymbolUses {
public:
  explicit SymbolUses(const StatementBuffer& b) : buffer_(b), taken_(b.symbols.size(), 0) {}

  std::vector<u8> run(const Rules& rules, const Options& options) {
    for (const Statement& s : buffer_.statements) {
      if (s.kind == StatementKind::Label && !options.whole && !is_own_block(buffer_.name(s.first))) take(s.first);
      if (s.kind == StatementKind::Text) words(buffer_.strings[s.first]);
      if (s.kind == StatementKind::Directive && !only_describes(static_cast<Directive>(s.id))) operands(s);
      if (s.kind != StatementKind::Instruction) continue;
      bool direct_jump = s.operand_count == 1 && buffer_.operands_of(s)[0].is(OperandKind::Symbol) &&
                         rules.effects(buffer_, s, options).target != no_id;
      if (!direct_jump) operands(s);
    }
    return std::move(taken_);
  }

private:
  // Our generator's other local labels (.LBA, .LBM) are named by data that another chunk holds.
  static bool is_own_block(std::string_view label) { return label.starts_with(".LBB") || label.starts_with(".LT"); }
  static bool only_describes(Directive d) {
    return d == Directive::type || d == Directive::size || d == Directive::globl || d == Directive::hidden ||
           d == Directive::weak || d == Directive::local || d == Directive::loc;
  }
  void operands(const Statement& s) {
    for (Operand o : buffer_.operands_of(s)) {
      if (o.is(OperandKind::Symbol)) take(o.symbol());
      if (o.is(OperandKind::Expression)) expression(o.index(), 0);
      if (o.is(OperandKind::Word) || o.is(OperandKind::String)) words(buffer_.strings[o.index()]);
      if (o.is(OperandKind::Address)) {
        const assembler::Address& a = buffer_.addresses[o.index()];
        take(a.symbol);
        expression(a.expression, 0);
      }
    }
  }
  void take(SymbolId s) {
    if (s != no_id) taken_[s] = 1;
  }
  void expression(u32 id, u32 depth) {
    if (id == no_id) return;
    const assembler::Expression& e = buffer_.expressions[id];
    if (e.op == Operator::Symbol) return take(e.left);
    if (e.op == Operator::Constant || e.op == Operator::Here) return;
    if (depth > 500) return std::fill(taken_.begin(), taken_.end(), u8{1});
    expression(e.left, depth + 1);
    expression(e.right, depth + 1);
  }
  // Every word of a text that is some symbol's name.
  void words(std::string_view text) {
    auto is_part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$';
    };
    for (size_t i = 0; i < text.size();) {
      size_t start = i;
      while (i < text.size() && is_part(text[i])) ++i;
      if (i > start) {
        u32 id = buffer_.symbols.find(text.substr(start, i - start));
        if (id != Interner::none) take(id);
      } else {
        ++i;
      }
    }
  }
  const StatementBuffer& buffer_;
  std::vector<u8> taken_;
};

struct Span {
  u32 begin, end;
};

// A function runs from its label to the .size that names it; of overlapping ones the first is taken.
std::vector<Span> find_functions(const StatementBuffer& b) {
  std::vector<u32> label(b.symbols.size(), no_id);
  std::vector<Span> spans;
  for (u32 i = 0; i < b.statements.size(); ++i) {
    const Statement& s = b.statements[i];
    if (s.kind == StatementKind::Label) label[s.first] = i;
    if (s.kind != StatementKind::Directive || static_cast<Directive>(s.id) != Directive::size || s.operand_count == 0) continue;
    Operand o = b.operands_of(s)[0];
    if (!o.is(OperandKind::Symbol) || label[o.symbol()] == no_id) continue;
    Span span{label[o.symbol()], i};
    if (spans.empty() || span.begin >= spans.back().end) spans.push_back(span);
  }
  return spans;
}

// Copies share nothing with what they were copied from, since rules change operands in place.
Statement copy_of(StatementBuffer& b, Statement s) {
  u32 first = static_cast<u32>(b.operands.size());
  for (u32 i = 0; i < s.operand_count; ++i) {
    Operand o = b.operands[s.first + i];
    if (o.is(OperandKind::Address)) {
      b.addresses.push_back(assembler::Address(b.addresses[o.index()]));
      o.bits = (o.bits & 0xffffffff) | u64(b.addresses.size() - 1) << 32;
    }
    b.operands.push_back(o);
  }
  s.first = first;
  return s;
}

// One pass over the buffer, however many functions want copies.
void make_copies(StatementBuffer& b, const Options& options, const Rules& rules, const std::vector<u8>& taken, Stats& stats) {
  std::vector<Copy> copies;
  for (Span span : find_functions(b)) {
    if (!rules.wants_copies(b, span.begin, span.end)) continue;
    Region region(b, options, rules, taken, span.begin, span.end);
    if (region.build() && !region.blocks.empty()) rules.plan_copies(region, copies, stats);
  }
  if (copies.empty()) return;
  std::vector<Statement> old;
  old.swap(b.statements);
  size_t next = 0;
  for (u32 i = 0; i < old.size(); ++i) {
    if (next == copies.size() || copies[next].at != i) {
      b.statements.push_back(old[i]);
      continue;
    }
    for (u32 j = copies[next].begin; j < copies[next].end; ++j)
      if (old[j].kind == StatementKind::Instruction) b.statements.push_back(copy_of(b, old[j]));
    ++next;
  }
}

bool names_its_compiler(const StatementBuffer& b) {
  for (const Statement& s : b.statements) {
    if (s.kind != StatementKind::Directive || static_cast<Directive>(s.id) != Directive::ident || s.operand_count == 0) continue;
    Operand o = b.operands_of(s)[0];
    if (!o.is(OperandKind::String) && !o.is(OperandKind::Word)) continue;
    std::string_view text = b.strings[o.index()];
    if (text.find("GCC:") != text.npos || text.find("clang version") != text.npos) return true;
  }
  return false;
}

void prove(Region& region, const UnwrittenReads& before) {
  Live lost;
  u32 at = first_lost_write(region, before, lost);
  if (at == no_id) return;
  internal_error("the peephole removed a write that is read (units " + std::to_string(lost.units) + ", flags " +
                 std::to_string(lost.flags) + ") by: " + assembler::print_statement(region.buffer, at));
}

u64 count_instructions(const StatementBuffer& b) {
  return static_cast<u64>(std::count_if(b.statements.begin(), b.statements.end(),
                                        [](const Statement& s) { return s.kind == StatementKind::Instruction; }));
}

} // namespace

void Stats::add(const Stats& other) {
  if (fired.size() < other.fired.size()) fired.resize(other.fired.size());
  for (size_t i = 0; i < other.fired.size(); ++i) fired[i] += other.fired[i];
  instructions_before += other.instructions_before;
  instructions_after += other.instructions_after;
}

std::string Stats::format() const {
  std::string out = "peephole: " + std::to_string(instructions_before) + " instructions in, " +
                    std::to_string(instructions_after) + " out\n";
  for (size_t i = 0; i < fired.size(); ++i)
    if (fired[i])
      out += "  " + std::string(rule_texts[i].name) + ": " + std::to_string(fired[i]) + " (" +
             std::string(rule_texts[i].reason) + ")\n";
  return out;
}

void optimize(StatementBuffer& buffer, const Options& asked, Stats& stats) {
  Options options = asked;
  if (options.origin == Origin::Unknown && names_its_compiler(buffer)) options.origin = Origin::Compiler;
  const Rules& rules = x86_rules();
  if (stats.fired.size() < std::size(rule_texts)) stats.fired.resize(std::size(rule_texts));
  stats.instructions_before += count_instructions(buffer);
  std::vector<u8> taken = SymbolUses(buffer).run(rules, options);
  if (options.level >= 2) make_copies(buffer, options, rules, taken, stats);
  u32 max_rounds = options.level >= 2 ? 4 : 1;
  for (Span span : find_functions(buffer)) {
    Region region(buffer, options, rules, taken, span.begin, span.end);
    bool is_own = options.verify && options.origin == Origin::Own && region.build() && !region.blocks.empty();
    UnwrittenReads before = is_own ? find_unwritten_reads(region) : UnwrittenReads();
    for (u32 round = 0; round < max_rounds; ++round)
      if (!region.build() || region.blocks.empty() || !rules.round(region, stats)) break;
    if (is_own && region.build() && !region.blocks.empty()) prove(region, before);
  }
  std::erase_if(buffer.statements, [](const Statement& s) { return s.kind == StatementKind::Dead; });
  stats.instructions_after += count_instructions(buffer);
}

} // namespace lathe::codegen::peephole
