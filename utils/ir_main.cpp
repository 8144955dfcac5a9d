// ir-tool: reads an .ll file, verifies every body and prints the module, for tests of the reader and the IR alone.
//   ir-tool [--print] [--verify] [--no-bodies] file.ll

#include "codegen/ir/ir.h"
#include "codegen/reader/reader.h"

#include <cstdio>
#include <cstring>

using namespace lathe;

int main(int argc, char** argv) {
  bool print = false, verify = false, bodies = true;
  const char* path = nullptr;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--print")) print = true;
    else if (!std::strcmp(argv[i], "--verify")) verify = true;
    else if (!std::strcmp(argv[i], "--no-bodies")) bodies = false;
    else path = argv[i];
  }
  Diagnostics diag("ir-tool");
  std::string error;
  std::unique_ptr<SourceFile> source;
  if (!path || !(source = SourceFile::open(path, error))) {
    diag.error(path ? error : "no input file");
    diag.flush();
    return 1;
  }
  int status = 0;
  try {
    auto module = reader::read_module(*source, diag);
    std::vector<std::unique_ptr<ir::Function>> kept;
    for (ir::GlobalId id = 0; module && bodies && id < module->globals.size() && !diag.is_full(); ++id) {
      const ir::Global& g = module->globals[id];
      if (g.kind != ir::GlobalKind::Function || g.is_declaration) continue;
      auto f = reader::read_body(*module, id, diag);
      if (f && verify) ir::verify(*f, diag);
      if (f && print) kept.push_back(std::move(f));
    }
    if (print && module && !diag.has_errors()) {
      std::vector<const ir::Function*> list;
      for (const auto& f : kept) list.push_back(f.get());
      std::string text = ir::print(*module, list);
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
  } catch (const InternalError& e) {
    diag.error(std::string("internal error: ") + e.what());
    status = 70;
  }
  diag.flush();
  return status ? status : diag.has_errors() ? 1 : 0;
}
