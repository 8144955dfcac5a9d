// Addresses by a linker script. SECTIONS is walked from top to bottom with the location counter; since lines may
// ask for sizes and symbols of later ones, it is walked again until nothing moves. File offsets and program
// headers follow in layout.cpp.

#include "linker/elf/expression.h"
#include "linker/elf/layout_script.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace lathe::linker {
namespace {

constexpr int most_rounds = 12;

struct ScriptLayout final : ScriptFacts {
  Context& ctx;
  LayoutScript& script;
  bool final_round = false;
  u64 section_start = 0, load_delta = 0;
  OutputRule* inside = nullptr;
  OutputSection* last_output = nullptr;
  MemoryRegion* last_region = nullptr;
  std::vector<u64> moved; // what this round yielded
  std::unordered_set<const Symbol*> assigned; // by this round so far
  const Symbol* without_value = nullptr;      // what is being assigned for the first time
  mutable bool asks_itself = false;

  explicit ScriptLayout(Context& c) : ctx(c), script(*c.layout_script) {}

  // --- What expressions ask ---
  u64 symbol_address(const Symbol& s) const override {
    if (&s == without_value) asks_itself = true;
    if (s.kind != SymbolKind::Defined || ctx.image_laid_out) return s.value;
    const InputSection& section = *s.section;
    return section.alive && section.output ? section.address() + s.value : 0;
  }
  OutputSection* symbol_output(const Symbol& s) const override {
    if (s.kind == SymbolKind::Defined) return s.section->alive ? s.section->output : nullptr;
    return s.kind == SymbolKind::Output ? s.output : nullptr;
  }
  std::optional<u64> property(std::string_view function, std::string_view name) const override {
    if (function == "ORIGIN" || function == "LENGTH") {
      const MemoryRegion* m = script.region(name);
      if (!m) return std::nullopt;
      return function == "ORIGIN" ? m->origin : m->length;
    }
    const OutputRule* rule = script.find(name);
    const OutputSection* o = rule ? rule->output : nullptr;
    if (!rule) return std::nullopt;
    if (!o || o->dropped) {
      if (function == "ADDR") return rule->address_if_empty;
      if (function == "LOADADDR") return rule->load_address_if_empty;
      return function == "ALIGNOF" ? 1 : 0;
    }
    if (function == "ADDR") return o->address;
    if (function == "LOADADDR") return o->address + o->load_delta;
    return function == "SIZEOF" ? o->size : o->align;
  }
  u64 header_size() const override { return sizeof(Elf64_Ehdr) + ctx.header_segments * sizeof(Elf64_Phdr); }
  u64 page_size(bool common) const override {
    if (common && ctx.options.z_common_page) return ctx.options.z_common_page;
    return common ? std::min(ctx.target->common_page_size, ctx.page_size()) : ctx.page_size();
  }
  // -Ttext and the like speak of the segment where the script asks for it, of the section otherwise.
  std::optional<u64> segment_start(std::string_view name) override {
    script.asked_segments.emplace(name);
    if (name == "text-segment") return ctx.options.image_base;
    return given_start("." + std::string(name));
  }
  std::optional<u64> given_start(std::string_view name) const {
    std::optional<u64> start;
    for (auto& [section, address] : ctx.options.section_starts)
      if (section == name) start = address;
    return start;
  }
  std::optional<u64> section_start_of(std::string_view name) const {
    bool of_segment = name.size() > 1 && script.asked_segments.contains(std::string(name.substr(1)));
    return of_segment ? std::nullopt : given_start(name);
  }
  void set_relro(u64 start, u64 end) override {
    if (start) script.relro_start = start;
    if (end) script.relro_end = end;
  }

  Value evaluate(const ExpressionText& e) {
    // Errors count in the last round only: until then a symbol may still be without its address.
    Diagnostics scratch;
    ctx.sources.push_back(SourceFile::from_memory(fmt::format("{}: '{}'", e.file->name(), e.text), std::string(e.text)));
    Words words(*ctx.sources.back(), WordStyle::Expression, final_round ? ctx.diag : scratch);
    Value v = Expression(ctx, words, true, this).read();
    ctx.sources.pop_back();
    return v;
  }
  u64 number(const ExpressionText& e) { return evaluate(e).number; }

