#pragma once
// The statement buffer: assembly text in memory, one Statement a line of code, for the parser and the code
// generator that fill it, the peephole that edits it, and the encoder and the printer that consume it. Printing a
// buffer and parsing the text gives the same buffer; assembling either gives the same bytes.
//
// Operands are in Intel order (destination first). Symbols are ids of `symbols`; the local label `1:` is a symbol
// whose name is "1", an 0x02 byte and its ordinal, which the printer writes as `1:`, `1b`, `1f`.

#include "assembler/ids.h"
#include "common/intern.h"

#include <bit>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::assembler {

using SymbolId = u32;
constexpr u32 no_id = ~0u;

// What follows the '@' of a symbol in an operand.
enum class Modifier : u8 {
#define MODIFIER(name, text) name,
#include "assembler/modifiers.def"
#undef MODIFIER
};

enum class OperandKind : u8 {
  None,
  Register,
  Immediate,     // i32 inline
  WideImmediate, // index into wide
  Symbol,        // symbol + modifier + addend of 16 bits, inline
  Expression,    // index into expressions, with a modifier
  Address,       // index into addresses
  String,        // directives: index into strings, printed with quotes
  Word,          // directives: index into strings, printed bare
};

// An operand of a statement: a tagged word. `target`: a bare symbol or expression, as a branch has it; without it
// AT&T text shows a '$'. Directives' operands are all bare.
struct Operand {
  u64 bits = 0;

  static Operand make(OperandKind k, u32 high, u8 flags = 0, u8 modifier = 0, u16 low = 0) {
    return {static_cast<u64>(k) | static_cast<u64>(flags) << 4 | static_cast<u64>(modifier) << 8 |
            static_cast<u64>(low) << 16 | static_cast<u64>(high) << 32};
  }
  static constexpr u8 indirect_flag = 1, target_flag = 2;

  OperandKind kind() const { return static_cast<OperandKind>(bits & 15); }
  bool is(OperandKind k) const { return kind() == k; }
  bool is_indirect() const { return bits >> 4 & indirect_flag; } // '*' in AT&T text
  bool is_target() const { return bits >> 4 & target_flag; }
  RegId reg() const { return RegId(static_cast<u16>(bits >> 32)); }
  i32 immediate() const { return static_cast<i32>(bits >> 32); }
  u32 index() const { return static_cast<u32>(bits >> 32); } // of the pool, or the symbol's id
  SymbolId symbol() const { return static_cast<u32>(bits >> 32); }
  Modifier modifier() const { return static_cast<Modifier>(bits >> 8 & 255); }
  i16 addend() const { return static_cast<i16>(bits >> 16 & 0xffff); }
  bool operator==(const Operand&) const = default;
};

// segment:displacement+expression(base, index, scale). A symbol alone stands in `symbol`; anything richer (two
// symbols, operators) is an expression.
struct Address {
  i64 displacement = 0;
  SymbolId symbol = no_id;
  u32 expression = no_id;
  RegId segment, base, index;
  u8 scale = 1;
  Modifier modifier = Modifier::None;
  u8 flags = 0; // AddressFlag
  u8 broadcast = 0;   // N of {1toN}; 0: none
  u16 intel_size = 0; // bits said by "dword ptr"; 0: not said
  bool operator==(const Address&) const = default;
};
// HasDisplacement: a displacement was written, even if zero; HasScale: so was the scale. SymbolNotFirst: the text has
// the number before the symbol, which decides the order of local symbols.
enum AddressFlag : u8 { HasDisplacement = 1, HasScale = 2, SymbolNotFirst = 4 };

enum class Operator : u8 {
  Constant, Symbol, Here, // leaves; Here is '.', a place given when the expression is read
  Negate, Not, LogicalNot,
  Add, Subtract, Multiply, Divide, Remainder, ShiftLeft, ShiftRight, And, Or, Xor, OrNot,
  Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, LogicalAnd, LogicalOr,
  Register, // a leaf while an operand of Intel's syntax is read: `left` is the register, `right` whether in brackets
};

