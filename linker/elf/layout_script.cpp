// Reading SECTIONS, MEMORY and PHDRS. Names and patterns hold characters that are operators elsewhere, so words are
// cut as the grammar asks for them; an expression is everything up to the mark that ends it.

#include "linker/elf/layout_script.h"

#include "linker/elf/expression.h"
#include "linker/elf/passes.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

constexpr std::string_view name_end = "(){};,=\" \t\r\n\f\v";
// What ends a symbol in front of an assignment: the colon of an output section, too.
constexpr const char* operators = ":+-*/&|<>";
constexpr int deepest_include = 16;

struct Reader {
  Context& ctx;
  const SourceFile& file;
  std::string_view text = file.text();
  u64 at = 0;
  bool failed = false;
  int depth = 0; // of INCLUDE

  LayoutScript& script() const { return *ctx.layout_script; }

  void fail(u64 where, std::string message) {
    if (!failed) ctx.diag.error(Place{&file, std::min<u64>(where, text.size()), 1}, std::move(message));
    failed = true;
    at = text.size();
  }
  void skip() {
    while (at < text.size()) {
      char c = text[at];
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++at;
      } else if (text.substr(at, 2) == "/*") {
        u64 end = text.find("*/", at + 2);
        if (end == std::string_view::npos) return fail(at, "comment is not closed");
        at = end + 2;
      } else return;
    }
  }
  bool at_end() {
    skip();
    return at >= text.size();
  }
  bool sees(std::string_view what) {
    skip();
    return text.substr(at, what.size()) == what;
  }
  bool accept(std::string_view what) {
    if (!sees(what)) return false;
    at += what.size();
    return true;
  }
  bool expect(std::string_view what) {
    if (accept(what)) return true;
    fail(at, at_end() ? fmt::format("expected '{}' before the end of the file", what)
                      : fmt::format("expected '{}', not '{}'", what, text.substr(at, 1)));
    return false;
  }
  // A name, quoted or up to white space or one of name_end and `more_ends`.
  std::string_view name(std::string_view more_ends = {}) {
    skip();
    if (at < text.size() && text[at] == '"') {
      u64 end = text.find('"', at + 1);
      if (end == std::string_view::npos) return fail(at, "quoted name is not closed"), std::string_view{};
      std::string_view quoted = text.substr(at + 1, end - at - 1);
      at = end + 1;
      return quoted;
    }
    u64 begin = at;
    while (at < text.size() && name_end.find(text[at]) == std::string_view::npos && more_ends.find(text[at]) == std::string_view::npos) ++at;
    if (at == begin) fail(at, at_end() ? std::string("expected a name before the end of the file") : fmt::format("expected a name, not '{}'", text.substr(at, 1)));
    return text.substr(begin, at - begin);
  }
  // The word at hand without taking it.
  std::string_view peek() {
    skip();
    u64 end = at;
    while (end < text.size() && name_end.find(text[end]) == std::string_view::npos && text[end] != ':') ++end;
    return text.substr(at, end - at);
  }
  // Up to one of `ends` outside of parentheses, which stays.
  // Ends at the line's end, a comma or a semicolon, or where the next region's `NAME :` or `NAME (rwx) :` begins.
  ExpressionText region_length() {
    u64 begin = at;
    ExpressionText e = expression("\n;,");
    auto is_name = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-' || c == '$'; };
    std::string_view t = e.text;
    size_t colon = t.find(':');
    if (failed || colon == std::string_view::npos || t.find('?') < colon) return e;
    auto blanks_before = [&](size_t n) {
      while (n && (t[n - 1] == ' ' || t[n - 1] == '\t')) --n;
      return n;
    };
    size_t tail = blanks_before(colon);
    if (tail && t[tail - 1] == ')') tail = blanks_before(std::min(t.rfind('(', tail), tail));
    size_t name = tail;
    while (name && is_name(t[name - 1])) --name;
    size_t end = blanks_before(name);
    if (name == tail || end == name || end == 0) return e;
    e.text = t.substr(0, end);
    at = begin + name;
    return e;
  }
  ExpressionText expression(std::string_view ends) {
    skip();
    u64 begin = at;
    int parentheses = 0;
    for (; at < text.size(); ++at) {
      char c = text[at];
      if (text.substr(at, 2) == "/*") {
        u64 end = text.find("*/", at + 2);
        if (end == std::string_view::npos) return fail(at, "comment is not closed"), ExpressionText{};
        at = end + 1;
        continue;
      }
      if (parentheses == 0 && ends.find(c) != std::string_view::npos) break;
      if (c == '(') ++parentheses;
      if (c == ')' && --parentheses < 0) break;
      if (c == '{' || c == '}') break;
      if (c == '"') {
        u64 end = text.find('"', at + 1);
        if (end == std::string_view::npos) return fail(at, "quoted name is not closed"), ExpressionText{};
        at = end;
      }
    }
    if (failed) return {};
    if (at >= text.size()) return fail(begin, "expression does not end"), ExpressionText{};
    std::string_view found = text.substr(begin, at - begin);
    while (!found.empty() && (found.back() == ' ' || (found.back() >= '\t' && found.back() <= '\r'))) found.remove_suffix(1);
    if (found.empty()) return fail(begin, "expected an expression"), ExpressionText{};
    return {found, &file, begin};
  }
  ExpressionText in_parentheses() {
    if (!expect("(")) return {};
    ExpressionText e = expression(")");
    expect(")");
    return e;
  }
  u64 value(const ExpressionText& e) {
    if (failed || !e) return 0;
    ctx.sources.push_back(SourceFile::from_memory(file.name(), std::string(e.text)));
    Words words(*ctx.sources.back(), WordStyle::Expression, ctx.diag);
    Value v = Expression(ctx, words, false).read();
    failed |= words.failed();
    return v.number;
  }
};

