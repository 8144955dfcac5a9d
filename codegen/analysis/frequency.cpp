// Block frequencies in one forward pass: branch probabilities first, then mass pushed along reverse postorder,
// each loop header's mass multiplied by 1 / (1 - share that comes back). As in Wu and Larus, "Static Branch Frequency
// and Program Profile Analysis" (1994), with few of its heuristics: what matters is which blocks lie in
// loops and which are cold. Inner loops are handled first, so that an outer loop sees their share as passed on.

#include "codegen/analysis/analysis.h"

#include <algorithm>

namespace lathe::analysis {

using namespace ir;

namespace {

constexpr float back_edge_share = 31.0f / 32, cold_share = 1.0f / 1024, most_trips = 4096;

// Blocks that end in `unreachable`, and those from which every way leads there.
std::vector<bool> cold_blocks(const Function& f, const Cfg& cfg) {
  std::vector<bool> cold(cfg.position.size());
  for (u32 i = static_cast<u32>(cfg.order.size()); i-- > 0;) {
    BlockId b = cfg.order[i];
    InstId last = f.blocks[b].last;
    if (f[last].op == Opcode::Unreachable || f[last].op == Opcode::Resume) {
      cold[b] = true;
      continue;
    }
    InstId first = f.blocks[b].first;
    while (first != none && f[first].op == Opcode::Phi) first = f[first].next;
    if (first != none && f[first].op == Opcode::LandingPad) {
      cold[b] = true;
      continue;
    }
    auto successors = cfg.successors(b);
    cold[b] = !successors.empty() && std::all_of(successors.begin(), successors.end(), [&](BlockId s) {
      return cold[s];
    });
  }
  return cold;
}

bool has_weights(const Function& f, InstId terminator, size_t edges) {
  const Instruction& i = f[terminator];
  if (i.op != Opcode::Br && i.op != Opcode::Switch) return false;
  return i.aux != none && edges > 1 && i.aux < f.indices.size() && f.indices[i.aux] == edges;
}

} // namespace

Frequencies::Frequencies(const Function& f, const Cfg& cfg, const Loops& loops) {
  size_t count = cfg.position.size();
  of_block.assign(count, 0);
  first_.assign(count, 0);
  std::vector<bool> cold = cold_blocks(f, cfg);

  for (BlockId b : cfg.order) {
    auto successors = cfg.successors(b);
    first_[b] = static_cast<u32>(probability_.size());
    InstId terminator = f.blocks[b].last;
    float sum = 0;
    bool weighted = has_weights(f, terminator, successors.size());
    for (size_t i = 0; i < successors.size(); ++i) {
      BlockId s = successors[i];
      float w = 1;
      if (weighted) {
        w = static_cast<float>(f.indices[f[terminator].aux + 1 + i]) + 1e-3f;
      } else if (cold[s]) {
        w = cold_share;
      } else if (loops.loop_of[b] != none && !loops.contains(loops.loop_of[b], s)) {
        w = 1 - back_edge_share; // leaves the loop
      }
      probability_.push_back(w);
      sum += w;
    }
    for (size_t i = 0; i < successors.size(); ++i) probability_[first_[b] + i] /= sum;
  }

  // How much of a header's mass comes back to it, innermost loops first; then the same walk over the whole.
  std::vector<float> mass(count, 0), trips(loops.loops.size(), 1);
  auto push = [&](BlockId b, u32 inside, BlockId header) {
    float returned = 0;
    auto successors = cfg.successors(b);
    for (u32 i = 0; i < successors.size(); ++i) {
      BlockId s = successors[i];
      float m = mass[b] * probability(b, i);
      if (s == header)
        returned += m;
      else if (cfg.position[s] > cfg.position[b] && (inside == none || loops.contains(inside, s)))
        mass[s] += m;
    }
    return returned;
  };
  std::vector<std::vector<BlockId>> bodies(loops.loops.size()); // in reverse postorder
  constexpr u32 deepest = 16; // a block's loops beyond that keep the default: keeps the work linear
  for (BlockId b : cfg.order)
    for (u32 l = loops.loop_of[b], k = 0; l != none && k < deepest; l = loops.loops[l].parent, ++k) bodies[l].push_back(b);
  for (u32 l = static_cast<u32>(loops.loops.size()); l-- > 0;) {
    BlockId header = loops.loops[l].header;
    for (BlockId b : bodies[l]) mass[b] = 0;
    mass[header] = 1;
    float back = 0;
    for (BlockId b : bodies[l]) {
      u32 own = loops.loop_of[b];
      if (b != header && own != none && loops.loops[own].header == b) mass[b] *= trips[own];
      back += push(b, l, header);
    }
    trips[l] = back >= 1 - 1 / most_trips ? most_trips : 1 / (1 - back);
  }
  std::fill(mass.begin(), mass.end(), 0.0f);
  if (cfg.order.empty()) return;
  mass[cfg.order[0]] = 1;
  for (BlockId b : cfg.order) {
    u32 own = loops.loop_of[b];
    if (own != none && loops.loops[own].header == b) mass[b] *= trips[own];
    mass[b] = std::min(mass[b], 1e12f);
    push(b, none, none);
  }
  of_block = std::move(mass);
}

} // namespace lathe::analysis
