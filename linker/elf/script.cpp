// Text that steers a link: scripts in place of libraries (libc.so), version scripts, dynamic lists, and the
// commands between them. What lays out sections is in layout_script.cpp.

#include "linker/elf/script.h"

#include "linker/elf/expression.h"
#include "linker/elf/layout_script.h"
#include "linker/elf/passes.h"
#include "linker/elf/patterns.h"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <filesystem>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

namespace lathe::linker {

Words::Words(const SourceFile& file, WordStyle style, Diagnostics& diag) : file_(file), diag_(diag) {
  std::string_view text = file.text();
  std::string_view single = style == WordStyle::Names ? "(){};," : "(){};,+-*/%&|^~!<>=?:";
  std::string_view pairs[] = {"<<", ">>", "<=", ">=", "==", "!=", "&&", "||"};
  for (u64 i = 0; i < text.size();) {
    char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      ++i;
    } else if (text.substr(i, 2) == "/*") {
      u64 end = text.find("*/", i + 2);
      if (end == std::string_view::npos) {
        fail({text.substr(i, 2), i}, "comment is not closed");
        break;
      }
      i = end + 2;
    } else if (c == '#' && style == WordStyle::Names) {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '"') {
      u64 end = text.find('"', i + 1);
      if (end == std::string_view::npos) {
        fail({text.substr(i, 1), i}, "quoted name is not closed");
        break;
      }
      words_.push_back({text.substr(i + 1, end - i - 1), i, true});
      i = end + 1;
    } else if (single.find(c) != std::string_view::npos) {
      u64 length = 1;
      if (style == WordStyle::Expression)
        for (std::string_view pair : pairs)
          if (text.substr(i, 2) == pair) length = 2;
      words_.push_back({text.substr(i, length), i});
      i += length;
    } else {
      u64 begin = i;
      while (i < text.size() && single.find(text[i]) == std::string_view::npos && text[i] != ' ' && text[i] != '\t' &&
             text[i] != '\n' && text[i] != '\r' && text[i] != '"' && text.substr(i, 2) != "/*")
        ++i;
      words_.push_back({text.substr(begin, i - begin), begin});
    }
  }
  end_ = {std::string_view{}, text.size()};
}

bool Words::accept(std::string_view text) {
  if (at_end() || peek().quoted || peek().text != text) return false;
  ++next_;
  return true;
}

bool Words::expect(std::string_view text) {
  if (accept(text)) return true;
  fail(peek(), at_end() ? fmt::format("expected '{}' before the end of the file", text)
                        : fmt::format("expected '{}', not '{}'", text, peek().text));
  return false;
}

void Words::skip_to(u64 offset) {
  while (!at_end() && peek().offset < offset) ++next_;
}

void Words::fail(const Word& at, std::string message) {
  if (!failed_) diag_.error(Place{&file_, at.offset, static_cast<u32>(std::max<size_t>(at.text.size(), 1))}, std::move(message));
  failed_ = true;
  next_ = words_.size();
}

