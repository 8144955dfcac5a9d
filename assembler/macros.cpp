// What steers the parser: macros, repetitions, conditionals, includes. Expansion pushes text as a new input, so
// nesting costs no stack; its depth is bounded.
#include "assembler/macro.h"
#include "assembler/parser.h"

#include <algorithm>

namespace lathe::assembler {
namespace {

constexpr size_t input_limit = 200;
constexpr size_t expansion_limit = 64u << 20; // bytes of one expansion

enum class Steer : u8 {
  Macro, Endm, Rept, Irp, Irpc, Endr, If, Else, Elseif, Endif, Include, Altmacro, Noaltmacro, Purgem, Exitm, End, Err,
  Intel, Att, Ignored, Code16, Code32,
};

const NameTable& steer_names() {
  static const NameTable table = [] {
    NameTable t(80);
    constexpr struct { const char* name; Steer s; } names[] = {
        {"macro", Steer::Macro}, {"endm", Steer::Endm}, {"rept", Steer::Rept}, {"rep", Steer::Rept}, {"irp", Steer::Irp},
        {"irep", Steer::Irp}, {"irpc", Steer::Irpc}, {"irepc", Steer::Irpc}, {"endr", Steer::Endr}, {"if", Steer::If},
        {"ifeq", Steer::If}, {"ifne", Steer::If}, {"ifgt", Steer::If}, {"ifge", Steer::If}, {"iflt", Steer::If},
        {"ifle", Steer::If}, {"ifdef", Steer::If}, {"ifndef", Steer::If}, {"ifnotdef", Steer::If}, {"ifb", Steer::If},
        {"ifnb", Steer::If}, {"ifc", Steer::If}, {"ifnc", Steer::If}, {"ifeqs", Steer::If}, {"ifnes", Steer::If},
        {"else", Steer::Else}, {"elsec", Steer::Else}, {"elseif", Steer::Elseif}, {"endif", Steer::Endif}, {"endc", Steer::Endif},
        {"include", Steer::Include}, {"altmacro", Steer::Altmacro}, {"noaltmacro", Steer::Noaltmacro}, {"purgem", Steer::Purgem},
        {"exitm", Steer::Exitm}, {"mexit", Steer::Exitm}, {"end", Steer::End}, {"err", Steer::Err}, {"error", Steer::Err},
        {"warning", Steer::Err}, {"fail", Steer::Err}, {"intel_syntax", Steer::Intel}, {"att_syntax", Steer::Att},
        {"intel_mnemonic", Steer::Ignored}, {"att_mnemonic", Steer::Ignored}, {"title", Steer::Ignored}, {"sbttl", Steer::Ignored},
        {"list", Steer::Ignored}, {"nolist", Steer::Ignored}, {"eject", Steer::Ignored}, {"psize", Steer::Ignored},
        {"xdef", Steer::Ignored}, {"xref", Steer::Ignored}, {"sse_check", Steer::Ignored}, {"operand_check", Steer::Ignored},
        {"allow_index_reg", Steer::Ignored}, {"disallow_index_reg", Steer::Ignored}, {"llen", Steer::Ignored}, {"lflags", Steer::Ignored},
        {"code16", Steer::Code16}, {"code16gcc", Steer::Code16}, {"code32", Steer::Code32}, {"abort", Steer::Err}};
    for (auto& n : names) t.add(n.name, static_cast<u32>(n.s));
    return t;
  }();
  return table;
}

bool is_word(std::string_view line, std::string_view word) { // "[label:] .word" at the head of a line
  size_t i = 0;
  auto blank = [&] { while (i < line.size() && is_class(line[i], BlankChar)) ++i; };
  blank();
  size_t j = i;
  while (j < line.size() && is_class(line[j], NamePart)) ++j;
  if (j < line.size() && line[j] == ':') i = j + 1, blank();
  if (i >= line.size() || line[i] != '.') return false;
  ++i;
  for (char c : word) {
    if (i >= line.size() || lower(line[i]) != c) return false;
    ++i;
  }
  return i >= line.size() || !is_class(line[i], NamePart);
}

} // namespace

std::string Parser::rest_of_statement() {
  skip_blanks();
  const char* start = p;
  skip_statement();
  std::string s(start, statement_end_);
  while (!s.empty() && is_class(s.back(), BlankChar)) s.pop_back();
  return s;
}

bool Parser::absolute(i64& v) {
  Operand o;
  if (!value(o, true)) return false;
  bool ok = executor->evaluate_now(o, v);
  if (!ok) error("non-constant expression in \".if\" statement");
  return ok;
}

// True when `name` was dealt with here.
bool Parser::preprocess(std::string_view name) {
  i64 found = steer_names().find(name);
  if (found < 0) return false;
  Steer s = static_cast<Steer>(found);
  if (ignoring() && s != Steer::If && s != Steer::Else && s != Steer::Elseif && s != Steer::Endif) return true;
  switch (s) {
  case Steer::If: conditional_if(name); break;
  case Steer::Else: conditional_else(); break;
  case Steer::Elseif: conditional_elseif(); break;
  case Steer::Endif: conditional_endif(); break;
  case Steer::Macro: define_macro(); break;
  case Steer::Rept: repeat(); break;
  case Steer::Irp: repeat_for(false); break;
  case Steer::Irpc: repeat_for(true); break;
  case Steer::Endm: case Steer::Endr:
    warning("." + std::string(name) + " encountered without preceding " + (s == Steer::Endm ? ".macro" : ".rept, .irp, or .irpc"));
    if (s == Steer::Endr) error("invalid use of .endr");
    skip_statement();
    break;
  case Steer::Include: include(); break;
  case Steer::Altmacro: altmacro_ = true, end_of_statement(); break;
  case Steer::Noaltmacro: altmacro_ = false, end_of_statement(); break;
  case Steer::Purgem: purge_macros(); break;
  case Steer::Exitm: exit_macro(); break;
  case Steer::End: stopped_ = true, skip_statement(); break;
  case Steer::Err: error_directive(name); break;
  case Steer::Intel: syntax_directive(true); break;
  case Steer::Att: syntax_directive(false); break;
  case Steer::Ignored: skip_statement(); break;
  case Steer::Code16: case Steer::Code32:
    error("`." + std::string(name) + "' is not supported: this assembler writes 64-bit code only");
    skip_statement();
    break;
  }
  return true;
}

void Parser::text_statement(const char* from, const char* to) {
  std::string_view text(from, static_cast<size_t>(to - from));
  if (intel_) {
    std::string wrapped = std::string("\t.intel_syntax ") + (naked_ ? "noprefix\n" : "prefix\n") + std::string(text) + "\n\t.att_syntax prefix";
    buffer.verbatim(wrapped);
    return;
  }
  buffer.strings.push_back(text);
  buffer.statements.push_back({StatementKind::Text, 0, 0, static_cast<u32>(buffer.strings.size() - 1), place(), 0, 0});
}

// Without an executor nothing is expanded: the region a directive opens is kept as text.
bool Parser::preprocess_kept(std::string_view name, const char* start) {
  i64 found = steer_names().find(name);
  if (found < 0) return false;
  Steer s = static_cast<Steer>(found);
  buffer.place = place();
  std::string body;
  switch (s) {
  case Steer::Intel: syntax_directive(true); return true;
  case Steer::Att: syntax_directive(false); return true;
  case Steer::Macro: {
    skip_blanks();
    const std::string written(name_token());
    std::string macro = written;
    for (char& c : macro) c = lower(c);
    macros_[macro] = std::make_unique<Macro>();
    collect_block("macro", "", "endm", body, written);
    break;
  }
  case Steer::Rept: case Steer::Irp: case Steer::Irpc: collect_block("rept", "irp", "endr", body); break;
  case Steer::If: {
    int depth = 1;
    skip_statement();
    while (depth && p < end_) {
      while (*p == '\n' || *p == ';' || is_class(*p, BlankChar)) line_ += *p == '\n', ++p;
      if (p >= end_) break;
      const char* q = p;
      while (is_class(*q, NamePart)) ++q;
      std::string word(p, q);
      for (char& c : word) c = lower(c);
      if (word.size() > 1 && word[0] == '.') {
        i64 w = steer_names().find(std::string_view(word).substr(1));
        if (w == static_cast<i64>(Steer::If)) ++depth;
        if (w == static_cast<i64>(Steer::Endif)) --depth;
      }
      p = q;
      skip_statement();
    }
    if (depth) error("end of file inside conditional");
    break;
  }
  default: skip_statement();
  }
  text_statement(start, p);
  return true;
}

void Parser::skip_ignored() {
  // labels may stand before a conditional: ".Lx: .endif"; whole statements are skipped
  skip_statement();
}

// From the end of the opening line to its close; the position is then behind the closing line's directive.
bool Parser::collect_block(std::string_view open1, std::string_view open2, std::string_view close, std::string& body, std::string_view macro) {
  const u32 opened = place();
  skip_statement();
  if (*p == ';') ++p;
  else if (*p == '\n') ++p, ++line_;
  int depth = 1;
  const char* start = p;
  for (;;) {
    if (p >= end_) {
      if (macro.empty()) error("unexpected end of file in macro `" + std::string(open1) + "' definition");
      else error_at(opened, "unexpected end of file in macro `" + std::string(macro) + "' definition");
      return false;
    }
    const char* newline = static_cast<const char*>(memchr(p, '\n', static_cast<size_t>(end_ - p)));
    if (!newline) newline = end_;
    std::string_view line(p, static_cast<size_t>(newline - p));
    if (is_word(line, open1) || (!open2.empty() && (is_word(line, open2) || is_word(line, "irpc") || is_word(line, "rep") || is_word(line, "irep") || is_word(line, "irepc")))) {
      ++depth;
    } else if (is_word(line, close) && --depth == 0) {
      body.assign(start, p);
      while (*p != '.') ++p;
      ++p;
      while (is_class(*p, NamePart)) ++p;
      skip_statement();
      return true;
    }
    p = newline;
    if (p < end_) ++p, ++line_;
  }
}

void Parser::define_macro() {
  auto macro = std::make_unique<Macro>();
  skip_blanks();
  if (!is_class(*p, NameStart) && !is_class(*p, DigitChar)) {
    error("Missing macro name");
    skip_statement();
    return;
  }
  macro->name = name_token();
  skip_blanks();
  if (*p == ',') ++p;
  bool parenthesized = *p == '(';
  if (parenthesized) ++p;
  u32 start_line = line_;
  while (skip_blanks(), !at_end() && *p != ')') {
    if (*p == ',') {
      ++p;
      continue;
    }
    MacroParameter param;
    param.name = name_token();
    if (param.name.empty()) {
      error("Bad parameter list for macro `" + macro->name + "'");
      skip_statement();
      break;
    }
    skip_blanks();
    if (*p == ':') {
      ++p;
      skip_blanks();
      std::string kind(name_token());
      if (kind == "req") param.required = true;
      else if (kind == "vararg") param.vararg = true;
      else error("`" + kind + "' is not a valid parameter qualifier for `" + param.name + "' in macro `" + macro->name + "'");
      skip_blanks();
    }
    if (*p == '=') {
      ++p;
      skip_blanks();
      macro_argument(param.default_value, false);
      param.has_default = true;
    }
    for (const MacroParameter& other : macro->parameters)
      if (other.name == param.name) error("A parameter named `" + param.name + "' already exists for macro `" + macro->name + "'");
    macro->parameters.push_back(std::move(param));
  }
  if (*p == ')') ++p;
  macro->file = file_;
  macro->line = start_line + 1;
  if (!collect_block("macro", "", "endm", macro->body, macro->name)) return;
  std::string key = macro->name;
  for (char& c : key) c = lower(c);
  if (macros_.contains(key)) {
    error_at(make_place(file_, start_line), "Macro `" + macro->name + "' was already defined");
    return;
  }
  macros_[key] = std::move(macro);
}

// One argument of a macro's use or definition; false when there is none left.
bool Parser::macro_argument(std::string& out, bool vararg) {
  skip_blanks();
  if (at_end()) return false;
  if (vararg) {
    out = rest_of_statement();
    return true;
  }
  if (*p == '"') {
    ++p;
    while (*p && *p != '\n') {
      if (*p == '"') {
        if (p[1] == '"') {
          out += '"';
          p += 2;
          continue;
        }
        ++p;
        break;
      }
      if (*p == '\\' && p[1] && p[1] != '\n') out += *p++;
      out += *p++;
    }
    if (altmacro_) out = "\"" + out + "\"";
    return true;
  }
  if (altmacro_ && *p == '<') {
    int nesting = 0;
    for (; *p && *p != '\n'; ++p) {
      if (*p == '!' && p[1]) {
        out += *++p;
        continue;
      }
      if (*p == '<' && nesting++ == 0) continue;
      if (*p == '>' && --nesting == 0) {
        ++p;
        break;
      }
      out += *p;
    }
    return true;
  }
  if (altmacro_ && *p == '%' && executor) {
    ++p;
    Operand o;
    i64 v = 0;
    if (value(o, true) && executor->evaluate_now(o, v)) out = std::to_string(v);
    else if (!failed_) error("% operator needs absolute expression");
    return true;
  }
  auto joins = [](char c) { return is_class(c, NamePart) || std::strchr("*%-([{}\"'\\@$<)]", c); };
  std::string brackets;
  while (!(*p == 0 && p >= end_) && *p != '\n') {
    char c = *p;
    if (brackets.empty()) {
      if (c == ',' || c == ';' || c == '#') break;
      if (altmacro_ && c == '<') break;
      if (is_class(c, BlankChar)) {
        const char* q = p;
        while (is_class(*q, BlankChar)) ++q;
        if (*q == ',' || *q == '\n' || *q == ';' || *q == '#' || *q == 0) {
          p = q;
          break;
        }
        if (out.empty() || (joins(out.back()) && joins(*q) && *q != ')')) break;
        p = q;
        continue;
      }
    }
    if (c == '"' || c == '\'') {
      out += c;
      ++p;
      while (*p && *p != '\n' && *p != c) {
        if (*p == '\\' && p[1] && p[1] != '\n') out += *p++;
        out += *p++;
      }
      if (*p == c) out += *p++;
      continue;
    }
    if (c == '(' || c == '[') brackets += c;
    else if (!brackets.empty() && ((c == ')' && brackets.back() == '(') || (c == ']' && brackets.back() == '['))) brackets.pop_back();
    if (altmacro_ && c == '!' && p[1]) c = *++p;
    out += c;
    ++p;
  }
  return true;
}

void Parser::expand_macro(Macro& m) {
  if (inputs_.size() > input_limit) {
    error("macros nested too deeply");
    skip_statement();
    return;
  }
  u32 invoked = place();
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<bool> given(m.parameters.size());
  for (const MacroParameter& param : m.parameters) values.emplace_back(param.name, std::string());
  size_t position = 0;
  bool keyword = false;
  while (skip_blanks(), !at_end()) {
    if (*p == ',') {
      ++p;
      ++position;
      continue;
    }
    // name=value
    const char* q = p;
    while (is_class(*q, NamePart)) ++q;
    if (q != p && *q == '=' && q[1] != '=') {
      std::string name(p, q);
      size_t i = 0;
      while (i < values.size() && values[i].first != name) ++i;
      if (i < values.size()) {
        p = q + 1;
        std::string text;
        macro_argument(text, m.parameters[i].vararg);
        if (given[i]) warning("Value for parameter `" + name + "' of macro `" + m.name + "' was already specified");
        values[i].second = text;
        given[i] = keyword = true;
        skip_blanks();
        if (*p == ',') ++p;
        continue;
      }
      error("Parameter named `" + name + "' does not exist for macro `" + m.name + "'");
      skip_statement();
      return;
    }
    if (keyword || position >= values.size()) {
      error(keyword ? "can't mix positional and keyword arguments" : "too many positional arguments");
      skip_statement();
      return;
    }
    std::string text;
    if (!macro_argument(text, m.parameters[position].vararg)) break;
    values[position].second = std::move(text);
    given[position] = !values[position].second.empty();
    ++position;
    skip_blanks();
    if (*p == ',') ++p;
  }
  if (*p == '#') skip_statement();
  for (size_t i = 0; i < values.size(); ++i) {
    if (!given[i] && m.parameters[i].required) {
      error("Missing value for required parameter `" + values[i].first + "' of macro `" + m.name + "'");
      return;
    }
    if (!given[i] && values[i].second.empty()) values[i].second = m.parameters[i].default_value;
  }
  if (failed_) return;
  std::string text = substitute(m.body, values);
  ++macro_count_;
  u32 file = m.file, line = m.line;
  push_text(std::move(text), 1, line);
  file_ = file;
  inputs_.back().invoked_at = invoked;
}

// A body with its parameters: \name, \@, \() and, with .altmacro, bare names, & and LOCAL.
std::string Parser::substitute(const std::string& body, const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string out;
  out.reserve(body.size() + 64);
  std::vector<std::pair<std::string, std::string>> locals;
  auto find = [&](std::string_view name) -> const std::string* {
    for (auto& l : locals)
      if (l.first == name) return &l.second;
    for (auto& v : parameters)
      if (v.first == name) return &v.second;
    return nullptr;
  };
  bool quoted = false;
  for (size_t i = 0; i < body.size();) {
    if (out.size() > expansion_limit) {
      error("macro expansion is too long");
      return {};
    }
    char c = body[i];
    if (c == '\\' && i + 1 < body.size()) {
      if (body[i + 1] == '@') {
        out += std::to_string(macro_count_);
        i += 2;
        continue;
      }
      if (body[i + 1] == '(' && i + 2 < body.size() && body[i + 2] == ')') {
        i += 3;
        continue;
      }
      size_t j = i + 1;
      if (is_class(body[j], NameStart))
        while (j < body.size() && is_class(body[j], NamePart)) ++j;
      if (j > i + 1) {
        // a name may be followed by '.', which belongs to the parameter's name only when such a one exists
        std::string_view name(body.data() + i + 1, j - i - 1);
        const std::string* v = find(name);
        while (!v && name.find('.') != std::string_view::npos && name.find('.') > 0) {
          name = name.substr(0, name.rfind('.'));
          v = find(name);
        }
        if (v) {
          out += *v;
          i += 1 + name.size();
          if (altmacro_ && i < body.size() && body[i] == '&') ++i;
          continue;
        }
      }
      out += c;
      out += body[i + 1];
      i += 2;
      continue;
    }
    if (altmacro_) {
      if (c == '"') quoted = !quoted;
      bool glued = c == '&' && i + 1 < body.size() && is_class(body[i + 1], NameStart);
      if (glued || (is_class(c, NameStart) && !quoted && (i == 0 || !is_class(body[i - 1], NamePart)))) {
        size_t s = i + glued, j = s;
        while (j < body.size() && is_class(body[j], NamePart)) ++j;
        std::string_view name(body.data() + s, j - s);
        bool line_start = out.empty() || out.find_last_not_of(" \t") == std::string::npos || out[out.find_last_not_of(" \t")] == '\n';
        if (line_start && (name == "LOCAL" || name == "local")) {
          size_t stop = body.find('\n', j);
          if (stop == std::string::npos) stop = body.size();
          for (size_t k = j; k < stop;) {
            while (k < stop && !is_class(body[k], NameStart)) ++k;
            size_t e = k;
            while (e < stop && is_class(body[e], NamePart)) ++e;
            if (e > k) {
              char text[24];
              snprintf(text, sizeof text, ".LL%04x", ++altmacro_locals_);
              locals.emplace_back(body.substr(k, e - k), text);
            }
            k = e;
          }
          i = stop;
          continue;
        }
        if (const std::string* v = find(name)) {
          out += *v;
          i = j;
          if (i < body.size() && body[i] == '&') ++i;
          continue;
        }
        if (glued) {
          out += c;
          ++i;
          continue;
        }
        out += name;
        i = j;
        continue;
      }
    }
    out += c;
    ++i;
  }
  return out;
}

static u32 line_count(std::string_view text) { return static_cast<u32>(std::count(text.begin(), text.end(), '\n')); }

void Parser::push_text(std::string text, u8 kind, u32 line, u32 lines) {
  // Macros that call themselves twice would go on for ages within the limits of depth and length.
  expanded_bytes_ += text.size() + 64;
  if (expanded_bytes_ > options.expansion_limit) {
    error("macros and repetitions expand to more than " + std::to_string(options.expansion_limit >> 20) + " MiB");
    stopped_ = true;
    return;
  }
  auto owned = std::make_unique<std::string>(std::move(text));
  Input in{.at = owned->data(), .end = owned->data() + owned->size(), .file = file_, .line = line, .kind = kind};
  in.first_line = line;
  if (lines) in.past_line = line + lines;
  in.text = std::move(owned);
  push_input(std::move(in));
}

void Parser::repeat() {
  i64 count = 0;
  if (!absolute(count)) {
    std::string body;
    collect_block("rept", "irp", "endr", body);
    return;
  }
  if (count < 0) {
    warning("negative count for .rept - ignored");
    count = 0;
  }
  std::string body;
  u32 line = line_ + 1;
  if (!collect_block("rept", "irp", "endr", body)) return;
  if (static_cast<u64>(count) * (body.size() + 1) > expansion_limit || inputs_.size() > input_limit) {
    error(".rept repeats too much text");
    return;
  }
  std::string text;
  text.reserve(body.size() * static_cast<size_t>(count));
  for (i64 i = 0; i < count; ++i) text += body;
  push_text(std::move(text), 2, line, line_count(body));
}

void Parser::repeat_for(bool characters) {
  skip_blanks();
  std::string name(name_token());
  if (name.empty()) error("missing model parameter");
  skip_blanks();
  if (*p == ',') ++p;
  std::vector<std::string> values;
  if (characters) {
    std::string v;
    macro_argument(v, false);
    for (char c : v) values.emplace_back(1, c);
  } else {
    while (skip_blanks(), !at_end()) {
      if (*p == ',') {
        ++p;
        values.emplace_back();
        continue;
      }
      std::string v;
      if (!macro_argument(v, false)) break;
      values.push_back(std::move(v));
      skip_blanks();
      if (*p == ',') ++p;
    }
  }
  if (values.empty()) values.emplace_back();
  std::string body;
  u32 line = line_ + 1;
  if (!collect_block("rept", "irp", "endr", body) || failed_) return;
  std::string text;
  for (std::string& v : values) {
    text += substitute(body, {{name, v}});
    if (text.size() > expansion_limit) return error("repetition is too long");
  }
  push_text(std::move(text), 2, line, line_count(body));
}

void Parser::open_conditional(bool condition) {
  bool dead = ignoring();
  conditionals_.push_back({dead || !condition, condition, false, dead, place()});
}

void Parser::conditional_if(std::string_view name) {
  if (ignoring()) {
    conditionals_.push_back({true, true, false, true, place()});
    skip_statement();
    return;
  }
  std::string_view kind = name.substr(2);
  bool condition = false;
  if (kind == "def" || kind == "ndef" || kind == "notdef") {
    std::string_view symbol;
    if (symbol_name(symbol)) condition = (executor->is_defined(intern(symbol)) || find_register(symbol) != Reg::None) == (kind == "def");
  } else if (kind == "b" || kind == "nb") {
    condition = rest_of_statement().empty() == (kind == "b");
  } else if (kind == "c" || kind == "nc" || kind == "eqs" || kind == "nes") {
    auto read = [&](bool last) {
      skip_blanks();
      std::string s;
      if (*p == '\'' || *p == '"') {
        char q = *p++;
        while (*p && *p != '\n') {
          if (*p == q) {
            if (p[1] != q) break;
            ++p;
          }
          s += *p++;
        }
        if (*p == q) ++p;
        skip_blanks();
        return s;
      }
      while (!at_end() && (last || *p != ',')) s += *p++;
      while (!s.empty() && is_class(s.back(), BlankChar)) s.pop_back();
      return s;
    };
    std::string a = read(false);
    if (*p == ',') ++p;
    else error(".ifeqs syntax error");
    std::string b = read(true);
    condition = (a == b) == (kind == "c" || kind == "eqs");
  } else {
    i64 v = 0;
    absolute(v);
    condition = kind == "" || kind == "ne" ? v != 0 : kind == "eq" ? v == 0 : kind == "gt" ? v > 0 : kind == "ge" ? v >= 0 : kind == "lt" ? v < 0 : v <= 0;
  }
  open_conditional(condition);
  if (failed_) skip_statement();
  else end_of_statement();
}

void Parser::conditional_else() {
  if (conditionals_.empty()) {
    error(".else without matching .if");
  } else if (conditionals_.back().seen_else) {
    error("duplicate .else");
  } else {
    Conditional& c = conditionals_.back();
    c.seen_else = true;
    c.ignoring = c.dead || c.taken;
  }
  if (ignoring()) skip_statement();
  else end_of_statement();
}

void Parser::conditional_elseif() {
  if (conditionals_.empty()) {
    error(".elseif without matching .if");
    skip_statement();
    return;
  }
  if (conditionals_.back().seen_else) {
    error(".elseif after .else");
    skip_statement();
    return;
  }
  if (conditionals_.back().dead || conditionals_.back().taken) {
    conditionals_.back().ignoring = true;
    skip_statement();
    return;
  }
  conditionals_.back().ignoring = false;
  i64 v = 0;
  absolute(v);
  conditionals_.back().taken = v != 0;
  conditionals_.back().ignoring = v == 0;
  if (failed_) skip_statement();
  else end_of_statement();
}

void Parser::conditional_endif() {
  if (conditionals_.empty()) error(".endif without .if");
  else conditionals_.pop_back();
  if (ignoring()) skip_statement();
  else end_of_statement();
}

void Parser::exit_macro() {
  skip_statement();
  for (size_t i = inputs_.size(); i-- > 0;) {
    if (inputs_[i].kind == 0) break;
    bool macro = inputs_[i].kind == 1 || inputs_[i].kind == 2;
    conditionals_.resize(std::min<size_t>(conditionals_.size(), inputs_[i].conditionals));
    pop_input();
    if (macro) return;
  }
  warning("ignoring macro exit outside a macro definition.");
}

void Parser::purge_macros() {
  for (;;) {
    skip_blanks();
    std::string name(name_token());
    if (name.empty()) break;
    std::string key = name;
    for (char& c : key) c = lower(c);
    if (!macros_.erase(key)) error("Attempt to purge non-existing macro `" + name + "'");
    skip_blanks();
    if (*p != ',') break;
    ++p;
  }
  end_of_statement();
}

bool Parser::opens_file(std::string_view name, std::unique_ptr<SourceFile>& file) {
  std::string reason;
  file = SourceFile::open(std::string(name), reason);
  for (size_t i = 0; !file && name[0] != '/' && i < options.include_paths.size(); ++i)
    file = SourceFile::open(options.include_paths[i] + "/" + std::string(name), reason);
  return file != nullptr;
}

void Parser::include() {
  skip_blanks();
  std::string name;
  if (!string_literal(name)) return skip_statement();
  end_of_statement();
  if (failed_) return;
  std::unique_ptr<SourceFile> file;
  if (inputs_.size() > input_limit) return error("includes nested too deeply");
  if (name.empty() || !opens_file(name, file)) return error("can't open " + name + " for reading: No such file or directory");
  has_includes_ = true;
  u32 i = 0;
  while (i < files_.size() && files_[i] != file->name()) ++i;
  if (i == files_.size()) files_.push_back(file->name());
  Input in{.at = file->text().data(), .end = file->text().data() + file->text().size(), .file = i, .line = 1};
  in.source = std::move(file);
  push_input(std::move(in));
}

void Parser::error_directive(std::string_view name) {
  skip_blanks();
  if (name == "fail") {
    i64 v = 0;
    if (absolute(v)) v >= 500 ? warning(".fail " + std::to_string(v) + " encountered") : error(".fail " + std::to_string(v) + " encountered");
    return end_of_statement();
  }
  std::string text;
  if (*p == '"' && name != "err") string_literal(text);
  else text = "." + std::string(name) + (name == "err" || name == "abort" ? " encountered" : " directive invoked in source file");
  name == "warning" ? warning(text) : error(text);
  skip_statement();
}

} // namespace lathe::assembler
