#pragma once
// A macro as its definition left it.

#include "common/int_types.h"

#include <string>
#include <vector>

namespace lathe::assembler {

struct MacroParameter {
  std::string name, default_value;
  bool required = false, vararg = false, has_default = false;
};

struct Macro {
  std::string name;
  std::vector<MacroParameter> parameters;
  std::string body;
  u32 file = 0, line = 0; // of the body's first line
};

} // namespace lathe::assembler