struct Expression {
  Operator op = Operator::Constant;
  Modifier modifier = Modifier::None; // of a Symbol
  bool parenthesized = false;
  bool is_unsigned = false; // of a Constant too large for i64
  bool has_register = false; // an operator's or a Register
  u32 left = no_id, right = no_id; // ids of expressions; Symbol: left is the symbol's id
  i64 value = 0;
};

enum class StatementKind : u8 { Instruction, Label, Directive, Text, Dead };

enum Prefix : u16 {
  PrefixLock = 1 << 0, PrefixRep = 1 << 1, PrefixRepne = 1 << 2, PrefixNotrack = 1 << 3, PrefixBnd = 1 << 4,
  PrefixData16 = 1 << 5, PrefixAddr32 = 1 << 6, PrefixRexW = 1 << 7, PrefixRex = 1 << 8,
  PseudoDisp8 = 1 << 9, PseudoDisp32 = 1 << 10, PseudoLoad = 1 << 11, PseudoStore = 1 << 12, PseudoVex3 = 1 << 13,
  PseudoVex = 1 << 14, PseudoNoOptimize = 1 << 15,
};

// Of an Instruction: whether its row is final, segment prefixes and REX bits of the text, ".._q" left off, a Decoration.
enum StatementMark : u16 { RowIsFinal = 1, SpelledWithoutSuffix = 1 << 8, IsDecorated = 1 << 9 };

// AVX-512's additions to an instruction's operands, in a hidden operand behind the others of an IsDecorated statement.
enum class RoundingMode : u8 { None, Sae, Nearest, Down, Up, Zero };
struct Decoration {
  u8 mask = 0;          // of operand 0, {%k1}..{%k7}; 0: none
  bool zeroing = false; // {z}
  RoundingMode rounding = RoundingMode::None;
  bool evex = false;    // the prefix {evex} was written
  bool any() const { return mask || zeroing || rounding != RoundingMode::None || evex; }
};

struct Statement {
  StatementKind kind = StatementKind::Dead;
  u8 operand_count = 0;
  u16 id = 0;          // RowId of an Instruction, Directive of a Directive; Text: 1 when the next string is its origin
  u32 first = 0;       // first operand in `operands`; Label: its symbol; Text: index into strings
  u32 place = 0;       // the line it came from, or comment_flag | index into strings: generated, with a comment
  u16 prefixes = 0;    // of an Instruction: Prefix bits
  u16 reserved = 0;    // how the parser and the peephole left it: StatementMark

  RowId row() const { return RowId(id); }
};
static_assert(sizeof(Statement) == 16 && sizeof(Operand) == 8);
constexpr u32 comment_flag = 1u << 31;

enum class Directive : u16 {
#define DIRECTIVE(name, text, shape) name,
#include "assembler/directives.def"
#undef DIRECTIVE
  Count
};

// In quotes, with GAS's escapes.
void append_quoted(std::string_view bytes, std::string& out);

class StatementBuffer {
public:
  std::vector<Statement> statements;
  std::vector<Operand> operands;
  std::vector<Address> addresses;
  std::vector<Expression> expressions;
  std::vector<u64> wide;
  std::vector<std::string_view> strings; // views into the source or into `text`
  Arena text;
  Interner symbols;
  u32 place = 0;            // given to appended statements: a line number
  bool wants_comments = false; // whoever fills the buffer may say what comes from where, for readers of the text
  std::string source_name;  // what messages call the text

