#pragma once
// Front door of the LLVM IR text reader (LLVM 14, typed pointers, to today). Two phases: read_module skims
// the file (types, globals, attributes, metadata places, where bodies lie); read_body reads one function.

#include "codegen/ir/module.h"

namespace lathe::reader {

// Null after errors. `source` must outlive the module.
std::unique_ptr<ir::Module> read_module(const SourceFile& source, Diagnostics&);

// The module must not change any more; may run in parallel for different functions. Null after errors.
std::unique_ptr<ir::Function> read_body(ir::Module&, ir::GlobalId, Diagnostics&);

} // namespace lathe::reader
