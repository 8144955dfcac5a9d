#pragma once
// The machine control flow graph of a function, made before selection: layout, edges with room for their block
// arguments, extra blocks on critical edges.

#include "codegen/target.h"

#include <vector>

namespace lathe::analysis {
struct Cfg;
struct Dominators;
struct Loops;
}

namespace lathe::codegen {

class BlockPlan {
public:
  // Fills machine.blocks, parameter counts, edges and predecessors. Edge arguments stand as IR values in
  // `argument_values`, parallel to machine.edge_arguments.
  void build(FunctionContext&);

  // IR blocks so that a definition stands before its uses: reverse postorder.
  std::vector<ir::BlockId> order;
  std::vector<MachineBlockId> machine_block;   // by IR block: where it begins; no_id when unreachable
  std::vector<MachineBlockId> landing;         // by IR block: the block that indirectbr enters it through
  std::vector<ir::Value> argument_values;
  // By IR block: the only block that leads into the innermost loop around it from outside; `none` without a loop, or
  // where several do. Empty at -O0.
  std::vector<ir::BlockId> preheader;
  // Machine blocks that only lead on (critical edges), by MachineBlockId: true.
  std::vector<u8> is_extra;
  // What a branch to IR block `to` jumps to.
  MachineBlockId target(ir::BlockId from, ir::BlockId to) const;
  // Calls visit(IR block, machine block to jump to) for every distinct successor.
  template <class Visit> void for_each_target(ir::BlockId from, Visit visit) const {
    for (u32 e = first_edge_[from]; e < first_edge_[from + 1]; ++e)
      visit(edges_[e].to, edges_[e].extra != no_id ? edges_[e].extra : machine_block[edges_[e].to]);
  }

private:
  struct Edge {
    ir::BlockId from, to;
    MachineBlockId extra = no_id;
    u32 next_in = no_id;      // of the same `to`
    u32 machine_edge = no_id; // the one that carries `to`'s arguments
  };
  void find_order(const ir::Function&);
  void collect_edges(const ir::Function&);
  bool is_indirect(const ir::Function&, ir::BlockId) const;
  void lay_out(FunctionContext&);
  void find_preheaders(const analysis::Cfg&, const analysis::Dominators&, const analysis::Loops&);
  void fill_arguments(const ir::Function&, MachineFunction&);

  std::vector<Edge> edges_;
  std::vector<u32> first_edge_;   // by IR block, one more at the end
  std::vector<u32> first_in_;     // by IR block: head of a list through next_in
  std::vector<u32> in_count_;
  std::vector<u32> stamp_;
  std::vector<float> frequency_;
  std::vector<u32> depth_;
  std::vector<ir::BlockId> layout_;
  std::vector<u32> edge_of_pred_;
  std::vector<u8> indirect_target_; // by IR block
};

// The blocks a terminator names, in operand order, repeats included; calls `visit(BlockId)`.
template <class Visit> void for_each_successor(const ir::Function& f, ir::BlockId b, Visit visit) {
  ir::InstId t = f.blocks[b].last;
  if (t == ir::none) return;
  for (ir::Value v : f.operands_of(t))
    if (v.is_block()) visit(ir::BlockId{v.index()});
}

} // namespace lathe::codegen
