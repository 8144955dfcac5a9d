// The first phase: one fast walk over the file finds where each entity begins and where bodies end (skim), then
// types, attribute groups, comdats, globals and function headers are read; bodies and metadata stay text.

#include "codegen/ir/ir.h"
#include "codegen/reader/clauses.h"
#include "codegen/reader/layout.h"
#include "codegen/reader/metadata.h"
#include "codegen/reader/parser.h"
#include "codegen/reader/reader.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

namespace lathe::reader {

using namespace ir;

namespace {

enum class EntityKind : u8 { Global, Function, Type, Comdat, Group, Target, SourceName, ModuleAsm, Ignored };

struct Entity {
  EntityKind kind;
  u64 begin, end;   // `end`: where the next one begins, or the file ends
  GlobalId global = none;
};

class ModuleReader : public Parser {
public:
  ModuleReader(Module& m, ModuleIndex& i, Diagnostics& d) : Parser(m, i, m.types, m.constants, m.memory, d, 0) {}
  bool run();

  Value block_address(GlobalId function, const Cursor::Name& block, const char* at) override;
  u32 intern_attributes(const AttributeSet&) override;

private:
  // --- Skim
  void skim();
  void skim_global();
  void skim_named(EntityKind);
  void skim_function();
  void skim_metadata();
  bool ends_in_equals(const char* at) const;
  const char* body_open(const char* from);
  const char* body_close(const char* from);
  GlobalId add_global(const Cursor::Name&, const char* at, GlobalKind);
  Cursor::Name next_number();
  void start(EntityKind, const char* at, GlobalId = none);
  void close_open(const char* at);

  // --- Reading
  template <class F> void each(EntityKind, F);
  void read_target();
  void read_group();
  void read_comdat();
  void declare_type();
  void read_type();
  void read_module_asm();
  void read_global(const Entity&);
  void read_alias(Global&);
  void read_function(const Entity&);
  u32 comdat_clause(const Global&);
  void global_metadata(Global&);
  bool placement_clause(Global&);
  void check_types();
  void mark_used();
  void look_into_bodies();
  void foreign_block_address(const Entity&, const char* at);
  void undeclared_intrinsic(const Entity&, const char* at);
  void declare_intrinsic(const char* call, const char* at);

