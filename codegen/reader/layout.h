#pragma once
// The `target datalayout` string.

#include "codegen/ir/type.h"

namespace lathe::reader {

// What the string does not say keeps the default of the triple's machine; what is not understood is ignored.
ir::DataLayout parse_data_layout(std::string_view text, std::string_view triple);

} // namespace lathe::reader
