// Every target that is built in, by the first part of its triple.

#include "codegen/target.h"
#include "codegen/x86/target.h"

namespace lathe::codegen {

const Target* find_target(std::string_view triple) {
  std::string_view machine = triple.substr(0, triple.find('-'));
  // Text without a triple is taken for the machine most of it is written for.
  if (machine.empty() || machine == "x86_64" || machine == "amd64") return &x86::target();
  return nullptr;
}

} // namespace lathe::codegen
