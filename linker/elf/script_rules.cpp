// Which line of a script's SECTIONS takes which input section: the first one that matches. What none takes is an
// orphan and gets an output section of its own behind the last one of its kind. Mergeable sections stay as they
// are here: a script may speak of each file's.

#include "linker/elf/layout_script.h"
#include "linker/elf/passes.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace lathe::linker {

// A shell pattern: * ? [set] and backslash. The last star is all that ever needs another try.
bool glob_matches(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = std::string_view::npos, resume = 0;
  auto one = [&](char c) { // one character of the pattern at p against c; moves p behind it
    if (pattern[p] == '?') return ++p, true;
    if (pattern[p] == '[') {
      size_t at = p + 1;
      bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^'), found = false;
      at += negated;
      for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false, ++at) {
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
          found |= pattern[at] <= c && c <= pattern[at + 2];
          at += 2;
        } else found |= pattern[at] == c;
      }
      if (at < pattern.size()) return p = at + 1, found != negated;
    }
    if (pattern[p] == '\\' && p + 1 < pattern.size()) ++p;
    return pattern[p++] == c;
  };
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
      continue;
    }
    if (p < pattern.size() && one(name[n])) {
      ++n;
      continue;
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    n = ++resume;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

namespace {

struct Candidate {
  OutputRule* output;
  InputRule* input;
  u32 pattern;
};

// A script's rules in order, and for each section name those that speak of it.
struct RuleTable {
  std::vector<Candidate> all;
  std::unordered_map<std::string_view, std::vector<u32>> by_name;

  explicit RuleTable(LayoutScript& script) {
    for (ScriptItem& item : script.items)
      if (item.output)
        for (ScriptStatement& s : item.output->statements)
          if (s.kind == StatementKind::Input)
            for (u32 i = 0; i < s.rule->sections.size(); ++i) all.push_back({item.output, s.rule, i});
  }
  const std::vector<u32>& of(std::string_view name) {
    auto [it, is_new] = by_name.try_emplace(name);
    if (is_new)
      for (u32 i = 0; i < all.size(); ++i)
        if (glob_matches(all[i].input->sections[all[i].pattern].name, name)) it->second.push_back(i);
    return it->second;
  }
};

bool file_matches(std::string_view pattern, const ObjectFile* f) {
  if (pattern == "*") return true;
  if (!f) return glob_matches(pattern, "<linker>");
  std::string_view name = f->name, archive;
  if (f->archive && name.ends_with(')')) {
    archive = f->archive->name;
    name = name.substr(archive.size() + 1, name.size() - archive.size() - 2);
  }
  size_t colon = pattern.find(':');
  if (colon == std::string_view::npos) return glob_matches(pattern, name);
  std::string_view of_archive = pattern.substr(0, colon), member = pattern.substr(colon + 1);
  if (of_archive.empty()) return archive.empty() && glob_matches(member, name); // :file is no member
  return !archive.empty() && glob_matches(of_archive, archive) && (member.empty() || glob_matches(member, name));
}

const Candidate* choose(RuleTable& table, const InputSection& s, std::string_view name) {
  auto is_excluded = [&](const std::vector<std::string_view>& files) {
    return s.file && std::any_of(files.begin(), files.end(), [&](std::string_view f) { return file_matches(f, s.file); });
  };
  bool writable = s.flags & SHF_WRITE;
  for (u32 i : table.of(name)) {
    const Candidate& c = table.all[i];
    if ((s.flags & c.input->wanted_flags) != c.input->wanted_flags || (s.flags & c.input->refused_flags)) continue;
    if (c.output->constraint == (writable ? Constraint::ReadOnly : Constraint::Writable)) continue;
    if (!file_matches(c.input->file, s.file) || is_excluded(c.input->excluded_files) || is_excluded(c.input->sections[c.pattern].excluded_files)) continue;
    return &c;
  }
  return nullptr;
}

// Kinds of sections in the order in which they usually stand, for orphans.
u32 kind_of(u64 flags, u32 type) {
  if (!(flags & SHF_ALLOC)) return 9;
  if (flags & SHF_TLS) return 3;
  if (type == SHT_NOBITS) return 6;
  if (flags & SHF_WRITE) return 5;
  if (flags & SHF_EXECINSTR) return 1;
  return type == SHT_NOTE || type == SHT_DYNSYM || type == SHT_RELA || type == SHT_HASH || type == SHT_GNU_HASH ? 0 : 2;
}

u32 init_order(std::string_view name) {
  std::string_view digits = name.substr(name.rfind('.') + 1);
  u32 n = 0;
  auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (code != std::errc{} || end != digits.data() + digits.size()) return 65536;
  return name.starts_with(".ctors") || name.starts_with(".dtors") ? 65535 - std::min(n, 65535u) : n;
}

// What SORT speaks of stands first, the patterns of one line with equal keys sorted as one; the rest stays in input order.
void sort_members(InputRule& rule) {
  std::vector<u32> group(rule.sections.size()); // the first pattern with the same keys; unsorted ones behind all
  auto keys_of = [&](u32 i) { return std::pair(rule.sections[i].first, rule.sections[i].second); };
  bool any = false;
  for (u32 i = 0; i < group.size(); ++i) {
    group[i] = static_cast<u32>(group.size());
    if (keys_of(i).first == SortKey::None) continue;
    any = true;
    for (u32 k = i + 1; k-- > 0;)
      if (keys_of(k) == keys_of(i)) group[i] = k;
  }
  if (!any) return;
  std::stable_sort(rule.members.begin(), rule.members.end(), [&](const auto& a, const auto& b) {
    if (group[a.second] != group[b.second]) return group[a.second] < group[b.second];
    auto [first, second] = keys_of(a.second);
    for (SortKey key : {first, second}) {
      if (key == SortKey::Alignment && a.first->align_log2 != b.first->align_log2) return a.first->align_log2 > b.first->align_log2;
      u32 x = key == SortKey::InitPriority ? init_order(a.first->name()) : 0, y = key == SortKey::InitPriority ? init_order(b.first->name()) : 0;
      if (x != y) return x < y;
      bool by_name = key == SortKey::Name || key == SortKey::InitPriority; // names part equal priorities
      if (by_name && a.first->name() != b.first->name()) return a.first->name() < b.first->name();
    }
    return false;
  });
}

void report_orphan(Context& ctx, const InputSection& s, std::string_view name) {
  if (!s.file) return;
  if (ctx.options.orphans == Orphans::Error) ctx.diag.error(fmt::format("unplaced orphan section '{}' from '{}'", s.name(), s.file->name));
  if (ctx.options.orphans == Orphans::Warn)
    ctx.diag.warning(fmt::format("orphan section '{}' from '{}' being placed in section '{}'", s.name(), s.file->name, name));
}

// The output section of an orphan's name, made behind the last one of its kind.
InputRule& orphan_rule(Context& ctx, const InputSection& s, std::string_view name) {
  LayoutScript& script = *ctx.layout_script;
  OutputRule* known = script.find(name);
  if (known) {
    if (known->statements.empty() || known->statements.back().kind != StatementKind::Input || !known->statements.back().rule->file.empty()) {
      ScriptStatement statement;
      statement.kind = StatementKind::Input;
      statement.rule = &script.inputs.emplace_back();
      known->statements.push_back(statement);
    }
    return *known->statements.back().rule;
  }
  OutputRule& rule = script.outputs.emplace_back();
  rule.name = name;
  ScriptStatement statement;
  statement.kind = StatementKind::Input;
  statement.rule = &script.inputs.emplace_back(); // no file: nothing else is matched against it
  rule.statements.push_back(statement);
  u32 kind = kind_of(s.flags, s.type);
  size_t best = script.items.size();
  for (size_t i = 0; i < script.items.size(); ++i) {
    const OutputRule* o = script.items[i].output;
    if (!o || o->is_discard()) continue;
    u32 its = 10;
    for (const ScriptStatement& line : o->statements)
      if (line.kind == StatementKind::Input && !line.rule->members.empty()) its = kind_of(line.rule->members[0].first->flags, line.rule->members[0].first->type);
    if (its <= kind) best = i + 1;
  }
  script.items.insert(script.items.begin() + static_cast<i64>(best), {&rule, {}});
  return *statement.rule;
}

} // namespace

void define_provided_symbols(Context& ctx) {
  if (!ctx.layout_script) return;
  LayoutScript& script = *ctx.layout_script;
  std::string expressions;
  auto each = [&](auto&& body) {
    for (ScriptItem& item : script.items) {
      if (!item.output) body(item.statement);
      else
        for (ScriptStatement& s : item.output->statements) body(s);
    }
  };
  auto note = [&](const ExpressionText& e) { expressions += e.text, expressions += ' '; };
  each([&](ScriptStatement& s) { note(s.expression); });
  for (const OutputRule& o : script.outputs)
    for (const ExpressionText* e : {&o.address, &o.load_address, &o.align, &o.subalign, &o.fill}) note(*e);
  each([&](ScriptStatement& s) {
    if (s.kind != StatementKind::Assign || !s.provide) return;
    Symbol* known = ctx.symbols.find(s.symbol);
    bool asked = known && (known->referenced_by_object || known->referenced_by_shared || known->strongly_referenced || known->forced);
    bool free = !known || (!known->is_defined() && !known->is_script_defined);
    if (free && (asked || expressions.find(s.symbol) != std::string::npos)) define_script_symbol(ctx, s);
  });
}

void choose_script_rules(Context& ctx) {
  if (!ctx.has_section_rules) return;
  constexpr u64 retain = 1 << 21;
  RuleTable table(*ctx.layout_script);
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections) {
      if (!s || !s->alive) continue;
      if (s->kind == SectionKind::Merge) s->kind = SectionKind::Regular;
      const Candidate* c = choose(table, *s, s->name());
      if (!c) continue;
      if (c->output->is_discard()) s->alive = false;
      if (c->input->keep) s->flags |= retain;
    }
  for (ObjectFile* f : ctx.objects) {
    f->merge_sections.clear();
    std::erase_if(f->eh_frames, [](const EhFrameInput& frame) { return !frame.section->alive; });
  }
}