namespace {

// --- Scripts in place of libraries -------------------------------------------------------------------------

struct InputScript {
  Context& ctx;
  const std::string& path;
  InputItem item;
  std::string_view text;
  Words words;
};

bool is_under(const std::string& path, const std::string& folder) {
  std::error_code ignored;
  std::string inner = std::filesystem::weakly_canonical(path, ignored).string();
  std::string outer = std::filesystem::weakly_canonical(folder, ignored).string();
  return inner.starts_with(outer + "/");
}

// A name in INPUT or GROUP: absolute ones are looked for under the sysroot when the script lies there itself;
// others beside the script and in the search path.
void open_script_input(InputScript& s, std::string_view word, bool as_needed) {
  InputItem item = s.item;
  item.as_needed = item.as_needed || as_needed;
  item.is_library = word.starts_with("-l");
  item.name = item.is_library ? word.substr(2) : word;
  if (!item.is_library) {
    const std::string& root = s.ctx.options.sysroot;
    std::string error;
    auto there = [&](const std::string& path) {
      error.clear();
      find_memory_or_file(s.ctx, path, error);
      return error.empty();
    };
    if (word.starts_with('/')) {
      if (!root.empty() && is_under(s.path, root)) item.name = root + item.name;
    } else if (word.starts_with('=')) {
      item.name = root + item.name.substr(1);
    } else {
      std::string beside = s.path.substr(0, s.path.rfind('/') + 1) + item.name;
      if (there(beside)) item.name = beside;
      else if (!there(item.name)) {
        for (const std::string& folder : s.ctx.options.library_paths)
          if (there(folder + "/" + item.name)) {
            item.name = folder + "/" + item.name;
            break;
          }
      }
    }
  }
  if (s.ctx.script_depth > 32) s.ctx.scripts_left = 0;
  // Whoever opened this script finds nothing left, too: else two that name each other often would take forever.
  if (s.ctx.scripts_left == 0) return s.words.fail(s.words.peek(), "scripts name each other more than 32 deep or 1000 times");
  ++s.ctx.script_depth;
  open_input(s.ctx, item);
  --s.ctx.script_depth;
}

void read_input_list(InputScript& s, bool as_needed) {
  if (!s.words.expect("(")) return;
  while (!s.words.at_end() && !s.words.failed()) {
    if (s.words.accept(")")) return;
    if (s.words.accept(",")) continue;
    if (!s.words.peek().quoted && s.words.peek().text == "AS_NEEDED") {
      s.words.take();
      read_input_list(s, true);
      continue;
    }
    open_script_input(s, s.words.take().text, as_needed);
  }
  if (!s.words.failed()) s.words.expect(")");
}

void skip_parentheses(Words& words) {
  if (!words.expect("(")) return;
  int depth = 1;
  while (depth && !words.at_end()) {
    Word w = words.take();
    if (w.text == "(" && !w.quoted) ++depth;
    if (w.text == ")" && !w.quoted) --depth;
  }
  if (depth) words.expect(")");
}

// --- Version scripts and dynamic lists ---------------------------------------------------------------------

struct Pattern {
  std::string_view text;
  bool literal = false; // quoted, or without wildcards
  bool cplusplus = false;
};

struct VersionNode {
  std::string_view name;
  std::vector<Pattern> globals, locals;
  std::vector<std::string_view> parents;
};

void read_patterns(Words& words, std::vector<Pattern>& globals, std::vector<Pattern>& locals, bool cplusplus, int depth) {
  bool local = false;
  while (!words.at_end() && !words.failed()) {
    if (words.accept("}")) return;
    if (words.accept(";")) continue;
    Word w = words.take();
    if (!w.quoted && (w.text == "global:" || w.text == "local:")) {
      local = w.text == "local:";
      continue;
    }
    if (!w.quoted && (w.text == "global" || w.text == "local") && words.accept(":")) {
      local = w.text == "local";
      continue;
    }
    if (!w.quoted && w.text == "extern") {
      Word language = words.take();
      if (language.text != "C" && language.text != "C++") return words.fail(language, fmt::format("unknown language '{}'", language.text));
      if (!words.expect("{")) return;
      if (depth > 8) return words.fail(w, "extern blocks nest too deep");
      auto& to = local ? locals : globals;
      read_patterns(words, to, to, language.text == "C++", depth + 1);
      if (!words.failed() && (depth == 0 || words.peek().text != "}")) words.expect(";");
      continue;
    }
    if (!w.quoted && (w.text.starts_with("local:") || w.text.starts_with("global:"))) { // `local:*` without a space
      local = w.text[0] == 'l';
      w.text.remove_prefix(local ? 6 : 7);
    }
    if (w.text.empty()) return words.fail(w, "empty pattern");
    (local ? locals : globals).push_back({w.text, w.quoted || !is_glob(w.text), cplusplus});
    bool may_end = depth > 0 && words.peek().text == "}"; // inside of extern the last one needs no mark
    if (!words.at_end() && !may_end && !words.accept(";")) return words.fail(words.peek(), fmt::format("expected ';' after '{}'", w.text));
  }
  if (!words.failed()) words.expect("}");
}

// What one version exports another one cannot hide.
void check_duplicates(Context& ctx, const std::vector<VersionNode>& nodes) {
  std::unordered_set<std::string_view> globals[2], locals[2]; // of the versions so far; [1]: extern "C++"
  for (const VersionNode& node : nodes) {
    auto check = [&](const std::vector<Pattern>& own, const std::unordered_set<std::string_view>* others) {
      for (const Pattern& p : own)
        if (others[p.cplusplus].contains(p.text)) ctx.diag.error(fmt::format("duplicate expression '{}' in version information", p.text));
    };
    check(node.globals, locals);
    check(node.locals, globals);
    for (const Pattern& p : node.globals) globals[p.cplusplus].insert(p.text);
    for (const Pattern& p : node.locals) locals[p.cplusplus].insert(p.text);
  }
}

// A version depends on ones in front of it, of other scripts too.
void read_version_nodes(Words& words, std::vector<VersionNode>& nodes) {
  auto find = [&](std::string_view tag) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const VersionNode& n) { return !n.name.empty() && n.name == tag; });
  };
  while (!words.at_end() && !words.failed()) {
    VersionNode node;
    Word tag = words.peek();
    if (!words.accept("{")) {
      words.take();
      node.name = tag.text;
      if (!words.expect("{")) return;
      if (find(node.name)) return words.fail(tag, fmt::format("duplicate version tag '{}'", tag.text));
    }
    if (!nodes.empty() && (node.name.empty() || nodes[0].name.empty()))
      return words.fail(tag, "an anonymous version tag cannot be combined with other version tags");
    read_patterns(words, node.globals, node.locals, false, 0);
    while (!words.at_end() && words.peek().text != ";" && !words.failed()) {
      Word parent = words.take();
      if (!find(parent.text)) return words.fail(parent, fmt::format("unable to find version dependency '{}'", parent.text));
      node.parents.push_back(parent.text);
    }
    if (!words.expect(";")) return;
    nodes.push_back(std::move(node));
  }
}