// --- Assignments and ASSERT ------------------------------------------------------------------------------------

} // namespace

void define_script_symbol(Context& ctx, ScriptStatement& s) {
  Symbol* symbol = ctx.symbols.intern(s.symbol);
  symbol->kind = SymbolKind::Output;
  symbol->output = nullptr;
  symbol->object = nullptr;
  symbol->shared = nullptr;
  symbol->type = STT_NOTYPE;
  symbol->binding = STB_GLOBAL;
  symbol->value = symbol->size = 0;
  symbol->is_script_defined = true;
  if (s.hidden) symbol->visibility = STV_HIDDEN;
  s.target = symbol;
}

namespace {

// The operator of an assignment at hand ('=' or that of `+=`), or 0.
char assignment_operator(Reader& r, u64& length) {
  r.skip();
  std::string_view rest = r.text.substr(r.at, 3);
  length = 1;
  if (rest.starts_with("=") && !rest.starts_with("==")) return '=';
  length = 3;
  if (rest == "<<=" || rest == ">>=") return rest[0];
  length = 2;
  if (rest.size() > 1 && rest[1] == '=' && std::string_view("+-*/&|").find(rest[0]) != std::string_view::npos) return rest[0];
  return 0;
}

ScriptStatement read_assignment(Reader& r, std::string_view symbol, std::string_view ends) {
  ScriptStatement s;
  s.symbol = symbol;
  u64 length = 0;
  s.operation = assignment_operator(r, length);
  if (!s.operation) return r.fail(r.at, fmt::format("expected '=' behind '{}'", symbol)), s;
  r.at += length;
  s.expression = r.expression(ends);
  return s;
}

// PROVIDE(a = b), HIDDEN(a = b), PROVIDE_HIDDEN(a = b), ASSERT(a, "text") and a = b; false when it is none of these.
bool read_simple_statement(Reader& r, ScriptStatement& s) {
  std::string_view word = r.peek();
  if (word == "PROVIDE" || word == "HIDDEN" || word == "PROVIDE_HIDDEN") {
    r.at += word.size();
    if (!r.expect("(")) return true;
    s = read_assignment(r, r.name(operators), ")");
    r.expect(")");
    s.provide = word.starts_with("PROVIDE");
    s.hidden = word.ends_with("HIDDEN");
  } else if (word == "ASSERT") {
    r.at += word.size();
    s.kind = StatementKind::Assert;
    if (!r.expect("(")) return true;
    s.expression = r.expression(",");
    if (!r.expect(",")) return true;
    s.message = r.name();
    r.expect(")");
    r.accept(";");
    return true;
  } else {
    u64 before = r.at, length = 0;
    if (r.at_end() || (std::string(name_end) + operators).find(r.text[r.at]) != std::string::npos) return false;
    std::string_view symbol = r.name(operators);
    if (!assignment_operator(r, length)) {
      r.at = before;
      return false;
    }
    s = read_assignment(r, symbol, ";");
  }
  if (!r.failed && s.symbol != "." && !s.provide) define_script_symbol(r.ctx, s);
  if (!r.failed) r.accept(";");
  return true;
}

// --- Input sections ----------------------------------------------------------------------------------------------

std::vector<std::string_view> read_excluded(Reader& r) {
  std::vector<std::string_view> out;
  if (!r.expect("(")) return out;
  while (!r.failed && !r.accept(")"))
    if (!r.accept(",")) out.push_back(r.name());
  return out;
}

SortKey sort_key(std::string_view word) {
  if (word == "SORT" || word == "SORT_BY_NAME") return SortKey::Name;
  if (word == "SORT_BY_ALIGNMENT") return SortKey::Alignment;
  if (word == "SORT_BY_INIT_PRIORITY") return SortKey::InitPriority;
  return SortKey::None;
}

bool is_sort(std::string_view word) { return word == "SORT_NONE" || sort_key(word) != SortKey::None; }

// pattern, EXCLUDE_FILE(...) pattern, SORT(pattern ...), SORT_BY_NAME(SORT_BY_ALIGNMENT(pattern)).
void read_section_patterns(Reader& r, InputRule& rule, SortKey first, SortKey second, int depth) {
  if (depth > 4) return r.fail(r.at, "SORT nests too deep");
  std::vector<std::string_view> excluded;
  while (!r.failed && !r.accept(")")) {
    if (r.accept(",")) continue;
    std::string_view word = r.peek();
    if (is_sort(word)) {
      r.at += word.size();
      SortKey key = sort_key(word);
      if (!r.expect("(")) return;
      read_section_patterns(r, rule, first == SortKey::None ? key : first, first == SortKey::None ? SortKey::None : key, depth + 1);
    } else if (word == "EXCLUDE_FILE") {
      r.at += word.size();
      excluded = read_excluded(r);
    } else {
      rule.sections.push_back({r.name(), excluded, first, second});
      excluded.clear();
    }
  }
}

constexpr std::array<std::pair<std::string_view, u64>, 9> section_flags = {{
    {"SHF_WRITE", SHF_WRITE}, {"SHF_ALLOC", SHF_ALLOC}, {"SHF_EXECINSTR", SHF_EXECINSTR}, {"SHF_MERGE", SHF_MERGE},
    {"SHF_STRINGS", SHF_STRINGS}, {"SHF_TLS", SHF_TLS}, {"SHF_GROUP", SHF_GROUP}, {"SHF_INFO_LINK", SHF_INFO_LINK},
    {"SHF_LINK_ORDER", SHF_LINK_ORDER},
}};

// (SHF_ALLOC & !SHF_WRITE & 0x4)
void read_wanted_flags(Reader& r, InputRule& rule) {
  if (!r.expect("(")) return;
  while (!r.failed) {
    bool refused = r.accept("!");
    u64 where = r.at;
    std::string_view word = r.name("&!");
    auto known = std::find_if(section_flags.begin(), section_flags.end(), [&](const auto& row) { return row.first == word; });
    u64 flag = 0;
    if (known != section_flags.end()) flag = known->second;
    else if (!word.empty() && word[0] >= '0' && word[0] <= '9') flag = r.value({word, &r.file, where});
    else return r.fail(where, fmt::format("unknown section flag '{}'", word));
    (refused ? rule.refused_flags : rule.wanted_flags) |= flag;
    if (r.accept(")")) return;
    if (!r.expect("&")) return;
  }
}

InputRule& read_input_rule(Reader& r) {
  InputRule& rule = r.script().inputs.emplace_back();
  std::string_view word = r.peek();
  if (word == "INPUT_SECTION_FLAGS") {
    r.at += word.size();
    read_wanted_flags(r, rule);
    word = r.peek();
  }
  if (word == "EXCLUDE_FILE") {
    r.at += word.size();
    rule.excluded_files = read_excluded(r);
  }
  word = r.peek();
  if (is_sort(word)) { // SORT(*)(.text): files stay in the order of the command line
    r.at += word.size();
    if (!r.expect("(")) return rule;
    rule.file = r.name();
    r.expect(")");
  } else {
    rule.file = r.name();
  }
  if (r.accept("(")) read_section_patterns(r, rule, SortKey::None, SortKey::None, 0);
  else if (!r.failed) rule.sections.push_back({"*", {}, SortKey::None, SortKey::None});
  return rule;
}

u32 data_width(std::string_view word) {
  if (word == "BYTE") return 1;
  if (word == "SHORT") return 2;
  if (word == "LONG") return 4;
  return word == "QUAD" || word == "SQUAD" ? 8 : 0;
}

void read_output_body(Reader& r, OutputRule& output) {
  while (!r.failed && !r.accept("}")) {
    if (r.at_end()) return r.fail(r.at, "output section is not closed");
    if (r.accept(";") || r.accept(",")) continue;
    std::string_view word = r.peek();
    ScriptStatement s;
    if (u32 width = data_width(word)) {
      r.at += word.size();
      s.kind = StatementKind::Data;
      s.width = width;
      s.expression = r.in_parentheses();
    } else if (word == "FILL") {
      r.at += word.size();
      s.kind = StatementKind::Fill;
      s.expression = r.in_parentheses();
    } else if (word == "CONSTRUCTORS" || word == "LINKER_VERSION") {
      r.at += word.size(); // for formats without sections of constructors
      continue;
    } else if (word == "SORT" && r.text.substr(r.at).starts_with("SORT(CONSTRUCTORS)")) {
      r.at += 18;
      continue;
    } else if (word == "CREATE_OBJECT_SYMBOLS" || word == "ASCIZ" || word == "INCLUDE") {
      return r.fail(r.at, fmt::format("{} inside an output section is not supported", word));
    } else if (word == "KEEP") {
      r.at += word.size();
      s.kind = StatementKind::Input;
      if (!r.expect("(")) return;
      s.rule = &read_input_rule(r);
      s.rule->keep = true;
      r.expect(")");
    } else if (!read_simple_statement(r, s)) {
      s.kind = StatementKind::Input;
      s.rule = &read_input_rule(r);
    }
    if (!r.failed) output.statements.push_back(s);
  }
}

// --- Output sections ---------------------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, u32>, 7> section_types = {{
    {"SHT_PROGBITS", SHT_PROGBITS}, {"SHT_NOBITS", SHT_NOBITS}, {"SHT_NOTE", SHT_NOTE}, {"SHT_STRTAB", SHT_STRTAB},
    {"SHT_INIT_ARRAY", SHT_INIT_ARRAY}, {"SHT_FINI_ARRAY", SHT_FINI_ARRAY}, {"SHT_PREINIT_ARRAY", SHT_PREINIT_ARRAY},
}};