namespace {

// The file's own tables stand behind all else, whatever a pattern matches.
bool is_file_table(const Context& ctx, const InputSection& s) {
  const SyntheticSections& y = ctx.synthetic;
  for (const SyntheticSection* table : {y.symtab, y.strtab, y.shstrtab, y.symtab_shndx})
    if (table && &s == &table->section) return true;
  return false;
}

} // namespace

void place_by_script(Context& ctx, InputSection& s, std::string_view name) {
  if (!ctx.script_rules) ctx.script_rules = std::make_shared<RuleTable>(*ctx.layout_script);
  auto& table = *static_cast<RuleTable*>(ctx.script_rules.get());
  const Candidate* c = nullptr;
  if (is_file_table(ctx, s)) return ctx.script_orphans.emplace_back(&s, name), void();
  // Without a loader the relocations of IFUNCs stand between two symbols of the script.
  if (!ctx.is_dynamic && ctx.synthetic.rela_plt && &s == &ctx.synthetic.rela_plt->section) c = choose(table, s, ".rela.iplt");
  if (!c) c = choose(table, s, name);
  if (!c && &s == (ctx.synthetic.common ? &ctx.synthetic.common->section : nullptr)) c = choose(table, s, "COMMON");
  if (c && c->output->is_discard()) {
    s.alive = false;
    return;
  }
  if (c) return c->input->members.emplace_back(&s, c->pattern), void();
  bool own_table = !s.file && !(s.flags & SHF_ALLOC);
  if (!own_table) {
    if (ctx.options.orphans == Orphans::Discard && s.file) {
      s.alive = false;
      return;
    }
    report_orphan(ctx, s, name);
  }
  ctx.script_orphans.emplace_back(&s, name);
}

