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
  keeps_sources = false;
  sources.clear();
}

void FunctionCode::clear() {
  machine.clear();
  symbols = Interner();
  literals.clear();
  jump_tables.clear();
  asm_statements.clear();
  exceptions = {};
  frame = {};
  kcfi_trap_count = 0;
  ordinal = 0;
}

InstructionIndex first_terminator(const MachineFunction& f, const MachineBlock& b) {
  InstructionIndex i = b.end;
  while (i > b.begin && (f.instructions[i - 1].flags & MachineTerminator)) --i;
  return i;
}

u32 edge_position(const MachineFunction& f, const MachineBlock& b) {
  const InstructionIndex t = first_terminator(f, b);
  return t < b.end ? 2 * t : 2 * b.end - 1;
}

} // namespace lathe::codegen