// READONLY, TYPE = SHT_PROGBITS, READONLY (TYPE = 1); false when `word` is neither.
bool take_typed(Reader& r, OutputRule& o, std::string_view word, u64 offset) {
  auto trim = [](std::string_view s) {
    size_t first = s.find_first_not_of(" \t()"), last = s.find_last_not_of(" \t()");
    return first == std::string_view::npos ? std::string_view{} : s.substr(first, last - first + 1);
  };
  word = trim(word);
  bool read_only = word.starts_with("READONLY");
  if (read_only) word = trim(word.substr(8));
  if (word.empty() || !word.starts_with("TYPE")) return o.read_only = read_only && word.empty();
  word = trim(word.substr(4));
  if (!word.starts_with('=')) return false;
  word = trim(word.substr(1));
  o.read_only = read_only;
  auto known = std::find_if(section_types.begin(), section_types.end(), [&](const auto& row) { return row.first == word; });
  if (known != section_types.end()) o.type = known->second;
  else if (!word.empty() && word[0] >= '0' && word[0] <= '9') o.type = static_cast<u32>(r.value({word, &r.file, offset}));
  else r.fail(offset, fmt::format("unknown section type '{}'", word));
  return true;
}

// (NOLOAD) and the like at the end of the address.
void take_type(Reader& r, OutputRule& o, ExpressionText& address) {
  std::string_view t = address.text;
  if (!t.ends_with(')')) return;
  size_t open = t.rfind('(');
  if (size_t outer = t.rfind("(READONLY"); outer != std::string_view::npos) open = outer; // (READONLY (TYPE = 1))
  std::string_view word = t.substr(open + 1, t.size() - open - 2);
  if (word == "NOLOAD") o.no_load = true;
  else if (word == "INFO" || word == "COPY" || word == "DSECT" || word == "OVERLAY") o.not_allocated = true;
  else if (!take_typed(r, o, word, address.offset)) return;
  t = t.substr(0, open);
  while (!t.empty() && (t.back() == ' ' || t.back() == '\t')) t.remove_suffix(1);
  address.text = t;
  if (t.empty()) address = {};
}

