// Increments: `p + c` and `i + c` move down to where they are needed first, mostly the end of the block, where a phi of
// the loop takes them. The old value is then dead when the new one is made and both share a register. Loads and
// stores through `p + c` that stand above get a copy of their own, which folds into their address.
//
//     %q = getelementptr i8, ptr %p, i64 8              %q1 = getelementptr i8, ptr %p, i64 8
//     %v = load i64, ptr %q                      ->     %v = load i64, ptr %q1
//     %w = load i64, ptr %p                             %w = load i64, ptr %p
//     br label %loop                                    %q = getelementptr i8, ptr %p, i64 8
//                                                       br label %loop

#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

class Increments {
public:
  explicit Increments(Context& c) : f(c.f), seen_(c.f.instructions.size()) {}

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next) {
      folds_.clear();
      InstId above;
      u32 height = 0; // grows upwards
      for (InstId id = f.blocks[block].last; id != none && f[id].op != Opcode::Phi; id = above) {
        above = f[id].prev;
        seen_[id].height = ++height;
        if (is_increment(id) && move(id)) continue;
        visit(id);
      }
    }
  }

private:
  // What the walk upwards knows of an instruction's users in its block.
  struct Seen {
    InstId first_user = none; // of those whose operand does not fold
    u32 folds = none;         // list in folds_
    u32 fold_count = 0;
    u32 height = 0;
  };
  struct Fold {
    InstId user;
    u32 operand, next;
  };

  bool is_increment(InstId id) const {
    const Instruction& i = f[id];
    if (i.op != Opcode::Add && (i.op != Opcode::GetElementPtr || i.operand_count != 2)) return false;
    Value base = f.operand(id, 0);
    if (!base.is_argument() && !(base.is_instruction() && f[base.index()].op != Opcode::Alloca)) return false;
    return f.integer_constant(f.operand(id, 1)) != nullptr;
  }

  static bool is_address(const Instruction& i, u32 operand) {
    return (i.op == Opcode::Load && operand == 0) || (i.op == Opcode::Store && operand == 1);
  }

  void visit(InstId id) {
    for (u32 k = 0; k < f[id].operand_count; ++k) {
      Value v = f.operand(id, k);
      if (!v.is_instruction() || f[v.index()].block != f[id].block) continue;
      Seen& used = seen_[v.index()];
      if (is_address(f[id], k) && f[v.index()].op == Opcode::GetElementPtr) {
        folds_.push_back({id, k, used.folds});
        used.folds = static_cast<u32>(folds_.size() - 1);
        ++used.fold_count;
      } else {
        used.first_user = id;
      }
    }
  }

  // False when it stays where it is.
  bool move(InstId id) {
    const Seen seen = seen_[id];
    if (f[id].uses == seen.fold_count) return false;
    InstId target = seen.first_user != none ? seen.first_user : f.blocks[f[id].block].last;
    if (f[id].next == target) return false;
    InstId copy = none;
    if (seen.fold_count) {
      std::vector<Value> operands(f.operands_of(id).begin(), f.operands_of(id).end());
      copy = f.create(f[id].op, f[id].type, operands);
      f[copy].flags = f[id].flags;
      f[copy].aux = f[id].aux;
      f[copy].location = f[id].location;
      f.insert_before(id, copy);
      seen_.resize(f.instructions.size());
      seen_[copy].height = seen.height;
      for (u32 at = seen.folds; at != none; at = folds_[at].next)
        f.set_operand(folds_[at].user, folds_[at].operand, instruction_value(copy));
    }
    f.unlink(id);
    f.insert_before(target, id);
    seen_[id].height = seen_[target].height;
    // The base is used from where the copy stands, else from here.
    Value base = f.operand(id, 0);
    if (!base.is_instruction() || f[base.index()].block != f[id].block) return true;
    InstId& first = seen_[base.index()].first_user;
    if (copy != none)
      first = copy;
    else if (first == none || seen_[first].height <= seen_[id].height)
      first = id;
    return true;
  }

  Function& f;
  std::vector<Seen> seen_;
  std::vector<Fold> folds_;
};

} // namespace

void sink_increments(Context& c) { Increments(c).run(); }

} // namespace lathe::legalize
