#include "codegen/ir/ir.h"
#include "codegen/reader/reader.h"

// Any IR text: a module whose bodies hold what the verifier asks, or errors. What was read prints as text that is
// read again.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe;
  std::string text(reinterpret_cast<const char*>(data), size);
  for (int round = 0; round < 2; ++round) {
    auto source = SourceFile::from_memory("fuzz.ll", text);
    Diagnostics diagnostics;
    auto module = reader::read_module(*source, diagnostics);
    if (!module != diagnostics.has_errors()) __builtin_trap();
    if (!module) return 0;
    std::vector<std::unique_ptr<ir::Function>> bodies;
    std::vector<const ir::Function*> list;
    for (ir::GlobalId id = 0; id < module->globals.size(); ++id) {
      const ir::Global& g = module->globals[id];
      if (g.kind != ir::GlobalKind::Function || g.is_declaration) continue;
      auto body = reader::read_body(*module, id, diagnostics);
      if (!body) continue;
      list.push_back(body.get());
      bodies.push_back(std::move(body));
    }
    if (diagnostics.has_errors()) return 0;
    text = ir::print(*module, list);
  }
  return 0;
}
