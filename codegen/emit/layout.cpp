// Bottom-up chaining (Pettis and Hansen, "Profile Guided Code Positioning", 1990). A loop that is tested at its top
// turns round by itself: the unconditional jump from its last block to its header is as heavy as any edge and is
// preferred, so the header follows the last block and one branch an iteration remains.

#include "codegen/emit/layout.h"

#include <algorithm>
#include <numeric>

namespace lathe::codegen::emit {

namespace {
// Blocks that run less often than this for one entry of the function are out of the way at the end.
constexpr float cold = 1.0f / 256;
// What breaks ties: keeping the order we were given, and turning loops round.
constexpr float given_order_bonus = 1.0005f, rotation_bonus = 1.001f;
// The way around a single block: with that block in line it is one taken branch, else the way through is two.
constexpr float around_malus = 0.5f;

// Makes edges A -> C lighter where A -> B -> C goes there too and B leads nowhere else.
void weigh_ways_around(const std::vector<u32>& successors, std::vector<LayoutEdge>& edges) {
  std::vector<MachineBlockId> only(successors.size(), no_id), to_sum(successors.size(), 0);
  for (const LayoutEdge& e : edges) {
    to_sum[e.from] += e.to;
    if (e.is_only_successor) only[e.from] = e.to;
  }
  for (LayoutEdge& e : edges)
    if (successors[e.from] == 2 && only[to_sum[e.from] - e.to] == e.to) e.weight *= around_malus;
}
} // namespace

void lay_out_blocks(const MachineFunction& f, std::vector<LayoutEdge> edges, std::vector<MachineBlockId>& order) {
  u32 count = static_cast<u32>(f.blocks.size());
  std::vector<u32> position(count, no_id); // in the given order
  for (u32 i = 0; i < order.size(); ++i) position[order[i]] = i;

  std::vector<u32> successors(count, 0);
  for (const LayoutEdge& e : edges) ++successors[e.from];
  weigh_ways_around(successors, edges);
  for (LayoutEdge& e : edges) {
    if (position[e.to] == position[e.from] + 1)
      e.weight *= given_order_bonus;
    else if (e.is_only_successor && position[e.to] < position[e.from] && successors[e.to] > 1)
      e.weight *= rotation_bonus;
  }
  std::stable_sort(edges.begin(), edges.end(), [](const LayoutEdge& a, const LayoutEdge& b) { return a.weight > b.weight; });

  std::vector<MachineBlockId> next(count, no_id), previous(count, no_id), chain(count);
  std::iota(chain.begin(), chain.end(), 0);
  auto find = [&](MachineBlockId b) {
    while (chain[b] != b) b = chain[b] = chain[chain[b]];
    return b;
  };
  MachineBlockId entry = order.front();
  for (const LayoutEdge& e : edges) {
    if (e.to == entry || next[e.from] != no_id || previous[e.to] != no_id) continue;
    bool from_cold = f.blocks[e.from].frequency < cold, to_cold = f.blocks[e.to].frequency < cold;
    if (from_cold != to_cold) continue;
    MachineBlockId a = find(e.from), b = find(e.to);
    if (a == b) continue;
    next[e.from] = e.to;
    previous[e.to] = e.from;
    chain[b] = a;
  }

  // Chains in the order of their first blocks as given; the entry's chain is first, cold chains are last.
  std::vector<MachineBlockId> heads;
  for (MachineBlockId b : order)
    if (previous[b] == no_id) heads.push_back(b);
  auto earliest = [&](MachineBlockId head) {
    u32 best = position[head];
    for (MachineBlockId b = head; b != no_id; b = next[b]) best = std::min(best, position[b]);
    return best;
  };
  struct Key {
    bool is_cold;
    u32 earliest;
    MachineBlockId head;
  };
  std::vector<Key> keys;
  for (MachineBlockId h : heads) keys.push_back({h != entry && f.blocks[h].frequency < cold, h == entry ? 0 : earliest(h), h});
  std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return a.is_cold != b.is_cold ? b.is_cold : a.earliest < b.earliest;
  });
  order.clear();
  for (const Key& k : keys)
    for (MachineBlockId b = k.head; b != no_id; b = next[b]) order.push_back(b);
}

} // namespace lathe::codegen::emit