// One compiled set of patterns with what each stands for.
struct Matcher {
  std::unordered_map<std::string_view, int> literals, demangled_literals;
  PatternSet globs, demangled_globs;
  std::vector<int> glob_values, demangled_values;
  int star = -1;

  void add(const Pattern& p, int value, Diagnostics& diag) {
    if (!p.cplusplus && p.text == "*" && !p.literal) {
      star = value;
    } else if (p.literal) {
      (p.cplusplus ? demangled_literals : literals).try_emplace(p.text, value);
    } else {
      bool ok = p.cplusplus ? demangled_globs.add(p.text) : globs.add(p.text);
      if (!ok) diag.error(fmt::format("malformed pattern '{}'", p.text));
      else (p.cplusplus ? demangled_values : glob_values).push_back(value);
    }
  }
  void compile() { globs.compile(), demangled_globs.compile(); }
  bool wants_demangled() const { return !demangled_literals.empty() || !demangled_globs.empty(); }
  int literal(std::string_view name, std::string_view demangled) const {
    if (auto it = literals.find(name); it != literals.end()) return it->second;
    if (!demangled.empty())
      if (auto it = demangled_literals.find(demangled); it != demangled_literals.end()) return it->second;
    return -1;
  }
  // Of several patterns the last one counts.
  int glob(std::string_view name, std::string_view demangled, std::vector<int>& scratch) const {
    int value = -1;
    globs.match(name, scratch);
    if (!scratch.empty()) value = glob_values[static_cast<size_t>(scratch.back())];
    if (!demangled.empty() && !demangled_globs.empty()) {
      demangled_globs.match(demangled, scratch);
      if (!scratch.empty()) value = std::max(value, demangled_values[static_cast<size_t>(scratch.back())]);
    }
    return value;
  }
  bool matches(std::string_view name, std::string_view demangled, std::vector<int>& scratch) const {
    return star >= 0 || literal(name, demangled) >= 0 || glob(name, demangled, scratch) >= 0;
  }
};

