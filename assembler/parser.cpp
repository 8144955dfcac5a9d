// Statements of GAS text: labels, assignments, directives by their shape; the loop over lines and inputs.
#include "assembler/parser.h"

#include "assembler/directives.h"
#include "assembler/macro.h"

namespace lathe::assembler {
namespace {

const NameTable& directive_names() {
  static const NameTable table = [] {
    NameTable t(200);
    for (u32 i = 0; i < static_cast<u32>(Directive::Count); ++i) t.add(directive_table[i].text.substr(1), i);
    constexpr struct { const char* alias; Directive d; } aliases[] = {
        {"global", Directive::globl}, {"word", Directive::value}, {"short", Directive::value}, {"hword", Directive::value},
        {"2byte", Directive::value}, {"int", Directive::long_}, {"4byte", Directive::long_}, {"slong", Directive::long_}, {"8byte", Directive::quad},
        {"dc.b", Directive::byte}, {"dc.w", Directive::value}, {"dc.l", Directive::long_}, {"1byte", Directive::byte},
        {"asciz", Directive::string}, {"string8", Directive::string}, {"equ", Directive::set}, {"align", Directive::balign},
        {"space", Directive::skip}, {"common", Directive::comm}, {"double", Directive::double_},
        {"dc.d", Directive::double_}, {"dc.s", Directive::single}, {"single", Directive::single}, {"ds.b", Directive::skip}, {"ds", Directive::ds_w}, {"ds.s", Directive::ds_l}, {"ds.p", Directive::ds_x}, {"dcb", Directive::dcb_w},
        {"dc", Directive::value}, {"dc.x", Directive::tfloat},
        {"code64", Directive::code}, {"float", Directive::single}};
    for (auto& a : aliases)
      if (t.find(a.alias) < 0) t.add(a.alias, static_cast<u32>(a.d));
    return t;
  }();
  return table;
}

} // namespace

i64 find_modifier(std::string_view name) {
  static constexpr std::string_view texts[] = {
#define MODIFIER(name, text) text,
#include "assembler/modifiers.def"
#undef MODIFIER
  };
  if (name.empty() || name.size() > 12) return -1;
  for (size_t i = 1; i < std::size(texts); ++i) {
    std::string_view t = texts[i].substr(1);
    if (t.size() != name.size()) continue;
    bool same = true;
    for (size_t k = 0; k < t.size(); ++k) same = same && lower(t[k]) == lower(name[k]);
    if (same) return static_cast<i64>(i);
  }
  return -1;
}

Parser::Parser(StatementBuffer& b, const AssembleOptions& o, Diagnostics& d, Executor* e)
    : buffer(b), options(o), diagnostics(d), executor(e), intel_(o.intel_syntax), naked_(o.intel_syntax), altmacro_(o.alternate_macros) {}
Parser::~Parser() = default;

std::string Parser::where(u32 place) const {
  u32 file = place >> place_line_bits;
  std::string line = ":" + std::to_string(place & ((1u << place_line_bits) - 1));
  if (file && file == inline_assembly_) return std::string(origin_.empty() ? buffer.source_name : origin_) + ": inline assembly" + line;
  return (file < files_.size() ? files_[file] : buffer.source_name) + line;
}
void Parser::error_at(u32 place, std::string message) { diagnostics.report_at(Severity::Error, where(place), std::move(message)); }
void Parser::warning_at(u32 place, std::string message) {
  if (options.warn) diagnostics.report_at(Severity::Warning, where(place), std::move(message));
}
void Parser::error(std::string message) {
  if (failed_) return;
  failed_ = true;
  error_at(place(), std::move(message));
  for (size_t i = inputs_.size(); i-- > 1;)
    if (inputs_[i].kind == 1) diagnostics.report_at(Severity::Note, where(inputs_[i].invoked_at), "macro invoked from here");
}
void Parser::warning(std::string message) { warning_at(place(), std::move(message)); }

void Parser::run(const SourceFile& source) {
  if (files_.empty()) files_.push_back(source.name());
  buffer.source_name = source.name();
  Input in{.at = source.text().data(), .end = source.text().data() + source.text().size(), .line = 1};
  push_input(std::move(in));
  loop();
}

void Parser::run_text(std::string_view text, u32 from, std::string_view origin) {
  if (!from) {
    if (!inline_assembly_) inline_assembly_ = file_number(buffer.source_name + ": inline assembly");
    from = inline_assembly_ << place_line_bits | 1;
  }
  origin_ = origin;
  auto copy = std::make_unique<std::string>(text);
  Input in{.at = copy->data(), .end = copy->data() + copy->size(), .file = from >> place_line_bits,
           .line = from & ((1u << place_line_bits) - 1), .kind = 2};
  in.text = std::move(copy);
  push_input(std::move(in));
  loop();
  origin_ = {};
}

void Parser::define(const std::string& name, const std::string& text) {
  run_text(name + "=" + text + "\n", file_number("--defsym") << place_line_bits | 1);
}

void Parser::push_input(Input in) {
  if (!inputs_.empty()) inputs_.back().at = p, inputs_.back().line = line_, inputs_.back().file = file_;
  in.conditionals = static_cast<u32>(conditionals_.size());
  in.physical_file = in.file;
  in.counted = in.at;
  p = in.at, end_ = in.end, line_ = in.line, file_ = in.file, past_line_ = in.past_line;
  inputs_.push_back(std::move(in));
  expanded_ = inputs_.back().kind != 0;
}

bool Parser::pop_input() {
  u8 kind = inputs_.back().kind;
  if (kind == 0 && inputs_.back().source && conditionals_.size() > inputs_.back().conditionals && inputs_.size() > 1) {
    error_at(place(), "end of file inside conditional");
    conditionals_.resize(inputs_.back().conditionals);
  }
  if (inputs_.back().source) {
    // names of an included file are views into it
    kept_sources_.push_back(std::move(inputs_.back().source));
  }
  inputs_.pop_back();
  if (inputs_.empty()) return false;
  Input& in = inputs_.back();
  p = in.at, end_ = in.end, line_ = in.line, file_ = in.file, past_line_ = in.past_line;
  expanded_ = in.kind != 0;
  return true;
}

u32 Parser::place_in_listing() {
  size_t i = 0;
  while (i + 1 < inputs_.size() && inputs_[i + 1].kind == 0) ++i;
  Input& in = inputs_[i];
  const char* end = i + 1 == inputs_.size() ? p : in.at;
  for (; in.counted < end; ++in.counted)
    if (*in.counted == '\n') ++in.counted_lines;
  return make_place(in.physical_file, in.counted_lines);
}

void Parser::finish() {
  if (!conditionals_.empty()) error_at(place(), "end of file inside conditional");
}

// GNU as goes on for ever; so many errors say no more than these.
constexpr u32 error_limit = 1000;

void Parser::loop() {
  size_t bottom = inputs_.size() - 1;
  for (;;) {
    while (is_class(*p, BlankChar)) ++p;
    char c = *p;
    if (c == '\n') {
      ++p;
      if (++line_ == past_line_) [[unlikely]] line_ = inputs_.back().first_line;
    } else if (c == ';') {
      ++p;
    } else if (c == 0 && p >= end_) {
      if (!pop_input() || inputs_.size() <= bottom) return;
    } else if (stopped_) {
      p = end_;
    } else {
      failed_ = false;
      statement();
      if (diagnostics.error_count() >= error_limit && !stopped_) {
        failed_ = false;
        error("too many errors");
        stopped_ = true;
      }
    }
  }
}

void Parser::skip_comment() {
  while (*p == '/' && p[1] == '*') {
    p += 2;
    while (!(*p == '*' && p[1] == '/')) {
      if (*p == '\n') ++line_;
      if (*p == 0 && p >= end_) {
        warning("end of file in comment; newline inserted");
        return;
      }
      ++p;
    }
    p += 2;
    while (is_class(*p, BlankChar)) ++p;
  }
}

// To the end of the statement, over strings.
void Parser::skip_statement() {
  while (!at_end()) {
    if (*p == '"') {
      ++p;
      while (*p != '"' && *p != '\n' && !(*p == 0 && p >= end_)) p += *p == '\\' && p[1] && p[1] != '\n' ? 2 : 1;
      if (*p == '"') ++p;
    } else if (*p == '/' && p[1] == '*') {
      skip_comment();
    } else {
      ++p;
    }
  }
  statement_end_ = p;
  if (*p == '#')
    while (*p != '\n' && !(*p == 0 && p >= end_)) ++p;
}

void Parser::junk() {
  if (at_end()) return;
  std::string c(1, *p);
  if (static_cast<u8>(*p) < 32 || static_cast<u8>(*p) >= 127) {
    char hex[8];
    snprintf(hex, sizeof hex, "0x%x", static_cast<u8>(*p));
    error("junk at end of line, first unrecognized character valued " + std::string(hex));
  } else {
    error("junk at end of line, first unrecognized character is `" + c + "'");
  }
}

void Parser::end_of_statement() {
  skip_blanks();
  if (!at_end()) {
    junk();
    skip_statement();
  } else if (*p == '#') {
    skip_statement();
  }
}

// Hands the statement just appended to the executor, if there is one.
void Parser::emit_last() {
  if (!executor) return;
  executor->execute(buffer.statements.back());
  buffer.clear_statements();
}

Operand Parser::add_string(OperandKind kind, std::string_view s, bool copy) {
  buffer.strings.push_back(copy ? (executor ? std::string_view(kept_text_.emplace_back(s)) : buffer.text.copy(s)) : s);
  return Operand::make(kind, static_cast<u32>(buffer.strings.size() - 1), Operand::target_flag);
}

u32 Parser::file_number(const std::string& name) {
  if (files_.empty()) files_.push_back(buffer.source_name);
  u32 i = 0;
  while (i < files_.size() && files_[i] != name) ++i;
  if (i == files_.size()) files_.push_back(name);
  return i;
}

// "# 12 "file" flags": what the C preprocessor leaves. Anything else after '#' is a comment.
void Parser::hash_line() {
  const char* q = p + 1;
  while (is_class(*q, BlankChar)) ++q;
  if (is_class(*q, DigitChar)) {
    u32 n = 0;
    while (is_class(*q, DigitChar)) n = n * 10 + static_cast<u32>(*q++ - '0');
    while (is_class(*q, BlankChar)) ++q;
    if (*q == '"' || *q == '\n') {
      if (*q == '"') {
        p = q;
        std::string name;
        if (string_literal(name) && !name.empty()) {
          file_ = file_number(name);
        }
        failed_ = false;
      }
      line_ = n - 1;
    }
  }
  while (*p != '\n' && !(*p == 0 && p >= end_)) ++p;
}

void Parser::statement() {
  char c = *p;
  if (is_class(c, NameStart)) {
    const char* start = p;
    const char* q = p + 1;
    while (is_class(*q, NamePart)) ++q;
    std::string_view name(start, static_cast<size_t>(q - start));
    if (*q == ':' && !ignoring()) {
      p = q + 1;
      label(name, false);
      return;
    }
    const char* after = q;
    while (is_class(*q, BlankChar)) ++q;
    if (ignoring()) {
      p = after;
      if (c == '.') preprocess(name.substr(1));
      skip_ignored();
      return;
    }
    if (*q == '=') {
      p = q + 1;
      bool twice = *p == '=';
      if (twice) ++p;
      assignment(name, twice ? Directive::equiv : Directive::set);
      return;
    }
    if (*q == ':' && q[1] != ':') {
      p = q + 1;
      label(name, false);
      return;
    }
    p = after;
    if (c == '.') {
      if (name.size() == 1) { // ". = value"
        error("junk at end of line, first unrecognized character is `.'");
        skip_statement();
        return;
      }
      directive(name);
    } else {
      instruction(name);
    }
    return;
  }
  if (ignoring() && c != '#') {
    skip_ignored();
    return;
  }
  if (c == '#') {
    hash_line();
    return;
  }
  if (c == '/') {
    if (p[1] == '*') {
      skip_comment();
      return;
    }
    while (*p != '\n' && !(*p == 0 && p >= end_)) ++p;
    return;
  }
  if (is_class(c, DigitChar)) {
    const char* q = p;
    while (is_class(*q, DigitChar)) ++q;
    bool dollar = *q == '$';
    const char* colon = q + dollar;
    while (is_class(*colon, BlankChar)) ++colon;
    if (*colon == ':') {
      u32 n = 0;
      for (const char* d = p; d < q; ++d) n = n * 10 + static_cast<u32>(*d - '0');
      std::string name(p, q + dollar);
      p = colon + 1;
      SymbolId id;
      if (dollar) {
        id = buffer.symbols.intern(name + "\1");
      } else {
        u32 ordinal = ++local_counts_[n];
        id = buffer.symbols.intern(std::to_string(n) + "\2" + std::to_string(ordinal));
      }
      buffer.place = place();
      buffer.label(id);
      emit_last();
      return;
    }
  }
  if (c == '"') {
    std::string name;
    if (!string_literal(name)) return skip_statement();
    skip_blanks();
    if (*p == ':') {
      ++p;
      label(name, true);
    } else if (*p == '=') {
      ++p;
      assignment(buffer.symbols.text(buffer.symbols.intern(name)), Directive::set);
    } else {
      junk();
      skip_statement();
    }
    return;
  }
  if (c == '{') {
    instruction({});
    return;
  }
  junk();
  skip_statement();
  if (p < end_ && *p == 0) ++p;
}

SymbolId Parser::local_label(u32 n, bool forward) {
  auto it = local_counts_.find(n);
  u32 count = it == local_counts_.end() ? 0 : it->second;
  if (!forward && count == 0) return no_id;
  return buffer.symbols.intern(std::to_string(n) + "\2" + std::to_string(count + forward));
}

void Parser::label(std::string_view name, bool quoted) {
  buffer.place = place();
  buffer.label(quoted ? buffer.symbols.intern(name) : intern(name));
  emit_last();
}

void Parser::assignment(std::string_view name, Directive d) {
  buffer.place = place();
  SymbolId id = buffer.symbols.intern(name);
  skip_blanks();
  Operand v;
  if (!value(v, true)) return skip_statement();
  end_of_statement();
  if (failed_) return;
  buffer.directive(d, {buffer.target(id), v});
  emit_last();
}

std::string_view Parser::name_token() {
  const char* start = p;
  while (is_class(*p, NamePart)) ++p;
  return {start, static_cast<size_t>(p - start)};
}

bool Parser::symbol_name(std::string_view& name) {
  skip_blanks();
  if (*p == '"') {
    std::string text;
    if (!string_literal(text)) return false;
    name = buffer.symbols.text(buffer.symbols.intern(text));
    return true;
  }
  if (!is_class(*p, NameStart)) {
    error("expected symbol name");
    return false;
  }
  name = name_token();
  return true;
}

bool Parser::parse_string_text(const char*& at, std::string& out) {
  const char *saved = p, *saved_end = end_;
  p = at, end_ = at + std::strlen(at);
  failed_ = false;
  bool ok = string_literal(out);
  at = p;
  p = saved, end_ = saved_end;
  return ok;
}

// At the opening quote; GAS's escapes.
bool Parser::string_literal(std::string& out) {
  if (*p != '"') {
    error("expected string");
    return false;
  }
  ++p;
  for (;;) {
    const char* run = p;
    while (*p != '"' && *p != '\\' && *p != '\n' && *p != 0) ++p;
    out.append(run, p);
    char c = *p;
    if (c == '"') {
      ++p;
      return true;
    }
    if (c == 0 && p < end_) {
      out += c;
      ++p;
      continue;
    }
    if (c == 0) {
      error("unterminated string; newline inserted");
      return false;
    }
    if (c == '\n') { // GNU as takes the newline in
      warning("unterminated string; newline inserted");
      ++line_;
      out += c;
      ++p;
      continue;
    }
    c = *++p;
    if (c == 0 && p == end_) continue; // reported above
    ++p;
    switch (c) {
    case 'b': out += '\b'; break;
    case 'f': out += '\f'; break;
    case 'n': out += '\n'; break;
    case 'r': out += '\r'; break;
    case 't': out += '\t'; break;
    case 'v': out += '\013'; break;
    case '\\': case '"': out += c; break;
    case 'x': case 'X': {
      unsigned v = 0;
      while (is_class(*p, HexChar)) {
        char h = lower(*p++);
        v = v * 16 + static_cast<unsigned>(h <= '9' ? h - '0' : h - 'a' + 10);
      }
      out += static_cast<char>(v);
      break;
    }
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
      unsigned v = static_cast<unsigned>(c - '0');
      for (int i = 1; i < 3 && is_class(*p, DigitChar); ++i) v = v * 8 + static_cast<unsigned>(*p++ - '0');
      out += static_cast<char>(v);
      break;
    }
    case '\n':
      ++line_;
      out += '\n';
      break;
    default:
      warning(std::string("unknown escape '\\") + c + "' in string; ignored");
      out += c;
    }
  }
}