void make_script_outputs(Context& ctx) {
  if (!ctx.has_section_rules) return;
  LayoutScript& script = *ctx.layout_script;
  for (auto& [s, name] : ctx.script_orphans) {
    InputRule& rule = orphan_rule(ctx, *s, name);
    if (rule.sections.empty()) rule.sections.push_back({name, {}, SortKey::None, SortKey::None});
    rule.members.emplace_back(s, 0);
  }
  for (size_t i = 0; i < script.items.size(); ++i) {
    OutputRule* o = script.items[i].output;
    if (!o || o->is_discard()) continue;
    bool moves = false;
    for (ScriptStatement& s : o->statements) {
      if (s.kind == StatementKind::Input) {
        sort_members(*s.rule);
        for (auto& [section, pattern] : s.rule->members) {
          if (o->not_allocated) section->flags &= ~u64{SHF_ALLOC};
          add_to_output(ctx, *section, o->name);
          o->output = section->output;
        }
      } else if (s.kind == StatementKind::Data) {
        s.data = make_synthetic(ctx, o->name, SHT_PROGBITS, o->not_allocated ? 0 : SHF_ALLOC, 1, 0);
        s.data->bytes.resize(s.width);
        s.data->section.size = s.width;
        add_to_output(ctx, s.data->section, o->name);
        o->output = s.data->section.output;
      } else if (s.kind == StatementKind::Assign && s.symbol == ".") {
        moves = true;
      }
    }
    if (!o->output && moves) { // room for a stack or a heap
      OutputSection& made = ctx.output_storage.emplace_back();
      made.name = o->name;
      made.type = SHT_NOBITS;
      made.flags = o->not_allocated ? 0 : SHF_ALLOC | SHF_WRITE;
      ctx.outputs.push_back(&made);
      o->output = &made;
    }
    if (!o->output) continue;
    o->output->keeps_empty |= moves;
    if (o->read_only) o->output->flags &= ~u64{SHF_WRITE};
    if (o->type) o->output->type = *o->type;
    if (o->no_load) o->output->type = SHT_NOBITS;
  }
}

} // namespace lathe::linker