  // --- Statements ---
  void assign(ScriptStatement& s) {
    if (s.symbol != "." && !s.target) return;
    bool is_first = s.symbol != "." && assigned.insert(s.target).second;
    without_value = is_first ? s.target : nullptr;
    asks_itself = is_first && s.operation != '=';
    Value v = evaluate(s.expression);
    without_value = nullptr;
    if (asks_itself && final_round) fail_at(s, fmt::format("undefined symbol '{}' referenced in expression", s.symbol));
    u64 old = s.symbol == "." ? dot : s.target->value;
    switch (s.operation) {
    case '+': v = {old + v.number, nullptr, true}; break;
    case '-': v = {old - v.number, nullptr, true}; break;
    case '*': v.number *= old; break;
    case '/': v.number = v.number ? old / v.number : 0; break;
    case '&': v = {old & v.number, nullptr, true}; break;
    case '|': v = {old | v.number, nullptr, true}; break;
    case '<': v.number = v.number < 64 ? old << v.number : 0; break;
    case '>': v.number = v.number < 64 ? old >> v.number : 0; break;
    default: break;
    }
    if (s.symbol == ".") return move_dot(s, v);
    s.target->value = v.number;
    if (v.output && v.is_address) s.target->output = v.output;
    else s.target->output = v.is_address ? (inside && inside->output && !inside->output->dropped ? inside->output : last_output) : nullptr;
    moved.push_back(v.number);
  }
  void fail_at(const ScriptStatement& s, std::string message) {
    ctx.diag.error(Place{s.expression.file, s.expression.offset, static_cast<u32>(s.expression.text.size())}, std::move(message));
  }
  // Inside a section a plain number is an offset in it, and the way back is closed.
  void move_dot(const ScriptStatement& s, Value v) {
    u64 to = inside && !v.is_address ? section_start + v.number : v.number;
    if (inside && to < dot) {
      if (final_round) fail_at(s, fmt::format("cannot move location counter backwards (from 0x{:x} to 0x{:x})", dot, to));
      return;
    }
    dot = to;
  }
  void check_assert(const ScriptStatement& s) {
    if (final_round && number(s.expression) == 0) ctx.diag.error(std::string(s.message));
  }
  void write_data(ScriptStatement& s) {
    u64 value = number(s.expression);
    std::memcpy(s.data->bytes.data(), &value, s.width);
    s.data->section.offset = dot - section_start;
    dot += s.width;
  }

