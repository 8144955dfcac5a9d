#pragma once
// What shared code asks of a target, one coarse question a function; registry.cpp lists the targets. Adding one
// adds a folder beside x86/ and a line in registry.cpp.

#include "codegen/ir/ir.h"
#include "codegen/legalize/legalize.h"
#include "codegen/machine/function_code.h"
#include "codegen/machine/print.h"
#include "codegen/pipeline.h"
#include "codegen/regalloc/regalloc.h"

namespace lathe::assembler {
class StatementBuffer;
}

namespace lathe::codegen {

namespace emit {
class DebugInfo;
class SourceLines;
}

// One function on its way: what every target hook is given.
struct FunctionContext {
  ir::Function& ir;
  const CompileOptions& options;
  FunctionCode& code;
  Diagnostics& diagnostics;
  bool pic = false, pie = false; // resolved relocation model
  bool debug_frame = false;      // call-frame information for debuggers only
  const emit::DebugInfo* debug = nullptr;
  emit::SourceLines* source_lines = nullptr; // -fverbose-asm
};

class Target {
public:
  virtual ~Target() = default;
  // What of a module's data layout this target cannot do; empty when it can do all.
  virtual std::string refuses(const ir::DataLayout&) const = 0;
  virtual legalize::LegalizeTarget legal(const ir::Function&, const CompileOptions&) const = 0;
  // select.cpp, abi.cpp: legal IR to machine code.
  virtual void select(FunctionContext&) const = 0;
  virtual RegisterFile registers(const FunctionContext&) const = 0;
  // frame.cpp, emit.cpp: lays out the frame and appends the function's statements, from its label to its .size.
  virtual void emit(FunctionContext&, const Allocation&, assembler::StatementBuffer&) const = 0;
  // How print_machine() spells rows, registers and relocation operators.
  virtual MachineNames names() const = 0;
};

// Null when the triple names no target that is built in.
const Target* find_target(std::string_view triple);

} // namespace lathe::codegen
