#include "utils/driver/backend.h"

namespace lathe::driver {

bool compile_to_text(const Invocation&, const SourceFile&, std::string&, std::string&, Diagnostics& diagnostics) {
  diagnostics.error("the code generator is not part of this build");
  return false;
}

bool compile_to_object(const Invocation&, const SourceFile&, std::vector<u8>&, std::string&, Diagnostics& diagnostics) {
  diagnostics.error("the code generator is not part of this build");
  return false;
}

bool optimize_text(const Invocation&, const SourceFile&, std::string&, std::string&, Diagnostics& diagnostics) {
  diagnostics.error("the peephole is not part of this build");
  return false;
}

bool assemble_text(const Invocation&, const SourceFile&, bool, std::vector<u8>&, Diagnostics& diagnostics) {
  diagnostics.error("the assembler is not part of this build");
  return false;
}

bool link_objects(const std::vector<std::string>&, std::vector<NamedObject>, Diagnostics& diagnostics) {
  diagnostics.error("the linker is not part of this build");
  return false;
}

} // namespace lathe::driver
