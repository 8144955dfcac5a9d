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
  out += "\nDiscarded input sections\n\n";
  for (ObjectFile* f : ctx.objects)
    for (InputSection* s : f->sections)
      if (s && !s->alive) out += fmt::format(" {:<14} 0x{:016x} {:#10x} {}\n", s->name(), 0, s->size, f->name);
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
