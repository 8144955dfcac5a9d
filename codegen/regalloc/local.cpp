// Walking backwards, a value gets its register at its last use and keeps it up to its definition, so no use lists
// are needed. What must leave a register on the way (a clobber, a fixed operand, pressure) is "displaced": it is
// reloaded behind that instruction and lives in its home above it. Edits are collected back to front and turned
// round once.

#include "codegen/regalloc/local.h"
#include "codegen/regalloc/moves.h"

#include <algorithm>
#include <bit>

namespace lathe::codegen {

namespace {

constexpr PhysicalRegister no_register = 0xff;
constexpr RegisterMask bit(PhysicalRegister r) { return RegisterMask{1} << r; }

enum ValueFlag : u8 {
  HasHome = 1, // must be stored behind its definition
};

class LocalAllocator {
public:
  void run(MachineFunction& f, const RegisterFile& file, bool everything, Allocation& out);

private:
  void find_cross_block_values();
  void block(const MachineBlock&);
  void edge_moves(const MachineEdge&, u32 position);
  void instruction(InstructionIndex i);
  void gather_masks(std::span<const RegisterOperand>, RegisterMask clobbers);
  void definitions(InstructionIndex i, std::span<const RegisterOperand>, Location*);
  void definition(InstructionIndex i, const RegisterOperand&, u32 place, std::span<const RegisterOperand>,
                  Location*);
  void fixed_uses(std::span<const RegisterOperand>, Location*);
  void tied_uses(std::span<const RegisterOperand>, Location*);
  void other_uses(InstructionIndex i, std::span<const RegisterOperand>, Location*);
  Location use_of(const RegisterOperand&, PhysicalRegister preferred);
  void finish_edits(InstructionIndex i);
  void flush_registers(u32 position);

  void displace(PhysicalRegister r);
  PhysicalRegister pick(RegisterClass rc, RegisterMask allowed, PhysicalRegister preferred) const;
  PhysicalRegister pick_or_displace(VirtualRegister v, RegisterMask allowed, PhysicalRegister preferred);
  void hold(VirtualRegister v, PhysicalRegister r) { where_[v] = r, holder_[r] = v, taken_ |= bit(r); }
  void release(VirtualRegister v) {
    const PhysicalRegister r = where_[v];
    if (r == no_register) return;
    where_[v] = no_register;
    taken_ &= ~bit(r);
  }
  FrameSlotId home(VirtualRegister v);
  Location home_of(VirtualRegister v) { return Location::in_slot(home(v)); }
  const VirtualRegisterInfo& info(VirtualRegister v) const { return f_->vregs[v]; }
  RegisterMask allocatable(VirtualRegister v) const { return file_->allocatable[size_t(info(v).rc)]; }
  bool has_home(VirtualRegister v) const { return flags_[v] & HasHome; }
  ParallelMove move(VirtualRegister v, Location from, Location to) const {
    return {from, to, info(v).rc, info(v).spill_size, info(v).spill_size, v};
  }
  ParallelMove load(VirtualRegister v, PhysicalRegister to);

  MachineFunction* f_ = nullptr;
  const RegisterFile* file_ = nullptr;
  Allocation* out_ = nullptr;
  bool everything_ = false;
  MoveResolver resolver_;
  std::vector<u8> flags_;
  std::vector<FrameSlotId> home_;
  std::vector<PhysicalRegister> where_;
  VirtualRegister holder_[64];
  RegisterMask taken_ = 0;
  std::vector<Edit> backwards_, chunk_;
  InstructionIndex terminators_ = 0; // first of the current block's group

