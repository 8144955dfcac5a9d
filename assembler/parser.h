#pragma once
// GAS text into statements. With an executor every statement is handed over as soon as it is read and the buffer is
// reused; macros, conditionals, repetitions and includes are then expanded. Without one the text is taken as it
// stands: what would be expanded becomes Text statements.
//
// The text is read in one pass where it lies; `place` of a statement is its file's index above its line.

#include "assembler/assemble.h"
#include "assembler/lexer.h"
#include "assembler/x86/rows.h"

#include <deque>
#include <memory>
#include <unordered_map>

namespace lathe::assembler {

using x86::Reg;
using x86::Row;

constexpr u32 place_line_bits = 24;
constexpr u32 make_place(u32 file, u32 line) {
  return (file < 255 ? file : 255) << place_line_bits | (line & ((1u << place_line_bits) - 1));
}

class Executor {
public:
  virtual ~Executor() = default;
  virtual void execute(const Statement& s) = 0;
  // The value of an expression that must be known now; `defined` is false for one that is not.
  virtual bool evaluate_now(const Operand& o, i64& value) = 0;
  virtual bool is_defined(SymbolId s) = 0;
  virtual bool is_referenced(SymbolId s) = 0;
};

// What a parsed operand may match (x86::OperandBit), and its value when it is a constant.
struct ParsedOperand {
  Operand operand;
  u32 bits = 0;
  i64 value = 0;
  bool constant = false;
  bool symbol_first = true; // a bare symbol, not behind a number
  bool masked = false;      // {%k} or {z} stands behind it
  bool is_far = false;      // "far ptr"
  u16 index_width = 0;      // bits of memory's index, where that is a vector register
};

// Address::broadcast of "dword bcst", which leaves the number to the row.
constexpr u8 broadcast_by_row = 0xff;

struct BinaryOperator {
  Operator op = Operator::Constant;
  int rank = -1, length = 0;
};

struct Macro;

// What an operand of Intel's syntax says beside its expression.
struct IntelOperand {
  u16 size = 0; // bits of "dword ptr"
  Reg segment = Reg::None;
  bool is_pointer = false, broadcasts = false, is_far = false, bracketed = false, has_offset = false;
  u32 brackets = 0, offsets = 0; // that are open
};

class Parser {
public:
  Parser(StatementBuffer& buffer, const AssembleOptions& options, Diagnostics& diagnostics, Executor* executor);
  ~Parser();

  void run(const SourceFile& source);
  // Reads lines that stand in a buffer's Text statement; `place` is theirs in the source, 0 for inline assembly that
  // is written at `origin`, if that is known.
  void run_text(std::string_view text, u32 place, std::string_view origin = {});
  void finish(); // errors for what was left open
  void define(const std::string& name, const std::string& value); // --defsym

  const std::vector<std::string>& files() const { return files_; }
  std::string where(u32 place) const;
  void error_at(u32 place, std::string message);
  void warning_at(u32 place, std::string message);
  // Of the statement being read; inside macros, of the outermost one's use.
  u32 place_of_use() const {
    for (const Input& in : inputs_)
      if (in.kind == 1) return in.invoked_at;
    return place();
  }

  // The line of the text as it lies in its file; of what was expanded, where the expansion stands.
  u32 place_in_listing();

  // Used by the directives that read their own text ("R" shapes): parses one expression of `text`, all of it if
  // `rest` is null.
  bool parse_expression_text(std::string_view text, Operand& out, std::string_view* rest = nullptr);
  bool parse_string_text(const char*& at, std::string& out);
  bool intel_syntax() const { return intel_; }
  bool opens_file(std::string_view name, std::unique_ptr<SourceFile>& file); // along the -I folders
  SymbolId local_label(u32 number, bool forward);

private:
  struct Input {
    const char* at = nullptr;
    const char* end = nullptr;
    u32 file = 0, line = 0;
    u8 kind = 0; // 0 file, 1 macro, 2 repetition
    u32 conditionals = 0;      // depth when it was entered
    u32 invoked_at = 0;        // place of the macro's use
    u32 physical_file = 0;     // whatever "# 12 file" says, for listings
    const char* counted = nullptr; // how far lines were counted for them
    u32 counted_lines = 1;
    u32 first_line = 0, past_line = ~0u; // a repetition's lines start again with the first before the other
    std::unique_ptr<SourceFile> source{};
    std::unique_ptr<std::string> text{};
  };
  struct Conditional {
    bool ignoring, taken, seen_else, dead; // dead: inside an ignored region
    u32 place;
  };

  StatementBuffer& buffer;
  const AssembleOptions& options;
  Diagnostics& diagnostics;
  Executor* executor;

  const char* p = nullptr;   // the reading position
  const char* end_ = nullptr;
  u32 line_ = 1, file_ = 0, past_line_ = ~0u;
  std::vector<Input> inputs_;
  std::vector<Conditional> conditionals_;
  u32 file_number(const std::string& name); // of messages' places
  std::vector<std::string> files_;
  u32 inline_assembly_ = 0;  // its number in files_
  std::string_view origin_;  // of the inline assembly that is read
  const char* statement_end_ = nullptr; // where skip_statement() found it, before a comment
  bool failed_ = false;      // the statement being read has an error
  bool stopped_ = false;     // .end, or too much to go on
  u64 expanded_bytes_ = 0;   // of all macros and repetitions
  bool intel_ = false, naked_ = false, altmacro_ = false, has_includes_ = false;
  Modifier modifier_ = Modifier::None; // of the operand being read
  IntelOperand* intel_operand_ = nullptr; // while one is read
  bool expanded_ = false;    // reading a macro's or repetition's text
  u32 depth_ = 0;
  u32 macro_count_ = 0;
  u32 altmacro_locals_ = 0;
  Decoration decoration_;    // of the instruction being read
  bool decorated_ = false;   // it has braces
  u8 rounding_at_ = 0;       // how many operands stand before {rn-sae}
  std::unordered_map<std::string, std::unique_ptr<Macro>> macros_;
  std::unordered_map<u32, u32> local_counts_;
  std::vector<std::unique_ptr<SourceFile>> kept_sources_;
  std::deque<std::string> kept_text_; // strings of the statement being executed

