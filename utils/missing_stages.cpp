// Stands in for stages that are not part of a build: each says so. Linked behind every library, and weak, so that a
// stage takes its place by being there.

#include "assembler/assemble.h"
#include "codegen/pipeline.h"

#define LATHE_MISSING __attribute__((weak))

namespace lathe::assembler {

LATHE_MISSING bool assemble(const SourceFile&, const AssembleOptions&, std::vector<u8>&, Diagnostics& diagnostics) {
  diagnostics.error("the assembler is not part of this build");
  return false;
}

LATHE_MISSING bool assemble(StatementBuffer&, const AssembleOptions&, std::vector<u8>&, Diagnostics& diagnostics) {
  diagnostics.error("the assembler is not part of this build");
  return false;
}

} // namespace lathe::assembler

namespace lathe::codegen {

LATHE_MISSING bool compile_to_text(const SourceFile&, const CompileOptions&, std::string&, Diagnostics& diagnostics) {
  diagnostics.error("the code generator is not part of this build");
  return false;
}

LATHE_MISSING bool compile_to_object(const SourceFile&, const CompileOptions&, std::vector<u8>&, Diagnostics& diagnostics) {
  diagnostics.error("the code generator is not part of this build");
  return false;
}

} // namespace lathe::codegen
