// The verifier: after any pass a function must still be what LangRef allows. Works on links and ids only, so that
// it also finds what a pass has broken in the data structures themselves.

#include "codegen/analysis/analysis.h"
#include "codegen/ir/check.h"
#include "codegen/ir/ir.h"

#include <algorithm>

namespace lathe::ir {
namespace {

class Verifier {
public:
  Verifier(const Function& function, Diagnostics& d, const char* const* starts)
      : f(function), diag(d), starts_(starts) {}
  bool run();

private:
  const Function& f;
  Diagnostics& diag;
  const char* const* starts_; // where the instructions are written, null when they are not from a file
  bool ok_ = true;
  std::vector<u32> position_;                 // of an instruction, in the order of the links; `none` when unlinked
  std::vector<u32> pred_start_;               // by block, one more at the end: into preds_
  std::vector<BlockId> preds_;                // repeats included, those of unreachable blocks too
  const analysis::Cfg* cfg_ = nullptr;
  const analysis::Dominators* dominators_ = nullptr;

  void fail(InstId, const std::string&);
  void fail_block(BlockId, const std::string&);
  bool links();
  bool operands_exist();
  void use_counts();
  void shape();
  void find_predecessors();
  void phis();
  void check_phi(InstId, std::span<const BlockId> wanted);
  void landing_pads();
  void check_landing_pad(InstId);
  void resumes();
  void musttail(InstId); // passes keep the rules for as long as they can mean something
  bool is_undefined(Value v) const {
    if (!v.is_constant()) return false;
    ConstantKind kind = f.constants[v.index()].kind;
    return kind == ConstantKind::Undef || kind == ConstantKind::Poison;
  }
  InstId behind_phis(BlockId) const;
  std::span<const BlockId> preds(BlockId b) const {
    return {preds_.data() + pred_start_[b], pred_start_[b + 1] - pred_start_[b]};
  }
  bool dominates(BlockId a, BlockId b) const { return dominators_->dominates(a, b); }
  bool reaches(InstId def, InstId use, BlockId incoming) const;
  void dominance();
};

std::string block_text(const Function& f, BlockId b) {
  return f.blocks[b].name.empty() ? "block " + std::to_string(b) : "block '%" + std::string(f.blocks[b].name) + "'";
}

// The value's name in parentheses, when it has one.
std::string value_text(const Function& f, Value v) {
  if (!v.is_instruction() || v.index() >= f.instruction_names.size() || f.instruction_names[v.index()].empty()) return {};
  return " ('%" + std::string(f.instruction_names[v.index()]) + "')";
}

// `what` is a sentence about "this" instruction.
void Verifier::fail(InstId id, const std::string& what) {
  ok_ = false;
  if (diag.is_full()) return;
  if (starts_) {
    const SourceFile* file = f.module.source;
    diag.error(Place{file, static_cast<u64>(starts_[id] - file->text().data()), 1}, what);
    return;
  }
  std::string result;
  if (id < f.instruction_names.size() && !f.instruction_names[id].empty())
    result = " '%" + std::string(f.instruction_names[id]) + "'";
  diag.error("in '@" + std::string(f.module.globals[f.self].name) + "', " + std::string(spelling(f.instructions[id].op)) +
             result + " (instruction " + std::to_string(id) + "): " + what);
}

void Verifier::fail_block(BlockId b, const std::string& what) {
  ok_ = false;
  if (diag.is_full()) return;
  std::string message = "in '@" + std::string(f.module.globals[f.self].name) + "', " + block_text(f, b) + ": " + what;
  if (starts_) diag.error({f.module.source, f.module.globals[f.self].offset, 1}, message);
  else diag.error(message);
}

bool Verifier::links() {
  position_.assign(f.instructions.size(), none);
  std::vector<bool> seen(f.blocks.size());
  u32 at = 0;
  BlockId before = none;
  if (f.first_block == none) {
    ok_ = false;
    diag.error("in '@" + std::string(f.module.globals[f.self].name) + "': the body has no block");
    return false;
  }
  for (BlockId b = f.first_block; b != none; before = b, b = f.blocks[b].next) {
    if (b >= f.blocks.size() || seen[b] || f.blocks[b].prev != before) {
      fail_block(b < f.blocks.size() ? b : f.first_block, "the list of blocks is broken");
      return false;
    }
    seen[b] = true;
    InstId last = none;
    for (InstId i = f.blocks[b].first; i != none; last = i, i = f.instructions[i].next) {
      if (i >= f.instructions.size() || position_[i] != none || f.instructions[i].prev != last ||
          f.instructions[i].block != b) {
        fail_block(b, "the list of its instructions is broken");
        return false;
      }
      position_[i] = at++;
    }
    if (f.blocks[b].last != last) {
      fail_block(b, "the list of its instructions is broken");
      return false;
    }
  }
  if (f.last_block != before) {
    fail_block(f.first_block, "the list of blocks is broken");
    return false;
  }
  return true;
}

bool Verifier::operands_exist() {
  std::vector<bool> linked(f.blocks.size());
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) linked[b] = true;
  for (InstId id = 0; id < f.instructions.size(); ++id) {
    if (position_[id] == none) continue;
    const Instruction& i = f.instructions[id];
    if (u64(i.first_operand) + i.operand_count > f.operands.size()) {
      fail(id, "the operands of this lie outside the function's");
      continue;
    }
    for (Value v : f.operands_of(id)) {
      bool good = true;
      switch (v.kind()) {
      case ValueKind::None: good = false; break;
      case ValueKind::Instruction:
        good = v.index() < f.instructions.size() && position_[v.index()] != none;
        if (good && f.instructions[v.index()].type == TypeId::Void) {
          fail(id, "this uses an instruction that has no result");
          continue;
        }
        break;
      case ValueKind::Argument: good = v.index() < f.argument_types.size(); break;
      case ValueKind::Constant: good = v.index() < f.constants.size(); break;
      case ValueKind::Global: good = v.index() < f.module.globals.size() + f.own_globals.size(); break;
      case ValueKind::Block: good = v.index() < f.blocks.size() && linked[v.index()]; break;
      case ValueKind::InlineAsm: good = v.index() < f.asms.size(); break;
      case ValueKind::Metadata: good = v.index() < f.metadata_operands.size(); break;
      }
      if (!good) fail(id, "an operand of this names nothing that is there");
    }
  }
  return ok_;
}

void Verifier::use_counts() {
  std::vector<u32> uses(f.instructions.size());
  for (InstId id = 0; id < f.instructions.size(); ++id)
    if (position_[id] != none)
      for (Value v : f.operands_of(id))
        if (v.is_instruction()) ++uses[v.index()];
  for (InstId id = 0; id < f.instructions.size(); ++id)
    if (position_[id] != none && uses[id] != f.instructions[id].uses)
      fail(id, "the use count is " + std::to_string(f.instructions[id].uses) + ", but it has " +
                   std::to_string(uses[id]) + " uses");
}

void Verifier::find_predecessors() {
  pred_start_.assign(f.blocks.size() + 1, 0);
  auto each_edge = [&](auto visit) {
    for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
      for (Value v : f.operands_of(f.blocks[b].last))
        if (v.is_block()) visit(b, v.index());
  };
  each_edge([&](BlockId, BlockId to) { ++pred_start_[to + 1]; });
  for (size_t b = 0; b < f.blocks.size(); ++b) pred_start_[b + 1] += pred_start_[b];
  preds_.resize(pred_start_.back());
  std::vector<u32> next(pred_start_.begin(), pred_start_.end() - 1);
  each_edge([&](BlockId from, BlockId to) { preds_[next[to]++] = from; });
}

void Verifier::shape() {
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    const Block& k = f.blocks[b];
    if (k.last == none || !is_terminator(f.instructions[k.last].op)) {
      fail_block(b, "it does not end with a terminator");
      continue;
    }
    bool phis = true;
    for (InstId id = k.first; id != none; id = f.instructions[id].next) {
      const Instruction& i = f.instructions[id];
      if (id != k.last && is_terminator(i.op)) fail(id, "this terminator stands inside its block");
      if (i.op != Opcode::Phi) phis = false;
      else if (!phis) fail(id, "this phi stands behind other instructions");
      if (i.op == Opcode::LandingPad && i.prev != none && f.instructions[i.prev].op != Opcode::Phi)
        fail(id, "this landingpad is not the first instruction of its block");
      if (std::string problem = check_instruction(f, id); !problem.empty()) fail(id, problem);
      else if (starts_ && i.op == Opcode::Call && f.call_info(id).tail == TailKind::MustTail) musttail(id);
    }
  }
  if (!ok_) return;
  find_predecessors();
  if (!preds(f.first_block).empty()) fail_block(f.first_block, "the entry has predecessors");
  phis();
  landing_pads();
  resumes();
}