  // Of the instruction at hand.
  RegisterMask fixed_uses_ = 0, fixed_late_uses_ = 0, fixed_defs_ = 0, clobbers_ = 0;
  RegisterMask defined_ = 0;  // registers that definitions take
  RegisterMask blocked_ = 0;  // not for uses: early and tied definitions, fixed copies
  RegisterMask used_ = 0;     // registers that uses take: not to be displaced
  std::vector<ParallelMove> before_, after_;
  std::vector<PhysicalRegister> displaced_;
  std::vector<VirtualRegister> displaced_values_;
};

ParallelMove LocalAllocator::load(VirtualRegister v, PhysicalRegister to) {
  if (info(v).remat) return move(v, {}, Location::in_register(to));
  flags_[v] |= HasHome;
  ++out_->reloads;
  return move(v, home_of(v), Location::in_register(to));
}

FrameSlotId LocalAllocator::home(VirtualRegister v) {
  if (home_[v] == no_id) {
    FrameSlot slot;
    slot.kind = SlotKind::Spill;
    // Parameters and arguments of one edge may differ in how much of a word matters.
    slot.size = info(v).spill_size <= 8 ? 8 : info(v).spill_size;
    slot.align = u32(slot.size);
    home_[v] = FrameSlotId(f_->slots.size());
    f_->slots.push_back(slot);
    ++out_->spilled_values;
  }
  return home_[v];
}

void LocalAllocator::find_cross_block_values() {
  if (everything_) {
    flags_.assign(f_->vregs.size(), HasHome);
    return;
  }
  flags_.assign(f_->vregs.size(), 0);
  for (const MachineBlock& b : f_->blocks) {
    auto use = [&](VirtualRegister v) {
      const InstructionIndex d = info(v).definition;
      if (d < b.begin || d >= b.end) flags_[v] = HasHome;
    };
    for (InstructionIndex i = b.begin; i < b.end; ++i)
      for (const RegisterOperand& o : f_->registers_of(f_->instructions[i]))
        if (o.access == Access::Use) use(o.vreg);
    for (const MachineEdge& e : f_->edges_of(b))
      for (VirtualRegister v : f_->arguments_of(e)) {
        use(v);
        if (b.edge_count > 1) flags_[v] = HasHome;
      }
    for (VirtualRegister v : f_->parameters_of(b)) flags_[v] = HasHome;
  }
}

PhysicalRegister LocalAllocator::pick(RegisterClass rc, RegisterMask allowed, PhysicalRegister preferred) const {
  if (preferred < 64 && (allowed & bit(preferred))) return preferred;
  if (!allowed) return no_register;
  for (PhysicalRegister r : file_->order[size_t(rc)])
    if (allowed & bit(r)) return r;
  return no_register;
}

// Gives up the register's value: it is reloaded behind the instruction at hand.
void LocalAllocator::displace(PhysicalRegister r) {
  const VirtualRegister w = holder_[r];
  displaced_.push_back(r);
  displaced_values_.push_back(w);
  release(w);
}

PhysicalRegister LocalAllocator::pick_or_displace(VirtualRegister v, RegisterMask allowed,
                                                  PhysicalRegister preferred) {
  const RegisterClass rc = info(v).rc;
  if (preferred == no_register) preferred = info(v).hint;
  PhysicalRegister r = pick(rc, allowed & ~taken_ & ~used_, preferred);
  if (r != no_register) return r;
  r = pick(rc, allowed & ~used_, no_register);
  lathe_check(r != no_register, "an instruction needs more registers than there are");
  displace(r);
  return r;
}

void LocalAllocator::gather_masks(std::span<const RegisterOperand> registers, RegisterMask clobbers) {
  fixed_uses_ = fixed_late_uses_ = fixed_defs_ = defined_ = blocked_ = used_ = 0;
  clobbers_ = clobbers;
  for (const RegisterOperand& o : registers) {
    if (o.constraint != Constraint::Fixed) continue;
    if (o.access == Access::Def)
      fixed_defs_ |= bit(o.fixed);
    else {
      fixed_uses_ |= bit(o.fixed);
      if (o.point == Point::Late) fixed_late_uses_ |= bit(o.fixed);
    }
  }
}

void LocalAllocator::definition(InstructionIndex, const RegisterOperand& o, u32 place,
                                std::span<const RegisterOperand> registers, Location* at) {
  const VirtualRegister v = o.vreg;
  const PhysicalRegister current = where_[v];
  const RegisterMask able = allocatable(v);
  Location& l = at[place];
  auto choose = [&](RegisterMask avoid) {
    avoid |= defined_ | fixed_defs_ | fixed_late_uses_;
    if (current != no_register && !(avoid & bit(current))) return current;
    const RegisterMask saved = used_;
    used_ |= defined_;
    const PhysicalRegister r = pick_or_displace(v, able & ~avoid & ~clobbers_, no_register);
    used_ = saved;
    return r;
  };
  switch (o.constraint) {
  case Constraint::Fixed:
    l = Location::in_register(o.fixed);
    if (o.point == Point::Early) blocked_ |= bit(o.fixed);
    break;
  case Constraint::Reuse: {
    const RegisterOperand& tied = registers[o.fixed];
    if (tied.constraint == Constraint::Fixed)
      l = Location::in_register(tied.fixed);
    else
      l = Location::in_register(choose(fixed_uses_));
    blocked_ |= bit(l.reg);
    break;
  }
  case Constraint::Stack: l = home_of(v); break;
  case Constraint::Any:
    if (current == no_register && has_home(v)) {
      l = home_of(v);
      break;
    }
    [[fallthrough]];
  case Constraint::Register:
    l = Location::in_register(choose(o.point == Point::Early ? fixed_uses_ | clobbers_ : 0));
    if (o.point == Point::Early) blocked_ |= bit(l.reg);
    break;
  }
  if (l.is_register()) {
    defined_ |= bit(l.reg);
    if (current != no_register && current != l.reg)
      after_.push_back(move(v, l, Location::in_register(current)));
    if (has_home(v) && !info(v).remat) after_.push_back(move(v, l, home_of(v)));
  }
}

void LocalAllocator::definitions(InstructionIndex i, std::span<const RegisterOperand> registers, Location* at) {
  auto is_defined_here = [&](VirtualRegister w) { return info(w).definition == i; };
  for (RegisterMask m = (clobbers_ | fixed_defs_) & taken_; m; m &= m - 1) {
    const PhysicalRegister r = PhysicalRegister(std::countr_zero(m));
    if (!is_defined_here(holder_[r])) displace(r);
  }
  // What is defined here must not be displaced by another definition's choice.
  for (const RegisterOperand& o : registers)
    if (o.access == Access::Def && where_[o.vreg] != no_register) used_ |= bit(where_[o.vreg]);
  for (u32 k = 0; k < registers.size(); ++k)
    if (registers[k].access == Access::Def) definition(i, registers[k], k, registers, at);
  for (const RegisterOperand& o : registers)
    if (o.access == Access::Def) release(o.vreg);
  used_ = 0;
}

void LocalAllocator::fixed_uses(std::span<const RegisterOperand> registers, Location* at) {
  if (!fixed_uses_) return;
  for (u32 k = 0; k < registers.size(); ++k) {
    const RegisterOperand& o = registers[k];
    if (o.access != Access::Use || o.constraint != Constraint::Fixed) continue;
    const PhysicalRegister f = o.fixed;
    at[k] = Location::in_register(f);
    if (blocked_ & used_ & bit(f)) continue; // named twice
    if ((taken_ & bit(f)) && holder_[f] != o.vreg) displace(f);
    if (where_[o.vreg] == no_register && (allocatable(o.vreg) & bit(f)) && !everything_) hold(o.vreg, f);
    if (where_[o.vreg] != f) {
      before_.push_back(move(o.vreg, {}, at[k])); // its source is known when all uses have their place
      blocked_ |= bit(f);
    }
    used_ |= bit(f);
  }
}

void LocalAllocator::tied_uses(std::span<const RegisterOperand> registers, Location* at) {
  for (u32 k = 0; k < registers.size(); ++k) {
    const RegisterOperand& o = registers[k];
    if (o.access != Access::Def || o.constraint != Constraint::Reuse) continue;
    const RegisterOperand& tied = registers[o.fixed];
    if (tied.constraint == Constraint::Fixed) continue;
    at[o.fixed] = at[k];
    if (where_[tied.vreg] == no_register && !everything_)
      hold(tied.vreg, at[k].reg);
    else
      before_.push_back(move(tied.vreg, {}, at[k]));
    used_ |= bit(at[k].reg);
  }
}

Location LocalAllocator::use_of(const RegisterOperand& o, PhysicalRegister preferred) {
  const VirtualRegister v = o.vreg;
  if (o.constraint == Constraint::Stack) return home_of(v);
  RegisterMask allowed = allocatable(v) & ~blocked_;
  if (o.point == Point::Late) allowed &= ~(defined_ | clobbers_ | fixed_defs_);
  PhysicalRegister r = where_[v];
  // The register of a tied definition serves the value's other early uses too.
  if (r != no_register && o.point == Point::Early && (used_ & bit(r)) && holder_[r] == v)
    return Location::in_register(r);
  if (r != no_register && (allowed & bit(r))) {
    used_ |= bit(r);
    return Location::in_register(r);
  }
  if (o.constraint == Constraint::Any) {
    if (has_home(v) && !info(v).remat) return home_of(v);
    if (!(allowed & ~taken_ & ~used_)) {
      flags_[v] |= HasHome;
      if (!info(v).remat) return home_of(v);
    }
  }
  if (r == no_register) {
    r = pick_or_displace(v, allowed, preferred);
    hold(v, r);
  } else {
    r = pick_or_displace(v, allowed, no_register);
    before_.push_back(move(v, {}, Location::in_register(r)));
    blocked_ |= bit(r);
  }
  used_ |= bit(r);
  return Location::in_register(r);
}

void LocalAllocator::other_uses(InstructionIndex i, std::span<const RegisterOperand> registers, Location* at) {
  auto is_other = [&](const RegisterOperand& o) {
    return o.access == Access::Use && o.constraint != Constraint::Fixed;
  };
  // Those that have a register first, so that nobody displaces them.
  bool more = false;
  for (u32 k = 0; k < registers.size(); ++k) {
    const RegisterOperand& o = registers[k];
    if (!is_other(o) || at[k].kind != Location::Kind::None) continue;
    if (where_[o.vreg] != no_register)
      at[k] = use_of(o, no_register);
    else
      more = true;
  }
  if (!more) return;
  PhysicalRegister preferred = no_register;
  if ((f_->instructions[i].flags & MachineCopy) && at[0].is_register()) preferred = at[0].reg;
  for (u32 k = 0; k < registers.size(); ++k)
    if (is_other(registers[k]) && at[k].kind == Location::Kind::None) at[k] = use_of(registers[k], preferred);
}

// Edits of one instruction, from behind it to before it, onto the backward list.
void LocalAllocator::finish_edits(InstructionIndex i) {
  const bool in_group = i >= terminators_;
  if (!displaced_.empty() || !after_.empty())
    lathe_check(!in_group, "a terminator's operands need a move behind it");
  for (u32 k = 0; k < displaced_.size(); ++k)
    backwards_.push_back(MoveResolver::plain(2 * i + 1, load(displaced_values_[k], displaced_[k])));
  if (!after_.empty()) {
    RegisterMask busy = defined_ | taken_;
    for (PhysicalRegister r : displaced_) busy |= bit(r);
    out_->edits.clear();
    resolver_.resolve(2 * i + 1, after_, ~busy);
    for (size_t k = out_->edits.size(); k-- > 0;) backwards_.push_back(out_->edits[k]);
  }
  const u32 position = 2 * (in_group ? terminators_ : i);
  for (size_t k = before_.size(); k-- > 0;) {
    ParallelMove& m = before_[k];
    if (where_[m.vreg] != no_register)
      m.from = Location::in_register(where_[m.vreg]);
    else
      m = load(m.vreg, m.to.reg);
    if (!(m.from == m.to)) backwards_.push_back(MoveResolver::plain(position, m));
  }
  out_->moves += u32(before_.size() + after_.size());
  before_.clear();
  after_.clear();
  displaced_.clear();
  displaced_values_.clear();
}

void LocalAllocator::flush_registers(u32 position) {
  for (RegisterMask m = taken_; m; m &= m - 1) {
    const PhysicalRegister r = PhysicalRegister(std::countr_zero(m));
    const VirtualRegister v = holder_[r];
    backwards_.push_back(MoveResolver::plain(position, load(v, r)));
    where_[v] = no_register;
  }
  taken_ = 0;
}

void LocalAllocator::instruction(InstructionIndex i) {
  const MachineInstruction& m = f_->instructions[i];
  const RegisterMask clobbers = f_->clobber_masks[m.clobbers];
  if (m.register_count == 0 && !(clobbers & taken_)) return;
  const auto registers = f_->registers_of(m);
  Location* at = out_->locations.data() + m.first_register;
  gather_masks(registers, clobbers);
  definitions(i, registers, at);
  fixed_uses(registers, at);
  tied_uses(registers, at);
  other_uses(i, registers, at);
  finish_edits(i);
  if (everything_ && i <= terminators_) flush_registers(2 * i);
}

// The moves of one edge; in a block with one successor they stand before its terminators, else the successor has
// only this predecessor and they stand at its start.
void LocalAllocator::edge_moves(const MachineEdge& e, u32 position) {
  const auto parameters = f_->parameters_of(f_->blocks[e.block]);
  const auto arguments = f_->arguments_of(e);
  for (u32 k = 0; k < parameters.size(); ++k) {
    const VirtualRegister a = arguments[k], p = parameters[k];
    Location from;
    if (where_[a] == no_register && !has_home(a)) {
      // One register of the class is left to carry slots to slots.
      const RegisterMask able = allocatable(a) & ~taken_;
      if (able & (able - 1)) hold(a, pick(info(a).rc, able, info(a).hint));
    }
    if (where_[a] != no_register)
      from = Location::in_register(where_[a]);
    else if (!info(a).remat) {
      flags_[a] |= HasHome;
      from = home_of(a);
    }
    ParallelMove m = move(a, from, home_of(p));
    m.size = info(p).spill_size;
    after_.push_back(m);
  }
  if (after_.empty()) return;
  out_->edits.clear();
  resolver_.resolve(position, after_, ~taken_);
  for (size_t k = out_->edits.size(); k-- > 0;) backwards_.push_back(out_->edits[k]);
  out_->moves += u32(after_.size());
  after_.clear();
}

void LocalAllocator::block(const MachineBlock& b) {
  terminators_ = first_terminator(*f_, b);
  InstructionIndex i = b.end;
  while (i > terminators_) instruction(--i);
  if (b.edge_count == 1) edge_moves(f_->edges_of(b)[0], edge_position(*f_, b));
  while (i > b.begin) instruction(--i);
  flush_registers(2 * b.begin);
  if (b.parameter_count && b.predecessor_count == 1) {
    const MachineBlock& p = f_->blocks[f_->predecessors_of(b)[0]];
    if (p.edge_count > 1)
      for (const MachineEdge& e : f_->edges_of(p))
        if (&f_->blocks[e.block] == &b) {
          edge_moves(e, 2 * b.begin);
          break;
        }
  }
}

void LocalAllocator::run(MachineFunction& f, const RegisterFile& file, bool everything, Allocation& out) {
  f_ = &f, file_ = &file, out_ = &out, everything_ = everything;
  resolver_.start(f, file, out);
  home_.assign(f.vregs.size(), no_id);
  where_.assign(f.vregs.size(), no_register);
  out.locations.assign(f.registers.size(), Location{});
  taken_ = 0;
  backwards_.clear();
  find_cross_block_values();
  for (size_t b = f.blocks.size(); b-- > 0;) block(f.blocks[b]);
  out.edits.assign(backwards_.rbegin(), backwards_.rend());
}

} // namespace

void allocate_local(MachineFunction& f, const RegisterFile& file, bool everything, Allocation& out) {
  static thread_local LocalAllocator allocator;
  allocator.run(f, file, everything, out);
}

} // namespace lathe::codegen
