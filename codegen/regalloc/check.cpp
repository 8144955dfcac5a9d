// The proof runs the allocated code on symbolic values: a state says which values each register and slot holds.
// Going over an edge, each parameter joins its argument; a meet keeps what holds on all ways in. When the states
// have settled, every use must find its value where its location says. That no two live values share a register
// follows: the second to be written would have taken the first one's place. A state forgets the values that are
// dead at its block's entry, or a function of many blocks would carry all of them along; to forget can only make
// the proof fail.

#include "codegen/regalloc/liveness.h"

#include <algorithm>
#include <set>
#include <string>

namespace lathe::codegen {

namespace {

constexpr RegisterMask bit(PhysicalRegister r) { return RegisterMask{1} << r; }

// A value in a place, and how much of it: 0 all of a register, 1 its low eight bytes, 2 its low four.
struct Held {
  VirtualRegister value;
  u8 narrow = 0;
  bool operator==(const Held&) const = default;
  bool operator<(const Held& o) const { return value != o.value ? value < o.value : narrow < o.narrow; }
};
u32 bytes_of(u8 narrow) { return 16u >> narrow; }
u8 narrow_to(u32 bytes) { return bytes >= 16 ? 0 : bytes >= 8 ? 1 : 2; }
struct Pair {
  u32 place;
  Held held;
  bool operator==(const Pair&) const = default;
  bool same(const Pair& o) const { return place == o.place && held.value == o.held.value; }
  bool operator<(const Pair& o) const { return place != o.place ? place < o.place : held < o.held; }
};

class Checker {
public:
  Checker(const MachineFunction& f, const RegisterFile& file, const Allocation& a, Diagnostics& d)
      : f_(f), file_(file), allocation_(a), diagnostics_(d) {}
  bool run();

private:
  void check_shape();
  void check_edit(const Edit&);
  void transfer(u32 block);
  void edge(u32 from, const MachineEdge&);
  void edits_at(u32 position);
  void apply(const Edit&);
  void instruction(InstructionIndex);
  void check_constraint(InstructionIndex, const RegisterOperand&, std::span<const RegisterOperand>,
                        const Location*, u32 place);
  void check_overlaps(InstructionIndex, std::span<const RegisterOperand>, const Location*, RegisterMask clobbers);

  u32 key(Location l) const { return l.is_register() ? l.reg : 64 + l.slot; }
  bool holds(Location l, VirtualRegister v) const {
    for (const Held& h : at_[key(l)])
      if (h.value == v && bytes_of(h.narrow) >= f_.vregs[v].spill_size) return true;
    return false;
  }
  void clear_place(u32 place);
  void forget(VirtualRegister v);
  void add(u32 place, VirtualRegister v, u8 narrow = 0);
  const Held* find(u32 place, VirtualRegister v) const {
    for (const Held& h : at_[place])
      if (h.value == v) return &h;
    return nullptr;
  }
  void load(const std::vector<Pair>&);
  std::vector<Pair> dump();
  bool is_live_into(u32 block, VirtualRegister v) const;
  void fail(InstructionIndex i, const std::string& what);
  void fail_edit(const Edit& e, const std::string& what) { fail(e.position / 2, "edit: " + what); }
  std::string name(Location l) const {
    return l.is_register() ? "register " + std::to_string(l.reg)
           : l.is_slot()   ? "slot " + std::to_string(l.slot)
                           : "no location";
  }