  std::vector<Entity> entities_;
  u64* open_end_ = nullptr; // where the end of the entity being skimmed belongs
  std::vector<u32> comdat_of_name_; // by id of comdat_names_
  Interner comdat_names_;
  std::vector<TypeId> parameter_types_;
  std::map<std::tuple<GlobalId, std::string_view, bool>, u64> block_addresses_;
};

// --- Skim

void ModuleReader::close_open(const char* at) {
  if (open_end_) *open_end_ = c.offset_of(at);
  open_end_ = nullptr;
}

void ModuleReader::start(EntityKind kind, const char* at, GlobalId global) {
  close_open(at);
  entities_.push_back({kind, c.offset_of(at), c.offset_of(c.end), global});
  open_end_ = &entities_.back().end;
}

void ModuleReader::skim() {
  // Comments at the head may be long; after that every line that begins an entity says so by its first letters.
  while (true) {
    c.skip();
    const char* at = c.p;
    switch (*at) {
    case '@': skim_global(); break;
    case '!': skim_metadata(); break;
    case '%': skim_named(EntityKind::Type); break;
    case '$': skim_named(EntityKind::Comdat); break;
    case '^': start(EntityKind::Ignored, at); c.skip_line(); break;
    case 0:
      if (at >= c.end) {
        close_open(c.end);
        return;
      }
      c.fail(at, 1, "there is a NUL byte in this file");
    default: {
      std::string_view word = c.peek_word();
      if (word == "define" || word == "declare") {
        skim_function();
        break;
      }
      if (word == "attributes") start(EntityKind::Group, at);
      else if (word == "target") start(EntityKind::Target, at);
      else if (word == "source_filename") start(EntityKind::SourceName, at);
      else if (word == "module") start(EntityKind::ModuleAsm, at);
      else if (word == "uselistorder" || word == "uselistorder_bb") start(EntityKind::Ignored, at);
      else if (is_global_clause(word) && !ends_in_equals(at)) {
        // A global without a name: it takes the next number.
        start(EntityKind::Global, at, add_global(next_number(), at, GlobalKind::Variable));
      } else if (!open_end_) {
        c.fail_expected("a top-level entity");
      }
      c.skip_line(); // else: an entity goes on in this line
    }
    }
  }
}

// Whether an entity began before `at` that wants more than its name.
bool ModuleReader::ends_in_equals(const char* at) const {
  while (at > c.base && is_class(at[-1], CharSpace)) --at;
  return open_end_ && at > c.base && at[-1] == '=';
}

// What a global without a name is called.
Cursor::Name ModuleReader::next_number() {
  auto number = static_cast<u32>(index.numbered.size());
  return {memory.copy(std::string_view(std::to_string(number))), true, number};
}

GlobalId ModuleReader::add_global(const Cursor::Name& n, const char* at, GlobalKind kind) {
  auto id = static_cast<GlobalId>(module.globals.size());
  GlobalId old = none;
  if (!n.is_number && n.text.empty()) return add_global(next_number(), at, kind); // @"" has no name
  if (n.is_number) {
    if (n.number < index.numbered.size()) old = index.numbered[n.number];
    else if (n.number > c.source.text().size())
      c.fail(at, "this number is out of sequence");
    else index.numbered.resize(n.number + 1, none);
    if (old == none) index.numbered[n.number] = id;
  } else {
    old = index.find(n.text, module.globals);
  }
  if (old != none) {
    diag.error(c.place(at), "'@" + std::string(n.text) + "' is defined twice");
    diag.note(c.place(c.base + module.globals[old].offset), "'@" + std::string(n.text) + "' is defined here, too");
    throw ReadError();
  }
  Global g;
  g.kind = kind;
  g.name = n.text;
  g.is_numbered = n.is_number;
  g.offset = c.offset_of(at);
  module.globals.push_back(std::move(g));
  if (!n.is_number) index.add(n.text, id);
  return id;
}

void ModuleReader::skim_global() {
  const char* at = c.p++;
  Cursor::Name n = c.name(memory);
  while (*c.p == ' ' || *c.p == '\t') ++c.p;
  if (*c.p == '=') start(EntityKind::Global, at, add_global(n, at, GlobalKind::Variable));
  else if (!open_end_) c.fail_expected("'='");
  c.skip_line();
}

// A type or a comdat, unless its name goes on with the entity before it.
void ModuleReader::skim_named(EntityKind kind) {
  const char* at = c.p++;
  c.name(memory);
  if (c.peek() == '=') start(kind, at);
  else if (!open_end_) c.fail_expected("'='");
  c.skip_line();
}

void ModuleReader::skim_metadata() {
  const char* at = c.p++;
  if (is_class(*c.p, CharDigit)) {
    u64 n = 0;
    for (; is_class(*c.p, CharDigit) && n < 0xffffffff; ++c.p) n = n * 10 + static_cast<u64>(*c.p - '0');
    while (*c.p == ' ') ++c.p;
    auto& nodes = module.metadata.numbered;
    if (*c.p == '=') {
      close_open(at);
      if (n > c.source.text().size() + 1000000) c.fail(at, "this number is out of sequence");
      if (n >= nodes.size()) nodes.resize(n + 1);
      if (nodes[n].end) c.fail(at, "this metadata node is defined twice");
      // The vector may grow: its last element's place is only known while it is the last.
      nodes[n] = {c.offset_of(c.p + 1), c.offset_of(c.end)};
      c.skip_line();
      // Nearly always a node is one line, which ends with a closing bracket and defines nothing more.
      const char *begin = c.base + nodes[n].begin, *q = c.p;
      while (q > at && is_class(q[-1], CharSpace)) --q;
      bool one = (q[-1] == ')' || q[-1] == '}' || q[-1] == '"') && !std::memchr(begin, '=', static_cast<size_t>(q - begin));
      if (!one) {
        c.p = begin;
        skip_metadata();
        q = c.p;
      }
      nodes[n].end = c.offset_of(q);
      return;
    }
  } else if (is_class(*c.p, CharName) || *c.p == '\\') {
    const char* name = c.p;
    while (is_class(*c.p, CharName) || *c.p == '\\') ++c.p;
    std::string_view text(name, static_cast<size_t>(c.p - name));
    while (*c.p == ' ') ++c.p;
    if (*c.p == '=') {
      close_open(at);
      const char* begin = c.p + 1;
      ++c.p;
      skip_metadata();
      module.metadata.named.push_back({text, {c.offset_of(begin), c.offset_of(c.p)}});
      c.skip_line();
      return;
    }
  }
  if (!open_end_) c.fail_expected("'='");
  c.skip_line();
}

void ModuleReader::skim_function() {
  const char* at = c.p;
  bool is_definition = *at == 'd' && at[2] == 'f';
  // The name is the first '@' outside strings and brackets' strings.
  const char* q = at;
  for (; *q != '@'; ++q) {
    if (*q == '"') {
      c.p = q;
      c.skip_string();
      q = c.p - 1;
    } else if (*q == 0 && q >= c.end) {
      c.fail(at, "expected a function's name");
    }
  }
  c.p = q + 1;
  Cursor::Name n = c.name(memory);
  GlobalId id = add_global(n, q, GlobalKind::Function);
  start(EntityKind::Function, at, id);
  Global& g = module.globals[id];
  g.is_declaration = !is_definition;
  if (!is_definition) {
    c.skip_line();
    return;
  }
  const char* line_end = c.p;
  {
    Cursor to_end = c;
    to_end.skip_line();
    line_end = to_end.p;
  }
  const char* open = line_end;
  while (open > c.p && is_class(open[-1], CharSpace)) --open;
  if (open[-1] == '{') --open;
  else open = body_open(c.p);
  g.body_begin = c.offset_of(open + 1);
  const char* close = body_close(open + 1);
  g.body_end = c.offset_of(close);
  c.p = close + 1;
  close_open(c.p);
}

// The opening brace of a body whose header is not one line that ends with it. `from` is behind the name.
const char* ModuleReader::body_open(const char* from) {
  const char* saved = c.p;
  c.p = from;
  auto skip_group = [&] { // a bracketed group at the cursor
    char close = *c.p == '(' ? ')' : *c.p == '[' ? ']' : *c.p == '{' ? '}' : '>';
    ++c.p;
    c.skip_balanced(close);
  };
  auto skip_term = [&] { // a type or a constant
    c.skip();
    if (*c.p == '{' || *c.p == '[' || *c.p == '<') skip_group();
    else if (*c.p == '%' || *c.p == '@') {
      ++c.p;
      c.name(memory);
    } else {
      while (is_class(*c.p, CharName)) ++c.p;
      if (*c.p == '"') c.skip_string();
    }
    while (true) {
      c.skip();
      if (*c.p == '(') skip_group();
      else if (*c.p == '*') ++c.p;
      else if (!c.eat_word("inbounds") && !c.eat_word("addrspace")) break;
    }
  };
  while (true) {
    c.skip();
    switch (*c.p) {
    case '{': {
      const char* open = c.p;
      c.p = saved;
      return open;
    }
    case '(': skip_group(); continue;
    case '"': c.skip_string(); continue;
    case 0:
      if (c.p >= c.end) c.fail(from, "the body of this function is missing");
    }
    std::string_view word = c.peek_word();
    c.p += word.empty() ? 1 : word.size();
    if (word == "prefix" || word == "prologue" || word == "personality") {
      skip_term();
      skip_term();
    }
  }
}

// The closing brace of a body: the first '}' that nothing on its line opens. Bodies hold few braces, so this
// is little more than a search for a byte.
const char* ModuleReader::body_close(const char* from) {
  const char* q = from;
  const char* scanned = from; // what follows is about the line that holds this place, up to here
  int open = 0;
  while (true) {
    q = static_cast<const char*>(std::memchr(q, '}', static_cast<size_t>(c.end - q)));
    if (!q) c.fail(c.end, 1, "expected '}' at the end of the body, found the end of the file");
    const char* line = q;
    bool blank = true;
    while (line > scanned && line[-1] != '\n') blank &= is_class(*--line, CharSpace);
    if (blank && (line == from || line[-1] == '\n')) return q;
    if (line > scanned || (line > from && line[-1] == '\n')) open = 0;
    const char* w = line;
    for (; w <= q; ++w) {
      if (*w == '"') {
        auto* end = static_cast<const char*>(std::memchr(w + 1, '"', static_cast<size_t>(c.end - w - 1)));
        if (!end) c.fail(w, 1, "this string has no end");
        w = end;
      } else if (*w == ';') {
        auto* end = static_cast<const char*>(std::memchr(w, '\n', static_cast<size_t>(c.end - w)));
        if (!end) c.fail(c.end, 1, "expected '}' at the end of the body, found the end of the file");
        w = end;
      } else if (*w == '{') {
        ++open;
      } else if (*w == '}' && --open < 0) {
        return w;
      }
    }
    q = scanned = std::min(w, c.end);
  }
}

// --- Reading

template <class F> void ModuleReader::each(EntityKind kind, F f) {
  for (size_t i = 0; i < entities_.size() && !diag.is_full(); ++i) {
    const Entity& e = entities_[i];
    if (e.kind != kind) continue;
    c.p = c.base + e.begin;
    limit_ = c.base + e.end;
    stack_.clear();
    types_.clear();
    depth_ = 0;
    try {
      f(e);
      if (e.kind == EntityKind::Function && !module.globals[e.global].is_declaration) continue;
      c.skip();
      if (c.offset() < e.end) c.fail_expected("the end of the line");
      if (c.offset() > e.end) {
        c.p = c.base + e.end;
        c.fail("this begins in the middle of another entity");
      }
    } catch (const ReadError&) {
    }
  }
}

void ModuleReader::read_target() {
  c.expect_word("target");
  bool triple = c.eat_word("triple");
  if (!triple) c.expect_word("datalayout");
  c.expect('=');
  std::string_view text = c.string(memory);
  (triple ? module.target_triple : module.data_layout_text) = text;
}

void ModuleReader::read_group() {
  c.expect_word("attributes");
  c.expect('#');
  c.skip();
  const char* at = c.p;
  u32 number = c.number32();
  c.expect('=');
  c.expect('{');
  // A group defined twice is both.
  AttributeSet set;
  if (number < index.groups.size()) set = module.attributes[index.groups[number]];
  attribute_list(set, Position::Function);
  c.expect('}');
  if (number > c.source.text().size() + 1000000) c.fail(at, "this number is out of sequence");
  if (number >= index.groups.size()) index.groups.resize(number + 1);
  index.groups[number] = intern_attributes(set);
}

u32 ModuleReader::intern_attributes(const AttributeSet& set) {
  if (set == AttributeSet()) return 0;
  u32 hash = hash_attributes(set);
  if (u32 id = index.find_attributes(set, hash, module.attributes); id != none) return id;
  auto& slots = index.attribute_slots;
  auto place = [&](u32 h, u32 id) {
    size_t at = h & (slots.size() - 1);
    while (slots[at]) at = (at + 1) & (slots.size() - 1);
    slots[at] = id + 1;
  };
  module.attributes.push_back(set);
  if (module.attributes.size() * 2 > slots.size()) {
    slots.assign(slots.empty() ? 64 : slots.size() * 2, 0);
    for (u32 i = 1; i < module.attributes.size(); ++i) place(hash_attributes(module.attributes[i]), i);
  } else {
    place(hash, static_cast<u32>(module.attributes.size() - 1));
  }
  return static_cast<u32>(module.attributes.size() - 1);
}

void ModuleReader::read_comdat() {
  const char* at = c.p++;
  Cursor::Name n = c.name(memory);
  c.expect('=');
  c.expect_word("comdat");
  Comdat d;
  d.name = n.text;
  if (c.eat_word("any")) d.kind = ComdatKind::Any;
  else if (c.eat_word("exactmatch")) d.kind = ComdatKind::ExactMatch;
  else if (c.eat_word("largest")) d.kind = ComdatKind::Largest;
  else if (c.eat_word("nodeduplicate") || c.eat_word("noduplicates")) d.kind = ComdatKind::NoDeduplicate;
  else if (c.eat_word("samesize")) d.kind = ComdatKind::SameSize;
  else c.fail_expected("a comdat's selection kind");
  u32 id = comdat_names_.intern(n.text);
  if (id < comdat_of_name_.size()) c.fail(at, "'$" + std::string(n.text) + "' is defined twice");
  comdat_of_name_.push_back(static_cast<u32>(module.comdats.size()));
  module.comdats.push_back(d);
}

// Structures get their ids in the order of their definitions, whoever mentions them first.
void ModuleReader::declare_type() {
  const char* at = c.p++;
  Cursor::Name n = c.name(memory);
  c.expect('=');
  c.expect_word("type");
  if (c.peek() != '{' && (*c.p != '<' || c.p[1] != '{') && c.peek_word() != "opaque") return;
  u32 id = module.names.intern(n.text);
  if (index.type_of_name.size() <= id) {
    index.type_of_name.resize(id + 1, TypeId::Void);
    index.type_first_use.resize(id + 1, 0);
  }
  if (index.type_of_name[id] != TypeId::Void) return;
  index.type_of_name[id] = types.named_struct(id);
  index.type_first_use[id] = c.offset_of(at) + 1;
}

void ModuleReader::read_type() {
  const char* at = c.p++;
  Cursor::Name n = c.name(memory);
  c.expect('=');
  c.expect_word("type");
  u32 id = module.names.intern(n.text);
  if (index.type_of_name.size() <= id) {
    index.type_of_name.resize(id + 1, TypeId::Void);
    index.type_first_use.resize(id + 1, 0);
  }
  bool known = index.type_of_name[id] != TypeId::Void;
  if (known && !index.type_first_use[id]) c.fail(at, "type '%" + std::string(n.text) + "' is defined twice");
  bool packed = c.peek() == '<' && c.p[1] == '{';
  bool opaque = c.eat_word("opaque");
  if (!opaque && !packed && c.peek() != '{') {
    // A name for another type.
    if (known) c.fail(at, "'%" + std::string(n.text) + "' is used before this, so it must be a structure");
    index.type_of_name[id] = type();
    return;
  }
  if (!known) index.type_of_name[id] = types.named_struct(id);
  index.type_first_use[id] = 0;
  if (opaque) return;
  TypeId body = type();
  const Type t = types[body];
  if (t.kind != TypeKind::Struct) c.fail(at, "expected a structure");
  types.set_body(index.type_of_name[id], t.elements, t.packed);
}

// Refuses types that contain themselves and chains so long that walking them would need a deep stack.
void ModuleReader::check_types() {
  for (u32 id = 0; id < index.type_first_use.size(); ++id)
    if (index.type_first_use[id])
      diag.error(c.place(c.base + index.type_first_use[id] - 1),
                 "undefined type '%" + std::string(module.names.text(id)) + "'");
  if (diag.has_errors()) return;
  constexpr u32 max_height = 2000;
  enum : u32 { unseen = 0, open = ~0u };
  std::vector<u32> height(types.size(), unseen);
  std::vector<std::pair<u32, u32>> path; // type, next child
  auto child_count = [&](u32 id) -> u64 {
    const Type& t = types[static_cast<TypeId>(id)];
    return t.kind == TypeKind::Struct ? t.elements.size() : t.kind == TypeKind::Array ? 1 : 0;
  };
  for (u32 root = 0; root < types.size(); ++root) {
    if (height[root] != unseen) continue;
    path.emplace_back(root, 0);
    while (!path.empty()) {
      auto& [id, next] = path.back();
      height[id] = open;
      const Type& t = types[static_cast<TypeId>(id)];
      if (next < child_count(id)) {
        auto child = static_cast<u32>(t.kind == TypeKind::Array ? t.element : t.elements[next]);
        ++next;
        if (height[child] == open) {
          diag.error("type " + type_text(static_cast<TypeId>(child)) + " contains itself");
          return;
        }
        if (height[child] == unseen) path.emplace_back(child, 0);
        continue;
      }
      u32 h = 0;
      for (u64 i = 0; i < child_count(id); ++i)
        h = std::max(h, height[static_cast<u32>(t.kind == TypeKind::Array ? t.element : t.elements[i])]);
      height[id] = h + 1;
      if (h + 1 > max_height) {
        diag.error("type " + type_text(static_cast<TypeId>(id)) + " is nested too deeply (at most 2000 levels)");
        return;
      }
      path.pop_back();
    }
  }
}

void ModuleReader::read_module_asm() {
  c.expect_word("module");
  c.expect_word("asm");
  module.module_asm.emplace_back(c.string(memory));
}

u32 ModuleReader::comdat_clause(const Global& g) {
  std::string_view name = g.name;
  const char* at = c.p;
  if (c.eat('(')) {
    at = c.p;
    if (c.peek() != '$') c.fail_expected("a comdat's name");
    ++c.p;
    name = c.name(memory).text;
    c.expect(')');
  }
  u32 id = comdat_names_.find(name);
  if (id == Interner::none) c.fail(at, "undefined comdat '$" + std::string(name) + "'");
  return comdat_of_name_[id];
}

void ModuleReader::global_metadata(Global& g) {
  ++c.p;
  Cursor::Name kind = c.name(memory);
  c.skip();
  MetadataId id = none;
  if (c.p[0] == '!' && is_class(c.p[1], CharDigit)) {
    const char* at = c.p++;
    id = c.number32();
    if (!is_defined_metadata(id)) c.fail(at, "use of undefined metadata '!" + std::to_string(id) + "'");
  } else {
    skip_metadata();
  }
  if (id == none) return;
  if (kind.text == "dbg" && g.kind == GlobalKind::Function) g.subprogram = id;
  else g.metadata.emplace_back(kind.text, id);
}

// Metadata, or where the object goes, for variables and functions alike; false if something else stands there.
bool ModuleReader::placement_clause(Global& g) {
  c.skip();
  if (*c.p == '!') global_metadata(g);
  else if (c.eat_word("section")) g.section = c.string(memory);
  else if (c.eat_word("partition")) g.partition = c.string(memory);
  else if (c.eat_word("comdat")) g.comdat = comdat_clause(g);
  else if (c.eat_word("align")) g.align = read_align(c);
  else return false;
  return true;
}

// Linkage and its companions, shared by all globals.
static void apply(const GlobalClauses& k, Global& g) {
  g.linkage = k.linkage;
  g.visibility = k.visibility;
  g.dll = k.dll;
  g.tls = k.tls;
  g.unnamed_addr = k.unnamed_addr;
  g.local_unnamed_addr = k.local_unnamed_addr;
  bool local = k.linkage == Linkage::Private || k.linkage == Linkage::Internal;
  g.dso_local = k.dso_local || local || (k.visibility != Visibility::Default && k.linkage != Linkage::ExternalWeak);
}

void ModuleReader::read_global(const Entity& e) {
  if (*c.p == '@') {
    ++c.p;
    c.name(memory);
    c.expect('=');
  }
  GlobalClauses clauses;
  read_clauses(c, clauses);
  Global& g = module.globals[e.global];
  apply(clauses, g);
  bool alias = c.eat_word("alias"), ifunc = !alias && c.eat_word("ifunc");
  if (alias || ifunc) {
    g.kind = alias ? GlobalKind::Alias : GlobalKind::Ifunc;
    return read_alias(g);
  }
  if (c.eat_word("addrspace")) {
    c.expect('(');
    g.address_space = c.number32();
    c.expect(')');
  }
  g.externally_initialized = c.eat_word("externally_initialized");
  if (c.eat_word("constant")) g.is_constant = true;
  else if (!c.eat_word("global")) c.fail_expected("'global' or 'constant'");
  c.skip();
  const char* at = c.p;
  g.value_type = type();
  TypeKind k = types.kind(g.value_type);
  if (k == TypeKind::Function || k == TypeKind::Label || k == TypeKind::Metadata || k == TypeKind::Token)
    c.fail(at, type_text(g.value_type) + " is no type for a variable");
  g.is_declaration = clauses.has_linkage && (g.linkage == Linkage::External || g.linkage == Linkage::ExternalWeak);
  if (!g.is_declaration) g.initializer = constant(g.value_type);
  while (c.eat(',')) {
    if (placement_clause(g)) continue;
    if (c.eat_word("code_model")) {
      g.code_model = c.string(memory);
    } else if (!c.eat_word("no_sanitize_address") && !c.eat_word("no_sanitize_hwaddress") &&
               !c.eat_word("sanitize_memtag") && !c.eat_word("sanitize_address_dyninit")) {
      c.fail_expected("a variable's attribute");
    }
  }
  g.function_attributes = attributes(Position::Function);
}

void ModuleReader::read_alias(Global& g) {
  g.value_type = type_or_void();
  c.expect(',');
  c.skip();
  // The aliasee carries its own type, except that LLVM leaves it out for some constant expressions.
  TypeId t = TypeId::Ptr;
  std::string_view word = c.peek_word();
  if (!word.empty() && begins_value(word) && !begins_type(word)) {
    // The type is that of the expression: a pointer in some address space.
    g.initializer = constant(t);
  } else {
    const char* at = c.p;
    t = type();
    if (!types.is_pointer(t)) c.fail(at, "an alias stands for an address, not for " + type_text(t));
    g.initializer = constant(t);
  }
  g.address_space = types[t].bits;
  while (c.eat(',')) {
    if (c.peek() == '!') global_metadata(g);
    else if (c.eat_word("partition")) g.partition = c.string(memory);
    else c.fail_expected("'partition'");
  }
}

void ModuleReader::read_function(const Entity& e) {
  Global& g = module.globals[e.global];
  if (!c.eat_word("define")) c.expect_word("declare");
  while (c.peek() == '!') global_metadata(g);
  GlobalClauses clauses;
  read_clauses(c, clauses);
  apply(clauses, g);
  g.convention = read_convention(c);
  g.return_attributes = attributes(Position::Return);
  c.skip();
  const char* at = c.p;
  TypeId result = type_or_void();
  if (!is_first_class(result) && result != TypeId::Void) c.fail(at, "a function cannot return " + type_text(result));
  if (c.peek() != '@') c.fail_expected("a function's name");
  ++c.p;
  c.name(memory);
  c.expect('(');
  parameter_types_.clear();
  bool variadic = false;
  u32 next_number = 0;
  if (!c.eat(')')) {
    do {
      if (c.eat_dots()) {
        variadic = true;
        break;
      }
      c.skip();
      at = c.p;
      TypeId t = type();
      if (!is_first_class(t)) c.fail(at, type_text(t) + " is no type for a parameter");
      parameter_types_.push_back(t);
      g.parameter_attributes.push_back(attributes(Position::Parameter));
      std::string_view name;
      if (c.peek() == '%') {
        at = c.p++;
        Cursor::Name n = c.name(memory);
        if (n.is_number && n.number != next_number) {
          if (n.number < next_number || n.number > c.source.text().size())
            c.fail(at, "this parameter should be numbered '%" + std::to_string(next_number) + "'");
          g.skipped_numbers.emplace_back(static_cast<u32>(g.parameter_names.size()), n.number);
          next_number = n.number;
        }
        if (!n.is_number) name = n.text;
      }
      next_number += name.empty();
      g.parameter_names.push_back(name);
    } while (c.eat(','));
    c.expect(')');
  }
  g.value_type = types.function(result, parameter_types_, variadic);
  AttributeSet set;
  bool whole = true; // `set` is one interned group
  while (true) {
    c.skip();
    if ((*c.p == '{' && !g.is_declaration) || c.p >= limit_) break;
    if (placement_clause(g)) continue;
    if (c.eat_word("unnamed_addr")) {
      g.unnamed_addr = true;
    } else if (c.eat_word("local_unnamed_addr")) {
      g.local_unnamed_addr = true;
    } else if (c.eat_word("addrspace")) {
      c.expect('(');
      g.address_space = c.number32();
      c.expect(')');
    } else if (c.eat_word("gc")) {
      g.gc = c.string(memory);
    } else if (c.eat_word("prefix")) {
      g.prefix = typed_constant();
    } else if (c.eat_word("prologue")) {
      g.prologue = typed_constant();
    } else if (c.eat_word("personality")) {
      g.personality = typed_constant();
    } else if (*c.p == '#' || *c.p == '"' || is_class(*c.p, CharWord)) {
      const char* before = c.p;
      u32 more = attributes(Position::Function);
      if (c.p == before) break; // a clause that has no place here
      if (whole && g.function_attributes == 0) g.function_attributes = more;
      else {
        set = module.attributes[g.function_attributes];
        const AttributeSet& other = module.attributes[more];
        for (size_t i = 0; i < set.bits.size(); ++i) set.bits[i] |= other.bits[i];
        if (other.stack_align) set.stack_align = other.stack_align;
        set.strings.insert(set.strings.end(), other.strings.begin(), other.strings.end());
        g.function_attributes = intern_attributes(set);
        whole = false;
      }
    } else {
      break;
    }
  }
  if (!g.is_declaration && c.offset() + 1 != g.body_begin) c.fail_expected("'{'");
}

Value ModuleReader::block_address(GlobalId function, const Cursor::Name& block, const char* at) {
  if (module.globals[function].kind != GlobalKind::Function || module.globals[function].is_declaration)
    c.fail(at, "'@" + std::string(module.globals[function].name) + "' has no body");
  Value f = global_value(function);
  Constant k;
  k.kind = ConstantKind::BlockAddress;
  k.type = TypeId::Ptr;
  k.bytes = block.text;
  k.operands = {&f, 1};
  // The same block asked for again is the same constant.
  bool quoted = !block.is_number;
  auto& list = module.block_addresses;
  auto [place, is_new] = block_addresses_.try_emplace({function, block.text, quoted}, list.size());
  if (is_new) {
    index.address_taken[function].push_back(static_cast<u32>(list.size()));
    list.push_back({function, block.text, quoted, c.offset_of(at)});
  }
  k.bits = place->second;
  return constant_value(constants.intern(k));
}

void ModuleReader::mark_used() {
  for (std::string_view name : {"llvm.used", "llvm.compiler.used"}) {
    GlobalId id = module.find(name);
    if (id == none || !module.globals[id].initializer.is_constant()) continue;
    for (Value v : constants[module.globals[id].initializer.index()].operands) {
      while (v.is_constant() && constants[v.index()].kind == ConstantKind::Expression)
        v = constants[v.index()].operands[0];
      if (v.is_global()) module.globals[v.index()].is_used = true;
    }
  }
}

// What must be known of bodies before any of them is read, whoever is compiled first: a look at every global's name in
// them, which is nothing beside reading them.
void ModuleReader::look_into_bodies() {
  Entity none_yet{EntityKind::Ignored, 0, 0, none};
  const Entity* around = &none_yet;
  size_t next = 0;
  for (const char* at = c.base; (at = static_cast<const char*>(std::memchr(at, '@', static_cast<size_t>(c.end - at)))); ++at) {
    bool intrinsic = std::string_view(at + 1, static_cast<size_t>(c.end - at - 1)).starts_with(intrinsic_prefix);
    const char* before = at;
    while (before > c.base && is_class(before[-1], CharSpace)) --before;
    if (!intrinsic && (before == c.base || before[-1] != '(')) continue;
    u64 offset = c.offset_of(at);
    for (; next < entities_.size() && entities_[next].begin <= offset; ++next) around = &entities_[next];
    if (around->kind != EntityKind::Function) continue;
    const Global& g = module.globals[around->global];
    if (offset < g.body_begin || offset >= g.body_end) continue;
    if (intrinsic) undeclared_intrinsic(*around, at);
    else foreign_block_address(*around, at);
  }
}

// Bodies that take the address of another function's block (inlining leaves them behind): the other function must
// give that block a label. What cannot be read here is reported where the body is read.
void ModuleReader::foreign_block_address(const Entity& body, const char* at) {
  constexpr std::string_view word = "blockaddress";
  const char* before = at;
  while (is_class(before[-1], CharSpace)) --before;
  --before; // the parenthesis
  while (is_class(before[-1], CharSpace)) --before;
  if (static_cast<size_t>(before - c.base) < word.size() || std::string_view(before - word.size(), word.size()) != word) return;
  Diagnostics ignored;
  Cursor look(*module.source, ignored, c.offset_of(at + 1));
  try {
    Cursor::Name function = look.name(memory);
    look.expect(',');
    if (look.peek() != '%') return;
    const char* block_at = look.p++;
    Cursor::Name block = look.name(memory);
    GlobalId id = function.is_number ? (function.number < index.numbered.size() ? index.numbered[function.number] : none)
                                     : module.find(function.text);
    if (id == none || id == body.global) return;
    if (module.globals[id].kind == GlobalKind::Function && !module.globals[id].is_declaration)
      block_address(id, block, block_at);
  } catch (const ReadError&) {
  }
}

// LLVM declares an intrinsic that the module only calls, by the type of the call.
void ModuleReader::undeclared_intrinsic(const Entity& body, const char* at) {
  const char* q = at + 1;
  while (is_class(*q, CharName)) ++q;
  if (module.find({at + 1, static_cast<size_t>(q - at - 1)}) != none) return;
  // Neither in a comment nor in a string.
  const char* line = at;
  while (line > c.base && line[-1] != '\n') --line;
  bool quoted = false;
  for (; line < at; ++line) {
    if (*line == '"') quoted = !quoted;
    else if (*line == ';' && !quoted) return;
  }
  if (quoted) return;
  const char* begin = c.base + module.globals[body.global].body_begin;
  std::string_view text(begin, static_cast<size_t>(at - begin));
  size_t call = 0; // behind the word
  for (std::string_view word : {"call ", "invoke "})
    if (size_t found = text.rfind(word); found != std::string_view::npos) call = std::max(call, found + word.size());
  if (call) declare_intrinsic(begin + call, at);
}

// `call`: behind that word, `at`: the callee. Another callee is left to who reads the body.
void ModuleReader::declare_intrinsic(const char* call, const char* at) {
  try {
    c.p = call;
    limit_ = c.end;
    while (true) { // flags, convention, attributes of the result
      std::string_view word = c.peek_word();
      if (word.empty() || begins_type(word)) break;
      c.p += word.size();
      if (*c.p == '(') {
        ++c.p;
        c.skip_balanced(')');
      }
    }
    TypeId result = type_or_void();
    c.skip();
    if (c.p != at) return;
    ++c.p;
    Cursor::Name name = c.name(memory);
    c.expect('(');
    parameter_types_.clear();
    while (c.peek() != ')') {
      parameter_types_.push_back(type());
      attributes(Position::Parameter);
      while (c.peek() != ',' && *c.p != ')') { // the value
        if (*c.p == '"') c.skip_string();
        else if (*c.p == '(' || *c.p == '[' || *c.p == '{' || *c.p == '<') {
          char open = *c.p++;
          c.skip_balanced(open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : '>');
        } else if (c.p >= c.end) {
          c.fail_expected("')'");
        } else {
          ++c.p;
        }
      }
      if (!c.eat(',')) break;
    }
    c.expect(')');
    Global& g = module.globals[add_global(name, at, GlobalKind::Function)];
    g.is_declaration = true;
    g.value_type = types.kind(result) == TypeKind::Function ? result : types.function(result, parameter_types_, false);
    g.parameter_attributes.assign(types[g.value_type].elements.size(), 0);
    g.parameter_names.assign(types[g.value_type].elements.size(), {});
  } catch (const ReadError&) {
  }
}

bool ModuleReader::run() {
  try {
    skim();
  } catch (const ReadError&) {
    return false;
  }
  each(EntityKind::SourceName, [&](const Entity&) {
    c.expect_word("source_filename");
    c.expect('=');
    module.source_name = c.string(memory);
  });
  each(EntityKind::Target, [&](const Entity&) { read_target(); });
  module.layout = parse_data_layout(module.data_layout_text, module.target_triple);
  each(EntityKind::Type, [&](const Entity& e) {
    declare_type();
    c.p = c.base + e.end;
  });
  each(EntityKind::Type, [&](const Entity&) { read_type(); });
  check_types();
  if (diag.has_errors()) return false;
  each(EntityKind::Group, [&](const Entity&) { read_group(); });
  each(EntityKind::Comdat, [&](const Entity&) { read_comdat(); });
  each(EntityKind::ModuleAsm, [&](const Entity&) { read_module_asm(); });
  if (diag.has_errors()) return false;
  // Headers first: what initializers say about functions can be checked then.
  each(EntityKind::Function, [&](const Entity& e) { read_function(e); });
  each(EntityKind::Global, [&](const Entity& e) { read_global(e); });
  check_types();
  if (diag.has_errors() || !ir::verify(module, diag)) return false;
  mark_used();
  look_into_bodies();
  if (diag.has_errors()) return false;
  read_module_flags(module);
  return true;
}

} // namespace

std::unique_ptr<Module> read_module(const SourceFile& source, Diagnostics& diag) {
  auto m = std::make_unique<Module>();
  m->source = &source;
  m->attributes.emplace_back();
  auto index = std::make_shared<ModuleIndex>();
  m->name_index = index;
  if (source.text().size() > 0xf0000000) {
    diag.error("'" + source.name() + "' is too large (at most 4026531840 bytes)");
    return nullptr;
  }
  u32 errors = diag.error_count();
  bool ok = ModuleReader(*m, *index, diag).run();
  if (!ok || diag.error_count() != errors) return nullptr;
  return m;
}

} // namespace lathe::reader