// One entry for each edge into the block, and one value for all edges from one block.
void Verifier::check_phi(InstId id, std::span<const BlockId> wanted) {
  std::vector<std::pair<BlockId, u32>> incoming; // the block, the place of its value
  auto ops = f.operands_of(id);
  for (u32 k = 0; k < ops.size(); k += 2) incoming.emplace_back(ops[k + 1].index(), k);
  std::ranges::sort(incoming);
  if (!std::ranges::equal(incoming, wanted, {}, [](const auto& e) { return e.first; }))
    return fail(id, "the blocks of this phi are not the predecessors of its block");
  for (size_t k = 1; k < incoming.size(); ++k)
    if (incoming[k].first == incoming[k - 1].first && ops[incoming[k].second] != ops[incoming[k - 1].second])
      return fail(id, "this phi has two values for " + block_text(f, incoming[k].first));
}

void Verifier::phis() {
  std::vector<BlockId> wanted;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    if (f.instructions[f.blocks[b].first].op != Opcode::Phi) continue;
    wanted.assign(preds(b).begin(), preds(b).end());
    std::ranges::sort(wanted);
    for (InstId id = f.blocks[b].first; f.instructions[id].op == Opcode::Phi; id = f.instructions[id].next)
      check_phi(id, wanted);
  }
}

