#pragma once
// The rules about one instruction alone: operand counts, kinds and types. The reader asks it to refuse what was
// written wrongly, the verifier to refuse what passes made wrongly.

#include "codegen/ir/function.h"
#include "common/diag.h"

#include <string>

namespace lathe::ir {

// One sentence without a place, empty when all is well.
std::string check_instruction(const Function&, InstId);

// Whether LangRef has a conversion of `from` to `to` by this operation.
bool cast_fits(const TypeTable&, const DataLayout&, Opcode, TypeId from, TypeId to);

// verify() for a body just read: errors point to the module's text, `starts` says where by InstId.
bool verify_as_written(const Function&, Diagnostics&, const char* const* starts);

} // namespace lathe::ir