void Parser::directive(std::string_view name) {
  char lowered[32];
  std::string_view plain = name.substr(1);
  i64 d = directive_names().find(plain);
  if (d < 0) {
    if (plain.size() < sizeof lowered) {
      for (size_t i = 0; i < plain.size(); ++i) lowered[i] = lower(plain[i]);
      plain = {lowered, plain.size()};
    }
    if (!executor ? preprocess_kept(plain, name.data()) : preprocess(plain)) return;
    d = directive_names().find(plain);
    if (d < 0) {
      if (macros_.contains(std::string(name))) {
        instruction(name);
        return;
      }
      error("unknown pseudo-op: `" + std::string(name) + "'");
      skip_statement();
      return;
    }
  } else if (!macros_.empty() && macros_.contains(std::string(name))) {
    instruction(name);
    return;
  }
  buffer.place = place();
  u32 first = static_cast<u32>(buffer.operands.size());
  const DirectiveInfo& di = directive_info(static_cast<Directive>(d));
  if (!directive_operands(di.shape)) {
    skip_statement();
    buffer.operands.resize(first);
    return;
  }
  skip_blanks();
  if (!at_end()) {
    junk();
    skip_statement();
    buffer.operands.resize(first);
    return;
  }
  if (*p == '#') skip_statement();
  // Statements count their operands in a byte: a longer list becomes several statements.
  size_t total = buffer.operands.size() - first;
  size_t done = 0;
  do {
    size_t n = std::min<size_t>(total - done, 240);
    buffer.statements.push_back({StatementKind::Directive, static_cast<u8>(n), static_cast<u16>(d), first + static_cast<u32>(done), buffer.place, 0, 0});
    done += n;
    if (executor) executor->execute(buffer.statements.back());
  } while (done < total);
  if (executor) {
    buffer.clear_statements();
    kept_text_.clear();
  }
}

