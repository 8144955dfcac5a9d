#pragma once
// Front door of the analyses: they compute and never change. Each result is a snapshot, broken by the first
// change of the control flow. All are linear or nearly so in blocks and edges.

#include "codegen/ir/ir.h"

#include <span>
#include <vector>

namespace lathe::analysis {

using ir::BlockId;
using ir::none;

// --- cfg.cpp

// Blocks in reverse postorder from the entry, and both directions of the edges, repeats included (a switch with
// two cases to one block has two edges). Blocks that cannot be reached are in no list.
struct Cfg {
  explicit Cfg(const ir::Function&);

  std::vector<BlockId> order;     // reverse postorder; order[0] is the entry
  std::vector<u32> position;      // by BlockId: index into `order`, `none` for unreachable blocks

  bool is_reachable(BlockId b) const { return position[b] != none; }
  std::span<const BlockId> successors(BlockId b) const { return row(successor_start_, successors_, b); }
  std::span<const BlockId> predecessors(BlockId b) const { return row(predecessor_start_, predecessors_, b); }

private:
  static std::span<const BlockId> row(const std::vector<u32>& start, const std::vector<BlockId>& list, BlockId b) {
    return {list.data() + start[b], start[b + 1] - start[b]};
  }
  std::vector<u32> successor_start_, predecessor_start_; // by BlockId, one more at the end
  std::vector<BlockId> successors_, predecessors_;
};

// --- dominators.cpp

struct Dominators {
  explicit Dominators(const Cfg&);

  // The immediate dominator; `none` for the entry and for unreachable blocks.
  BlockId parent(BlockId b) const { return parent_[b]; }
  // Reflexive; constant time. Nothing dominates or is dominated by an unreachable block.
  bool dominates(BlockId a, BlockId b) const {
    return enter_[a] != none && enter_[b] != none && enter_[a] <= enter_[b] && leave_[b] <= leave_[a];
  }

private:
  std::vector<BlockId> parent_;
  std::vector<u32> enter_, leave_; // pre- and postorder numbers in the dominator tree
};

// --- loops.cpp

struct Loop {
  BlockId header = none;
  u32 parent = none;        // index into Loops::loops
  u32 depth = 1;            // 1: outermost
  bool irreducible = false; // entered elsewhere than at `header` too
  u32 block_count = 0;      // inner loops' blocks included
};

// Natural loops, nested; a cycle with several entries is a loop whose header is the entry met first.
struct Loops {
  Loops(const Cfg&, const Dominators&);

  std::vector<Loop> loops;        // outer before inner
  std::vector<u32> loop_of;       // by BlockId: the innermost loop, `none` when in none

  u32 depth(BlockId b) const { return loop_of[b] == none ? 0 : loops[loop_of[b]].depth; }
  bool contains(u32 loop, BlockId b) const {
    for (u32 l = loop_of[b]; l != none; l = loops[l].parent)
      if (l == loop) return true;
    return false;
  }
};

// --- frequency.cpp

// How often a block runs for one entry of the function: from !prof weights where there are, else estimated
// (a loop runs some tens of times, paths to unreachable or cold calls hardly ever).
struct Frequencies {
  Frequencies(const ir::Function&, const Cfg&, const Loops&);

  std::vector<float> of_block; // by BlockId; the entry has 1, unreachable blocks 0
  // Share of the block's executions that leave by its i-th successor (order of Cfg::successors).
  float probability(BlockId b, u32 i) const { return probability_[first_[b] + i]; }

private:
  std::vector<float> probability_;
  std::vector<u32> first_; // by BlockId
};

// --- symbol.cpp

// Whether `v` is the address of a global plus a constant: the global itself or a constant expression of
// getelementptr, bitcast, inttoptr, ptrtoint, addrspacecast, add and sub over one: `symbol+offset` in assembly.
// No thread-local one: the operand `@t` is the address of this thread's `t`, and is computed.
bool as_symbol_offset(const ir::Function&, ir::Value v, ir::GlobalId& global, i64& offset);
// The same for initializers, which have no function.
bool as_symbol_offset(const ir::Module&, ir::Value v, ir::GlobalId& global, i64& offset);

} // namespace lathe::analysis
