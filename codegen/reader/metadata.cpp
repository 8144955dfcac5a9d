#include "codegen/reader/metadata.h"

#include "codegen/reader/parser.h"

namespace lathe::reader {

using namespace ir;

// --- Skipping, in any reader

void Parser::skip_metadata() {
  c.eat_word("distinct");
  if (c.peek() != '!') {
    // A value: `i32 7`, `ptr @f`.
    typed_constant();
    return;
  }
  ++c.p;
  c.skip();
  if (is_class(*c.p, CharDigit)) {
    while (is_class(*c.p, CharDigit)) ++c.p;
  } else if (*c.p == '"') {
    c.skip_string();
  } else if (*c.p == '{') {
    ++c.p;
    c.skip_balanced('}');
  } else if (is_class(*c.p, CharName)) {
    while (is_class(*c.p, CharName)) ++c.p;
    if (c.eat('(')) c.skip_balanced(')');
  } else {
    c.fail_expected("metadata");
  }
}

// --- Parsing. Text that is not metadata gives false, never an error: what it was wanted for is left out.

namespace {

struct Scanner {
  const char* p;
  const char* end;
  char peek() {
    while (p < end && is_class(*p, CharSpace)) ++p;
    return p < end ? *p : 0;
  }
  bool eat(char ch) {
    if (peek() != ch) return false;
    ++p;
    return true;
  }
  std::string_view word() {
    peek();
    const char* start = p;
    while (p < end && is_class(*p, CharName)) ++p;
    return {start, static_cast<size_t>(p - start)};
  }
  bool skip_string() {
    ++p;
    while (p < end && *p != '"') ++p;
    return p < end ? (++p, true) : false;
  }
  // Over one value: to the ',' or closing bracket that ends it.
  std::string_view value() {
    peek();
    const char* start = p;
    u32 depth = 0;
    for (; p < end; ++p) {
      if (*p == '"') {
        if (!skip_string()) break;
        --p;
      } else if (*p == '(' || *p == '{' || *p == '[' || *p == '<') {
        ++depth;
      } else if (*p == ')' || *p == '}' || *p == ']' || *p == '>') {
        if (depth == 0) break;
        --depth;
      } else if (*p == ',' && depth == 0) {
        break;
      }
    }
    const char* stop = p;
    while (stop > start && is_class(stop[-1], CharSpace)) --stop;
    return {start, static_cast<size_t>(stop - start)};
  }
};

u64 to_number(std::string_view s) {
  u64 n = 0;
  for (char ch : s) {
    if (!is_class(ch, CharDigit)) break;
    n = n * 10 + static_cast<u64>(ch - '0');
  }
  return n;
}

std::string unquote(std::string_view s) {
  if (!s.empty() && s[0] == '!') s.remove_prefix(1);
  if (s.size() < 2 || s[0] != '"') return {};
  Arena memory;
  return std::string(unescape(s.substr(1, s.size() - 2), memory));
}

} // namespace

MetadataId metadata_reference(std::string_view s) {
  if (s.size() < 2 || s[0] != '!' || !is_class(s[1], CharDigit)) return none;
  u64 n = to_number(s.substr(1));
  return n < none ? static_cast<MetadataId>(n) : none;
}

std::string_view metadata_text(const Module& m, MetadataId id) {
  if (id >= m.metadata.numbered.size()) return {};
  MetadataIndex::Span s = m.metadata.numbered[id];
  return m.source->text().substr(s.begin, s.end - s.begin);
}

bool parse_metadata(std::string_view text, MetadataNode& out) {
  out.tag = {};
  out.fields.clear();
  Scanner s{text.data(), text.data() + text.size()};
  out.is_distinct = false;
  if (s.peek() == 'd') out.is_distinct = s.word() == "distinct";
  if (!s.eat('!')) return false;
  char close = '}';
  if (!s.eat('{')) {
    out.tag = s.word();
    close = ')';
    if (out.tag.empty() || !s.eat('(')) return false;
  }
  if (s.eat(close)) return true;
  do {
    MetadataField f;
    if (close == ')') {
      Scanner saved = s;
      f.key = s.word();
      if (!s.eat(':')) {
        s = saved;
        f.key = {};
      }
    }
    f.value = s.value();
    out.fields.push_back(f);
  } while (s.eat(','));
  return s.eat(close);
}

bool parse_metadata(const Module& m, MetadataId id, MetadataNode& out) {
  std::string_view text = metadata_text(m, id);
  return !text.empty() && parse_metadata(text, out);
}

std::string_view MetadataNode::raw(std::string_view key) const {
  for (const MetadataField& f : fields)
    if (f.key == key) return f.value == "null" ? std::string_view() : f.value;
  return {};
}
std::string MetadataNode::text(std::string_view key) const { return unquote(raw(key)); }
u64 MetadataNode::number(std::string_view key) const { return to_number(raw(key)); }
bool MetadataNode::flag(std::string_view key) const { return raw(key) == "true"; }
MetadataId MetadataNode::node(std::string_view key) const { return metadata_reference(raw(key)); }

// --- Debug information

std::optional<DebugLocation> debug_location(const Module& m, u32 location, const Function* f) {
  MetadataNode n;
  if (location_is_inline(location)) {
    u32 i = location & 0x7fffffff;
    if (!f || i >= f->inline_locations.size() || !parse_metadata(f->inline_locations[i], n)) return {};
  } else if (!parse_metadata(m, location, n)) {
    return {};
  }
  if (n.tag != "DILocation") return {};
  DebugLocation d;
  d.line = static_cast<u32>(n.number("line"));
  d.column = static_cast<u32>(n.number("column"));
  d.scope = n.node("scope");
  d.inlined_at = n.node("inlinedAt");
  d.implicit_code = n.flag("isImplicitCode");
  return d;
}

std::optional<DebugFile> debug_file(const Module& m, MetadataId id) {
  MetadataNode n;
  if (!parse_metadata(m, id, n) || n.tag != "DIFile") return {};
  return DebugFile{n.text("filename"), n.text("directory"), std::string(n.raw("checksumkind")), n.text("checksum")};
}

std::optional<DebugSubprogram> debug_subprogram(const Module& m, MetadataId id) {
  MetadataNode n;
  if (!parse_metadata(m, id, n) || n.tag != "DISubprogram") return {};
  DebugSubprogram d;
  d.name = n.text("name");
  d.linkage_name = n.text("linkageName");
  d.scope = n.node("scope");
  d.file = n.node("file");
  d.unit = n.node("unit");
  d.type = n.node("type");
  d.declaration = n.node("declaration");
  d.line = static_cast<u32>(n.number("line"));
  d.scope_line = static_cast<u32>(n.number("scopeLine"));
  std::string_view flags = n.raw("spFlags");
  auto has = [&](std::string_view flag) { return flags.find(flag) != std::string_view::npos; };
  d.is_definition = has("DISPFlagDefinition") || n.flag("isDefinition");
  d.is_local = has("DISPFlagLocalToUnit") || n.flag("isLocal");
  d.is_optimized = has("DISPFlagOptimized") || n.flag("isOptimized");
  d.is_prototyped = n.raw("flags").find("DIFlagPrototyped") != std::string_view::npos;
  return d;
}

std::optional<DebugCompileUnit> debug_compile_unit(const Module& m, MetadataId id) {
  MetadataNode n;
  if (!parse_metadata(m, id, n) || n.tag != "DICompileUnit") return {};
  DebugCompileUnit d;
  d.language = n.raw("language");
  d.producer = n.text("producer");
  d.flags = n.text("flags");
  d.emission_kind = n.raw("emissionKind");
  d.file = n.node("file");
  d.is_optimized = n.flag("isOptimized");
  return d;
}

std::optional<DebugScope> debug_scope(const Module& m, MetadataId id) {
  DebugScope d;
  MetadataNode n;
  // Scopes nest; a malformed file may make them a ring.
  for (u32 steps = 0; steps < 10000; ++steps) {
    if (!parse_metadata(m, id, n)) return {};
    if (d.file == none) d.file = n.node("file");
    if (n.tag == "DISubprogram") {
      d.subprogram = id;
      return d;
    }
    if (n.tag != "DILexicalBlock" && n.tag != "DILexicalBlockFile") return {};
    id = n.node("scope");
  }
  return {};
}

std::string written_at(const ir::Function& f) {
  MetadataId file = none;
  u32 line = 0, column = 0;
  u32 location = f.at == none ? none : f[f.at].location;
  if (auto found = location == none ? std::nullopt : debug_location(f.module, location, &f); found && found->line) {
    line = found->line;
    column = found->column;
    if (auto scope = debug_scope(f.module, found->scope)) file = scope->file;
  } else if (auto function = debug_subprogram(f.module, f.global(f.self).subprogram)) {
    line = function->line;
    file = function->file;
  }
  auto named = debug_file(f.module, file);
  if (!named || !line) return {};
  return named->name + ":" + std::to_string(line) + (column ? ":" + std::to_string(column) : "");
}

// What a pass has made is looked for where the function begins.
static Place place_in_ir(const ir::Function& f) {
  return {f.module.source, f.at < f.written.size() ? f.written[f.at] : f.global(f.self).offset, 1};
}

std::string written_somewhere(const ir::Function& f) {
  if (std::string source = written_at(f); !source.empty()) return source;
  Place place = place_in_ir(f);
  return place.file->name() + ":" + std::to_string(place.file->position(place.offset).line);
}

void unsupported(const ir::Function& f, const std::string& what) {
  std::string message = what + " is not supported, in function '" + std::string(f.global(f.self).name) + "'";
  throw SourceError(place_in_ir(f), message, written_at(f));
}

std::vector<MetadataId> named_metadata(const Module& m, std::string_view name) {
  std::vector<MetadataId> out;
  MetadataNode n;
  for (const auto& [key, span] : m.metadata.named) {
    if (key != name || !parse_metadata(m.source->text().substr(span.begin, span.end - span.begin), n)) continue;
    for (const MetadataField& f : n.fields)
      if (MetadataId id = metadata_reference(f.value); id != none) out.push_back(id);
  }
  return out;
}

void branch_weights(std::string_view text, std::vector<u32>& out) {
  out.clear();
  Scanner s{text.data(), text.data() + text.size()};
  if (!s.eat('!') || !s.eat('{') || s.value() != "!\"branch_weights\"") return;
  while (s.eat(',')) {
    std::string_view v = s.value();
    if (v.substr(0, 4) != "i32 " && v.substr(0, 4) != "i64 ") continue; // !"expected": where the weights are from
    out.push_back(static_cast<u32>(std::min<u64>(to_number(v.substr(4)), ~0u)));
  }
}

// --- Module flags: !{i32 behaviour, !"name", i32 value}

void read_module_flags(Module& m) {
  MetadataNode n;
  for (MetadataId id : named_metadata(m, "llvm.module.flags")) {
    if (!parse_metadata(m, id, n) || n.fields.size() != 3) continue;
    std::string name = unquote(n.fields[1].value);
    std::string_view value = n.fields[2].value;
    size_t space = value.find(' ');
    Module::Flags& f = m.flags;
    if (value.size() >= 3 && value.substr(0, 2) == "!\"") {
      std::string_view text = unescape(value.substr(2, value.size() - 3), m.memory);
      if (name == "stack-protector-guard") f.guard_kind = text;
      else if (name == "stack-protector-guard-reg") f.guard_register = text;
      else if (name == "stack-protector-guard-symbol") f.guard_symbol = text;
      continue;
    }
    if (space == std::string_view::npos || value[0] != 'i') continue;
    auto number = static_cast<u32>(to_number(value.substr(space + 1)));
    if (name == "PIC Level") f.pic_level = number;
    else if (name == "PIE Level") f.pie_level = number;
    else if (name == "Code Model") f.code_model = number;
    else if (name == "uwtable") f.uwtable = number;
    else if (name == "frame-pointer") f.frame_pointer = number;
    else if (name == "Dwarf Version") f.dwarf_version = number;
    else if (name == "stack-protector-guard-offset") f.guard_offset = static_cast<i32>(number);
    else if (name == "cf-protection-branch") f.cf_protection_branch = number != 0;
    else if (name == "cf-protection-return") f.cf_protection_return = number != 0;
    else if (name == "kcfi") f.kcfi = number != 0;
    else if (name == "indirect_branch_cs_prefix") f.thunk_cs_prefix = number != 0;
    else if (name == "RtLibUseGOT") f.rt_lib_use_got = number != 0;
  }
  for (MetadataId id : named_metadata(m, "llvm.ident")) {
    if (!parse_metadata(m, id, n) || n.fields.empty()) continue;
    std::string_view v = n.fields[0].value; // !"clang version ..."
    if (v.size() >= 3 && v.substr(0, 2) == "!\"") m.ident = unescape(v.substr(2, v.size() - 3), m.memory);
    break;
  }
}

} // namespace lathe::reader