void read_output_attributes(Reader& r, OutputRule& o) {
  while (!r.failed && !r.sees("{")) {
    std::string_view word = r.peek();
    r.at += word.size();
    if (word == "AT") o.load_address = r.in_parentheses();
    else if (word == "ALIGN") o.align = r.in_parentheses();
    else if (word == "SUBALIGN") o.subalign = r.in_parentheses();
    else if (word == "ALIGN_WITH_INPUT") o.align_with_input = true;
    else if (word == "ONLY_IF_RO") o.constraint = Constraint::ReadOnly;
    else if (word == "ONLY_IF_RW") o.constraint = Constraint::Writable;
    else return r.fail(r.at, word.empty() ? fmt::format("expected '{{' in the description of section '{}'", o.name)
                                          : fmt::format("unknown attribute '{}' of section '{}'", word, o.name));
  }
}

void read_output_tail(Reader& r, OutputRule& o) {
  for (;;) {
    if (r.sees("AT>") || r.sees("AT >")) {
      r.accept("AT");
      r.accept(">");
      o.load_region = r.name(":");
    } else if (r.accept(">")) {
      o.region = r.name(":");
    } else if (r.accept(":")) {
      o.segments.push_back(r.name(":>"));
    } else if (r.accept("=")) {
      r.skip();
      u64 begin = r.at;
      if (r.sees("(")) o.fill = r.in_parentheses();
      else {
        while (r.at < r.text.size() && name_end.find(r.text[r.at]) == std::string_view::npos) ++r.at;
        o.fill = {r.text.substr(begin, r.at - begin), &r.file, begin};
      }
    } else {
      r.accept(",");
      r.accept(";");
      return;
    }
    if (r.failed) return;
  }
}

