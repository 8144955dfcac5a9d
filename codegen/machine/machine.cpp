#include "codegen/machine/machine.h"

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

} // namespace lathe::codegen
