// From pieces to the answer: slots for what lives in memory, moves where a value changes its place, a location
// per operand. A value is stored once, behind its definition, or where it leaves its registers when that is
// cheaper; being in SSA form it never changes, so its slot stays right.

#include "codegen/regalloc/linear_allocator.h"

#include <algorithm>

namespace lathe::codegen {

void LinearAllocator::find_segments() {
  segments_.clear();
  for (Web& w : webs_) {
    w.segment_first = u32(segments_.size());
    if (!w.range_count || w.pieces == no_id) {
      w.segment_count = 0;
      continue;
    }
    const Piece& only = pieces_[w.pieces];
    w.whole = w.piece_count == 1 && only.reg != no_register;
    if (w.whole)
      segments_.push_back({only.from, only.to, only.reg});
    else
      shrink(WebId(&w - webs_.data()));
    w.segment_count = u32(segments_.size()) - w.segment_first;
    for (u32 k = 1; k < w.segment_count; ++k)
      lathe_check(segments_[w.segment_first + k - 1].to <= segments_[w.segment_first + k].from,
                  "two pieces of a web overlap");
  }
}

PhysicalRegister LinearAllocator::register_at(const Web& w, Position p) const {
  const Segment* first = segments_.data() + w.segment_first;
  if (w.whole) return first->reg;
  const Segment* last = first + w.segment_count;
  const Segment* s = std::partition_point(first, last, [&](const Segment& x) { return x.to <= p; });
  return s != last && s->from <= p ? s->reg : no_register;
}

Location LinearAllocator::memory(VirtualRegister v) {
  if (f_->vregs[v].remat) return {};
  return Location::in_slot(webs_[web_of_[v]].slot);
}

Location LinearAllocator::location(VirtualRegister v, Position p) {
  if (!live_.is_live(v)) return {};
  const PhysicalRegister r = register_at(webs_[web_of_[v]], p);
  return r != no_register ? Location::in_register(r) : memory(v);
}

// Where the gap before `p` finds the value.
Location LinearAllocator::location_before(VirtualRegister v, Position p) {
  if (live_.defined_in[v] != no_register && live_.defined[v] == p) return Location::in_register(live_.defined_in[v]);
  return location(v, p - 1);
}

void LinearAllocator::find_slot_needs() {
  for (VirtualRegister v = 0; v < f_->vregs.size(); ++v) {
    if (!live_.is_live(v) || f_->vregs[v].remat) continue;
    Web& w = webs_[web_of_[v]];
    if (w.whole || w.needs_slot) continue;
    for (const LiveRange& r : live_.ranges_of(v)) {
      const Segment* first = segments_.data() + w.segment_first;
      const Segment* last = first + w.segment_count;
      const Segment* s = std::partition_point(first, last, [&](const Segment& x) { return x.to <= r.from; });
      Position covered = r.from;
      for (; s != last && s->from <= covered && covered < r.to; ++s) covered = s->to;
      if (covered < r.to) w.needs_slot = true;
    }
  }
}

// Slots are shared by webs whose extents do not meet.
void LinearAllocator::color_slots() {
  std::vector<WebId> order;
  for (WebId w = 0; w < webs_.size(); ++w)
    if (webs_[w].needs_slot) order.push_back(w);
  auto start = [&](WebId w) { return ranges_[webs_[w].range_first].from; };
  auto end = [&](WebId w) { return ranges_[webs_[w].range_first + webs_[w].range_count - 1].to; };
  std::stable_sort(order.begin(), order.end(), [&](WebId a, WebId b) { return start(a) < start(b); });
  using Free = std::pair<Position, FrameSlotId>;
  std::vector<Free> heaps[2][3]; // by size, by class: a min-heap of ends
  for (WebId id : order) {
    Web& w = webs_[id];
    const u32 size = w.spill_size <= 8 ? 8 : 16;
    auto& heap = heaps[size == 16][size_t(w.rc)];
    if (!heap.empty() && heap.front().first <= start(id)) {
      std::pop_heap(heap.begin(), heap.end(), std::greater<>());
      w.slot = heap.back().second;
      heap.pop_back();
    } else {
      FrameSlot slot;
      slot.kind = SlotKind::Spill;
      slot.size = slot.align = size;
      w.slot = FrameSlotId(f_->slots.size());
      f_->slots.push_back(slot);
    }
    heap.push_back({end(id), w.slot});
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
    ++out_->spilled_values;
  }
}

// Slots hold as many bytes as the widest value of their web.
void LinearAllocator::add_move(Position gap, u8 order, VirtualRegister v, VirtualRegister result, Location from,
                               Location to) {
  if (from == to) return;
  const Web& w = webs_[web_of_[v]];
  moves_.push_back({u64(gap) << 2 | order, {from, to, w.rc, webs_[web_of_[result]].spill_size, w.spill_size, v}});
}

// Where one value changes its place, inside blocks and over edges.
void LinearAllocator::value_moves(VirtualRegister v) {
  const Web& w = webs_[web_of_[v]];
  if (w.whole || w.segment_count == 0) return;
  const auto ranges = live_.ranges_of(v);
  const VirtualRegisterInfo& info = f_->vregs[v];
  value_moves_.clear();
  float stores = 0;
  bool store_at_definition = false;
  auto change = [&](Position gap, u8 order, Location from, Location to, float frequency) {
    if (from == to) return;
    if (!to.is_register()) {
      if (info.remat || !from.is_register()) return;
      stores += frequency;
    }
    value_moves_.push_back({u64(gap) << 2 | order, {from, to, w.rc, w.spill_size, w.spill_size, v}});
  };
  for (const LiveRange& r : ranges) {
    auto boundary = [&](Position x) {
      if (x <= r.from || x >= r.to) return;
      const u32 b = live_.block_of(x);
      if (live_.block_start[b] == x) return; // edges do that
      if (x % 2 == 0) {
        change(x, 0, location(v, x - 1), location(v, x), live_.frequency[b]);
      } else if (x - 1 <= r.from) {
        store_at_definition = true;
      } else if (register_at(w, x) == no_register) {
        change(x - 1, 0, location(v, x - 2), memory(v), live_.frequency[b]);
      }
    };
    const Segment* first = segments_.data() + w.segment_first;
    const Segment* last = first + w.segment_count;
    const Segment* s = std::partition_point(first, last, [&](const Segment& x) { return x.to <= r.from; });
    for (; s != last && s->from < r.to; ++s) {
      boundary(s->from);
      if (s + 1 == last || (s + 1)->from != s->to) boundary(s->to);
    }
    for (u32 b = live_.block_of(r.from); b <= live_.block_of(r.to - 1); ++b) {
      const Position start = live_.block_start[b];
      if (start < r.from || start == live_.defined[v]) continue;
      const Location to = location(v, start);
      for (MachineBlockId p : f_->predecessors_of(f_->blocks[b])) {
        const bool at_end = f_->blocks[p].edge_count == 1;
        change(at_end ? live_.edge_at[p] : start, at_end ? 2 : 0, location(v, live_.block_end[p] - 1), to,
               std::min(live_.frequency[p], live_.frequency[b]));
      }
    }
  }
  const Position defined = live_.defined[v];
  const float definition_cost = live_.frequency[live_.block_of(defined)];
  const Location at_definition = location(v, defined);
  store_at_definition |= at_definition.is_slot() || (stores > 0 && definition_cost <= stores);
  if (info.remat) store_at_definition = false;
  for (const PendingMove& m : value_moves_)
    if (!store_at_definition || m.move.to.is_register()) moves_.push_back(m);
  if (!store_at_definition) return;
  stored_at_definition_[v] = 1;
  if (at_definition.is_slot()) return;
  const auto points = live_.uses_of(v);
  const auto def = std::find_if(points.begin(), points.end(), [](const UsePoint& u) { return u.is_def; });
  if (def->kind == UseKind::Gap) {
    add_move(defined, 1, v, v, at_definition, memory(v));
    return;
  }
  const Position late = defined | 1;
  lathe_check(live_.block_of(late + 1) == live_.block_of(late), "a terminator defines a value that is spilled");
  add_move(late + 1, 0, v, v, location(v, late), memory(v));
}

void LinearAllocator::instruction_moves(InstructionIndex i) {
  const MachineInstruction& m = f_->instructions[i];
  const auto registers = f_->registers_of(m);
  const Position p = live_.early(i);
  if (is_plain_copy(*f_, m)) {
    add_move(p, 0, registers[1].vreg, registers[0].vreg, location_before(registers[1].vreg, p),
             location(registers[0].vreg, p));
    return;
  }
  for (const RegisterOperand& o : registers) {
    if (o.access == Access::Use) {
      if (o.constraint == Constraint::Fixed)
        add_move(p, 0, o.vreg, o.vreg, location_before(o.vreg, p), Location::in_register(o.fixed));
      continue;
    }
    const PhysicalRegister r = fixed_register(o, registers);
    if (r != no_register) {
      if (live_.is_live(o.vreg)) add_move(p + 2, 0, o.vreg, o.vreg, Location::in_register(r), location(o.vreg, p + 2));
    } else if (o.constraint == Constraint::Reuse) {
      const VirtualRegister tied = registers[o.fixed].vreg;
      add_move(p, 0, tied, o.vreg, location_before(tied, p), location(o.vreg, p));
    }
  }
}

void LinearAllocator::edge_moves() {
  for (u32 p = 0; p < f_->blocks.size(); ++p)
    for (const MachineEdge& e : f_->edges_of(f_->blocks[p])) {
      const auto parameters = f_->parameters_of(f_->blocks[e.block]);
      const auto arguments = f_->arguments_of(e);
      const Position end = live_.block_end[p] - 1, start = live_.block_start[e.block];
      const bool at_end = f_->blocks[p].edge_count == 1;
      for (u32 k = 0; k < parameters.size(); ++k) {
        const VirtualRegister a = arguments[k], to = parameters[k];
        if (!live_.is_live(to)) continue;
        const Location target = location(to, start);
        if (target.is_slot() && stored_at_definition_[a] && web_of_[a] == web_of_[to]) continue;
        add_move(at_end ? live_.edge_at[p] : start, at_end ? 2 : 0, a, to, location(a, end), target);
      }
    }
}

void LinearAllocator::operand_locations() {
  auto& at = out_->locations;
  at.assign(f_->registers.size(), Location{});
  for (InstructionIndex i = 0; i < f_->instructions.size(); ++i) {
    const MachineInstruction& m = f_->instructions[i];
    const auto registers = f_->registers_of(m);
    const Position p = live_.early(i);
    Location* l = at.data() + m.first_register;
    if (is_plain_copy(*f_, m)) {
      l[0] = l[1] = location(registers[0].vreg, p);
      continue;
    }
    for (u32 k = 0; k < registers.size(); ++k) {
      const RegisterOperand& o = registers[k];
      if (o.access == Access::Use) {
        if (l[k].kind == Location::Kind::None)
          l[k] = o.constraint == Constraint::Fixed ? Location::in_register(o.fixed) : location(o.vreg, p);
        continue;
      }
      const PhysicalRegister r = fixed_register(o, registers);
      if (r != no_register) {
        l[k] = Location::in_register(r);
      } else if (o.constraint == Constraint::Reuse) {
        // The tied value's early uses read the definition's register.
        l[k] = location(o.vreg, p);
        for (u32 n = 0; n < registers.size(); ++n)
          if (registers[n].access == Access::Use && registers[n].vreg == registers[o.fixed].vreg &&
              (n == o.fixed || (registers[n].point == Point::Early && registers[n].constraint != Constraint::Fixed)))
            l[n] = l[k];
      } else {
        l[k] = location(o.vreg, o.point == Point::Early ? p : p + 1);
        if (l[k].kind == Location::Kind::None && f_->vregs[o.vreg].remat) out_->dead.push_back(i);
      }
    }
  }
}

void LinearAllocator::resolve_all() {
  std::stable_sort(moves_.begin(), moves_.end(),
                   [](const PendingMove& a, const PendingMove& b) { return a.key < b.key; });
  for (size_t k = 0; k < moves_.size();) {
    const u64 key = moves_[k].key;
    const Position gap = Position(key >> 2);
    group_.clear();
    for (; k < moves_.size() && moves_[k].key == key; ++k) {
      const ParallelMove& m = moves_[k].move;
      bool repeated = false;
      for (size_t n = group_.size(); n-- > 0 && n + 8 >= group_.size();)
        repeated |= group_[n].from == m.from && group_[n].to == m.to;
      if (!repeated) group_.push_back(m);
      out_->reloads += m.from.is_slot() && m.to.is_register();
    }
    RegisterMask busy = taken_.at(gap);
    const u32 order = key & 3;
    const bool at_start = live_.block_start[live_.block_of(gap)] == gap;
    if (order == 0 && !at_start && gap) busy |= taken_.at(gap - 1);
    if (order == 2) busy |= taken_.at(gap + 1);
    out_->moves += u32(group_.size());
    resolver_.resolve(live_.edit_position(gap), group_, ~busy);
  }
}

void LinearAllocator::rewrite() {
  find_segments();
  for (Web& w : webs_)
    if (w.rc == RegisterClass::StackOnly && w.range_count) w.needs_slot = true;
  find_slot_needs();
  color_slots();
  moves_.clear();
  stored_at_definition_.assign(f_->vregs.size(), 0);
  for (VirtualRegister v = 0; v < f_->vregs.size(); ++v) {
    if (!live_.is_live(v)) continue;
    const Web& w = webs_[web_of_[v]];
    if (w.segment_count == 0)
      stored_at_definition_[v] = !f_->vregs[v].remat; // its definition writes the slot
    else
      value_moves(v);
  }
  for (InstructionIndex i = 0; i < f_->instructions.size(); ++i)
    if (f_->instructions[i].register_count) instruction_moves(i);
  edge_moves();
  operand_locations();
  resolve_all();
}

} // namespace lathe::codegen