// "e*", what most lines of debugging data are.
bool Parser::expression_list() {
  skip_blanks();
  if (at_end()) return true;
  for (;; skip_blanks()) {
    Operand o;
    if (*p != ',' && !at_end() && !value(o, true)) return false;
    buffer.operands.push_back(o);
    skip_blanks();
    if (*p != ',') return true;
    ++p;
  }
}

bool Parser::directive_operands(const char* shape) {
  if (shape[0] == 'e' && shape[1] == '*') return expression_list();
  bool optional = false;
  for (bool first = true;; first = false) {
    char c = *shape++;
    if (c == '?') {
      optional = true;
      c = *shape++;
    }
    if (!c) return true;
    skip_blanks();
    if (c == 'R') {
      const char* start = p;
      skip_statement();
      const char* stop = statement_end_;
      while (stop > start && is_class(stop[-1], BlankChar)) --stop;
      std::string_view rest(start, static_cast<size_t>(stop - start));
      buffer.operands.push_back(add_string(OperandKind::Word, rest, executor ? false : expanded_));
      return true;
    }
    if (c == 'L') return words_and_numbers();
    bool repeats = *shape == '*';
    if (at_end() && (optional || (repeats && first && c == 'e'))) return true;
    if (!first) {
      if (*p != ',') {
        if (optional) return true;
        if (c == 'w') {} // ".type x @function" needs no comma
        else {
          error("expected comma after name");
          return false;
        }
      } else {
        ++p;
      }
    }
    for (;;) {
      if (!directive_operand(c)) return false;
      if (!repeats) break;
      skip_blanks();
      if (*p != ',') {
        return true;
      }
      ++p;
    }
  }
}

