#pragma once

// The words of LLVM's calling conventions and their numbers: what the reader takes and messages and printed IR name.

#include "codegen/ir/function.h"

#include <span>
#include <string>
#include <string_view>

namespace lathe::ir {

struct ConventionName {
  std::string_view name;
  CallingConvention convention;
};
std::span<const ConventionName> convention_names();

// "fastcc", or "cc 1023" where the number has no word.
std::string convention_text(CallingConvention);

} // namespace lathe::ir
