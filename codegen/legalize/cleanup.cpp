// Control flow and dead code: what keeps later passes simple (no unreachable blocks) and removes what lowering
// leaves behind.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

// Drops the entries of `from` from the phis of `to`, all of them or one.
void remove_incoming(Function& f, BlockId to, const std::vector<bool>& gone) {
  for (InstId phi = f.blocks[to].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
    std::vector<Value> kept;
    auto operands = f.operands_of(phi);
    for (u32 i = 0; i + 1 < operands.size(); i += 2) {
      if (gone[operands[i + 1].index()]) continue;
      kept.push_back(operands[i]);
      kept.push_back(operands[i + 1]);
    }
    if (kept.size() != operands.size()) f.set_operands(phi, kept);
  }
}

} // namespace

bool has_effect(const Function& f, InstId id) {
  const Instruction& i = f[id];
  switch (i.op) {
  case Opcode::Store:
  case Opcode::Fence:
  case Opcode::CmpXchg:
  case Opcode::AtomicRmw:
  case Opcode::VAArg:
  case Opcode::LandingPad:
  case Opcode::CatchPad:
  case Opcode::CleanupPad: return true;
  case Opcode::Load: return (i.flags & FlagVolatile) || i.sub > static_cast<u8>(Ordering::Unordered);
  case Opcode::Call: {
    static constexpr bool pure[] = {
        false, false,
#define INTRINSIC(id, name, types) false,
#define PURE(id, name, types) true,
#include "codegen/legalize/intrinsics.def"
    };
    return !pure[static_cast<u8>(intrinsic_of(f, id))];
  }
  default: return is_terminator(i.op);
  }
}

void remove_unreachable_blocks(Context& c) {
  Function& f = c.f;
  analysis::Cfg cfg(f);
  u32 linked = 0;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) ++linked;
  if (cfg.order.size() == linked) return;
  std::vector<bool> gone(f.blocks.size());
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) gone[b] = !cfg.is_reachable(b);
  for (BlockId b : cfg.order) remove_incoming(f, b, gone);
  BlockId next;
  for (BlockId b = f.first_block; b != none; b = next) {
    next = f.blocks[b].next;
    if (!gone[b]) continue;
    // A label whose address is taken stays, empty: something may name it.
    if (f.blocks[b].address_taken) {
      while (f.blocks[b].last != none) {
        InstId id = f.blocks[b].last;
        f.set_operands(id, {});
        f.unlink(id);
      }
      Builder builder(f);
      builder.at_end(b);
      builder.unreachable();
      continue;
    }
    f.remove_block(b);
  }
}

// Marks from what has effects; cycles of dead phis go too. Linear in instructions and operands.
void remove_dead_instructions(Context& c) {
  Function& f = c.f;
  std::vector<bool> live(f.instructions.size());
  std::vector<InstId> work;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
    for (InstId id = f.blocks[b].first; id != none; id = f[id].next)
      if (has_effect(f, id)) {
        live[id] = true;
        work.push_back(id);
      }
  while (!work.empty()) {
    InstId id = work.back();
    work.pop_back();
    for (Value v : f.operands_of(id))
      if (v.is_instruction() && !live[v.index()]) {
        live[v.index()] = true;
        work.push_back(v.index());
      }
    // Operands of bundles are not among the instruction's own.
    if (f[id].op == Opcode::Call || f[id].op == Opcode::Invoke || f[id].op == Opcode::CallBr)
      for (const OperandBundle& bundle : f.call_info(id).bundles)
        for (u32 i = 0; i < bundle.count; ++i) {
          Value v = f.bundle_operands[bundle.first + i];
          if (v.is_instruction() && !live[v.index()]) {
            live[v.index()] = true;
            work.push_back(v.index());
          }
        }
  }
  std::vector<InstId> dead;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
    for (InstId id = f.blocks[b].first; id != none; id = f[id].next)
      if (!live[id]) dead.push_back(id);
  for (InstId id : dead) f.set_operands(id, {});
  for (InstId id : dead) f.remove(id);
}

// Folds branches on constants and joins a block with its only successor where that has no other predecessor.
void merge_blocks(Context& c) {
  Function& f = c.f;
  bool cut = false;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next) {
    InstId last = f.blocks[b].last;
    if (f[last].op != Opcode::Br || f[last].operand_count != 3) continue;
    u64 condition;
    BlockId if_true = f.operand(last, 1).index(), if_false = f.operand(last, 2).index();
    bool known = constant_bits(f, f.operand(last, 0), condition);
    if (!known && if_true != if_false) continue;
    BlockId taken = !known || condition ? if_true : if_false, other = !known || condition ? if_false : if_true;
    remove_one_incoming(f, other, b);
    Value target = block_value(taken);
    f.set_operands(last, {&target, 1});
    f[last].aux = none;
    cut |= taken != other;
  }
  if (cut) remove_unreachable_blocks(c);

  // In reverse postorder a chain is absorbed by its head, each block once.
  analysis::Cfg cfg(f);
  std::vector<u32> edges(f.blocks.size());
  for (BlockId b : cfg.order)
    for (BlockId s : cfg.successors(b)) ++edges[s];
  Replacements replacements(f);
  bool any = false;
  std::vector<BlockId> end(f.blocks.size(), none); // of a block that is gone: the one that absorbed it
  for (BlockId b : cfg.order) {
    while (end[b] == none) {
      InstId last = f.blocks[b].last;
      if (f[last].op != Opcode::Br || f[last].operand_count != 1) break;
      BlockId next = f.operand(last, 0).index();
      if (next == b || next == f.first_block || edges[next] != 1 || f.blocks[next].address_taken) break;
      InstId first = f.blocks[next].first;
      while (first != none && f[first].op == Opcode::Phi) {
        InstId phi = first;
        first = f[phi].next;
        replacements.add(instruction_value(phi), f.operand(phi, 0));
        f.unlink(phi);
      }
      f.remove(last);
      for (InstId id = first, after; id != none; id = after) {
        after = f[id].next;
        // Unlinking and appending one by one keeps counts right.
        f.unlink(id);
        f.append(b, id);
      }
      end[next] = b;
      f.remove_block(next);
      any = true;
    }
  }
  if (!any) return;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
    for (InstId phi = f.blocks[b].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next)
      for (Value& v : f.operands_of(phi))
        if (v.is_block() && end[v.index()] != none) v = block_value(end[v.index()]);
  replacements.apply();
}

} // namespace lathe::legalize