// Whether two parameters are passed in the same way.
bool same_passing(const AttributeSet& a, const AttributeSet& b) {
  constexpr Attribute kinds[] = {Attribute::StructRet, Attribute::ByVal, Attribute::ByRef, Attribute::InAlloca,
                                 Attribute::Preallocated, Attribute::InReg, Attribute::Nest, Attribute::SwiftSelf,
                                 Attribute::SwiftAsync, Attribute::SwiftError};
  for (Attribute k : kinds)
    if (a.has(k) != b.has(k)) return false;
  bool in_memory = a.has(Attribute::ByVal) || a.has(Attribute::ByRef);
  return a.stack_align == b.stack_align && (!in_memory || (a.by_type == b.by_type && a.align == b.align));
}

// A call that must take over its caller's frame: it stands before the return of what it gives, and what it is
// passed lies where the caller's own parameters are.
void Verifier::musttail(InstId id) {
  const Instruction& call = f.instructions[id];
  const CallInfo& info = f.call_info(id);
  const Global& self = f.module.globals[f.self];
  const Type &own = f.types[self.value_type], &callee = f.types[info.function_type];
  const Instruction* ret = call.next == none ? nullptr : &f.instructions[call.next];
  if (f.operand(id, 0).is(ValueKind::InlineAsm)) return fail(id, "inline assembly cannot be called by musttail");
  if (!ret || ret->op != Opcode::Ret) return fail(id, "behind a musttail call stands a return");
  if (ret->operand_count && f.operand(call.next, 0) != instruction_value(id) && !is_undefined(f.operand(call.next, 0)))
    return fail(id, "behind a musttail call stands the return of its result");
  if (info.convention != self.convention) return fail(id, "this musttail call and its caller have different calling conventions");
  if (callee.element != own.element) return fail(id, "this musttail call and its caller give different types");
  constexpr auto swift_tail = static_cast<CallingConvention>(20);
  if (info.convention == CallingConvention::Tail || info.convention == swift_tail) return;
  if (callee.variadic != own.variadic) return fail(id, "of this musttail call and its caller one is variadic");
  Value target = f.operand(id, 0);
  if (target.is_global() && f.global(target.index()).name.starts_with(intrinsic_prefix)) return; // takes what it likes
  if (!std::ranges::equal(callee.elements, own.elements))
    return fail(id, "this musttail call and its caller take different parameters");
  for (size_t k = 0; k < own.elements.size(); ++k) {
    auto of = [&](std::span<const u32> sets) -> const AttributeSet& { return f.attributes(k < sets.size() ? sets[k] : 0); };
    if (!same_passing(of(info.argument_attributes), of(self.parameter_attributes)))
      return fail(id, "argument " + std::to_string(k + 1) + " of this musttail call and its caller's parameter are passed differently");
  }
}

