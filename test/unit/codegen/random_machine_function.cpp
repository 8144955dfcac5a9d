#include "random_machine_function.h"

#include <algorithm>

namespace lathe::codegen::test {

namespace {

constexpr PhysicalRegister general_order[] = {0, 1, 2, 3, 4, 5, 6, 7};
constexpr PhysicalRegister vector_order[] = {16, 17, 18, 19, 20, 21};
constexpr RegisterMask call_clobbers = 0x3f000f; // 0..3, 16..21

class Generator {
public:
  Generator(u32 seed, const RandomOptions& o) : random_(seed), options_(o) {}
  MachineFunction run();

private:
  u32 below(u32 n) { return n ? u32(random_() % n) : 0; }
  bool chance(u32 percent) { return below(100) < percent; }
  void make_graph();
  void split_critical_edges();
  void layout();
  void find_dominators();
  void fill(u32 block);
  void arithmetic();
  void call();
  void fixed_operation();
  void copy();
  void assembly();
  void stack_operation();
  VirtualRegister new_value(RegisterClass rc);
  VirtualRegister pick_value(RegisterClass rc);
  RegisterClass pick_class() { return chance(70) ? RegisterClass::General : RegisterClass::Vector; }
  void begin(u8 flags = 0);
  u32 use(VirtualRegister v, Constraint c = Constraint::Register, u8 fixed = 0, Point p = Point::Early);
  VirtualRegister def(RegisterClass rc, Constraint c = Constraint::Register, u8 fixed = 0, Point p = Point::Late);
  void clobber(RegisterMask m);

