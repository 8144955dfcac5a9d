// Dominators by the iterative method over reverse postorder of Cooper, Harvey and Kennedy, "A Simple, Fast
// Dominance Algorithm" (2001); intersections walk up by reverse postorder position.

#include "codegen/analysis/analysis.h"

namespace lathe::analysis {

Dominators::Dominators(const Cfg& cfg) {
  size_t count = cfg.position.size();
  parent_.assign(count, none);
  enter_.assign(count, none);
  leave_.assign(count, none);
  u32 reachable = static_cast<u32>(cfg.order.size());
  if (reachable == 0) return;

  std::vector<u32> idom(reachable, none); // positions
  idom[0] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (u32 i = 1; i < reachable; ++i) {
      u32 best = none;
      for (BlockId p : cfg.predecessors(cfg.order[i])) {
        u32 a = cfg.position[p];
        if (idom[a] == none) continue;
        if (best == none) {
          best = a;
          continue;
        }
        while (a != best) {
          while (a > best) a = idom[a];
          while (best > a) best = idom[best];
        }
      }
      if (idom[i] != best) {
        idom[i] = best;
        changed = true;
      }
    }
  }

  // Numbers of the dominator tree: children in reverse postorder, by an explicit stack.
  std::vector<u32> first(reachable, none), next(reachable, none);
  for (u32 i = reachable; i-- > 1;) {
    parent_[cfg.order[i]] = cfg.order[idom[i]];
    next[i] = first[idom[i]];
    first[idom[i]] = i;
  }
  u32 clock = 0;
  std::vector<u32> stack{0};
  enter_[cfg.order[0]] = clock++;
  while (!stack.empty()) {
    u32 top = stack.back();
    u32 child = first[top];
    if (child == none) {
      leave_[cfg.order[top]] = clock++;
      stack.pop_back();
      continue;
    }
    first[top] = next[child];
    enter_[cfg.order[child]] = clock++;
    stack.push_back(child);
  }
}

} // namespace lathe::analysis