InstId Verifier::behind_phis(BlockId b) const {
  InstId first = f.blocks[b].first;
  while (first != none && f.instructions[first].op == Opcode::Phi) first = f.instructions[first].next;
  return first;
}

void Verifier::check_landing_pad(InstId pad) {
  BlockId b = f.instructions[pad].block;
  if (b == f.first_block) return fail(pad, "a landingpad stands in no entry block");
  for (BlockId p : preds(b)) {
    auto ops = f.operands_of(f.blocks[p].last);
    if (f.instructions[f.blocks[p].last].op != Opcode::Invoke || ops[ops.size() - 2].index() == b)
      return fail(pad, block_text(f, p) + " comes to this landingpad by another way than an invoke's unwinding");
  }
  if (f.instructions[pad].operand_count == 0 && !(f.instructions[pad].flags & FlagCleanup))
    fail(pad, "this landingpad has neither a clause nor 'cleanup'");
}

void Verifier::landing_pads() {
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    if (InstId first = behind_phis(b); f.instructions[first].op == Opcode::LandingPad) check_landing_pad(first);
    InstId last = f.blocks[b].last;
    if (f.instructions[last].op != Opcode::Invoke) continue;
    Opcode op = f.instructions[behind_phis(f.operands_of(last).back().index())].op;
    if (op != Opcode::LandingPad && op != Opcode::CatchSwitch && op != Opcode::CleanupPad)
      fail(last, "the unwind destination of this invoke does not begin with a landingpad");
  }
}

// All landing pads of a function give one type, and that is what its resumes take.
void Verifier::resumes() {
  TypeId wanted{};
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    auto check = [&](InstId id, TypeId type) {
      if (wanted == TypeId()) wanted = type;
      if (type != wanted)
        fail(id, "this " + std::string(spelling(f.instructions[id].op)) + " works on " +
                     print(f.types, f.module.names, type) + ", another one of the function on " +
                     print(f.types, f.module.names, wanted));
    };
    InstId first = behind_phis(b), last = f.blocks[b].last;
    if (f.instructions[first].op == Opcode::LandingPad) check(first, f.instructions[first].type);
    if (f.instructions[last].op == Opcode::Resume) check(last, f.type_of(f.operand(last, 0)));
  }
}

// Whether `def` is there at `use`; for a phi at the end of `incoming`.
bool Verifier::reaches(InstId def, InstId use, BlockId incoming) const {
  BlockId d = f.instructions[def].block;
  BlockId u = incoming != none ? incoming : f.instructions[use].block;
  if (!cfg_->is_reachable(u)) return true; // never executed
  if (!cfg_->is_reachable(d)) return false;
  if (f.instructions[def].op == Opcode::Invoke) {
    auto ops = f.operands_of(def);
    BlockId normal = ops[ops.size() - 2].index();
    if (incoming == d) return f.instructions[use].block == normal;
    if (!dominates(normal, u)) return false;
    for (BlockId p : preds(normal))
      if (p != d && cfg_->is_reachable(p) && !dominates(normal, p)) return false;
    return true;
  }
  if (d != u) return dominates(d, u);
  return incoming != none || position_[def] < position_[use];
}

void Verifier::dominance() {
  for (InstId id = 0; id < f.instructions.size(); ++id) {
    if (position_[id] == none) continue;
    auto ops = f.operands_of(id);
    bool phi = f.instructions[id].op == Opcode::Phi;
    for (size_t k = 0; k < ops.size(); ++k)
      if (ops[k].is_instruction() && !reaches(ops[k].index(), id, phi ? ops[k + 1].index() : none))
        fail(id, "operand " + std::to_string(k + 1) + " of this " + std::string(spelling(f.instructions[id].op)) +
                     value_text(f, ops[k]) + " is not computed on every path to it");
  }
}

bool Verifier::run() {
  if (!links() || !operands_exist()) return false;
  use_counts();
  shape();
  if (!ok_) return false;
  analysis::Cfg cfg(f);
  analysis::Dominators dominators(cfg);
  cfg_ = &cfg;
  dominators_ = &dominators;
  dominance();
  return ok_;
}

} // namespace

bool verify(const Function& f, Diagnostics& diag) { return Verifier(f, diag, nullptr).run(); }
bool verify_as_written(const Function& f, Diagnostics& diag, const char* const* starts) {
  return Verifier(f, diag, starts).run();
}

} // namespace lathe::ir
