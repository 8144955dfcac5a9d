#pragma once
// The order of blocks in memory.

#include "codegen/machine/machine.h"

namespace lathe::codegen::emit {

// An edge between blocks that are written, with how often it is taken for one entry of the function.
struct LayoutEdge {
  MachineBlockId from, to;
  float weight;
  bool is_only_successor = false;
};

// Joins blocks into chains along their heaviest edges, so that what follows is what is next in memory, and puts
// chains that hardly ever run last. `order` holds the blocks that are written, the entry first, in the order wanted
// where weights say nothing; it is replaced.
void lay_out_blocks(const MachineFunction&, std::vector<LayoutEdge> edges, std::vector<MachineBlockId>& order);

} // namespace lathe::codegen::emit
