// A block that several indirectbr lead to would have critical edges that nothing can be put on, since an indirect
// jump goes to one place whoever jumps. All indirectbr of a function become one; emission repeats it where that pays.
//
//     a: indirectbr ptr %x, [label %s]          a: br label %all
//     b: indirectbr ptr %y, [label %s, %t]      b: br label %all
//                                             all: %p = phi ptr [ %x, %a ], [ %y, %b ]
//                                                  indirectbr ptr %p, [label %s, label %t]
//
// The paths from a to t that this makes are never taken, but a value of b that t used is not computed on them: such
// values go through memory.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

#include <algorithm>
#include <map>

namespace lathe::legalize {

namespace {

class IndirectMerger {
public:
  explicit IndirectMerger(Context& c) : f(c.f), b(c.f) {}

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      if (f[f.terminator(block)].op == Opcode::IndirectBr) sources_.push_back(block);
    if (sources_.size() < 2 || !find_targets()) return;
    BlockId all = f.append_block();
    std::vector<std::pair<Value, BlockId>> addresses;
    for (BlockId block : sources_) addresses.push_back({f.operand(f.terminator(block), 0), block});
    b.at_end(all);
    Value address = b.phi(f.type_of(addresses[0].first), addresses);
    source_.assign(f.blocks.size(), none);
    for (u32 k = 0; k < sources_.size(); ++k) source_[sources_[k]] = k;
    for (BlockId target : targets_) move_phis(target, all);
    b.at_end(all);
    std::vector<Value> operands{address};
    for (BlockId target : targets_) operands.push_back(block_value(target));
    b.emit(Opcode::IndirectBr, TypeId::Void, operands);
    for (BlockId block : sources_) {
      InstId last = f.terminator(block);
      b.at_end(block);
      b.location = f[last].location;
      f.set_operands(last, {});
      f.remove(last);
      b.br(all);
    }
    keep_definitions();
  }

private:
  // True when two of them share a target.
  bool find_targets() {
    std::vector<BlockId> of_one;
    bool shared = false;
    std::vector<bool> seen(f.blocks.size());
    for (BlockId block : sources_) {
      of_one = f.successors(block);
      std::sort(of_one.begin(), of_one.end());
      of_one.erase(std::unique(of_one.begin(), of_one.end()), of_one.end());
      for (BlockId target : of_one) {
        shared |= seen[target];
        if (!seen[target]) targets_.push_back(target);
        seen[target] = true;
      }
    }
    return shared;
  }

  void move_phis(BlockId target, BlockId all) {
    for (InstId phi = f.blocks[target].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
      std::vector<Value> kept;
      std::vector<Value> moved(sources_.size());
      auto entries = f.operands_of(phi);
      for (u32 i = 0; i + 1 < entries.size(); i += 2) {
        if (u32 k = source_[entries[i + 1].index()]; k != none)
          moved[k] = entries[i];
        else
          kept.insert(kept.end(), {entries[i], entries[i + 1]});
      }
      std::vector<std::pair<Value, BlockId>> incoming;
      TypeId type = f[phi].type;
      for (u32 k = 0; k < sources_.size(); ++k) incoming.push_back({moved[k] ? moved[k] : b.poison(type), sources_[k]});
      b.at_end(all);
      Value joined = b.phi(type, incoming);
      kept.insert(kept.end(), {joined, block_value(all)});
      f.set_operands(phi, kept);
    }
  }

  // Each use that its definition no longer dominates becomes a load of what the definition stored.
  void keep_definitions() {
    analysis::Cfg cfg(f);
    analysis::Dominators dominators(cfg);
    struct Use {
      InstId user;
      u32 operand;
      BlockId block; // where the value is wanted: a phi's at the end of the block it comes from
    };
    std::vector<Use> broken;
    for (BlockId block : cfg.order)
      for (InstId id = f.blocks[block].first; id != none; id = f[id].next)
        for (u32 k = 0; k < f[id].operand_count; ++k) {
          Value v = f.operand(id, k);
          if (!v.is_instruction()) continue;
          BlockId at = f[id].op == Opcode::Phi ? f.operand(id, k + 1).index() : block;
          if (cfg.is_reachable(at) && !dominators.dominates(f[v.index()].block, at)) broken.push_back({id, k, at});
        }
    std::map<InstId, Value> slots;
    std::map<std::pair<BlockId, InstId>, Value> at_end; // one for all entries of phis that come from a block
    for (const Use& use : broken) {
      Value v = f.operand(use.user, use.operand);
      TypeId type = f.type_of(v);
      u32 align = f.types.abi_align(type, f.module.layout);
      auto [slot, is_new] = slots.try_emplace(v.index());
      if (is_new) {
        slot->second = b.alloca_bytes(f.types.alloc_size(type, f.module.layout), align);
        b.after_instruction(v.index());
        b.store(v, slot->second, align);
      }
      if (f[use.user].op != Opcode::Phi) {
        b.before_instruction(use.user);
        f.set_operand(use.user, use.operand, b.load(type, slot->second, align));
        continue;
      }
      auto [loaded, is_first] = at_end.try_emplace({use.block, v.index()});
      if (is_first) {
        b.before_instruction(f.terminator(use.block));
        loaded->second = b.load(type, slot->second, align);
      }
      f.set_operand(use.user, use.operand, loaded->second);
    }
  }

  Function& f;
  Emitter b;
  std::vector<BlockId> sources_, targets_;
  std::vector<u32> source_; // by block: its place in sources_, or none
};

} // namespace

void legalize_indirect_branches(Context& c) { IndirectMerger(c).run(); }

} // namespace lathe::legalize