  void clear_statements() {
    statements.clear(), operands.clear(), addresses.clear(), expressions.clear(), wide.clear(), strings.clear();
  }
  std::span<const Operand> operands_of(const Statement& s) const { return {operands.data() + s.first, s.operand_count}; }
  std::span<Operand> operands_of(const Statement& s) { return {operands.data() + s.first, s.operand_count}; }
  Decoration decoration_of(const Statement& s) const {
    if (!(s.reserved & IsDecorated)) return {};
    u32 bits = operands[s.first + s.operand_count].index();
    return {static_cast<u8>(bits & 7), (bits & 8) != 0, static_cast<RoundingMode>(bits >> 4 & 7), (bits & 0x80) != 0};
  }
  static Operand hidden(const Decoration& d) {
    return Operand::make(OperandKind::None, d.mask | u32{d.zeroing} << 3 | static_cast<u32>(d.rounding) << 4 | u32{d.evex} << 7);
  }
  SymbolId symbol(std::string_view name) { return symbols.intern(name); }
  std::string_view name(SymbolId id) const { return symbols.text(id); }

  // Operands.
  static Operand reg(RegId r) { return Operand::make(OperandKind::Register, r.value); }
  static Operand indirect(Operand o) { return {o.bits | Operand::indirect_flag << 4}; }
  Operand immediate(i64 value) {
    if (value == static_cast<i32>(value)) return Operand::make(OperandKind::Immediate, static_cast<u32>(value));
    wide.push_back(static_cast<u64>(value));
    return Operand::make(OperandKind::WideImmediate, static_cast<u32>(wide.size() - 1));
  }
  // $symbol+addend as an immediate.
  Operand symbol_immediate(SymbolId s, i64 addend = 0, Modifier m = Modifier::None) { return symbol_operand(s, addend, m, 0); }
  // A branch target, or a directive's operand.
  Operand target(SymbolId s, i64 addend = 0, Modifier m = Modifier::None) { return symbol_operand(s, addend, m, Operand::target_flag); }
  Operand expression(u32 id, bool is_target, Modifier m = Modifier::None) {
    return Operand::make(OperandKind::Expression, id, is_target ? Operand::target_flag : 0, static_cast<u8>(m));
  }
  Operand address(const Address& a) {
    addresses.push_back(a);
    return Operand::make(OperandKind::Address, static_cast<u32>(addresses.size() - 1));
  }
  Operand memory(RegId base, i64 displacement = 0, RegId index = {}, u8 scale = 1) {
    Address a;
    a.base = base, a.index = index, a.scale = scale, a.displacement = displacement;
    a.flags = static_cast<u8>((displacement ? HasDisplacement : 0) | (index.is_none() ? 0 : HasScale));
    return address(a);
  }
  // symbol+addend(pc), with a modifier such as GOTPCREL.
  Operand pc_relative(RegId pc, SymbolId s, i64 addend = 0, Modifier m = Modifier::None) {
    Address a;
    a.base = pc, a.symbol = s, a.displacement = addend, a.modifier = m;
    return address(a);
  }
  Operand string(std::string_view s) { // copied
    strings.push_back(text.copy(s));
    return Operand::make(OperandKind::String, static_cast<u32>(strings.size() - 1));
  }
  Operand word(std::string_view s) {
    strings.push_back(text.copy(s));
    return Operand::make(OperandKind::Word, static_cast<u32>(strings.size() - 1));
  }

  // Expressions.
  u32 constant(i64 value) { return add_expression({.op = Operator::Constant, .value = value}); }
  u32 symbol_expression(SymbolId s, Modifier m = Modifier::None) { return add_expression({.op = Operator::Symbol, .modifier = m, .left = s}); }
  u32 binary(Operator op, u32 left, u32 right) { return add_expression({.op = op, .left = left, .right = right}); }
  u32 add_expression(const Expression& e) {
    expressions.push_back(e);
    return static_cast<u32>(expressions.size() - 1);
  }
  // a - b (+ addend), the commonest general expression, as a directive's operand.
  Operand difference(SymbolId a, SymbolId b, i64 addend = 0) {
    u32 e = binary(Operator::Subtract, symbol_expression(a), symbol_expression(b));
    if (addend) e = binary(Operator::Add, e, constant(addend));
    return expression(e, true);
  }