  // --- Output sections ---
  void place_members(OutputRule& rule) {
    u64 least = rule.subalign ? std::max<u64>(number(rule.subalign), 1) : 1;
    for (ScriptStatement& s : rule.statements) {
      switch (s.kind) {
      case StatementKind::Assign: assign(s); break;
      case StatementKind::Assert: check_assert(s); break;
      case StatementKind::Data: write_data(s); break;
      case StatementKind::Fill: set_fill(*rule.output, s.expression); break;
      case StatementKind::Input:
        for (auto& [section, pattern] : s.rule->members) {
          if (!section->output) continue;
          u64 align = rule.subalign ? least : u64{1} << section->align_log2;
          dot = align_to(dot, align);
          section->offset = dot - section_start;
          dot += section->size;
        }
      }
    }
  }
  // `=0x90909090`: as many bytes as the number is written with, four for an expression.
  void set_fill(OutputSection& o, const ExpressionText& e) {
    std::string& bytes = o.fills.emplace_back(dot - section_start).bytes;
    if (e.text.starts_with("0x") && e.text.size() > 2 && e.text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos) {
      std::string digits(e.text.substr(2));
      if (digits.size() % 2) digits.insert(digits.begin(), '0');
      for (size_t i = 0; i < digits.size(); i += 2) bytes += static_cast<char>(std::stoul(digits.substr(i, 2), nullptr, 16));
      return;
    }
    u64 value = number(e);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  }
  u64 alignment_of(OutputRule& rule) {
    OutputSection& o = *rule.output;
    u64 align = 1;
    for (const InputSection* s : o.members) align = std::max(align, u64{1} << s->align_log2);
    for (const ExpressionText* e : {&rule.align, &rule.subalign})
      if (*e)
        if (u64 wanted = number(*e); wanted && !(wanted & (wanted - 1))) align = e == &rule.subalign ? wanted : std::max(align, wanted);
    return align;
  }
  MemoryRegion* region_for(const OutputRule& rule) {
    bool asks_flags = rule.output && !rule.output->dropped;
    if (!rule.region.empty()) {
      MemoryRegion* m = script.region(rule.region);
      if (!m && final_round) ctx.diag.error(fmt::format("memory region '{}' of section '{}' is not declared", rule.region, rule.name));
      return m;
    }
    if (rule.address || !asks_flags || section_start_of(rule.name)) return nullptr;
    for (MemoryRegion& m : script.regions)
      if (m.chooses && !(rule.output->flags & m.refused_flags) &&
          ((rule.output->flags & m.wanted_flags) || (m.read_only && !(rule.output->flags & SHF_WRITE))))
        return &m;
    return nullptr;
  }
  // Where an output section begins, before its alignment.
  u64 begin_of(OutputRule& rule, const MemoryRegion* region) {
    if (std::optional<u64> given = section_start_of(rule.name)) return *given;
    if (rule.address) return number(rule.address);
    return region ? region->reached : dot;
  }
  // What a section without contents leaves behind: the answer to ADDR, and the location counter if it sets a symbol.
  void place_empty(OutputRule& rule) {
    u64 outer = dot, align = rule.align ? number(rule.align) : 1;
    MemoryRegion* region = region_for(rule);
    MemoryRegion* load_region = rule.load_region.empty() ? nullptr : script.region(rule.load_region);
    dot = begin_of(rule, region);
    if (align && !(align & (align - 1))) dot = align_to(dot, align);
    rule.address_if_empty = dot;
    bool moved_away = region != last_region || rule.address;
    if (rule.load_address) rule.load_address_if_empty = number(rule.load_address);
    else if (load_region && load_region != region) rule.load_address_if_empty = align_to(load_region->reached, std::max<u64>(align, 1));
    else rule.load_address_if_empty = dot + (moved_away ? 0 : load_delta);
    moved.push_back(dot);
    bool sets_symbol = false;
    for (ScriptStatement& s : rule.statements) {
      if (s.kind == StatementKind::Assert) check_assert(s);
      if (s.kind != StatementKind::Assign) continue;
      sets_symbol |= s.symbol == "." || s.target;
      if (s.symbol != ".") assign(s);
    }
    if (!sets_symbol) dot = outer;
  }
  void place(OutputRule& rule) {
    if (rule.is_discard()) return;
    OutputSection* o = rule.output;
    if (!o || o->dropped) return place_empty(rule);
    bool loaded = o->is_allocated();
    u64 outer = dot;
    MemoryRegion* region = loaded ? region_for(rule) : nullptr;
    dot = loaded && !ctx.options.relocatable ? begin_of(rule, region) : 0;
    o->align = alignment_of(rule);
    dot = align_to(dot, o->align);
    section_start = o->address = dot;
    inside = &rule;
    o->fills.clear();
    if (rule.fill) set_fill(*o, rule.fill);
    place_members(rule);
    inside = nullptr;
    o->size = dot - section_start;
    moved.push_back(o->address);
    moved.push_back(o->size);
    if (!loaded) {
      dot = outer;
      return;
    }
    if (!(o->flags & SHF_TLS) || o->type != SHT_NOBITS) last_output = o;
    place_load(rule, *o, region);
    if ((o->flags & SHF_TLS) && o->type == SHT_NOBITS) dot = section_start; // .tbss takes no room
    if (region) region->reached = dot;
    if (final_round && region) check_room(*o, *region, dot - region->origin);
    last_region = region;
  }
  void place_load(OutputRule& rule, OutputSection& o, MemoryRegion* region) {
    MemoryRegion* target = rule.load_region.empty() ? nullptr : script.region(rule.load_region);
    if (!target && !rule.load_region.empty() && final_round)
      ctx.diag.error(fmt::format("memory region '{}' of section '{}' is not declared", rule.load_region, rule.name));
    if (rule.load_address) load_delta = number(rule.load_address) - o.address;
    else if (target && target != region) load_delta = align_to(target->reached, o.align) - o.address;
    else if (target || region != last_region || rule.address) load_delta = 0;
    o.load_delta = load_delta;
    if (!target || target == region) return;
    target->reached = o.address + load_delta + o.size;
    if (final_round) check_room(o, *target, target->reached - target->origin);
  }
  void check_room(const OutputSection& o, const MemoryRegion& m, u64 used) {
    if (used <= m.length || !o.size) return;
    ctx.diag.error(fmt::format("{} section `{}' will not fit in region `{}'", ctx.options.output, o.name, m.name));
    ctx.diag.error(fmt::format("region `{}' overflowed by {} bytes", m.name, used - m.length));
  }