  const MachineFunction& f_;
  const RegisterFile& file_;
  const Allocation& allocation_;
  Diagnostics& diagnostics_;
  bool report_ = false;
  u32 failures_ = 0;
  Liveness liveness_;
  std::vector<std::vector<Held>> at_;            // by place
  std::vector<std::vector<u32>> places_;         // by value; may name places that lost it
  std::vector<u32> touched_;
  std::vector<std::vector<Pair>> entry_;
  std::vector<bool> reached_;
  std::set<u32> work_;
  size_t next_edit_ = 0;
  u32 start_ = 0;
  std::vector<std::pair<VirtualRegister, VirtualRegister>> joined_here_;
};

void Checker::fail(InstructionIndex i, const std::string& what) {
  if (++failures_ <= 20)
    diagnostics_.error("register allocation is wrong at instruction " + std::to_string(i) + ": " + what);
}

void Checker::clear_place(u32 place) { at_[place].clear(); }

void Checker::forget(VirtualRegister v) {
  for (u32 p : places_[v]) std::erase_if(at_[p], [&](const Held& h) { return h.value == v; });
  places_[v].clear();
}

void Checker::add(u32 place, VirtualRegister v, u8 narrow) {
  auto& set = at_[place];
  for (Held& h : set)
    if (h.value == v) {
      h.narrow = std::min(h.narrow, narrow);
      return;
    }
  set.push_back({v, narrow});
  places_[v].push_back(place);
  touched_.push_back(place);
}

void Checker::load(const std::vector<Pair>& state) {
  for (u32 p : touched_) {
    for (const Held& h : at_[p]) places_[h.value].clear();
    at_[p].clear();
  }
  touched_.clear();
  for (const Pair& p : state) places_[p.held.value].clear();
  for (const Pair& p : state) add(p.place, p.held.value, p.held.narrow);
}

std::vector<Pair> Checker::dump() {
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  std::vector<Pair> out;
  for (u32 p : touched_) {
    auto& set = at_[p];
    std::sort(set.begin(), set.end());
    for (const Held& h : set) out.push_back({p, h});
  }
  return out;
}

bool Checker::is_live_into(u32 block, VirtualRegister v) const {
  const Position start = liveness_.block_start[block];
  const auto ranges = liveness_.ranges_of(v);
  auto after = std::upper_bound(ranges.begin(), ranges.end(), start, [](Position p, const LiveRange& r) { return p < r.from; });
  return after != ranges.begin() && after[-1].to > start;
}

void Checker::check_edit(const Edit& e) {
  if (e.to.kind == Location::Kind::None) return fail_edit(e, "a move to nowhere");
  if (e.kind == EditKind::Rematerialize) {
    if (e.vreg >= f_.vregs.size() || !f_.vregs[e.vreg].remat)
      fail_edit(e, "value " + std::to_string(e.vreg) + " cannot be rematerialized");
    if (!e.to.is_register()) fail_edit(e, "rematerialized into memory");
  } else {
    if (e.from.kind == Location::Kind::None) return fail_edit(e, "a move from nowhere");
    if (e.from.is_slot() && e.to.is_slot() && e.rc != RegisterClass::StackOnly)
      fail_edit(e, "a move from slot to slot");
  }
  for (Location l : {e.from, e.to})
    if (l.is_slot()) {
      if (l.slot >= f_.slots.size()) return fail_edit(e, "a slot that is not there");
      if (f_.slots[l.slot].kind != SlotKind::Spill) fail_edit(e, "a slot that is not the allocator's");
      if (f_.slots[l.slot].size < e.size) fail_edit(e, "a slot smaller than the move");
    }
  if (e.to.is_register() && !(allocation_.used & bit(e.to.reg))) fail_edit(e, "a register not marked as used");
}

void Checker::check_shape() {
  if (allocation_.locations.size() != f_.registers.size()) return fail(0, "one location per operand is wanted");
  u32 last = 0;
  for (const Edit& e : allocation_.edits) {
    if (e.position < last) fail_edit(e, "out of order");
    last = e.position;
    check_edit(e);
  }
  std::vector<bool> forbidden(2 * f_.instructions.size() + 1, false);
  for (u32 k = 0; k < f_.blocks.size(); ++k) {
    const MachineBlock& b = f_.blocks[k];
    if (b.begin >= b.end) {
      fail(b.begin, "an empty block");
      continue;
    }
    const InstructionIndex t = first_terminator(f_, b);
    for (u32 p = 2 * t + 1; p < 2 * b.end; ++p) forbidden[p] = true;
    if (b.edge_count > 1)
      for (const MachineEdge& e : f_.edges_of(b))
        if (f_.blocks[e.block].predecessor_count != 1) fail(t, "a critical edge");
    if (b.edge_count == 1 && f_.blocks[f_.edges_of(b)[0].block].parameter_count)
      for (InstructionIndex i = t; i < b.end; ++i)
        if (f_.instructions[i].register_count) fail(i, "a register operand behind the moves of an edge");
  }
  for (const Edit& e : allocation_.edits)
    if (e.position >= forbidden.size() || forbidden[e.position]) fail_edit(e, "inside a terminator group");
}

void Checker::apply(const Edit& e) {
  const u32 to = key(e.to);
  if (e.kind == EditKind::Rematerialize) {
    clear_place(to);
    add(to, e.vreg);
    for (const auto& [argument, parameter] : joined_here_)
      if (argument == e.vreg && e.position == start_) add(to, parameter);
    return;
  }
  const std::vector<Held> from = at_[key(e.from)];
  clear_place(to);
  for (const Held& h : from) {
    if (f_.vregs[h.value].rc != e.rc) continue;
    u8 narrow = std::max(h.narrow, narrow_to(e.size));
    // A load of the value's own size makes the register that was stored (the bytes above it are zero or unread).
    if (e.to.is_register() && bytes_of(narrow) >= f_.vregs[h.value].spill_size) narrow = 0;
    add(to, h.value, narrow);
    for (const auto& [argument, parameter] : joined_here_)
      if (argument == h.value && e.position == start_) add(to, parameter, narrow);
  }
}

void Checker::edits_at(u32 position) {
  const auto& edits = allocation_.edits;
  while (next_edit_ < edits.size() && edits[next_edit_].position == position) apply(edits[next_edit_++]);
}

void Checker::check_constraint(InstructionIndex i, const RegisterOperand& o, std::span<const RegisterOperand>,
                               const Location* at, u32 place) {
  const Location l = at[place];
  const auto where = "operand " + std::to_string(place) + " (value " + std::to_string(o.vreg) + ") in " + name(l);
  const RegisterMask able = file_.allocatable[size_t(f_.vregs[o.vreg].rc)];
  switch (o.constraint) {
  case Constraint::Register:
    if (!l.is_register() && (f_.instructions[i].flags & MachineCopy) && at[0] == at[1]) break; // a finished copy
    if (!l.is_register() || !(able & bit(l.reg))) fail(i, where + " wants a register of its class");
    break;
  case Constraint::Any:
    if (l.kind == Location::Kind::None || (l.is_register() && !(able & bit(l.reg))))
      fail(i, where + " wants a register of its class or a slot");
    break;
  case Constraint::Fixed:
    if (l != Location::in_register(o.fixed)) fail(i, where + " wants register " + std::to_string(o.fixed));
    break;
  case Constraint::Reuse:
    if (!l.is_register() || l != at[o.fixed]) fail(i, where + " wants the register of operand " + std::to_string(o.fixed));
    break;
  case Constraint::Stack:
    if (!l.is_slot()) fail(i, where + " wants a slot");
    break;
  }
  const bool copied = (f_.instructions[i].flags & MachineCopy) && place == 1 && at[0] == at[1]; // as wide as the result
  if (l.is_slot() && !copied && (l.slot >= f_.slots.size() || f_.slots[l.slot].kind != SlotKind::Spill ||
                      f_.slots[l.slot].size < f_.vregs[o.vreg].spill_size))
    fail(i, where + ": the slot is none of the allocator's or too small");
  if (l.is_register() && !(allocation_.used & bit(l.reg))) fail(i, where + ": not marked as used");
}

// Places within one instruction: an operand that is read late or written early meets others.
void Checker::check_overlaps(InstructionIndex i, std::span<const RegisterOperand> registers, const Location* at,
                             RegisterMask clobbers) {
  for (u32 a = 0; a < registers.size(); ++a) {
    const RegisterOperand& x = registers[a];
    if (x.access == Access::Use && x.point == Point::Late && at[a].is_register() && (clobbers & bit(at[a].reg)))
      fail(i, "a late use in a clobbered register");
    if (x.access == Access::Def && x.point == Point::Early && at[a].is_register() && (clobbers & bit(at[a].reg)))
      fail(i, "an early definition in a clobbered register");
    if (x.access != Access::Def) continue;
    for (u32 b = 0; b < registers.size(); ++b) {
      if (a == b || at[a] != at[b] || at[a].kind == Location::Kind::None) continue;
      const RegisterOperand& y = registers[b];
      if (y.access == Access::Def)
        fail(i, "two definitions in " + name(at[a]));
      else if (x.constraint == Constraint::Reuse && y.vreg == registers[x.fixed].vreg && y.point == Point::Early)
        continue;
      else if (x.point == Point::Early || y.point == Point::Late)
        fail(i, "a definition and a use meet in " + name(at[a]));
    }
  }
}

void Checker::instruction(InstructionIndex i) {
  const MachineInstruction& m = f_.instructions[i];
  const auto registers = f_.registers_of(m);
  const Location* at = allocation_.locations.data() + m.first_register;
  const bool dead = std::binary_search(allocation_.dead.begin(), allocation_.dead.end(), i);
  if (dead) {
    if (registers.size() != 1 || !f_.vregs[registers[0].vreg].remat) fail(i, "a live instruction is marked dead");
    forget(registers[0].vreg);
    return;
  }
  const RegisterMask clobbers = f_.clobber_masks[m.clobbers];
  if (report_) {
    for (u32 k = 0; k < registers.size(); ++k) {
      const RegisterOperand& o = registers[k];
      check_constraint(i, o, registers, at, k);
      // A copy of a wide value to a narrow one needs the narrow part.
      const Held* part = m.flags & MachineCopy && k == 1 && at[k].kind != Location::Kind::None ? find(key(at[k]), o.vreg) : nullptr;
      if (part && bytes_of(part->narrow) >= f_.vregs[registers[0].vreg].spill_size) continue;
      if (o.access == Access::Use && at[k].kind != Location::Kind::None && !holds(at[k], o.vreg))
        fail(i, "operand " + std::to_string(k) + " reads value " + std::to_string(o.vreg) + ", which is not in " +
                    name(at[k]));
    }
    check_overlaps(i, registers, at, clobbers);
  }
  if (m.flags & MachineCopy && registers.size() == 2 && at[0].kind != Location::Kind::None &&
      at[1].kind != Location::Kind::None) {
    const VirtualRegister source = registers[1].vreg, result = registers[0].vreg;
    std::vector<Held> from = at_[key(at[1])];
    const Held* read = find(key(at[1]), source);
    const u8 narrow = read ? read->narrow : 2;
    forget(result);
    // Every place of the source holds the result too.
    if (read)
      for (u32 p : std::vector<u32>(places_[source]))
        if (const Held* h = find(p, source)) add(p, result, u8(h->narrow));
    if (at[0] != at[1]) {
      clear_place(key(at[0]));
      for (const Held& h : from)
        if (h.value != result) add(key(at[0]), h.value, h.narrow);
      add(key(at[0]), result, narrow);
    }
    return;
  }
  for (RegisterMask c = clobbers; c; c &= c - 1) clear_place(u32(__builtin_ctzll(c)));
  for (u32 k = 0; k < registers.size(); ++k)
    if (registers[k].access == Access::Def) {
      forget(registers[k].vreg);
      if (at[k].kind != Location::Kind::None) clear_place(key(at[k]));
    }
  for (u32 k = 0; k < registers.size(); ++k)
    if (registers[k].access == Access::Def && at[k].kind != Location::Kind::None)
      add(key(at[k]), registers[k].vreg, at[k].is_slot() ? narrow_to(f_.vregs[registers[k].vreg].spill_size) : u8(0));
}

void Checker::edge(u32 from, const MachineEdge& e) {
  const MachineBlock& target = f_.blocks[e.block];
  std::vector<Pair> state = entry_[from]; // reused below as the settled state after `from`
  load(state);
  const auto parameters = f_.parameters_of(target);
  const auto arguments = f_.arguments_of(e);
  std::vector<Pair> joined;
  for (u32 k = 0; k < parameters.size(); ++k)
    for (u32 p : places_[arguments[k]])
      if (const Held* h = find(p, arguments[k])) joined.push_back({p, {parameters[k], h->narrow}});
  for (VirtualRegister p : parameters) forget(p);
  for (const Pair& j : joined) add(j.place, j.held.value, j.held.narrow);
  std::vector<Pair> now = dump();
  std::vector<VirtualRegister> moved; // the target begins with the moves of an only edge, which read the arguments
  if (target.predecessor_count == 1) moved.assign(arguments.begin(), arguments.end());
  std::sort(moved.begin(), moved.end());
  std::erase_if(now, [&](const Pair& p) {
    return !is_live_into(e.block, p.held.value) && !std::binary_search(moved.begin(), moved.end(), p.held.value);
  });
  if (!reached_[e.block]) {
    reached_[e.block] = true;
    entry_[e.block] = std::move(now);
    work_.insert(e.block);
    return;
  }
  std::vector<Pair> both;
  auto& old = entry_[e.block];
  auto o = old.begin();
  for (const Pair& n : now) {
    while (o != old.end() && *o < n && !o->same(n)) ++o;
    if (o != old.end() && o->same(n)) both.push_back({n.place, {n.held.value, std::max(n.held.narrow, o->held.narrow)}});
  }
  if (both == old) return;
  old = std::move(both);
  work_.insert(e.block);
}

void Checker::transfer(u32 index) {
  const MachineBlock& b = f_.blocks[index];
  load(entry_[index]);
  // At the start of a block that ends an only edge, repeating an argument's definition makes the parameter.
  start_ = 2 * b.begin;
  joined_here_.clear();
  if (b.predecessor_count == 1)
    for (const MachineEdge& e : f_.edges_of(f_.blocks[f_.predecessors_of(b)[0]]))
      if (e.block == index)
        for (u32 k = 0; k < b.parameter_count; ++k)
          joined_here_.push_back({f_.arguments_of(e)[k], f_.parameters_of(b)[k]});
  next_edit_ = size_t(std::lower_bound(allocation_.edits.begin(), allocation_.edits.end(), 2 * b.begin,
                                       [](const Edit& e, u32 p) { return e.position < p; }) -
                      allocation_.edits.begin());
  for (InstructionIndex i = b.begin; i < b.end; ++i) {
    edits_at(2 * i);
    instruction(i);
    edits_at(2 * i + 1);
  }
}

bool Checker::run() {
  if (f_.blocks.empty()) return true;
  check_shape();
  if (failures_) return false;
  liveness_.build(f_);
  at_.resize(64 + f_.slots.size());
  places_.resize(f_.vregs.size());
  // One more state behind the blocks': where edge() finds the state after the block at hand.
  entry_.resize(f_.blocks.size() + 1);
  reached_.assign(f_.blocks.size(), false);
  reached_[0] = true;
  work_.insert(0);
  const u32 after = u32(f_.blocks.size());
  while (!work_.empty()) {
    const u32 b = *work_.begin();
    work_.erase(work_.begin());
    transfer(b);
    entry_[after] = dump();
    for (const MachineEdge& e : f_.edges_of(f_.blocks[b])) edge(after, e);
  }
  report_ = true;
  for (u32 b = 0; b < f_.blocks.size(); ++b) {
    if (!reached_[b]) continue;
    transfer(b);
    entry_[after] = dump();
    // The parameters' values are checked at their uses: a wrong or missing argument joins nothing.
  }
  return failures_ == 0;
}

} // namespace

bool check_allocation(const MachineFunction& f, const RegisterFile& file, const Allocation& allocation,
                      Diagnostics& diagnostics) {
  return Checker(f, file, allocation, diagnostics).run();
}

} // namespace lathe::codegen