void read_output(Reader& r) {
  LayoutScript& script = r.script();
  std::string_view name = r.name(":");
  if (r.failed) return;
  OutputRule parsed;
  parsed.name = name;
  if (!r.sees(":")) {
    parsed.address = r.expression(":");
    take_type(r, parsed, parsed.address);
  }
  if (!r.expect(":")) return;
  read_output_attributes(r, parsed);
  if (!r.expect("{")) return;
  read_output_body(r, parsed);
  if (r.failed) return;
  read_output_tail(r, parsed);
  // A name that was there before goes on where it was.
  OutputRule* known = parsed.constraint == Constraint::None ? script.find(name) : nullptr;
  if (known && known->constraint == Constraint::None) {
    known->statements.insert(known->statements.end(), parsed.statements.begin(), parsed.statements.end());
    return;
  }
  script.outputs.push_back(std::move(parsed));
  script.items.push_back({&script.outputs.back(), {}});
}

void read_sections(Reader& r);

void include(Reader& r, void (*body)(Reader&)) {
  std::string path(r.name());
  if (r.failed) return;
  if (r.depth >= deepest_include) return r.fail(r.at, fmt::format("INCLUDE nests deeper than {}", deepest_include));
  std::string error;
  std::string_view text = find_script(r.ctx, path, error);
  if (!error.empty()) return r.fail(r.at, error);
  r.ctx.sources.push_back(SourceFile::from_memory(path, std::string(text)));
  Reader inner{r.ctx, *r.ctx.sources.back()};
  inner.depth = r.depth + 1;
  body(inner);
  if (inner.failed) r.failed = true, r.at = r.text.size();
}

