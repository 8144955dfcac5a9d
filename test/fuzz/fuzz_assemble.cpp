#include "assembler/assemble.h"

// Any text: an object or errors, never a crash; and an object comes without errors.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe;
  auto source = SourceFile::from_memory("fuzz.s", std::string(reinterpret_cast<const char*>(data), size));
  Diagnostics diagnostics;
  std::vector<u8> object;
  assembler::AssembleOptions options;
  options.expansion_limit = 1 << 20;
  bool ok = assembler::assemble(*source, options, object, diagnostics);
  if (ok == diagnostics.has_errors()) __builtin_trap();
  return 0;
}
