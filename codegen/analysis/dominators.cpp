// Dominators by the Semi-NCA method (Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", 2005):
// semidominators with path compression, then a climb in the tree. The simpler iterative method is quadratic where
// a hundred thousand blocks in a row may leave to one exit.

#include "codegen/analysis/analysis.h"

#include <algorithm>

namespace lathe::analysis {
namespace {

// All arrays are by preorder number in a depth-first tree of the graph.
struct SemiNca {
  std::vector<u32> parent, ancestor, semi, label, idom, path;

  // The vertex of least semidominator on the way from `v` up to the part that is not done yet (below `done`).
  u32 eval(u32 v, u32 done) {
    if (ancestor[v] < done) return label[v];
    for (; ancestor[v] >= done; v = ancestor[v]) path.push_back(v);
    for (u32 above = v; !path.empty(); above = v) {
      v = path.back();
      path.pop_back();
      ancestor[v] = ancestor[above];
      if (semi[label[above]] < semi[label[v]]) label[v] = label[above];
    }
    return label[v];
  }
};

// By position in `cfg.order`; the entry is its own.
std::vector<u32> immediate_dominators(const Cfg& cfg) {
  auto count = static_cast<u32>(cfg.order.size());
  SemiNca s;
  std::vector<u32> number(count, none), vertex; // position -> preorder, and back
  std::vector<std::pair<u32, u32>> stack;       // position, next successor
  auto visit = [&](u32 position, u32 parent) {
    number[position] = static_cast<u32>(vertex.size());
    vertex.push_back(position);
    s.parent.push_back(parent);
    stack.emplace_back(position, 0);
  };
  visit(0, 0);
  while (!stack.empty()) {
    auto& [position, next] = stack.back();
    auto successors = cfg.successors(cfg.order[position]);
    if (next == successors.size()) {
      stack.pop_back();
      continue;
    }
    u32 to = cfg.position[successors[next++]];
    if (number[to] == none) visit(to, number[position]);
  }
  s.ancestor = s.idom = s.parent;
  s.semi.resize(count);
  for (u32 v = 0; v < count; ++v) s.semi[v] = v;
  s.label = s.semi;
  for (u32 w = count; w-- > 1;) {
    s.semi[w] = s.parent[w];
    for (BlockId p : cfg.predecessors(cfg.order[vertex[w]]))
      if (cfg.position[p] != none) s.semi[w] = std::min(s.semi[w], s.semi[s.eval(number[cfg.position[p]], w + 1)]);
  }
  for (u32 w = 1; w < count; ++w)
    while (s.idom[w] > s.semi[w]) s.idom[w] = s.idom[s.idom[w]];
  std::vector<u32> out(count);
  for (u32 w = 0; w < count; ++w) out[vertex[w]] = vertex[s.idom[w]];
  return out;
}

} // namespace

Dominators::Dominators(const Cfg& cfg) {
  size_t count = cfg.position.size();
  parent_.assign(count, none);
  enter_.assign(count, none);
  leave_.assign(count, none);
  u32 reachable = static_cast<u32>(cfg.order.size());
  if (reachable == 0) return;

  std::vector<u32> idom = immediate_dominators(cfg);

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