// The lines of SECTIONS up to its brace, or to the end of an included file.
void read_sections(Reader& r) {
  while (!r.failed) {
    if (r.at_end()) {
      if (r.depth == 0) r.fail(r.at, "SECTIONS is not closed");
      return;
    }
    if (r.depth == 0 && r.accept("}")) return;
    if (r.accept(";")) continue;
    std::string_view word = r.peek();
    if (word == "OVERLAY" || word == "NOCROSSREFS" || word == "NOCROSSREFS_TO" || word == "INSERT")
      return r.fail(r.at, fmt::format("{} is not supported", word));
    if (word == "ENTRY") {
      r.at += word.size();
      r.expect("(");
      set_entry(r.ctx, r.name());
      r.expect(")");
      continue;
    }
    if (word == "INCLUDE") {
      r.at += word.size();
      include(r, read_sections);
      continue;
    }
    ScriptStatement s;
    if (read_simple_statement(r, s)) {
      if (!r.failed) r.script().items.push_back({nullptr, s});
    } else {
      read_output(r);
    }
  }
}

// --- MEMORY and PHDRS ----------------------------------------------------------------------------------------------

void read_region_attributes(Reader& r, MemoryRegion& m) {
  if (!r.accept("(")) return;
  bool refuse = false;
  m.chooses = true;
  for (char c : r.name("")) {
    u64 flag = 0;
    switch (c) {
    case '!': refuse = true; continue;
    case 'r': case 'R': m.read_only |= !refuse; break;
    case 'w': case 'W': flag = SHF_WRITE; break;
    case 'x': case 'X': flag = SHF_EXECINSTR; break;
    case 'a': case 'A': flag = SHF_ALLOC; break;
    case 'i': case 'I': case 'l': case 'L': break;
    default: return r.fail(r.at, fmt::format("unknown attribute '{}' of region '{}'", c, m.name));
    }
    (refuse ? m.refused_flags : m.wanted_flags) |= flag;
  }
  r.expect(")");
}

void read_memory(Reader& r) {
  while (!r.failed) {
    if (r.at_end()) {
      if (r.depth == 0) r.fail(r.at, "MEMORY is not closed");
      return;
    }
    if (r.depth == 0 && r.accept("}")) return;
    if (r.peek() == "INCLUDE") {
      r.at += 7;
      include(r, read_memory);
      continue;
    }
    MemoryRegion& m = r.script().regions.emplace_back();
    m.name = r.name(":");
    read_region_attributes(r, m);
    if (!r.expect(":")) return;
    for (bool origin : {true, false}) {
      std::string_view word = r.name("");
      bool known = origin ? word == "ORIGIN" || word == "org" || word == "o" : word == "LENGTH" || word == "len" || word == "l";
      if (!known) return r.fail(r.at, fmt::format("expected {} of region '{}'", origin ? "ORIGIN" : "LENGTH", m.name));
      if (!r.expect("=")) return;
      r.skip();
      ExpressionText e = origin ? r.expression(",") : r.region_length();
      (origin ? m.origin : m.length) = r.value(e);
      if (origin) r.expect(",");
    }
    r.accept(",");
    r.accept(";");
  }
}