  // parser.cpp
  void loop();
  void statement();
  void hash_line();
  bool pop_input();
  void push_input(Input input);
  void error(std::string message);
  void warning(std::string message);
  void skip_statement();
  void end_of_statement();
  void junk();
  void emit_last();
  // Names of a file stay where they are; those of expanded text do not.
  SymbolId intern(std::string_view name) { return expanded_ ? buffer.symbols.intern(name) : buffer.symbols.intern_view(name); }
  u32 place() const { return make_place(file_, line_); }
  void skip_blanks() {
    while (is_class(*p, BlankChar)) ++p;
    if (*p == '/' && p[1] == '*') [[unlikely]]
      skip_comment();
  }
  void skip_comment();
  bool at_end() const { return *p == '\n' || *p == ';' || *p == '#' || (*p == 0 && p >= end_); }
  std::string_view name_token();
  bool symbol_name(std::string_view& name);
  void label(std::string_view name, bool quoted);
  void assignment(std::string_view name, Directive d);
  void directive(std::string_view name);
  bool directive_operands(const char* shape);
  bool directive_operand(char shape);
  bool expression_list();
  bool words_and_numbers();
  bool string_literal(std::string& out);
  bool cfi_register(Operand& out);
  void syntax_directive(bool intel);
  Operand add_string(OperandKind kind, std::string_view s, bool copy);
  u32 dwarf_number(Reg r) const;

  // expressions, in expression_parser.cpp
  bool value(Operand& out, bool target);
  bool number(u64& v, bool& is_label, SymbolId& label, bool& big);
  u32 expression(int rank);
  bool operator_ahead(BinaryOperator& b) const;
  bool word_ahead(std::string_view word) const; // in Intel's syntax
  u32 primary();
  u32 nested_primary();
  bool read_modifier();
  u32 fail(std::string message);
  friend class IntelAddress;

  // instructions, in x86/operands.cpp
  void instruction(std::string_view mnemonic);
  bool operand_list(ParsedOperand* list, u32 limit, u32& count, auto read); // read(ParsedOperand&): one, in its dialect
  bool operands_att(ParsedOperand* list, u32& count);
  bool operand_att(ParsedOperand& out);
  bool memory_att(ParsedOperand& out, Reg segment, bool indirect);
  bool operand_intel(ParsedOperand& out, std::string_view mnemonic); // x86/intel.cpp
  bool unbracketed_intel(ParsedOperand& out, class IntelAddress& terms, const IntelOperand& operand, std::string_view mnemonic);
  bool intel_primary(u32& e);
  u32 intel_bracket();
  u32 intel_register(Reg r);
  u32 intel_pointer(u16 size, std::string_view next);
  u32 without_register();
  Reg register_name();
  bool register_in_address(RegId& out);
  void register_operand(ParsedOperand& out, Reg r);
  bool has_register_in_offset(const x86::RowInfo& row, const ParsedOperand* list, u32 count) const;
  bool decorations(ParsedOperand& out);  // x86/decorations.cpp
  bool rounding_operand();
  bool rounding_ahead() const;
  bool check_decorations(const ParsedOperand* list, u32 count, std::string_view spelling);
  bool fits_decorations(const x86::MatchEntry& e, const ParsedOperand* list, u32 count, u16 prefixes) const;
  bool is_other_direction(const x86::RowInfo& row, const ParsedOperand* list, u32 count, u16 prefixes) const;
  void match(std::string_view spelling, std::span<const x86::MatchEntry> rows, ParsedOperand* list, u32 count, u16 prefixes, u16 more);

  // macros.cpp
  bool preprocess(std::string_view name);
  bool preprocess_kept(std::string_view name, const char* start);
  bool ignoring() const { return !conditionals_.empty() && conditionals_.back().ignoring; }
  void skip_ignored();
  bool collect_block(std::string_view open1, std::string_view open2, std::string_view close, std::string& body, std::string_view macro = {});
  void define_macro();
  void expand_macro(Macro& m);
  void repeat();
  void repeat_for(bool characters);
  void conditional_if(std::string_view name);
  void open_conditional(bool condition);
  void conditional_else();
  void conditional_elseif();
  void conditional_endif();
  void exit_macro();
  void purge_macros();
  void include();
  void error_directive(std::string_view name);
  bool macro_argument(std::string& out, bool for_vararg);
  std::string rest_of_statement();
  bool absolute(i64& v);
  void push_text(std::string text, u8 kind, u32 line, u32 lines = 0);
  void text_statement(const char* from, const char* to);
  std::string substitute(const std::string& body, const std::vector<std::pair<std::string, std::string>>& parameters);
};

// Register names without the '%'; Reg::None when it is no register.
Reg find_register(std::string_view name);
i64 find_modifier(std::string_view name); // without the '@'; -1: none

} // namespace lathe::assembler