  std::mt19937 random_;
  RandomOptions options_;
  MachineFunction f_;
  std::vector<std::vector<u32>> successors_, dominators_;
  std::vector<std::vector<VirtualRegister>> visible_; // values defined in a block, its parameters included
  std::vector<VirtualRegister> pool_;                 // usable at the moment
};

VirtualRegister Generator::new_value(RegisterClass rc) {
  VirtualRegisterInfo info;
  info.rc = rc;
  if (rc == RegisterClass::Vector)
    info.spill_size = chance(50) ? 8 : 16;
  else
    info.spill_size = rc == RegisterClass::StackOnly ? 16 : chance(50) ? 4 : 8;
  if (chance(10)) info.hint = rc == RegisterClass::General ? u8(below(8)) : u8(16 + below(6));
  f_.vregs.push_back(info);
  return VirtualRegister(f_.vregs.size() - 1);
}

VirtualRegister Generator::pick_value(RegisterClass rc) {
  const u32 n = u32(pool_.size());
  const u32 reach = chance(80) ? std::min(n, options_.pressure * 2) : n;
  for (u32 attempt = 0; attempt < 12 && n; ++attempt) {
    const VirtualRegister v = pool_[n - 1 - below(reach)];
    if (f_.vregs[v].rc == rc) return v;
  }
  for (u32 k = n; k-- > 0;)
    if (f_.vregs[pool_[k]].rc == rc) return pool_[k];
  begin();
  return def(rc, rc == RegisterClass::StackOnly ? Constraint::Stack : Constraint::Register);
}

void Generator::begin(u8 flags) {
  MachineInstruction m;
  m.flags = flags;
  m.row = u16(1 + below(5));
  m.first_register = u32(f_.registers.size());
  f_.instructions.push_back(m);
}

u32 Generator::use(VirtualRegister v, Constraint c, u8 fixed, Point p) {
  MachineInstruction& m = f_.instructions.back();
  RegisterOperand o;
  o.vreg = v, o.access = Access::Use, o.point = p, o.constraint = c, o.fixed = fixed;
  f_.registers.push_back(o);
  return m.register_count++;
}

VirtualRegister Generator::def(RegisterClass rc, Constraint c, u8 fixed, Point p) {
  const VirtualRegister v = new_value(rc);
  MachineInstruction& m = f_.instructions.back();
  RegisterOperand o;
  o.vreg = v, o.access = Access::Def, o.point = p, o.constraint = c, o.fixed = fixed;
  f_.registers.push_back(o);
  ++m.register_count;
  f_.vregs[v].definition = InstructionIndex(f_.instructions.size() - 1);
  pool_.push_back(v);
  return v;
}

void Generator::clobber(RegisterMask m) {
  f_.clobber_masks.push_back(m);
  f_.instructions.back().clobbers = u16(f_.clobber_masks.size() - 1);
}

void Generator::arithmetic() {
  const RegisterClass rc = pick_class();
  const u32 shape = below(6);
  const VirtualRegister a = pick_value(rc), b = pick_value(rc), c = pick_value(RegisterClass::General);
  begin();
  switch (shape) {
  case 0: { // two-address
    const u32 place = use(a);
    use(b, chance(30) ? Constraint::Any : Constraint::Register);
    def(rc, Constraint::Reuse, u8(place));
    break;
  }
  case 1: // load
    use(c);
    def(rc, chance(20) ? Constraint::Any : Constraint::Register);
    break;
  case 2: // constant
    def(rc);
    f_.vregs.back().remat = chance(70);
    break;
  case 3: // store
    use(a);
    use(c);
    break;
  case 4: // early definition
    use(a);
    use(b, Constraint::Any);
    def(rc, Constraint::Register, 0, Point::Early);
    break;
  default: // late use
    use(a, Constraint::Register, 0, Point::Late);
    use(b);
    def(rc);
    break;
  }
}

void Generator::call() {
  const u32 arguments = below(4);
  std::vector<VirtualRegister> values;
  for (u32 k = 0; k < arguments; ++k) values.push_back(pick_value(RegisterClass::General));
  const bool vector_argument = chance(30), indirect = chance(20);
  const VirtualRegister x = vector_argument ? pick_value(RegisterClass::Vector) : 0;
  const VirtualRegister target = indirect ? pick_value(RegisterClass::General) : 0;
  begin(MachineCall);
  for (u32 k = 0; k < arguments; ++k) use(values[k], Constraint::Fixed, u8(k));
  if (vector_argument) use(x, Constraint::Fixed, 16);
  if (indirect) use(target, chance(50) ? Constraint::Any : Constraint::Register);
  clobber(call_clobbers);
  if (chance(60)) def(RegisterClass::General, Constraint::Fixed, 0);
  if (chance(10)) def(RegisterClass::General, Constraint::Fixed, 2);
  if (chance(20)) def(RegisterClass::Vector, Constraint::Fixed, 16);
}

void Generator::fixed_operation() {
  const VirtualRegister a = pick_value(RegisterClass::General), b = pick_value(RegisterClass::General),
                        c = pick_value(RegisterClass::General);
  begin();
  if (chance(50)) { // division
    use(a, Constraint::Fixed, 0);
    use(b, Constraint::Fixed, 2);
    use(c, Constraint::Register, 0, Point::Late);
    def(RegisterClass::General, Constraint::Fixed, 0);
    def(RegisterClass::General, Constraint::Fixed, 2);
  } else { // shift
    const u32 place = use(a);
    use(b, Constraint::Fixed, 1);
    def(RegisterClass::General, Constraint::Reuse, u8(place));
  }
}

void Generator::copy() {
  const RegisterClass rc = pick_class();
  const VirtualRegister a = pick_value(rc);
  begin(MachineCopy);
  f_.instructions.back().row = u16(MachinePseudo::Copy);
  def(rc);
  use(a);
}

// Several operands of all kinds.
void Generator::assembly() {
  const VirtualRegister a = pick_value(RegisterClass::General), b = pick_value(RegisterClass::General),
                        c = pick_value(RegisterClass::Vector);
  begin(MachineSideEffect);
  const u32 tied = use(a);
  use(b, chance(50) ? Constraint::Any : Constraint::Fixed, 3);
  use(c, Constraint::Any);
  clobber(RegisterMask{1} << (5 + below(2)));
  def(RegisterClass::General, Constraint::Reuse, u8(tied));
  def(RegisterClass::General, Constraint::Register, 0, chance(50) ? Point::Early : Point::Late);
  def(RegisterClass::Vector, Constraint::Any);
}

void Generator::stack_operation() {
  const VirtualRegister a = pick_value(RegisterClass::StackOnly);
  begin();
  use(a, Constraint::Stack);
  def(RegisterClass::StackOnly, Constraint::Stack);
}

void Generator::make_graph() {
  const u32 n = std::max(options_.blocks, 1u);
  successors_.assign(n, {});
  for (u32 b = 0; b + 1 < n; ++b) {
    successors_[b].push_back(b + 1 + (chance(40) ? below(n - b - 1) : 0));
    const u32 more = chance(50) ? 1 + below(2) : 0;
    for (u32 k = 0; k < more; ++k) successors_[b].push_back(chance(40) ? 1 + below(n - 1) : b + 1 + below(n - b - 1));
    std::sort(successors_[b].begin(), successors_[b].end());
    successors_[b].erase(std::unique(successors_[b].begin(), successors_[b].end()), successors_[b].end());
  }
}

void Generator::split_critical_edges() {
  std::vector<u32> in(successors_.size(), 0);
  for (const auto& s : successors_)
    for (u32 t : s) ++in[t];
  const u32 n = u32(successors_.size());
  for (u32 b = 0; b < n; ++b)
    for (u32 k = 0; k < successors_[b].size(); ++k) {
      const u32 target = successors_[b][k];
      if (successors_[b].size() > 1 && in[target] > 1) {
        successors_.push_back({target});
        successors_[b][k] = u32(successors_.size() - 1);
      }
    }
}

// Renumbers the blocks into a random order, the entry first.
void Generator::layout() {
  const u32 n = u32(successors_.size());
  std::vector<u32> to(n);
  for (u32 b = 0; b < n; ++b) to[b] = b;
  if (chance(50)) std::shuffle(to.begin() + 1, to.end(), random_);
  std::vector<std::vector<u32>> moved(n);
  for (u32 b = 0; b < n; ++b)
    for (u32 t : successors_[b]) moved[to[b]].push_back(to[t]);
  successors_ = moved;
}

void Generator::find_dominators() {
  const u32 n = u32(successors_.size());
  // dominators_[b]: every block that b cannot be reached without.
  std::vector<std::vector<bool>> without(n);
  for (u32 gone = 0; gone < n; ++gone) {
    auto& seen = without[gone];
    seen.assign(n, false);
    std::vector<u32> work;
    if (gone != 0) work.push_back(0), seen[0] = true;
    while (!work.empty()) {
      const u32 b = work.back();
      work.pop_back();
      for (u32 t : successors_[b])
        if (t != gone && !seen[t]) seen[t] = true, work.push_back(t);
    }
  }
  dominators_.assign(n, {});
  for (u32 b = 0; b < n; ++b)
    for (u32 d = 0; d < n; ++d)
      if (d != b && !without[d][b]) dominators_[b].push_back(d);
}

void Generator::fill(u32 b) {
  MachineBlock& block = f_.blocks[b];
  block.begin = InstructionIndex(f_.instructions.size());
  if (b == 0) { // the function's arguments
    begin();
    for (u32 k = 0; k < 3; ++k) def(RegisterClass::General, Constraint::Fixed, u8(k));
    def(RegisterClass::Vector, Constraint::Fixed, 16);
  }
  const u32 count = below(2 * options_.instructions + 1);
  for (u32 k = 0; k < count; ++k) {
    if (chance(options_.calls)) call();
    else if (chance(options_.fixed)) fixed_operation();
    else if (chance(10)) copy();
    else if (chance(5)) assembly();
    else if (options_.stack_values && chance(10)) stack_operation();
    else arithmetic();
  }
}

MachineFunction Generator::run() {
  make_graph();
  split_critical_edges();
  layout();
  find_dominators();
  const u32 n = u32(successors_.size());
  f_.blocks.resize(n);
  std::vector<std::vector<u32>> predecessors(n);
  for (u32 b = 0; b < n; ++b)
    for (u32 t : successors_[b]) predecessors[t].push_back(b);
  visible_.assign(n, {});
  for (u32 b = 0; b < n; ++b) {
    MachineBlock& block = f_.blocks[b];
    block.first_parameter = u32(f_.parameters.size());
    const u32 wanted = b && !predecessors[b].empty() && (predecessors[b].size() > 1 || chance(10))
                           ? below(options_.parameters + 1) : 0;
    for (u32 k = 0; k < wanted; ++k) {
      const RegisterClass rc = options_.stack_values && chance(15) ? RegisterClass::StackOnly : pick_class();
      const VirtualRegister v = new_value(rc);
      f_.parameters.push_back(v);
      visible_[b].push_back(v);
    }
    block.parameter_count = wanted;
    block.frequency = float(1 + below(20));
    block.loop_depth = below(3);
  }
  f_.blocks[0].frequency = 1;
  // Blocks are filled in layout order; a dominator laid out later offers only its parameters.
  for (u32 b = 0; b < n; ++b) {
    pool_.clear();
    for (u32 d : dominators_[b]) pool_.insert(pool_.end(), visible_[d].begin(), visible_[d].end());
    pool_.insert(pool_.end(), visible_[b].begin(), visible_[b].end());
    const size_t before = pool_.size();
    fill(b);
    // Edges: arguments by class; missing ones are made here.
    std::vector<std::vector<VirtualRegister>> arguments;
    for (u32 t : successors_[b]) {
      arguments.emplace_back();
      for (VirtualRegister p : f_.parameters_of(f_.blocks[t])) {
        VirtualRegister a = no_id;
        for (u32 attempt = 0; attempt < 20 && a == no_id && !pool_.empty(); ++attempt) {
          const VirtualRegister v = pool_[pool_.size() - 1 - below(std::min<u32>(u32(pool_.size()), 20))];
          if (f_.vregs[v].rc == f_.vregs[p].rc) a = v;
        }
        if (a == no_id) {
          begin();
          a = def(f_.vregs[p].rc, f_.vregs[p].rc == RegisterClass::StackOnly ? Constraint::Stack : Constraint::Register);
        }
        arguments.back().push_back(a);
      }
    }
    const bool compare = successors_[b].size() > 1;
    const VirtualRegister x = compare && chance(50) ? pick_value(RegisterClass::General) : no_id;
    if (compare && chance(50)) {
      const VirtualRegister y = pick_value(RegisterClass::General);
      begin();
      use(y);
    }
    visible_[b].insert(visible_[b].end(), pool_.begin() + std::ptrdiff_t(before), pool_.end());
    begin(MachineTerminator);
    if (x != no_id) use(x, chance(30) ? Constraint::Fixed : Constraint::Register, 3);
    if (successors_[b].size() == 2) begin(MachineTerminator);
    if (successors_[b].empty() && chance(70)) {
      const VirtualRegister r = pool_.empty() ? no_id : pool_.back();
      if (r != no_id && f_.vregs[r].rc == RegisterClass::General) use(r, Constraint::Fixed, 0);
    }
    MachineBlock& block = f_.blocks[b];
    block.end = InstructionIndex(f_.instructions.size());
    block.first_edge = u32(f_.edges.size());
    block.edge_count = u32(successors_[b].size());
    for (u32 k = 0; k < successors_[b].size(); ++k) {
      f_.edges.push_back({successors_[b][k], u32(f_.edge_arguments.size())});
      f_.edge_arguments.insert(f_.edge_arguments.end(), arguments[k].begin(), arguments[k].end());
    }
    block.first_predecessor = u32(f_.predecessors.size());
    block.predecessor_count = u32(predecessors[b].size());
    f_.predecessors.insert(f_.predecessors.end(), predecessors[b].begin(), predecessors[b].end());
  }
  return std::move(f_);
}

} // namespace

RegisterFile test_registers() {
  RegisterFile file;
  file.allocatable[0] = 0xff;
  file.allocatable[1] = RegisterMask{0x3f} << 16;
  file.callee_saved = 0xf0;
  file.order[0] = general_order;
  file.order[1] = vector_order;
  return file;
}

MachineFunction random_function(u32 seed, const RandomOptions& options) { return Generator(seed, options).run(); }

} // namespace lathe::codegen::test
