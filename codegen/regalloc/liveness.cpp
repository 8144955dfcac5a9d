// Ranges are found value by value, walking from each use to the blocks before it until the definition (Boissinot
// et al., "Fast liveness checking for SSA-form programs", call it path exploration): the cost is the number of
// blocks a value is live in, and no set of values per block is kept.

#include "codegen/regalloc/liveness.h"

#include <algorithm>

namespace lathe::codegen {

void Liveness::number(const MachineFunction& f) {
  of_instruction.resize(f.instructions.size());
  const size_t blocks = f.blocks.size();
  block_start.resize(blocks), block_end.resize(blocks), edge_at.resize(blocks), frequency.resize(blocks);
  block_at.clear(), edit_at.clear();
  auto slot = [&](u32 block, u32 edit) {
    block_at.push_back(block);
    edit_at.push_back(edit);
    return Position(2 * (block_at.size() - 1));
  };
  bool flat = true, loops = false;
  for (u32 b = 0; b < blocks; ++b) {
    const MachineBlock& block = f.blocks[b];
    const InstructionIndex t = first_terminator(f, block);
    block_start[b] = slot(b, 2 * block.begin);
    for (InstructionIndex i = block.begin; i < t; ++i) of_instruction[i] = slot(b, 2 * i);
    edge_at[b] = slot(b, t < block.end ? 2 * t : 2 * block.end - 1);
    for (InstructionIndex i = t; i < block.end; ++i) of_instruction[i] = edge_at[b];
    block_end[b] = Position(2 * block_at.size());
    frequency[b] = std::max(block.frequency, 1e-6f);
    flat &= block.frequency == 1;
    loops |= block.loop_depth > 0;
  }
  end = Position(2 * block_at.size());
  if (!flat || !loops) return;
  for (u32 b = 0; b < blocks; ++b)
    for (u32 d = std::min(f.blocks[b].loop_depth, 6u); d > 0; --d) frequency[b] *= 8;
}

void Liveness::count_uses(const MachineFunction& f) {
  use_first.assign(f.vregs.size() + 1, 0);
  for (const RegisterOperand& o : f.registers) ++use_first[o.vreg + 1];
  for (const MachineBlock& b : f.blocks) {
    for (const MachineEdge& e : f.edges_of(b))
      for (VirtualRegister v : f.arguments_of(e)) ++use_first[v + 1];
    for (VirtualRegister v : f.parameters_of(b)) ++use_first[v + 1];
  }
  for (size_t v = 0; v < f.vregs.size(); ++v) use_first[v + 1] += use_first[v];
  uses.resize(use_first.back());
  fill_.assign(use_first.begin(), use_first.end() - 1);
}

// Operands of one instruction may come out of order by a point; all else comes in order.
void Liveness::add(const UsePoint& u) {
  u32 k = fill_[u.vreg]++;
  const u32 first = use_first[u.vreg];
  while (k > first && (uses[k - 1].from > u.from || (uses[k - 1].from == u.from && u.is_def && !uses[k - 1].is_def))) {
    uses[k] = uses[k - 1];
    --k;
  }
  uses[k] = u;
}

void Liveness::collect_instruction(const MachineFunction& f, InstructionIndex i, float frequency_here) {
  const MachineInstruction& m = f.instructions[i];
  const Position p = of_instruction[i];
  if (m.clobbers) {
    if (!clobbers.empty() && clobbers.back().at == p)
      clobbers.back().mask |= f.clobber_masks[m.clobbers];
    else
      clobbers.push_back({p, f.clobber_masks[m.clobbers]});
  }
  const auto registers = f.registers_of(m);
  const bool copy = is_plain_copy(f, m);
  // Values tied to a definition: their early uses read its register.
  VirtualRegister tied[4], tied_def[4];
  u32 ties = 0;
  for (const RegisterOperand& o : registers)
    if (o.access == Access::Def && o.constraint == Constraint::Reuse && ties < 4 &&
        registers[o.fixed].constraint != Constraint::Fixed) {
      tied[ties] = registers[o.fixed].vreg;
      tied_def[ties++] = o.vreg;
    }
  for (u32 k = 0; k < registers.size(); ++k) {
    const RegisterOperand& o = registers[k];
    UsePoint u;
    u.vreg = o.vreg, u.frequency = frequency_here;
    u.is_def = o.access == Access::Def;
    if (u.is_def) {
      const PhysicalRegister r = fixed_register(o, registers);
      if (r != no_register) {
        u.kind = UseKind::Gap, u.fixed = r, u.from = p + 2, u.to = p + 3;
        // What a block's first instruction defines early may have come in there (from an asm goto, an exception): no
        // move at the block's start may use the register.
        const Position start = block_start[block_at[p / 2]];
        const Position early = start + 2 == p ? start : p;
        fixed.push_back({o.point == Point::Early ? early : p + 1, p + 2, r, o.vreg});
        defined_in[o.vreg] = r;
      } else if (copy) {
        u.kind = UseKind::Gap, u.from = p, u.to = p + 2, u.partner = registers[1].vreg;
      } else if (o.constraint == Constraint::Reuse) {
        u.kind = UseKind::Register, u.from = p, u.to = p + 2, u.partner = registers[o.fixed].vreg;
      } else {
        u.kind = o.constraint == Constraint::Register ? UseKind::Register : UseKind::Any;
        u.from = o.point == Point::Early ? p : p + 1, u.to = p + 2;
      }
      // A repeatable definition needs no register where nobody reads it.
      if (f.vregs[o.vreg].remat && u.kind == UseKind::Register) u.kind = UseKind::Gap;
      defined[o.vreg] = u.from;
      add(u);
      continue;
    }
    u.from = p, u.to = o.point == Point::Late ? p + 2 : p + 1;
    if (o.constraint == Constraint::Fixed) {
      u.kind = UseKind::Gap, u.fixed = o.fixed, u.late = o.point == Point::Late;
      fixed.push_back({p, u.to, o.fixed, o.vreg});
      u.from = p - 1, u.to = p;
    } else if (copy) {
      u.kind = UseKind::Gap, u.partner = registers[0].vreg, u.from = p - 1, u.to = p;
    } else {
      u.kind = o.constraint == Constraint::Register || f.vregs[o.vreg].remat ? UseKind::Register : UseKind::Any;
      if (o.point == Point::Early)
        for (u32 t = 0; t < ties; ++t)
          if (tied[t] == o.vreg && u.kind != UseKind::Gap)
            u.kind = UseKind::Gap, u.partner = tied_def[t], u.from = p - 1, u.to = p;
    }
    add(u);
  }
}

void Liveness::collect_edges(const MachineFunction& f, u32 b) {
  for (const MachineEdge& e : f.edges_of(f.blocks[b])) {
    const auto parameters = f.parameters_of(f.blocks[e.block]);
    const auto arguments = f.arguments_of(e);
    for (u32 k = 0; k < parameters.size(); ++k) {
      if (use_first[parameters[k] + 1] - use_first[parameters[k]] <= 1) continue; // nobody reads it
      UsePoint u;
      u.vreg = arguments[k], u.partner = parameters[k], u.kind = UseKind::Edge;
      u.frequency = std::min(frequency[b], frequency[e.block]);
      u.from = block_end[b] - 1, u.to = block_end[b];
      add(u);
    }
  }
}

void Liveness::collect_uses(const MachineFunction& f) {
  fixed.clear(), clobbers.clear();
  defined.assign(f.vregs.size(), 0);
  defined_in.assign(f.vregs.size(), no_register);
  for (u32 b = 0; b < f.blocks.size(); ++b) {
    const MachineBlock& block = f.blocks[b];
    for (VirtualRegister v : f.parameters_of(block)) {
      UsePoint u;
      u.vreg = v, u.kind = UseKind::Gap, u.is_def = true, u.frequency = frequency[b];
      u.from = block_start[b], u.to = block_start[b] + 1;
      defined[v] = u.from;
      add(u);
    }
    for (InstructionIndex i = block.begin; i < block.end; ++i) collect_instruction(f, i, frequency[b]);
    collect_edges(f, b);
  }
  // Parameters defined in a later block of the layout were counted and added out of order; so may be uses that
  // stand before their definition in the layout. Edges to unread parameters leave holes: close them.
  u32 to = 0;
  for (size_t v = 0; v < f.vregs.size(); ++v) {
    const u32 from = use_first[v];
    use_first[v] = to;
    for (u32 k = from; k < fill_[v]; ++k) uses[to++] = uses[k];
  }
  use_first[f.vregs.size()] = to;
  uses.resize(to);
}

void Liveness::build_ranges(const MachineFunction& f, VirtualRegister v) {
  const auto points = uses_of(v);
  range_first[v] = u32(ranges.size());
  if (points.empty()) return;
  const Position start = defined[v];
  const u32 home = block_of(start);
  const u32 epoch = v + 1;
  Position local = 0;
  bool elsewhere = false, used = false;
  list_.clear();
  for (const UsePoint& u : points) {
    if (u.is_def) {
      if (u.kind != UseKind::Gap || u.partner != no_id || f.vregs[v].remat) local = std::max(local, u.to), used = true;
      continue;
    }
    used = true;
    const u32 b = block_of(u.from);
    if (b == home) {
      local = std::max(local, u.to);
      continue;
    }
    elsewhere = true;
    if (seen_[b] != epoch) {
      seen_[b] = epoch;
      last_[b] = u.to;
      list_.push_back(b);
      work_.push_back(b);
    } else {
      last_[b] = std::max(last_[b], u.to);
    }
  }
  if (!used) return;
  if (!elsewhere) {
    if (local > start) ranges.push_back({start, local, v});
    return;
  }
  while (!work_.empty()) {
    const u32 b = work_.back();
    work_.pop_back();
    for (MachineBlockId p : f.predecessors_of(f.blocks[b])) {
      out_[p] = epoch;
      if (p == home || seen_[p] == epoch) continue;
      seen_[p] = epoch;
      last_[p] = 0;
      list_.push_back(p);
      work_.push_back(p);
    }
  }
  list_.push_back(home);
  if (!std::is_sorted(list_.begin(), list_.end())) std::sort(list_.begin(), list_.end());
  for (u32 b : list_) {
    LiveRange r{b == home ? start : block_start[b], b == home ? local : last_[b], v};
    if (out_[b] == epoch) r.to = block_end[b];
    if (b == home) r.to = std::max(r.to, start + 1); // only blocks that cannot be reached use it: any place will do
    if (r.to <= r.from) continue;
    // A definition begins a range even where another pass of the loop ends one.
    if (ranges.size() > range_first[v] && ranges.back().to == r.from && r.from != start)
      ranges.back().to = r.to;
    else
      ranges.push_back(r);
  }
}

void Liveness::build(const MachineFunction& f) {
  number(f);
  count_uses(f);
  collect_uses(f);
  ranges.clear();
  range_first.assign(f.vregs.size() + 1, 0);
  seen_.assign(f.blocks.size(), 0);
  out_.assign(f.blocks.size(), 0);
  last_.resize(f.blocks.size());
  for (VirtualRegister v = 0; v < f.vregs.size(); ++v) build_ranges(f, v);
  range_first[f.vregs.size()] = u32(ranges.size());
}

} // namespace lathe::codegen
