// Assignment. Pieces come in order of size, those inside one block in program order behind all others; a piece
// takes a free register, or evicts pieces that are lighter (cheaper to have in memory, by length), or is split.
// The order and the split at loops, then calls, then blocks keep hot ranges whole; see "Linear Scan Register
// Allocation on SSA Form" (Wimmer, Franz 2010) for intervals with holes and split positions, "Register Spilling
// and Live-Range Splitting for SSA-Form Programs" (Braun, Hack 2009) for keeping reloads out of loops.
//
// Occupancy is a bit mask per program point: one pass over a piece's points tells for all registers at once which
// are free.

#include "codegen/regalloc/linear_allocator.h"
#include "codegen/regalloc/linear.h"

#include <algorithm>
#include <bit>

namespace lathe::codegen {

void Occupancy::start(Position end) {
  taken_.assign(end, 0);
  chunks_.assign(end / chunk_size + 1, Chunk{});
}

RegisterMask Occupancy::over(Position from, Position to, RegisterMask interesting) const {
  RegisterMask m = 0;
  for (Position p = from, stop; p < to && (m & interesting) != interesting; p = stop) {
    stop = chunk_end(p, to);
    const Chunk& c = chunks_[p / chunk_size];
    m |= c.whole;
    if (stop - p == chunk_size) m |= c.somewhere;
    else
      for (Position k = p; k < stop; ++k) m |= taken_[k];
  }
  return m;
}

Position Occupancy::next_taken(PhysicalRegister r, Position from, Position to) const {
  for (Position p = from, stop; p < to; p = stop) {
    stop = chunk_end(p, to);
    const Chunk& c = chunks_[p / chunk_size];
    if (c.whole & register_bit(r)) return p;
    if (!(c.somewhere & register_bit(r))) continue;
    for (Position k = p; k < stop; ++k)
      if (taken_[k] & register_bit(r)) return k;
  }
  return to;
}

void Occupancy::add(PhysicalRegister r, Position from, Position to, PieceId owner) {
  Lane& lane = lanes_[r];
  if (lane.size < taken_.size()) { // nothing is in it yet
    lane.size = taken_.size() + taken_.size() / 4;
    lane.owners = std::make_unique_for_overwrite<PieceId[]>(lane.size);
    lane.chunk_owners = std::make_unique_for_overwrite<PieceId[]>(lane.size / chunk_size + 1);
  }
  for (Position p = from, stop; p < to; p = stop) {
    stop = chunk_end(p, to);
    Chunk& c = chunks_[p / chunk_size];
    if (stop - p < chunk_size || ((c.whole | c.somewhere) & register_bit(r))) {
      add_points(r, p, stop, owner);
    } else {
      c.whole |= register_bit(r);
      lane.chunk_owners[p / chunk_size] = owner;
    }
  }
}

void Occupancy::add_points(PhysicalRegister r, Position from, Position to, PieceId owner) {
  Chunk& c = chunks_[from / chunk_size];
  lathe_check(!(c.whole & register_bit(r)), "two pieces in one register");
  c.somewhere |= register_bit(r);
  for (Position p = from; p < to; ++p) {
    if (taken_[p] & register_bit(r)) { // a fixed range of the value itself
      lathe_check(lanes_[r].owners[p] == fixed_owner, "two pieces in one register");
      continue;
    }
    taken_[p] |= register_bit(r);
    lanes_[r].owners[p] = owner;
  }
}

void Occupancy::remove(PhysicalRegister r, Position from, Position to, PieceId owner) {
  for (Position p = from, stop; p < to; p = stop) {
    stop = chunk_end(p, to);
    Chunk& c = chunks_[p / chunk_size];
    if (c.whole & register_bit(r)) c.whole &= ~register_bit(r);
    else remove_points(r, p, stop, owner);
  }
}

void Occupancy::remove_points(PhysicalRegister r, Position from, Position to, PieceId owner) {
  for (Position p = from; p < to; ++p)
    if ((taken_[p] & register_bit(r)) && lanes_[r].owners[p] == owner) taken_[p] &= ~register_bit(r);
  const Position first = from & ~(chunk_size - 1), last = chunk_end(from, static_cast<Position>(taken_.size()));
  RegisterMask left = 0;
  for (Position p = first; p < last; ++p) left |= taken_[p];
  chunks_[from / chunk_size].somewhere = left;
}

RegisterMask LinearAllocator::clobbered_over(Position from, Position to) const {
  RegisterMask m = 0;
  auto c = std::lower_bound(live_.clobbers.begin(), live_.clobbers.end(), from,
                            [](const Clobber& x, Position p) { return x.at < p; });
  for (; c != live_.clobbers.end() && c->at + 2 <= to && m != all_clobbers_; ++c) m |= c->mask;
  return m;
}

// Ranges of fixed registers that belong to the piece's own values do not stand in its way.
void LinearAllocator::find_own_fixed(const Piece& p) {
  own_fixed_.clear();
  const Web& w = webs_[p.web];
  auto add = [&](Position at, PhysicalRegister r) {
    for (size_t k = own_fixed_.size(); k-- > 0 && own_fixed_[k].at + 2 >= at;)
      if (own_fixed_[k].at == at) {
        own_fixed_[k].mask |= register_bit(r);
        return;
      }
    own_fixed_.push_back({at, register_bit(r)});
    for (size_t k = own_fixed_.size() - 1; k > 0 && own_fixed_[k - 1].at > at; --k)
      std::swap(own_fixed_[k - 1], own_fixed_[k]);
  };
  for (u32 k = p.use_first; k < p.use_last; ++k) {
    const UsePoint& u = uses_[w.use_first + k];
    if (u.fixed == no_register || u.is_def) continue;
    // Another value of the web may begin where this one ends.
    const auto ranges = ranges_.begin() + w.range_first;
    const auto here = std::partition_point(ranges + p.range_first, ranges + p.range_last,
                                           [&](const LiveRange& x) { return x.to <= u.to; });
    if (here == ranges + p.range_last || here->from > u.to || here->vreg != u.vreg) continue;
    add(u.to, u.fixed);
    if (u.late) add(u.to + 1, u.fixed);
  }
}

LinearAllocator::Blocked LinearAllocator::blocked_for(const Piece& p, RegisterMask interesting) {
  RegisterMask calls = 0, others = 0;
  find_own_fixed(p);
  size_t own = 0;
  for_ranges(p, [&](Position from, Position to) {
    calls |= clobbered_over(from, to);
    while (own < own_fixed_.size() && own_fixed_[own].at < from) ++own;
    for (; own < own_fixed_.size() && own_fixed_[own].at < to; ++own) {
      const OwnFixed& x = own_fixed_[own];
      others |= taken_.over(from, x.at, interesting) | (taken_.at(x.at) & ~x.mask);
      from = x.at + 1;
    }
    if ((others & interesting) != interesting) others |= taken_.over(from, to, interesting);
  });
  return {calls | others, (calls & interesting) != 0};
}

// The register of a web where it is known already, to be near it.
PhysicalRegister LinearAllocator::known_register(WebId id, Position at) const {
  const Web& w = webs_[id];
  if (w.piece_count > 8) return no_register;
  for (PieceId k = w.pieces; k != no_id; k = pieces_[k].next)
    if (pieces_[k].reg != no_register && pieces_[k].from <= at && at < pieces_[k].to) return pieces_[k].reg;
  return no_register;
}

void LinearAllocator::score_hints(const Piece& p) {
  const Web& w = webs_[p.web];
  for (float& s : score_) s = 0;
  auto like = [&](PhysicalRegister r, float by) {
    if (r < 64) score_[r] += by;
  };
  for (u32 k = p.use_first; k < p.use_last; ++k) {
    const UsePoint& u = uses_[w.use_first + k];
    like(u.fixed, u.frequency);
    if (u.is_def && f_->vregs[u.vreg].hint != no_register) like(f_->vregs[u.vreg].hint, u.frequency * 0.25f);
    if (u.partner != no_id && web_of_[u.partner] != p.web && live_.is_live(u.partner)) {
      Position at = u.is_def ? u.from - 1 : u.to;
      if (u.kind == UseKind::Edge) at = live_.defined[u.partner];
      like(known_register(web_of_[u.partner], at), u.frequency);
    }
    if (u.kind == UseKind::Edge) {
      // Not the register of another parameter: that would make a cycle of moves.
      const MachineBlock& target = f_->blocks[live_.block_of(live_.defined[u.partner])];
      if (target.parameter_count > 1 && target.parameter_count <= 16)
        for (VirtualRegister other : f_->parameters_of(target))
          if (other != u.partner && live_.is_live(other) && web_of_[other] != p.web)
            like(known_register(web_of_[other], live_.defined[other]), -0.5f * u.frequency);
    }
    if (u.is_def && u.kind == UseKind::Gap && u.fixed == no_register && u.partner == no_id) {
      // A parameter: its arguments.
      const u32 b = live_.block_of(u.from);
      const MachineBlock& block = f_->blocks[b];
      if (live_.block_start[b] != u.from || block.predecessor_count > 8) continue;
      for (u32 place = 0; place < block.parameter_count && place < 64; ++place) {
        if (f_->parameters_of(block)[place] != u.vreg) continue;
        for (MachineBlockId q : f_->predecessors_of(block))
          for (const MachineEdge& e : f_->edges_of(f_->blocks[q]))
            if (e.block == b) {
              const VirtualRegister a = f_->arguments_of(e)[place];
              if (live_.is_live(a) && web_of_[a] != p.web)
                like(known_register(web_of_[a], live_.block_end[q] - 1), live_.frequency[q]);
            }
      }
    }
  }
  if (w.piece_count > 1) {
    const float at_from = live_.frequency[live_.block_of(p.from)], at_to = live_.frequency[live_.block_of(p.to - 1)];
    if (p.from) like(known_register(p.web, p.from - 1), at_from);
    like(known_register(p.web, p.to), at_to);
  }
}

PhysicalRegister LinearAllocator::choose(const Piece& p, RegisterMask available) {
  const Web& w = webs_[p.web];
  score_hints(p);
  PhysicalRegister best = no_register;
  float best_score = 0;
  for (PhysicalRegister r : file_->order[size_t(w.rc)]) {
    if (!(available & register_bit(r))) continue;
    float score = score_[r];
    if (is_first_save(r)) score -= 2 * live_.frequency[0];
    if (best == no_register || score > best_score) best = r, best_score = score;
  }
  return best;
}

void LinearAllocator::place(PieceId id, PhysicalRegister r) {
  Piece& p = pieces_[id];
  p.reg = r;
  if (file_->callee_saved & register_bit(r)) used_saved_ |= register_bit(r);
  for_ranges(p, [&](Position from, Position to) {
    taken_.add(r, from, to, id);
    effort_ += Occupancy::effort(from, to) / 4;
  });
}

void LinearAllocator::evict(PieceId id) {
  Piece& p = pieces_[id];
  for_ranges(p, [&](Position from, Position to) {
    taken_.remove(p.reg, from, to, id);
    effort_ += 2 * Occupancy::effort(from, to);
  });
  p.reg = no_register;
  if (p.evictions < 255) ++p.evictions;
}

// Collects the pieces in the way of `p` in `r`; false when one is fixed or not lighter than `limit`.
bool LinearAllocator::conflicts(const Piece& p, PhysicalRegister r, float limit, float& heaviest) {
  conflicting_.clear();
  heaviest = 0;
  bool possible = true;
  const RegisterMask bit = register_bit(r);
  size_t own = 0;
  for_ranges(p, [&](Position from, Position to) {
    for (Position at = from; possible;) {
      const Position before = at;
      at = taken_.next_taken(r, at, to);
      effort_ += 1 + Occupancy::effort(before, at);
      if (at >= to) break;
      const PieceId owner = taken_.owner(r, at);
      if (owner == Occupancy::fixed_owner) {
        while (own < own_fixed_.size() && own_fixed_[own].at < at) ++own;
        if (own < own_fixed_.size() && own_fixed_[own].at == at && (own_fixed_[own].mask & bit)) {
          ++at;
          continue;
        }
        possible = false;
        return;
      }
      const Piece& q = pieces_[owner];
      heaviest = std::max(heaviest, q.weight);
      if (q.weight >= limit) {
        possible = false;
        return;
      }
      conflicting_.push_back(owner);
      // On to the end of the range that was met, or to a fixed range of its own inside it.
      const Web& w = webs_[q.web];
      const auto first = ranges_.begin() + w.range_first + q.range_first,
                 last = ranges_.begin() + w.range_first + q.range_last;
      const auto here = std::partition_point(first, last, [&](const LiveRange& x) { return x.to <= at; });
      const Position end = std::min(to, here == last ? at + 1 : std::min(here->to, q.to));
      const auto& fixed = fixed_points_[r];
      const auto stop = std::upper_bound(fixed.begin(), fixed.end(), at);
      at = stop != fixed.end() && *stop < end ? *stop : end;
    }
  });
  return possible;
}

bool LinearAllocator::try_evict(PieceId id, RegisterMask candidates) {
  const Piece& p = pieces_[id];
  PhysicalRegister best = no_register;
  float limit = p.weight;
  for (PhysicalRegister r : file_->order[size_t(webs_[p.web].rc)]) {
    if (!(candidates & register_bit(r))) continue;
    float heaviest;
    if (!conflicts(p, r, limit, heaviest)) continue;
    best = r, limit = heaviest;
    best_conflicting_ = conflicting_;
    if (heaviest == 0) break;
  }
  if (best == no_register) return false;
  std::sort(best_conflicting_.begin(), best_conflicting_.end());
  best_conflicting_.erase(std::unique(best_conflicting_.begin(), best_conflicting_.end()), best_conflicting_.end());
  for (PieceId q : best_conflicting_) evict(q);
  place(id, best);
  for (PieceId q : best_conflicting_) enqueue(q);
  return true;
}

void LinearAllocator::assign(PieceId id) {
  Piece& p = pieces_[id];
  const RegisterMask able = file_->allocatable[size_t(webs_[p.web].rc)];
  const Blocked blocked = blocked_for(p, able);
  RegisterMask available = able & ~blocked.mask;
  RegisterMask evictable = able;
  // Saving and restoring a register in the prologue costs about one store and one load.
  if (p.cost < 2 * live_.frequency[0] && !is_minimal(p)) {
    const RegisterMask fresh = file_->callee_saved & ~used_saved_;
    // Cheap ones may share it one after the other: the next is let in when they add up.
    if ((available & fresh) && !(available & ~fresh)) denied_ += p.cost;
    if (denied_ >= 3 * live_.frequency[0]) {
      denied_ = 0;
    } else {
      available &= ~fresh;
      evictable &= ~fresh;
    }
  }
  if (available) {
    place(id, choose(p, available));
    return;
  }
  if (blocked.by_call) {
    RegisterMask calls = 0;
    for_ranges(p, [&](Position from, Position to) { calls |= clobbered_over(from, to); });
    evictable &= ~calls;
  }
  // In a huge function only short pieces go on evicting when that has taken long.
  const bool may_evict = p.evictions < 16 && p.weight > 0 && (effort_ < max_effort_ || p.to - p.from < 64);
  if (may_evict && evictable && try_evict(id, evictable)) return;
  if (!split(id)) {
    const Piece& q = pieces_[id];
    const auto& u = uses_[webs_[q.web].use_first + q.use_first];
    internal_error("no register for value " + std::to_string(u.vreg) + " at point " + std::to_string(q.from));
  }
}

void LinearAllocator::assign_all() {
  taken_.start(live_.end + 4);
  used_saved_ = 0;
  all_clobbers_ = 0;
  for (const Clobber& c : live_.clobbers) all_clobbers_ |= c.mask;
  for (auto& points : fixed_points_) points.clear();
  for (const FixedRange& x : live_.fixed) {
    taken_.add(x.reg, x.from, x.to, Occupancy::fixed_owner);
    for (Position p = x.from; p < x.to; ++p) fixed_points_[x.reg].push_back(p);
  }
  for (auto& points : fixed_points_)
    if (!std::is_sorted(points.begin(), points.end())) std::sort(points.begin(), points.end());
  effort_ = 0;
  denied_ = 0;
  max_effort_ = 40 * u64{live_.end} + 4000000;
  pieces_.clear();
  queue_.clear();
  for (WebId w = 0; w < webs_.size(); ++w) {
    if (!webs_[w].range_count || webs_[w].rc == RegisterClass::StackOnly) continue;
    const Web& web = webs_[w];
    make_piece(w, ranges_[web.range_first].from, ranges_[web.range_first + web.range_count - 1].to, Stage::Loops,
               TrimNone);
  }
  while (!queue_.empty()) {
    std::pop_heap(queue_.begin(), queue_.end());
    const PieceId id = ~queue_.back().second;
    queue_.pop_back();
    assign(id);
  }
}

void LinearAllocator::run(MachineFunction& f, const RegisterFile& file, Allocation& out) {
  f_ = &f, file_ = &file, out_ = &out;
  resolver_.start(f, file, out);
  live_.build(f);
  make_webs();
  assign_all();
  rewrite();
}

void allocate_linear(MachineFunction& f, const RegisterFile& file, Allocation& out) {
  static thread_local LinearAllocator allocator;
  allocator.run(f, file, out);
}

} // namespace lathe::codegen