std::string demangle(std::string_view name) {
  if (!name.starts_with("_Z")) return std::string(name);
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  std::string out = status == 0 ? text : std::string(name);
  std::free(text);
  return out;
}

const SourceFile* open_text(Context& ctx, const std::string& path) {
  std::string error;
  std::string_view text = find_script(ctx, path, error);
  if (!error.empty()) {
    ctx.diag.error(error);
    return nullptr;
  }
  ctx.sources.push_back(SourceFile::from_memory(path, std::string(text)));
  return ctx.sources.back().get();
}

// Index of the version called `name`, which is made if nobody declared it.
u16 version_index(Context& ctx, std::string_view name) {
  for (OutputVersion& v : ctx.versions)
    if (v.name == name) return v.index;
  u16 index = static_cast<u16>(ctx.versions.size() + 2);
  ctx.versions.push_back({std::string(name), {}, index});
  return index;
}

void apply_versions(Context& ctx, const std::vector<VersionNode>& nodes) {
  Matcher global, local;
  for (const VersionNode& node : nodes) {
    u16 index = node.name.empty() ? VER_NDX_GLOBAL : version_index(ctx, node.name);
    for (std::string_view parent : node.parents)
      for (OutputVersion& v : ctx.versions)
        if (v.index == index) v.parents.emplace_back(parent);
    for (const Pattern& p : node.globals) global.add(p, index, ctx.diag);
    for (const Pattern& p : node.locals) local.add(p, VER_NDX_LOCAL, ctx.diag);
  }
  global.compile();
  local.compile();
  bool demangled = global.wants_demangled() || local.wants_demangled();
  auto decide = [&](Symbol& s, std::vector<int>& scratch) {
    if (!s.is_defined() || s.has_version) return;
    std::string readable = demangled ? demangle(s.name()) : std::string{};
    int exact = global.literal(s.name(), readable);
    int verdict = exact;
    if (verdict < 0) verdict = local.literal(s.name(), readable);
    if (verdict < 0) verdict = global.glob(s.name(), readable, scratch);
    if (verdict < 0) verdict = local.glob(s.name(), readable, scratch);
    if (verdict < 0) verdict = global.star;
    if (verdict < 0) verdict = local.star;
    if (verdict < 0) return;
    // foo@V in an object says which definition has the version; plain foo is the same function under its other name.
    if (verdict > VER_NDX_GLOBAL) {
      std::string explicit_name = std::string(s.name()) + "@" + ctx.versions[static_cast<size_t>(verdict) - 2].name;
      if (Symbol* other = ctx.symbols.find(explicit_name); other && other->is_defined()) verdict = VER_NDX_LOCAL;
    }
    s.version = static_cast<u16>(verdict);
    s.version_decided = true;
  };
  u64 block = 4096, count = ctx.symbols.size();
  parallel_for((count + block - 1) / block, [&](u64 b) {
    std::vector<int> scratch;
    for (u64 i = b * block; i < std::min(count, (b + 1) * block); ++i) decide(ctx.symbols.at(i), scratch);
  });
  if (!ctx.options.allow_undefined_version)
    for (const VersionNode& node : nodes)
      for (const Pattern& p : node.globals) {
        if (!p.literal || p.cplusplus) continue;
        Symbol* s = ctx.symbols.find(p.text);
        if (!s || !s->is_defined())
          ctx.diag.error(fmt::format("version script assigns version '{}' to '{}', which is not defined", node.name, p.text));
      }
}