bool Parser::directive_operand(char shape) {
  skip_blanks();
  Operand o;
  switch (shape) {
  case 'e':
    if (*p == ',' || at_end()) break; // left out
    if (!value(o, true)) return false;
    break;
  case 's': {
    std::string_view name;
    if (!symbol_name(name)) return false;
    o = buffer.target(intern(name));
    break;
  }
  case 'q': {
    std::string text; // of all strings up to the comma: one zero ends them
    do {
      if (!string_literal(text)) return false;
      skip_blanks();
    } while (*p == '"');
    o = add_string(OperandKind::String, text, true);
    break;
  }
  case 'w': {
    const char* start = p;
    while (!at_end() && *p != ',' && !is_class(*p, BlankChar)) ++p;
    if (p == start) {
      error("missing operand");
      return false;
    }
    o = add_string(OperandKind::Word, {start, static_cast<size_t>(p - start)}, !executor && expanded_);
    break;
  }
  case 'r':
    if (!cfi_register(o)) return false;
    break;
  }
  buffer.operands.push_back(o);
  return true;
}

// .loc and .file: numbers, strings and words with blanks between them.
bool Parser::words_and_numbers() {
  for (;;) {
    skip_blanks();
    if (at_end()) return true;
    Operand o;
    if (*p == '"') {
      std::string text;
      if (!string_literal(text)) return false;
      o = add_string(OperandKind::String, text, true);
    } else if (is_class(*p, DigitChar) && !(*p == '0' && lower(p[1]) == 'x')) {
      u64 v = 0;
      while (is_class(*p, DigitChar)) v = v * 10 + static_cast<u64>(*p++ - '0');
      o = buffer.immediate(static_cast<i64>(v));
      if (*p == '-' || *p == '+') {
        error("junk at end of line, first unrecognized character is `" + std::string(1, *p) + "'");
        return false;
      }
    } else if (is_class(*p, NameStart) || *p == '0') {
      o = add_string(OperandKind::Word, name_token(), !executor && expanded_);
    } else if (*p == '-' && p[1] == '0' && !is_class(p[2], NamePart)) { // "view -0"
      o = add_string(OperandKind::Word, {p, 2}, !executor && expanded_);
      p += 2;
    } else if (*p == '-' && is_class(p[1], DigitChar)) {
      if (!value(o, true)) return false;
    } else if (*p == ',') {
      ++p;
      continue;
    } else {
      junk();
      return false;
    }
    buffer.operands.push_back(o);
  }
}

