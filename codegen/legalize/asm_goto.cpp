// callbr, the call of `asm goto`. The statement itself jumps, so nothing can stand between it and the blocks it leads
// to. Gives: the default destination is none of the labels; nobody uses a callbr's value, each block that needs it
// begins with a call of llvm.callbr.landingpad and has the callbr's block as its only predecessor.
//
//     %r = callbr i32 asm "...", "=r,!i"()        callbr i32 asm "...", "=r,!i"() to label %a1 [label %b1]
//              to label %a [label %b]         a1: %r.a = call i32 @llvm.callbr.landingpad()
//                                                 br label %a
//                                             b1: %r.b = call i32 @llvm.callbr.landingpad()
//                                                 br label %b
//
// A use that one of them dominates takes its value; where several meet, the value goes through memory.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

namespace lathe::legalize {

namespace {

class AsmGotoRewriter {
public:
  explicit AsmGotoRewriter(Context& c) : f(c.f), b(c.f) {}

  void run() {
    std::vector<InstId> list;
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      if (InstId last = f.terminator(block); last != none && f[last].op == Opcode::CallBr) list.push_back(last);
    for (InstId id : list) {
      u32 first = first_label(id);
      if (!f.operand(id, 0).is(ValueKind::InlineAsm)) unsupported(f, "'callbr' of a function");
      if (first + 1 == f[id].operand_count) {
        become_call(id, first);
        continue;
      }
      for (u32 k = first + 1; k < f[id].operand_count; ++k)
        if (f.operand(id, k) == f.operand(id, first)) {
          split_edge(f, f[id].block, first);
          break;
        }
      if (f[id].type != TypeId::Void && f[id].uses) move_value(id, first);
    }
  }

private:
  u32 first_label(InstId id) const {
    u32 k = f[id].operand_count;
    while (k > 1 && f.operand(id, k - 1).is_block()) --k;
    return k;
  }

  // Without labels it is a call and a branch.
  void become_call(InstId id, u32 first) {
    BlockId to = f.operand(id, first).index();
    BlockId block = f[id].block;
    std::vector<Value> operands(f.operands_of(id).begin(), f.operands_of(id).end() - 1);
    f.set_operands(id, operands);
    f[id].op = Opcode::Call;
    b.at_end(block);
    b.location = f[id].location;
    b.br(to);
  }

  void move_value(InstId id, u32 first) {
    std::vector<Value> pads = make_pads(id, first);
    analysis::Cfg cfg(f);
    analysis::Dominators dominators(cfg);
    Value self = instruction_value(id);
    std::vector<std::pair<InstId, u32>> uses;
    for (BlockId block : cfg.order)
      for (InstId user = f.blocks[block].first; user != none; user = f[user].next)
        for (u32 k = 0; k < f[user].operand_count; ++k)
          if (f.operand(user, k) == self) uses.push_back({user, k});
    Value slot;
    for (auto [user, k] : uses) {
      bool is_phi = f[user].op == Opcode::Phi;
      BlockId at = is_phi ? f.operand(user, k + 1).index() : f[user].block;
      Value v;
      for (Value pad : pads)
        if (dominators.dominates(f[pad.index()].block, at)) v = pad;
      if (!v) {
        if (!slot) slot = store_all(id, pads);
        b.before_instruction(is_phi ? f.terminator(at) : user);
        v = b.load(f[id].type, slot, 1);
      }
      f.set_operand(user, k, v);
    }
  }

  // One block per destination, however many labels lead there.
  std::vector<Value> make_pads(InstId id, u32 first) {
    std::vector<Value> pads;
    std::vector<std::pair<Value, BlockId>> made;
    for (u32 k = first; k < f[id].operand_count; ++k) {
      Value to = f.operand(id, k);
      bool repeated = false;
      for (auto [old, pad] : made) {
        if (old != to) continue;
        f.set_operand(id, k, block_value(pad));
        remove_one_incoming(f, old.index(), f[id].block);
        repeated = true;
      }
      if (repeated) continue;
      BlockId pad = split_edge(f, f[id].block, k);
      made.push_back({to, pad});
      b.before_instruction(f.blocks[pad].first);
      pads.push_back(call_named(b, "llvm.callbr.landingpad", f[id].type, {}));
    }
    return pads;
  }

  Value store_all(InstId id, const std::vector<Value>& pads) {
    u64 size = f.types.alloc_size(f[id].type, f.module.layout);
    Value slot = b.alloca_bytes(size, 16);
    for (Value pad : pads) {
      b.after_instruction(pad.index());
      b.store(pad, slot, 1);
    }
    return slot;
  }

  Function& f;
  Emitter b;
};

} // namespace

void legalize_asm_goto(Context& c) { AsmGotoRewriter(c).run(); }

} // namespace lathe::legalize
