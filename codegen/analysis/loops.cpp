// Loop nesting. Headers are visited innermost first (reverse postorder backwards); a header's body is what
// reaches its back edges backwards without passing it, inner loops counting as one node: near linear, as in Havlak,
// "Nesting of Reducible and Irreducible Loops" (1997). An edge that goes back in reverse postorder to a block that
// does not dominate its source closes an irreducible cycle; its body is cut at blocks that stand before the header.

#include "codegen/analysis/analysis.h"

#include <algorithm>

namespace lathe::analysis {

Loops::Loops(const Cfg& cfg, const Dominators& dominators) {
  loop_of.assign(cfg.position.size(), none);
  std::vector<u32> outermost; // by loop: the loop found so far that holds it, with path halving
  auto top_of = [&](u32 loop) {
    while (outermost[loop] != loop) loop = outermost[loop] = outermost[outermost[loop]];
    return loop;
  };

  std::vector<BlockId> work;
  for (u32 i = static_cast<u32>(cfg.order.size()); i-- > 0;) {
    BlockId header = cfg.order[i];
    bool irreducible = false;
    work.clear();
    bool self = false;
    for (BlockId p : cfg.predecessors(header)) {
      if (cfg.position[p] < i) continue;
      self = true;
      if (!dominators.dominates(header, p)) irreducible = true;
      if (p != header) work.push_back(p);
    }
    if (!self) continue;
    u32 id = static_cast<u32>(loops.size());
    loops.push_back({header, none, 1, irreducible, 1});
    outermost.push_back(id);
    if (loop_of[header] == none) {
      loop_of[header] = id;
    }
    while (!work.empty()) {
      BlockId b = work.back();
      work.pop_back();
      if (cfg.position[b] < i) continue; // (only in irreducible cycles)
      if (b == header) continue;
      BlockId from = b;
      if (loop_of[b] == none) {
        loop_of[b] = id;
        ++loops[id].block_count;
      } else {
        u32 inner = top_of(loop_of[b]);
        if (inner == id) continue;
        outermost[inner] = id;
        loops[inner].parent = id;
        loops[id].block_count += loops[inner].block_count;
        from = loops[inner].header;
      }
      for (BlockId p : cfg.predecessors(from)) work.push_back(p);
      // An irreducible inner loop is entered elsewhere too; its other entries' predecessors are reached through
      // blocks before its header, which belong to the outer loop through the paths from the outer header.
    }
  }

  // Outer before inner: they were found the other way round.
  u32 count = static_cast<u32>(loops.size());
  std::reverse(loops.begin(), loops.end());
  for (Loop& l : loops) {
    if (l.parent != none) {
      l.parent = count - 1 - l.parent;
      l.depth = loops[l.parent].depth + 1;
    }
  }
  for (u32& l : loop_of)
    if (l != none) l = count - 1 - l;
}

} // namespace lathe::analysis
