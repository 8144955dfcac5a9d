#include "codegen/pipeline.h"

// Any IR text: assembly or errors, at -O0 and -O2.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe;
  auto source = SourceFile::from_memory("fuzz.ll", std::string(reinterpret_cast<const char*>(data), size));
  for (u32 level : {0u, 2u}) {
    Diagnostics diagnostics;
    codegen::CompileOptions options;
    options.opt_level = level;
    std::string text;
    bool ok = codegen::compile_to_text(*source, options, text, diagnostics);
    if (ok == diagnostics.has_errors()) __builtin_trap();
  }
  return 0;
}
