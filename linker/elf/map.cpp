// Reports about a link: the map file and the file of dependencies for make.

#include "common/output_file.h"
#include "linker/elf/passes.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::linker {
namespace {

void add_header(Context& ctx, std::string& out) {
  bool any = false;
  for (ObjectFile* f : ctx.objects) {
    if (!f->archive) continue;
    if (!any) out += "Archive members included to satisfy references by file\n\n";
    any = true;
    out += f->name + "\n";
  }
  if (ctx.options.print_map_discarded) {
    out += "\nDiscarded input sections\n\n";
    for (ObjectFile* f : ctx.objects)
      for (InputSection* s : f->sections)
        if (s && !s->alive) out += fmt::format(" {:<14} 0x{:016x} {:#10x} {}\n", s->name(), 0, s->size, f->name);
  }
  out += "\nMemory Configuration\n\nName             Origin             Length             Attributes\n"
         "*default*        0x0000000000000000 0xffffffffffffffff\n\nLinker script and memory map\n\n";
  for (ObjectFile* f : ctx.objects) out += "LOAD " + f->name + "\n";
  for (SharedFile* f : ctx.shared_files) out += "LOAD " + f->name + "\n";
}

} // namespace

void write_map(Context& ctx) {
  if (ctx.options.map_file.empty() && !ctx.options.print_map) return;
  std::string out;
  add_header(ctx, out);
  std::unordered_map<const InputSection*, std::vector<const Symbol*>> symbols;
  ctx.symbols.for_each([&](Symbol& s) {
    if (s.kind == SymbolKind::Defined) symbols[s.section].push_back(&s);
  });
  for (auto& [section, list] : symbols)
    std::stable_sort(list.begin(), list.end(), [](const Symbol* a, const Symbol* b) { return a->value < b->value; });
  for (OutputSection* o : ctx.outputs) {
    out += fmt::format("\n{:<15} 0x{:016x} {:#10x}\n", o->name, o->address, o->size);
    for (InputSection* s : o->members) {
      std::string_view file = s->file ? std::string_view(s->file->name) : std::string_view("<linker>");
      out += fmt::format(" {:<14} 0x{:016x} {:#10x} {}\n", s->name(), s->address(), s->size, file);
      if (auto it = symbols.find(s); it != symbols.end())
        for (const Symbol* symbol : it->second) out += fmt::format("                0x{:016x}                {}\n", symbol->value, symbol->name());
    }
  }
  if (ctx.options.print_map || ctx.options.map_file == "-") {
    *ctx.text += out;
    return;
  }
  std::string error;
  if (!write_file(ctx.options.map_file, out, error)) ctx.diag.error(error);
}

// --cref: each symbol with the file that defines it, then those that use it.
void write_cross_references(Context& ctx) {
  if (!ctx.options.cref) return;
  struct Row {
    std::string_view definer;
    std::vector<std::string_view> users;
  };
  std::unordered_map<const Symbol*, Row> rows;
  auto gather = [&](const InputFile& f) {
    for (u64 i = 0; i < f.globals.size(); ++i) {
      const Symbol* s = f.globals[i];
      if (!s) continue;
      Row& row = rows[s];
      bool defines = f.symbols[f.first_global + i].st_shndx != SHN_UNDEF;
      if (defines && row.definer.empty()) row.definer = f.name;
      else row.users.push_back(f.name);
    }
  };
  for (const ObjectFile* f : ctx.objects) gather(*f);
  for (const SharedFile* f : ctx.shared_files) gather(*f);
  std::vector<std::pair<std::string, const Row*>> order;
  for (auto& [s, row] : rows)
    if (s->referenced_by_object) order.emplace_back(display_name(ctx, s->name()), &row);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out = "\nCross Reference Table\n\nSymbol                                            File\n";
  for (auto& [name, row] : order) {
    std::string_view shown = name;
    auto line = [&](std::string_view file) {
      out += shown.size() < 50 ? fmt::format("{:<50}{}\n", shown, file) : fmt::format("{}\n{:<50}{}\n", shown, "", file);
      shown = {};
    };
    if (!row->definer.empty()) line(row->definer);
    for (std::string_view file : row->users) line(file);
  }
  *ctx.text += out;
}

void write_dependency_file(Context& ctx) {
  if (ctx.options.dependency_file.empty()) return;
  std::string out = ctx.options.output + ":";
  for (const std::string& path : ctx.dependencies) out += " \\\n  " + path;
  out += "\n";
  for (const std::string& path : ctx.dependencies) out += "\n" + path + ":\n";
  std::string error;
  if (!write_file(ctx.options.dependency_file, out, error)) ctx.diag.error(error);
}

} // namespace lathe::linker
