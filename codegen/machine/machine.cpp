#include "codegen/machine/function_code.h"

namespace lathe::codegen {

void MachineFunction::clear() {
  instructions.clear();
  operands.clear();
  registers.clear();
  addresses.clear();
  symbols.clear();
  wide_immediates.clear();
  clobber_masks.assign(1, 0);
  blocks.clear();
  parameters.clear();
  edges.clear();
  edge_arguments.clear();
  predecessors.clear();
  vregs.clear();
  slots.clear();
}

void FunctionCode::clear() {
  machine.clear();
  symbols = Interner();
  literals.clear();
  jump_tables.clear();
  asm_statements.clear();
  frame = {};
  ordinal = 0;
}

} // namespace lathe::codegen
