// Splitting. What a split leaves out of its pieces lives in memory; a piece begins with a definition or a reload
// and is worth having if it saves more than that. Each kind of split makes the next, finer one possible.

#include "codegen/regalloc/linear_allocator.h"

#include <algorithm>

namespace lathe::codegen {

namespace {
constexpr float infinite = 1e30f;
} // namespace

// What it costs that this use's value is in memory.
float LinearAllocator::cost_of(const UsePoint& u) {
  float cost = 0;
  switch (u.kind) {
  case UseKind::Register: cost = 1; break;
  case UseKind::Any: cost = 0.6f; break;
  case UseKind::Edge: cost = web_of_[u.partner] == web_of_[u.vreg] ? 0.1f : 0.6f; break;
  case UseKind::Gap:
    if (u.fixed != no_register)
      cost = 0.4f;
    else if (u.partner != no_id)
      cost = web_of_[u.partner] == web_of_[u.vreg] ? 1.0f : 0.6f;
    else
      cost = 0.1f; // a parameter
    break;
  }
  if (f_->vregs[u.vreg].remat) cost *= u.is_def ? 0 : 0.4f;
  return cost * u.frequency;
}

// No cut makes the piece smaller, and it must have a register.
bool LinearAllocator::is_minimal(const Piece& p) const {
  if (p.use_first == p.use_last || p.to - p.from > 2) return false;
  const auto uses = uses_.begin() + webs_[p.web].use_first;
  Position reach = uses[p.use_first].to;
  bool needs = false;
  for (u32 k = p.use_first; k < p.use_last; ++k) {
    if (uses[k].from >= reach) return false;
    reach = std::max(reach, uses[k].to);
    needs |= uses[k].kind == UseKind::Register;
  }
  return needs && uses[p.use_first].from == p.from && reach == p.to;
}

void LinearAllocator::enqueue(PieceId id) {
  const Piece& p = pieces_[id];
  const bool global = live_.block_of(p.from) != live_.block_of(p.to - 1);
  const u64 priority = global ? (u64{1} << 40) + (p.to - p.from) : (u64{1} << 33) - p.from;
  queue_.push_back({priority, ~id});
  std::push_heap(queue_.begin(), queue_.end());
}

bool LinearAllocator::is_parameter(const UsePoint& u) {
  return u.is_def && u.kind == UseKind::Gap && u.fixed == no_register && u.partner == no_id && u.from % 2 == 0;
}

// An edge that needs no register for a value in its web's slot.
bool LinearAllocator::is_free_edge(const UsePoint& u, WebId id) const {
  return u.kind == UseKind::Edge && web_of_[u.partner] == id && !f_->vregs[u.vreg].remat;
}

// Is the use's value live at `p`, which is behind it?
bool LinearAllocator::lives_at(const UsePoint& u, Position p) const {
  const auto ranges = live_.ranges_of(u.vreg);
  const auto r = std::partition_point(ranges.begin(), ranges.end(), [&](const LiveRange& x) { return x.to <= p; });
  return r != ranges.end();
}

// A piece of the web over the window, made smaller to its uses if `trim`; no_id if memory is as good.
PieceId LinearAllocator::make_piece(WebId id, Position from, Position to, Stage stage, Trim trim) {
  Web& w = webs_[id];
  const auto uses = uses_.begin() + w.use_first;
  const auto first_use = std::partition_point(uses, uses + w.use_count, [&](const UsePoint& u) { return u.from < from; });
  auto last_use = first_use;
  for (; last_use != uses + w.use_count && last_use->from < to; ++last_use) {}
  while (last_use != first_use && (last_use - 1)->to > to) --last_use;
  auto begin_use = first_use;
  // An edge to the web's own slot costs nothing from the slot; nor does a parameter that arrives there and has to
  // be there later.
  if (trim & TrimRight) {
    while (begin_use != last_use && is_free_edge(*(last_use - 1), id)) --last_use;
    Position end = 0;
    for (auto u = begin_use; u != last_use; ++u) end = std::max(end, u->to);
    to = std::min(to, end);
  }
  if (trim & TrimLeft) {
    if (begin_use != last_use && is_parameter(*begin_use) && lives_at(*begin_use, to)) ++begin_use;
    // A value that is already there arrives by a move, and moves stand before early points. So what a gap reads
    // first is read from memory.
    while (begin_use != last_use && begin_use->from % 2 && !begin_use->is_def) ++begin_use;
    if (begin_use != last_use) from = begin_use->from;
  }
  if (trim && (begin_use == last_use || from >= to)) return no_id;
  Piece p;
  p.web = id, p.from = from, p.to = to, p.stage = stage;
  const auto ranges = ranges_.begin() + w.range_first;
  auto r = std::partition_point(ranges, ranges + w.range_count, [&](const LiveRange& x) { return x.to <= from; });
  p.range_first = u32(r - ranges);
  auto last = std::partition_point(r, ranges + w.range_count, [&](const LiveRange& x) { return x.from < to; });
  p.range_last = u32(last - ranges);
  if (p.range_first == p.range_last) return no_id;
  p.use_first = u32(begin_use - uses), p.use_last = u32(last_use - uses);
  bool needs = false;
  for (auto u = begin_use; u != last_use; ++u) {
    p.cost += cost_of(*u);
    needs |= u->kind == UseKind::Register;
  }
  if (trim == TrimBoth && !needs) {
    const float entry = begin_use->is_def ? 0 : live_.frequency[live_.block_of(from)];
    if (p.cost <= entry) return no_id;
  }
  u32 length = 0;
  for_ranges(p, [&](Position a, Position b) { length += b - a; });
  p.weight = p.cost / (float(length) / 2 + 25);
  if (is_minimal(p)) p.weight = infinite;
  const PieceId made = PieceId(pieces_.size());
  p.next = w.pieces;
  w.pieces = made;
  ++w.piece_count;
  pieces_.push_back(p);
  enqueue(made);
  return made;
}

// The parts in deeper loops than the piece's own depth, each by itself, and what is between them. A loop that does
// not use the value leaves it in memory.
bool LinearAllocator::split_by_loops(const Piece& piece) {
  struct Run {
    Position from, to;
    bool inner;
    bool used;
  };
  const Piece p = piece;
  u32 shallow = ~0u, deep = 0;
  auto for_blocks = [&](auto&& f) {
    for_ranges(p, [&](Position from, Position to) {
      for (u32 b = live_.block_of(from); b <= live_.block_of(to - 1); ++b) f(b, from, to);
    });
  };
  for_blocks([&](u32 b, Position, Position) {
    shallow = std::min(shallow, f_->blocks[b].loop_depth);
    deep = std::max(deep, f_->blocks[b].loop_depth);
  });
  if (shallow == deep) return false;
  std::vector<Run> runs;
  for_blocks([&](u32 b, Position from, Position to) {
    const bool inner = f_->blocks[b].loop_depth > shallow;
    from = std::max(from, live_.block_start[b]);
    to = std::min(to, live_.block_end[b]);
    if (!runs.empty() && runs.back().inner == inner)
      runs.back().to = to;
    else
      runs.push_back({from, to, inner, false});
  });
  const Web& w = webs_[p.web];
  size_t at = 0;
  for (u32 k = p.use_first; k < p.use_last; ++k) {
    const UsePoint& u = uses_[w.use_first + k];
    while (at < runs.size() && runs[at].to <= u.from) ++at;
    if (at < runs.size() && runs[at].from <= u.from) runs[at].used = true;
  }
  for (size_t k = 0; k < runs.size(); ++k) {
    const Run& r = runs[k];
    if (!r.used) continue;
    if (r.inner) {
      make_piece(p.web, r.from, r.to, Stage::Loops, TrimNone);
      continue;
    }
    // Up to a neighbouring loop that has it in a register, else from and to the uses.
    const bool left = k > 0 && runs[k - 1].used, right = k + 1 < runs.size() && runs[k + 1].used;
    make_piece(p.web, r.from, r.to, Stage::Loops, Trim((left ? 0 : TrimLeft) | (right ? 0 : TrimRight)));
  }
  return true;
}

bool LinearAllocator::split_by_calls(const Piece& piece) {
  const Piece p = piece;
  const RegisterMask able = file_->allocatable[size_t(webs_[p.web].rc)];
  scratch_.clear();
  for_ranges(p, [&](Position from, Position to) {
    auto c = std::lower_bound(live_.clobbers.begin(), live_.clobbers.end(), from,
                              [](const Clobber& x, Position at) { return x.at < at; });
    for (; c != live_.clobbers.end() && c->at + 2 <= to; ++c)
      if (c->mask & able) scratch_.push_back(c->at);
  });
  if (scratch_.empty()) return false;
  Position from = p.from;
  const Stage next = Stage::Blocks;
  const auto cut = scratch_;
  u32 use = p.use_first;
  for (Position c : cut) {
    const Web& w = webs_[p.web];
    while (use < p.use_last && uses_[w.use_first + use].from < c) ++use;
    bool late = false;
    for (u32 k = use; k < p.use_last && uses_[w.use_first + k].from == c; ++k)
      late |= uses_[w.use_first + k].to == c + 2;
    const Position end = late ? c : c + 1;
    if (from < end) make_piece(p.web, from, end, next, TrimBoth);
    if (late) make_piece(p.web, c, c + 2, Stage::Uses, TrimBoth);
    from = c + 2;
  }
  if (from < p.to) make_piece(p.web, from, p.to, next, TrimBoth);
  return true;
}

bool LinearAllocator::split_by_blocks(const Piece& piece) {
  const Piece p = piece;
  const u32 first = live_.block_of(p.from), last = live_.block_of(p.to - 1);
  if (first == last) return false;
  const Web& w = webs_[p.web];
  // Only blocks with uses.
  u32 k = p.use_first;
  while (k < p.use_last) {
    const u32 b = live_.block_of(uses_[w.use_first + k].from);
    u32 end = k;
    while (end < p.use_last && live_.block_of(uses_[w.use_first + end].from) == b) ++end;
    make_piece(p.web, std::max(p.from, live_.block_start[b]), std::min(p.to, live_.block_end[b]), Stage::Uses, TrimBoth);
    k = end;
  }
  return true;
}

// In two at the largest distance between uses; in halves when there are many.
bool LinearAllocator::split_by_uses(const Piece& piece) {
  const Piece p = piece;
  const auto uses = uses_.begin() + webs_[p.web].use_first;
  u32 best = p.use_last;
  Position best_gap = 0;
  Position reach = uses[p.use_first].to; // overlapping operands of one instruction stay together
  const u32 count = p.use_last - p.use_first;
  for (u32 k = p.use_first + 1; k < p.use_last; ++k) {
    if (uses[k].from >= reach) {
      Position gap = uses[k].from - reach + 1;
      if (count > 32) {
        const u32 middle = p.use_first + count / 2;
        gap = count - (k > middle ? k - middle : middle - k);
      }
      if (gap > best_gap) best_gap = gap, best = k;
    }
    reach = std::max(reach, uses[k].to);
  }
  if (best == p.use_last) {
    // One place only: down to what it takes.
    const Position from = uses[p.use_first].from;
    if (reach - from >= p.to - p.from) return false;
    make_piece(p.web, p.from, p.to, Stage::Uses, TrimBoth);
    return true;
  }
  const Position cut = uses[best].from;
  make_piece(p.web, p.from, cut, Stage::Uses, TrimBoth);
  make_piece(p.web, cut, p.to, Stage::Uses, TrimBoth);
  return true;
}

bool LinearAllocator::split(PieceId id) {
  Piece& p = pieces_[id];
  p.dropped = true;
  if (p.use_first == p.use_last) return true; // lives in memory
  switch (p.stage) {
  case Stage::Loops:
    if (split_by_loops(pieces_[id])) return true;
    [[fallthrough]];
  case Stage::Calls:
    if (split_by_calls(pieces_[id])) return true;
    [[fallthrough]];
  case Stage::Blocks:
    if (split_by_blocks(pieces_[id])) return true;
    [[fallthrough]];
  case Stage::Uses: break;
  }
  if (is_minimal(pieces_[id])) return false;
  if (split_by_uses(pieces_[id])) return true;
  // What is left needs no register.
  const Web& w = webs_[pieces_[id].web];
  for (u32 k = pieces_[id].use_first; k < pieces_[id].use_last; ++k)
    if (uses_[w.use_first + k].kind == UseKind::Register) return false;
  return true;
}

} // namespace lathe::codegen