  // One walk; true when something came out otherwise than before.
  bool walk() {
    std::vector<u64> before;
    before.swap(moved);
    assigned.clear();
    dot = load_delta = 0;
    last_output = nullptr;
    last_region = nullptr;
    for (MemoryRegion& m : script.regions) m.reached = m.origin;
    for (ScriptItem& item : script.items) {
      if (item.output) place(*item.output);
      else if (item.statement.kind == StatementKind::Assert) check_assert(item.statement);
      else assign(item.statement);
    }
    return before != moved;
  }
};

void number_segments(LayoutScript& script) {
  u32 now = 0;
  for (ScriptItem& item : script.items) {
    if (!item.output) continue;
    for (std::string_view name : item.output->segments)
      for (u32 i = 0; i < script.segments.size(); ++i)
        if (script.segments[i].name == name && script.segments[i].type == PT_LOAD) now = i + 1;
    if (item.output->output) item.output->output->script_segment = now;
  }
}

} // namespace

u64 script_number(Context& ctx, const ExpressionText& e) {
  ScriptLayout layout(ctx);
  layout.final_round = true;
  return layout.number(e);
}

void assign_script_addresses(Context& ctx) {
  ScriptLayout layout(ctx);
  number_segments(*ctx.layout_script);
  for (int i = 0; i < most_rounds && layout.walk(); ++i) {
  }
  for (OutputSection* o : ctx.outputs) o->relro = ctx.options.z_relro && o->is_allocated() && (o->flags & SHF_WRITE) && o->address >= ctx.layout_script->relro_start &&
                                                 o->address < ctx.layout_script->relro_end;
}

void report_script(Context& ctx) {
  if (!ctx.layout_script) return;
  ScriptLayout layout(ctx);
  layout.final_round = true;
  layout.walk();
  if (!ctx.options.print_memory_usage) return;
  *ctx.text += "Memory region         Used Size  Region Size  %age Used\n";
  auto size = [](u64 n) {
    if (n && (n & 0x3fffffff) == 0) return fmt::format("{:>10} GB", n >> 30);
    if (n && (n & 0xfffff) == 0) return fmt::format("{:>10} MB", n >> 20);
    if (n && (n & 0x3ff) == 0) return fmt::format("{:>10} KB", n >> 10);
    return fmt::format("{:>10} B ", n);
  };
  for (const MemoryRegion& m : ctx.layout_script->regions) {
    u64 used = m.reached - m.origin;
    *ctx.text += fmt::format("{:>16}: {}{}{:>10.2f}%\n", m.name, size(used), size(m.length), m.length ? 100.0 * static_cast<double>(used) / static_cast<double>(m.length) : 0.0);
  }
}

} // namespace lathe::linker