void read_dynamic_lists(Context& ctx) {
  Options& o = ctx.options;
  std::vector<Pattern> patterns, locals;
  auto read = [&](const std::string& path) {
    const SourceFile* file = open_text(ctx, path);
    if (!file) return;
    Words words(*file, WordStyle::Names, ctx.diag);
    while (!words.at_end() && !words.failed()) {
      if (!words.expect("{")) return;
      read_patterns(words, patterns, locals, false, 0);
      if (!words.failed()) words.expect(";");
    }
  };
  for (const std::string& path : o.dynamic_lists) read(path);
  for (const std::string& path : o.export_dynamic_symbol_lists) read(path);
  for (const std::string& name : o.export_dynamic_symbols) patterns.push_back({name, !is_glob(name), false});
  if (o.dynamic_list_cpp_new)
    for (std::string_view p : {"_Zn[wa]*", "_Zd[la]*"}) patterns.push_back({p, false, false});
  if (o.dynamic_list_cpp_typeinfo)
    for (std::string_view p : {"_ZTI*", "_ZTS*"}) patterns.push_back({p, false, false});
  if (patterns.empty()) return;
  Matcher matcher;
  for (const Pattern& p : patterns) matcher.add(p, 0, ctx.diag);
  matcher.compile();
  std::vector<int> scratch;
  ctx.symbols.for_each([&](Symbol& s) {
    if (!s.is_defined()) return;
    if (matcher.matches(s.name(), matcher.wants_demangled() ? demangle(s.name()) : std::string{}, scratch)) s.in_dynamic_list = true;
  });
}

} // namespace

bool is_input_script(std::string_view data) {
  // Text: no NUL and no control characters in what a reader would see first.
  for (char c : data.substr(0, 512))
    if (static_cast<u8>(c) < 9 || (static_cast<u8>(c) > 13 && static_cast<u8>(c) < 32)) return false;
  return !data.empty();
}

namespace {

// `name = ...`, `name+=...` and the like, with or without blanks.
bool is_assignment(std::string_view text) {
  size_t at = text.find_first_of("=+-*/&|<> \t\r\n;(){}");
  if (at == 0 || at == std::string_view::npos) return false;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  text.remove_prefix(at);
  if (text.starts_with("==")) return false;
  for (std::string_view op : {"=", "+=", "-=", "*=", "/=", "&=", "|=", "<<=", ">>="})
    if (text.starts_with(op)) return true;
  return false;
}

} // namespace

std::string_view find_script(Context& ctx, const std::string& path, std::string& error) {
  std::string_view text = find_memory_or_file(ctx, path, error);
  for (size_t i = 0; !error.empty() && i < ctx.options.library_paths.size(); ++i) {
    std::string elsewhere;
    text = find_memory_or_file(ctx, ctx.options.library_paths[i] + "/" + path, elsewhere);
    if (elsewhere.empty()) error.clear();
  }
  return text;
}