u32 Parser::dwarf_number(Reg r) const {
  const x86::RegInfo& i = x86::info(r);
  static constexpr u8 gpr[] = {0, 2, 1, 3, 7, 6, 4, 5};
  switch (i.reg_class) {
  case x86::RegClass::Gpr: return i.width == 64 ? (i.number < 8 ? gpr[i.number] : i.number) : no_id;
  case x86::RegClass::Ip: return r == Reg::rip ? 16 : no_id;
  case x86::RegClass::Xmm: return i.number < 16 ? 17 + i.number : 67 + i.number - 16;
  case x86::RegClass::X87: return 33 + i.number;
  case x86::RegClass::Mm: return 41 + i.number;
  case x86::RegClass::Segment: return 50 + i.number;
  case x86::RegClass::Mask: return 118 + i.number;
  default: return no_id;
  }
}

// Registers that no instruction names: the ABI's "DWARF Register Number Mapping".
struct UnwindRegister {
  std::string_view name;
  u8 number;
};
static constexpr UnwindRegister unwind_registers[] = {{"rflags", 49}, {"fs.base", 58}, {"gs.base", 59}, {"tr", 62},
                                                      {"ldtr", 63},   {"mxcsr", 64},   {"fcw", 65},     {"fsw", 66}};

// %rbp, or a DWARF register number; bare names as Intel syntax has them too.
bool Parser::cfi_register(Operand& out) {
  const char* start = p;
  bool percent = *p == '%';
  if (percent) ++p;
  if (is_class(*p, NameStart)) {
    std::string_view name = name_token();
    for (const UnwindRegister& u : unwind_registers)
      if (u.name == name) {
        out = buffer.immediate(u.number);
        return true;
      }
    p -= name.size();
    Reg r = register_name();
    if (r != Reg::None && dwarf_number(r) != no_id) {
      out = StatementBuffer::reg(r);
      return true;
    }
    error("bad register expression");
    return false;
  }
  p = start;
  return value(out, true);
}

bool Parser::parse_expression_text(std::string_view text, Operand& out, std::string_view* rest) {
  // the text is followed by more text, never by its own end
  std::string copy(text);
  const char *saved = p, *saved_end = end_;
  bool saved_expanded = expanded_;
  p = copy.c_str(), end_ = p + copy.size(), expanded_ = true;
  bool ok = value(out, true);
  skip_blanks();
  size_t used = std::min(static_cast<size_t>(p - copy.c_str()), text.size());
  if (rest) *rest = text.substr(used);
  else if (ok && used < text.size()) {
    junk();
    ok = false;
  }
  p = saved, end_ = saved_end, expanded_ = saved_expanded;
  return ok;
}

void Parser::syntax_directive(bool intel) {
  std::string rest = rest_of_statement();
  intel_ = intel;
  naked_ = intel;
  if (rest == "prefix") naked_ = false;
  else if (rest == "noprefix") naked_ = true;
  else if (!rest.empty()) error("bad argument to syntax directive.");
}

} // namespace lathe::assembler