  // Statements.
  u32 instruction(RowId row, std::initializer_list<Operand> list = {}, u16 prefixes = 0) {
    return instruction(row, std::span<const Operand>(list.begin(), list.size()), prefixes);
  }
  u32 instruction(RowId row, std::span<const Operand> list, u16 prefixes = 0) {
    return append(StatementKind::Instruction, row.value, list, prefixes);
  }
  u32 label(SymbolId s) {
    statements.push_back({StatementKind::Label, 0, 0, s, place, 0, 0});
    return static_cast<u32>(statements.size() - 1);
  }
  u32 directive(Directive d, std::initializer_list<Operand> list = {}) {
    return append(StatementKind::Directive, static_cast<u16>(d), {list.begin(), list.size()}, 0);
  }
  u32 directive(Directive d, std::span<const Operand> list) { return append(StatementKind::Directive, static_cast<u16>(d), list, 0); }
  // Lines that our own parser reads when the buffer is assembled (inline assembly); they need no newline at the end.
  // `origin` says where they are written ("a.c:7"), for messages.
  u32 verbatim(std::string_view lines, std::string_view origin = {}) {
    strings.push_back(text.copy(lines));
    statements.push_back({StatementKind::Text, 0, !origin.empty(), static_cast<u32>(strings.size() - 1), place, 0, 0});
    if (!origin.empty()) strings.push_back(text.copy(origin));
    return static_cast<u32>(statements.size() - 1);
  }

  // `# text` behind the last statement, if comments are wanted.
  void comment(std::string_view s) {
    if (!wants_comments || statements.empty()) return;
    u32 place = statements.back().place;
    std::string before = place & comment_flag ? std::string(strings[place & ~comment_flag]) + ", " : std::string();
    strings.push_back(text.copy(before += s));
    statements.back().place = comment_flag | static_cast<u32>(strings.size() - 1);
  }

  // Directives by name, for the code generator.
  void section(std::string_view name, std::string_view flags = {}, std::string_view type = {}, u64 entry_size = 0,
               std::string_view group = {}, bool comdat = false, std::string_view linked = {});
  void globl(SymbolId s) { directive(Directive::globl, {target(s)}); }
  void type(SymbolId s, std::string_view kind) { directive(Directive::type, {target(s), word(kind)}); } // "@function"
  void size(SymbolId s, Operand value) { directive(Directive::size, {target(s), value}); }
  void size_to_here(SymbolId s); // .size s, .-s
  void p2align(u32 power) { directive(Directive::p2align, {immediate(power)}); }
  void p2align(u32 power, u32 maximum); // .p2align power,,maximum
  void zero(u64 count) { directive(Directive::zero, {immediate(static_cast<i64>(count))}); }
  void data(Directive d, std::initializer_list<Operand> values) { directive(d, values); } // quad, long_, value, byte
  void ascii(std::string_view bytes) { directive(Directive::ascii, {string(bytes)}); }
  void asciz(std::string_view bytes) { directive(Directive::string, {string(bytes)}); } // printed as .string
  void set(SymbolId s, Operand value) { directive(Directive::set, {target(s), value}); }
  void comm(SymbolId s, u64 size, u64 align) {
    directive(Directive::comm, {target(s), immediate(static_cast<i64>(size)), immediate(static_cast<i64>(align))});
  }

private:
  Operand symbol_operand(SymbolId s, i64 addend, Modifier m, u8 flags);
  u32 append(StatementKind kind, u16 id, std::span<const Operand> list, u16 prefixes) {
    u32 first = static_cast<u32>(operands.size());
    operands.insert(operands.end(), list.begin(), list.end());
    statements.push_back({kind, static_cast<u8>(list.size() < 256 ? list.size() : 255), id, first, place, prefixes, 0});
    return static_cast<u32>(statements.size() - 1);
  }
};

} // namespace lathe::assembler