namespace {

void read_included(InputScript&, bool lays_out);

// `lays_out`: a file that includes this one lays out sections.
void read_script(Context& ctx, const std::string& path, std::string_view text, const InputItem& item, bool lays_out) {
  if (ctx.script_depth > 0 && ctx.scripts_left > 0) --ctx.scripts_left;
  ctx.sources.push_back(SourceFile::from_memory(path, std::string(text)));
  const SourceFile& file = *ctx.sources.back();
  InputScript s{ctx, path, item, file.text(), Words(file, WordStyle::Names, ctx.diag)};
  s.item.is_library = false;
  // Where sections are laid out, a value may be wanted before the addresses stand.
  lays_out |= file.text().find("SECTIONS") != std::string_view::npos || file.text().find("MEMORY") != std::string_view::npos;
  const bool is_asked_for = item.is_script || ctx.script_depth > 0;
  bool is_first = true;
  while (!s.words.at_end() && !s.words.failed()) {
    Word w = s.words.take();
    if (w.text == ";") continue;
    bool assigns = lays_out && is_assignment(file.text().substr(w.offset));
    if (!w.quoted && (assigns || is_layout_command(w.text))) {
      s.words.skip_to(read_layout_command(ctx, file, w.text, w.offset + w.text.size()));
      if (!ctx.ok()) return;
      continue;
    }
    if (w.text == "INCLUDE") read_included(s, lays_out);
    else if (w.text == "INPUT" || w.text == "GROUP") read_input_list(s, false);
    else if (w.text == "OUTPUT_FORMAT" || w.text == "OUTPUT_ARCH" || w.text == "TARGET") skip_parentheses(s.words);
    else if (w.text == "SEARCH_DIR" && s.words.expect("(")) {
      std::string_view folder = s.words.take().text;
      ctx.options.library_paths.push_back(folder.starts_with('=') ? ctx.options.sysroot + std::string(folder.substr(1)) : std::string(folder));
      s.words.expect(")");
    } else if (w.text == "VERSION" && s.words.expect("{")) {
      u64 begin = s.words.peek().offset;
      int depth = 1;
      u64 end = begin;
      while (depth && !s.words.at_end()) {
        Word k = s.words.take();
        if (k.text == "{" && !k.quoted) ++depth;
        if (k.text == "}" && !k.quoted) --depth;
        end = k.offset;
      }
      ctx.inline_version_scripts.push_back(file.text().substr(begin, end - begin));
    } else if (s.words.peek().text == "=" && !s.words.peek().quoted) {
      u64 begin = s.words.take().offset + 1, end = begin;
      while (!s.words.at_end() && s.words.peek().text != ";") end = s.words.peek().offset + s.words.take().text.size();
      s.words.expect(";");
      add_defsym_symbol(ctx, std::string(w.text), std::string(s.text.substr(begin, end - begin)));
    } else if (w.text == "ENTRY" && s.words.expect("(")) {
      set_entry(ctx, s.words.take().text);
      s.words.expect(")");
    } else if (w.text == "EXTERN" && s.words.expect("(")) {
      while (!s.words.at_end() && !s.words.accept(")")) force_symbol(ctx, s.words.take().text);
    } else if (w.text == "INSERT" || w.text == "NOCROSSREFS" || w.text == "NOCROSSREFS_TO" || w.text == "STARTUP" || w.text == "OUTPUT") {
      s.words.fail(w, fmt::format("linker script command '{}' is not supported", w.text));
    } else {
      // Nobody asked for a script: a file that is nothing else was taken for one.
      if (is_first && !is_asked_for) ctx.diag.note(path + ": file format not recognized; treating as linker script");
      s.words.fail(w, fmt::format("unknown linker script command '{}'", w.text));
    }
    is_first = false;
  }
}

void read_included(InputScript& s, bool lays_out) {
  Word name = s.words.take();
  std::string error, path(name.text);
  std::string_view text = find_script(s.ctx, path, error);
  if (!error.empty()) return s.words.fail(name, error);
  if (s.ctx.script_depth > 32) s.ctx.scripts_left = 0;
  if (s.ctx.scripts_left == 0) return s.words.fail(name, "scripts name each other more than 32 deep or 1000 times");
  ++s.ctx.script_depth;
  read_script(s.ctx, path, text, s.item, lays_out);
  --s.ctx.script_depth;
  if (!s.ctx.ok()) s.words.skip_to(s.text.size());
}

} // namespace

void open_input_script(Context& ctx, const std::string& path, std::string_view text, const InputItem& item) {
  read_script(ctx, path, text, item, false);
}

// --default-symver: what has no version gets one that is named as the output.
void add_default_version(Context& ctx) {
  std::string name = ctx.options.soname;
  if (name.empty()) name = ctx.options.output.substr(ctx.options.output.rfind('/') + 1);
  u16 index = version_index(ctx, name);
  ctx.symbols.for_each([&](Symbol& s) {
    bool open = !s.version_decided || s.version == VER_NDX_GLOBAL; // an anonymous version script exports without a version
    if (s.is_defined() && !s.has_version && open && s.kind != SymbolKind::Output) s.version = index;
  });
}

