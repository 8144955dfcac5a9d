// Brings what selection folds into the block of its user: address computations next to loads and stores, compares next to
// branches and selects. Selection matches within a block, so an address made elsewhere costs a register and an
// instruction; here it costs nothing. As LLVM's CodeGenPrepare does; only what has no other kind of use is copied, so
// the original becomes dead and nothing is computed twice.

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

class Sinker {
public:
  explicit Sinker(Context& c) : f(c.f) {
    size_t count = f.instructions.size();
    only_folded_.assign(count, false);
    copies_.assign(count, {});
    find_folded();
  }

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      InstId next;
      for (InstId id = f.blocks[block].first; id != none; id = next) {
        next = f[id].next;
        switch (f[id].op) {
        case Opcode::Load:
        case Opcode::AtomicRmw:
        case Opcode::CmpXchg: sink(id, 0, 0); break;
        case Opcode::Store: sink(id, 1, 0); break;
        case Opcode::Br:
        case Opcode::Select:
          if (f[id].operand_count == 3) sink(id, 0, 0);
          break;
        default: break;
        }
      }
    }
  }

private:
  bool is_foldable(InstId id) const {
    Opcode op = f[id].op;
    return op == Opcode::GetElementPtr || op == Opcode::ICmp || op == Opcode::FCmp;
  }

  // Counts the uses that fold; a getelementptr whose users all fold does too when it is their base.
  void find_folded() {
    std::vector<u32> folded(f.instructions.size());
    auto count = [&](Value v) {
      if (v.is_instruction()) ++folded[v.index()];
    };
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      for (InstId id = f.blocks[block].first; id != none; id = f[id].next) {
        Opcode op = f[id].op;
        if (op == Opcode::Load || op == Opcode::AtomicRmw || op == Opcode::CmpXchg) count(f.operand(id, 0));
        else if (op == Opcode::Store) count(f.operand(id, 1));
        else if ((op == Opcode::Br || op == Opcode::Select) && f[id].operand_count == 3) count(f.operand(id, 0));
      }
    // Bases of addresses that fold, backwards so that users are settled first within a block; two levels suffice.
    for (u32 level = 0; level < 2; ++level) {
      std::vector<u32> through = folded;
      for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
        for (InstId id = f.blocks[block].first; id != none; id = f[id].next) {
          if (f[id].op != Opcode::GetElementPtr || f[id].uses == 0 || folded[id] != f[id].uses) continue;
          Value base = f.operand(id, 0);
          if (level == 0 && base.is_instruction() && f[base.index()].op == Opcode::GetElementPtr) ++through[base.index()];
        }
      if (level == 0) folded = through;
    }
    for (InstId id = 0; id < folded.size(); ++id)
      only_folded_[id] = f[id].block != none && f[id].uses != 0 && folded[id] == f[id].uses && is_foldable(id);
  }

  void sink(InstId user, u32 operand, u32 depth) {
    Value v = f.operand(user, operand);
    if (!v.is_instruction() || depth > 2) return;
    InstId source = v.index();
    if (source >= only_folded_.size() || !only_folded_[source] || f[source].block == f[user].block) return;
    Copy& copy = copies_[source];
    if (copy.block != f[user].block) {
      std::vector<Value> operands(f.operands_of(source).begin(), f.operands_of(source).end());
      InstId made = f.create(f[source].op, f[source].type, operands);
      Instruction& to = f[made];
      const Instruction& from = f[source];
      to.sub = from.sub;
      to.flags = from.flags;
      to.aux = from.aux;
      to.location = from.location;
      f.insert_before(user, made);
      copies_[source] = {f[user].block, made};
      if (f[made].op == Opcode::GetElementPtr) sink(made, 0, depth + 1);
    }
    f.set_operand(user, operand, instruction_value(copies_[source].made));
  }

  struct Copy {
    BlockId block = none;
    InstId made = none;
  };
  Function& f;
  std::vector<bool> only_folded_;
  std::vector<Copy> copies_;
};

} // namespace

void sink_addresses(Context& c) { Sinker(c).run(); }

} // namespace lathe::legalize