constexpr std::array<std::pair<std::string_view, u32>, 10> segment_types = {{
    {"PT_NULL", PT_NULL}, {"PT_LOAD", PT_LOAD}, {"PT_DYNAMIC", PT_DYNAMIC}, {"PT_INTERP", PT_INTERP}, {"PT_NOTE", PT_NOTE},
    {"PT_PHDR", PT_PHDR}, {"PT_TLS", PT_TLS}, {"PT_GNU_EH_FRAME", PT_GNU_EH_FRAME}, {"PT_GNU_STACK", PT_GNU_STACK}, {"PT_GNU_RELRO", PT_GNU_RELRO},
}};

void read_segments(Reader& r) {
  while (!r.failed && !r.accept("}")) {
    if (r.at_end()) return r.fail(r.at, "PHDRS is not closed");
    ScriptSegment s;
    s.name = r.name();
    std::string_view type = r.name();
    auto known = std::find_if(segment_types.begin(), segment_types.end(), [&](const auto& row) { return row.first == type; });
    if (known != segment_types.end()) s.type = known->second;
    else if (!type.empty() && type[0] >= '0' && type[0] <= '9') s.type = static_cast<u32>(r.value({type, &r.file, r.at}));
    else return r.fail(r.at, fmt::format("unknown segment type '{}'", type));
    while (!r.failed && !r.accept(";")) {
      std::string_view word = r.name();
      if (word == "FILEHDR") s.file_header = true;
      else if (word == "PHDRS") s.program_headers = true;
      else if (word == "AT") s.address = r.in_parentheses();
      else if (word == "FLAGS") s.flags = r.in_parentheses();
      else return r.fail(r.at, fmt::format("unknown attribute '{}' of segment '{}'", word, s.name));
    }
    r.script().segments.push_back(s);
  }
}

} // namespace

MemoryRegion* LayoutScript::region(std::string_view name) {
  for (MemoryRegion& m : regions)
    if (m.name == name) return &m;
  for (auto& [alias, region] : aliases)
    if (alias == name) return region;
  return nullptr;
}

OutputRule* LayoutScript::find(std::string_view name) {
  for (OutputRule& o : outputs)
    if (o.name == name && !o.disabled) return &o;
  return nullptr;
}

bool is_layout_command(std::string_view word) {
  constexpr std::array<std::string_view, 8> words = {"SECTIONS", "MEMORY", "PHDRS", "REGION_ALIAS", "ASSERT", "PROVIDE", "HIDDEN", "PROVIDE_HIDDEN"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

u64 read_layout_command(Context& ctx, const SourceFile& file, std::string_view command, u64 offset) {
  if (!ctx.layout_script) ctx.layout_script = std::make_unique<LayoutScript>();
  Reader r{ctx, file};
  r.at = offset;
  if (command == "SECTIONS" || command == "MEMORY" || command == "PHDRS") {
    if (!r.expect("{")) return file.text().size();
    if (command == "SECTIONS") ctx.has_section_rules = true, read_sections(r);
    else if (command == "MEMORY") read_memory(r);
    else read_segments(r);
  } else if (command == "REGION_ALIAS") {
    r.expect("(");
    std::string_view alias = r.name();
    r.expect(",");
    std::string_view name = r.name();
    r.expect(")");
    MemoryRegion* region = r.script().region(name);
    if (!region && !r.failed) r.fail(r.at, fmt::format("region '{}' is not declared", name));
    r.script().aliases.emplace_back(alias, region);
  } else {
    r.at = offset - command.size();
    ScriptStatement s;
    read_simple_statement(r, s);
    if (!r.failed) r.script().items.push_back({nullptr, s});
  }
  return r.at;
}

} // namespace lathe::linker