namespace {

// foo@V and foo@@V are one symbol, so they cannot be two definitions.
void check_default_version(Context& ctx, const Symbol& hidden, std::string_view version) {
  Symbol* plain = ctx.symbols.find(split_version(hidden.name()).name);
  if (!plain || !plain->is_defined() || !plain->has_version || plain->hidden_version) return;
  auto it = ctx.symbol_versions.find(plain);
  if (it == ctx.symbol_versions.end() || it->second != version || (plain->section == hidden.section && plain->value == hidden.value)) return;
  ctx.diag.error(fmt::format("multiple definition of `{}' in {}", hidden.name(), hidden.object ? hidden.object->name : std::string()));
}

} // namespace

void read_version_scripts(Context& ctx) {
  std::vector<VersionNode> nodes;
  auto read = [&](const SourceFile& file) {
    Words words(file, WordStyle::Names, ctx.diag);
    read_version_nodes(words, nodes);
  };
  for (const std::string& path : ctx.options.version_scripts)
    if (const SourceFile* file = open_text(ctx, path)) read(*file);
  for (std::string_view text : ctx.inline_version_scripts) {
    ctx.sources.push_back(SourceFile::from_memory("VERSION", std::string(text)));
    read(*ctx.sources.back());
  }
  check_duplicates(ctx, nodes);
  if (!ctx.ok()) return;
  if (!nodes.empty()) apply_versions(ctx, nodes);
  // name@@VERSION in an object says the version outright.
  std::vector<Symbol*> order;
  if (!ctx.symbol_versions.empty())
    ctx.symbols.for_each([&](Symbol& s) {
      if (!s.has_version || !s.is_defined()) return;
      std::string_view version = ctx.symbol_versions[&s];
      if (version.empty()) { // foo@@
        s.version = VER_NDX_GLOBAL;
        return;
      }
      if (s.hidden_version) check_default_version(ctx, s, version);
      bool known = false;
      for (OutputVersion& v : ctx.versions)
        if (v.name == version) known = true;
      if (!known && ctx.options.shared && !ctx.options.default_symver)
        ctx.diag.error(fmt::format("symbol '{}' has undefined version '{}'", split_version(s.name()).name, version));
      s.version = version_index(ctx, version);
    });
  if (ctx.options.default_symver) add_default_version(ctx);
  read_dynamic_lists(ctx);
}

void evaluate_defsyms(Context& ctx) {
  bool final_addresses = ctx.image_laid_out;
  for (size_t i = 0; i < ctx.script_symbols.size(); ++i) {
    Symbol& s = *ctx.script_symbols[i];
    ctx.sources.push_back(SourceFile::from_memory("--defsym " + ctx.options.defsyms[i].first, ctx.options.defsyms[i].second));
    Words words(*ctx.sources.back(), WordStyle::Expression, ctx.diag);
    Value v = Expression(ctx, words, final_addresses).read();
    if (words.failed()) continue;
    Symbol* base = v.base;
    if (final_addresses) {
      if (s.kind != SymbolKind::Absolute || s.section) continue; // moved with its section
      s.value = v.number + (base ? base->value : 0);
    } else if (base && (base->kind == SymbolKind::Defined || base->kind == SymbolKind::Absolute)) {
      s.kind = base->kind;
      s.section = base->section;
      s.object = base->object;
      s.file_index = base->file_index;
      s.type = base->type;
      s.value = base->value + v.number;
      s.size = base->size;
    } else if (base) {
      s.value = 0; // linker-made or COMMON: known once there are addresses
    } else {
      s.value = v.number;
    }
  }
}

} // namespace lathe::linker
