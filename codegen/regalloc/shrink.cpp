// A piece that got its register may border on memory on all sides, because its neighbours got none. What it holds
// before its first and behind its last use is then given back, block by block: a block without a use keeps the
// value in the register only if it comes from a register and goes on into one. So loads move down to the uses and
// out of ways that have none.

#include "codegen/regalloc/linear_allocator.h"

#include <algorithm>

namespace lathe::codegen {

// The parts of a web's pieces, cut at block borders.
void LinearAllocator::cut_into_stretches(WebId id) {
  stretches_.clear();
  Web& w = webs_[id];
  scratch_.clear();
  for (PieceId k = w.pieces; k != no_id; k = pieces_[k].next)
    if (pieces_[k].reg != no_register) scratch_.push_back(k);
  std::sort(scratch_.begin(), scratch_.end(), [&](PieceId a, PieceId b) { return pieces_[a].from < pieces_[b].from; });
  for (PieceId k : scratch_) {
    const Piece& p = pieces_[k];
    u32 use = p.use_first;
    for (u32 n = p.range_first; n < p.range_last; ++n) {
      const LiveRange& r = ranges_[w.range_first + n];
      const Position from = std::max(r.from, p.from), to = std::min(r.to, p.to);
      if (from >= to) continue;
      for (u32 b = live_.block_of(from); b <= live_.block_of(to - 1); ++b) {
        Stretch s;
        s.from = std::max(from, live_.block_start[b]), s.to = std::min(to, live_.block_end[b]);
        s.end = s.to;
        s.block = b, s.vreg = r.vreg, s.reg = p.reg;
        s.first_needed = s.to, s.last_needed = s.from;
        bool arrived = false;
        for (; use < p.use_last && uses_[w.use_first + use].from < s.from; ++use) {}
        for (; use < p.use_last && uses_[w.use_first + use].from < s.to; ++use) {
          const UsePoint& u = uses_[w.use_first + use];
          if (is_parameter(u)) continue;
          const bool gap_read = u.from % 2 && !u.is_def;
          if (!arrived && !gap_read) s.first_needed = u.from, arrived = true;
          if (!is_free_edge(u, id)) s.last_needed = std::max(s.last_needed, u.to);
        }
        stretches_.push_back(s);
      }
    }
  }
}

bool LinearAllocator::in_stretch(Position p) const {
  const auto s = std::partition_point(stretches_.begin(), stretches_.end(), [&](const Stretch& x) { return x.end <= p; });
  return s != stretches_.end() && s->from <= p && p < s->to;
}

// A load at each edge whose argument is in the web's slot, or one load at the first use and a store at the others.
// Each instruction costs its frequency, and its size as much as half an execution of the function.
bool LinearAllocator::parameter_comes_from_memory(const Stretch& s) const {
  const MachineBlock& b = f_->blocks[s.block];
  const auto parameters = f_->parameters_of(b);
  const auto place = size_t(std::find(parameters.begin(), parameters.end(), s.vreg) - parameters.begin());
  const float size = 0.5f * live_.frequency[0];
  float loads = 0, stores = live_.frequency[s.block] + size;
  for (MachineBlockId p : f_->predecessors_of(b))
    for (const MachineEdge& e : f_->edges_of(f_->blocks[p])) {
      if (e.block != s.block) continue;
      const VirtualRegister a = f_->arguments_of(e)[place];
      const float cost = std::min(live_.frequency[p], live_.frequency[s.block]) + size;
      (web_of_[a] != web_of_[s.vreg] || in_stretch(live_.block_end[p] - 1) ? stores : loads) += cost;
    }
  return stores < loads;
}

bool LinearAllocator::shrink_left(Stretch& s) {
  if (s.from >= s.to || s.from != live_.block_start[s.block] || s.first_needed == s.from) return false;
  if (s.from == live_.defined[s.vreg]) {
    if (!parameter_comes_from_memory(s)) return false;
    s.from = std::min(s.first_needed, s.to);
    return true;
  }
  for (MachineBlockId p : f_->predecessors_of(f_->blocks[s.block]))
    if (in_stretch(live_.block_end[p] - 1)) return false;
  s.from = std::min(s.first_needed, s.to);
  return true;
}

bool LinearAllocator::shrink_right(Stretch& s) {
  if (s.from >= s.to || s.to != live_.block_end[s.block] || s.last_needed >= s.to) return false;
  const auto ranges = live_.ranges_of(s.vreg);
  for (const MachineEdge& e : f_->edges_of(f_->blocks[s.block])) {
    const Position start = live_.block_start[e.block];
    if (in_stretch(start)) {
      // Something of the web is in a register there: this value, or a parameter that it becomes.
      const auto r = std::partition_point(ranges.begin(), ranges.end(), [&](const LiveRange& x) { return x.to <= start; });
      if (r != ranges.end() && r->from <= start && start != live_.defined[s.vreg]) return false;
      const auto arguments = f_->arguments_of(e);
      if (std::find(arguments.begin(), arguments.end(), s.vreg) != arguments.end()) return false;
    }
  }
  s.to = std::max(s.last_needed, s.from);
  // A definition's own points stay.
  return true;
}

void LinearAllocator::shrink(WebId id) {
  cut_into_stretches(id);
  for (u32 round = 0, changes = 1; round < 3 && changes; ++round) {
    changes = 0;
    for (Stretch& s : stretches_) changes += shrink_left(s);
    for (size_t k = stretches_.size(); k-- > 0;) changes += shrink_right(stretches_[k]);
  }
  for (const Stretch& s : stretches_) {
    if (s.from >= s.to) continue;
    if (segments_.size() > webs_[id].segment_first && segments_.back().to == s.from && segments_.back().reg == s.reg)
      segments_.back().to = s.to;
    else
      segments_.push_back({s.from, s.to, s.reg});
  }
}

} // namespace lathe::codegen
