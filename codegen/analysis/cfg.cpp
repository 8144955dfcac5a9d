// Control flow: edges in both directions as flat rows, and reverse postorder by a depth-first walk with a
// stack of its own (functions of 100,000 blocks in a chain must not overflow ours).

#include "codegen/analysis/analysis.h"

#include <algorithm>

namespace lathe::analysis {

using namespace ir;

Cfg::Cfg(const Function& f) {
  u32 count = static_cast<u32>(f.blocks.size());
  successor_start_.assign(count + 1, 0);
  position.assign(count, none);
  for (BlockId b = 0; b < count; ++b) {
    successor_start_[b] = static_cast<u32>(successors_.size());
    InstId last = f.blocks[b].last;
    if (last == none || !is_terminator(f[last].op)) continue;
    for (Value v : f.operands_of(last))
      if (v.is_block()) successors_.push_back(v.index());
  }
  successor_start_[count] = static_cast<u32>(successors_.size());

  struct Frame {
    BlockId block;
    u32 next;
  };
  std::vector<Frame> stack;
  std::vector<bool> seen(count);
  if (f.first_block != none) {
    seen[f.first_block] = true;
    stack.push_back({f.first_block, successor_start_[f.first_block]});
  }
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next == successor_start_[top.block + 1]) {
      order.push_back(top.block);
      stack.pop_back();
      continue;
    }
    BlockId s = successors_[top.next++];
    if (seen[s]) continue;
    seen[s] = true;
    stack.push_back({s, successor_start_[s]});
  }
  std::reverse(order.begin(), order.end());
  for (u32 i = 0; i < order.size(); ++i) position[order[i]] = i;

  predecessor_start_.assign(count + 1, 0);
  for (BlockId b : order)
    for (BlockId s : successors(b)) ++predecessor_start_[s + 1];
  for (u32 i = 0; i < count; ++i) predecessor_start_[i + 1] += predecessor_start_[i];
  predecessors_.resize(predecessor_start_[count]);
  std::vector<u32> fill(predecessor_start_.begin(), predecessor_start_.end() - 1);
  for (BlockId b : order)
    for (BlockId s : successors(b)) predecessors_[fill[s]++] = b;
}

} // namespace lathe::analysis
