// Rules about jumps: they look at blocks, never at values.

#include "codegen/x86/peephole/rules.h"

namespace lathe::codegen::x86 {

using assembler::no_id;
using assembler::StatementKind;

namespace {

// The first line of the block that is no label, or the block's end.
u32 first_instruction(Region& r, u32 block) {
  u32 line = r.blocks[block].begin;
  while (line < r.blocks[block].end && (r.is_label(line) || r.statement(line).kind == StatementKind::Dead)) ++line;
  return line;
}

// Where a jump to `symbol` ends when the blocks on the way only jump on.
SymbolId thread(Region& r, SymbolId symbol) {
  for (u32 steps = 0; steps < 8; ++steps) {
    u32 block = r.block_of(symbol);
    if (block == no_id) break;
    u32 line = first_instruction(r, block);
    if (line + 1 != r.blocks[block].end || !r.is_instruction(line)) break;
    const Effects& e = r.effects[line];
    if (e.flow != Flow::Jump || e.target == no_id || e.pinned || e.target == symbol || r.block_of(e.target) == no_id) break;
    symbol = e.target;
  }
  return symbol;
}

bool is_direct(const Effects& e) { return (e.flow == Flow::Jump || e.flow == Flow::Branch) && e.target != no_id && !e.pinned; }

void thread_jumps(Pass& p) {
  Region& r = p.region;
  for (RegionBlock& b : r.blocks) {
    u32 line = b.end - 1;
    if (!is_direct(r.effects[line]) || r.block_of(r.effects[line].target) == no_id) continue;
    SymbolId to = thread(r, r.effects[line].target);
    if (to == r.effects[line].target) continue;
    p.rewrite(line, r.statement(line).row(), {r.buffer.target(to)});
    p.fired(Rule::jump_threading);
  }
}

// jcc A; jmp B; A:  becomes  j!cc B; A:
void branch_over_jump(Pass& p, u32 block) {
  Region& r = p.region;
  if (block + 2 >= r.blocks.size()) return;
  u32 branch = r.blocks[block].end - 1, jump = r.blocks[block + 1].begin;
  if (r.blocks[block + 1].end != jump + 1 || r.is_label(jump)) return;
  if (r.effects[branch].flow != Flow::Branch || r.effects[jump].flow != Flow::Jump) return;
  if (!is_direct(r.effects[branch]) || !is_direct(r.effects[jump])) return;
  if (r.block_of(r.effects[branch].target) != block + 2) return;
  Row inverted = inverted_branch(r.statement(branch).row());
  if (inverted == Row::Count) return;
  p.rewrite(branch, inverted, {r.buffer.target(r.effects[jump].target)});
  r.kill(jump);
  p.fired(Rule::branch_over_jump);
}

void jump_to_next(Pass& p, u32 block) {
  Region& r = p.region;
  u32 line = r.blocks[block].end - 1;
  if (!is_direct(r.effects[line]) || block + 1 >= r.blocks.size()) return;
  if (r.block_of(r.effects[line].target) != block + 1) return;
  r.kill(line);
  p.fired(Rule::jump_to_next);
}

// Blocks behind an unconditional jump that nothing names and nothing jumps to.
void unreachable_code(Pass& p) {
  Region& r = p.region;
  std::vector<u8> reached(r.blocks.size(), 0);
  std::vector<u32> work;
  auto reach = [&](u32 b) {
    if (!reached[b]) reached[b] = 1, work.push_back(b);
  };
  for (u32 b = 0; b < r.blocks.size(); ++b)
    if (r.blocks[b].reachable_from_outside) reach(b);
  while (!work.empty()) {
    RegionBlock& b = r.blocks[work.back()];
    work.pop_back();
    for (u32 s = 0; s < b.successor_count; ++s) reach(r.successors[b.first_successor + s]);
  }
  for (u32 b = 0; b < r.blocks.size(); ++b) {
    if (reached[b]) continue;
    // What unwind directives or section changes describe stays, and with it all of the block.
    bool pinned = false;
    for (u32 i = r.blocks[b].begin; i < r.blocks[b].end; ++i) pinned |= r.effects[i].pinned;
    if (pinned) continue;
    for (u32 i = r.blocks[b].begin; i < r.blocks[b].end; ++i) {
      if (!r.is_instruction(i)) continue;
      r.kill(i);
      p.fired(Rule::unreachable_code);
    }
  }
}

// Whether a copy elsewhere means the same: no number labels, whose meaning depends on the place.
bool is_movable(Region& r, u32 line) {
  if (!r.is_instruction(line) || r.effects[line].pinned || r.effects[line].barrier) return false;
  auto is_local_number = [&](SymbolId s) { return s != no_id && !r.buffer.name(s).empty() && r.buffer.name(s)[0] >= '0' && r.buffer.name(s)[0] <= '9'; };
  for (assembler::Operand o : r.buffer.operands_of(r.statement(line))) {
    if (o.is(assembler::OperandKind::Expression)) return false;
    if (o.is(assembler::OperandKind::Symbol) && is_local_number(o.symbol())) return false;
    if (!o.is(assembler::OperandKind::Address)) continue;
    const assembler::Address& a = r.buffer.addresses[o.index()];
    if (a.expression != no_id || is_local_number(a.symbol)) return false;
  }
  return true;
}

bool is_computed_jump(const StatementBuffer& b, const Statement& s) {
  if (s.kind != StatementKind::Instruction || s.operand_count != 1) return false;
  if (lathe::x86::info(s.row()).control != lathe::x86::Control::Jump) return false;
  assembler::Operand o = b.operands_of(s)[0];
  return o.is(assembler::OperandKind::Register) || o.is(assembler::OperandKind::Address);
}

} // namespace

bool has_computed_jump(const StatementBuffer& b, u32 begin, u32 end) {
  for (u32 i = begin; i < end; ++i)
    if (is_computed_jump(b, b.statements[i])) return true;
  return false;
}

// Interpreters: a jump of its own for each instruction interpreted is foreseen better, and saves the jump to the jump.
void duplicate_computed_jumps(Region& r, std::vector<peephole::Copy>& copies, Stats& stats) {
  constexpr u32 most_instructions = 12;
  // By block: the line of the computed jump in which it ends, perhaps after falling through others; and how far that is.
  std::vector<u32> jump(r.blocks.size(), no_id), length(r.blocks.size(), 0);
  for (u32 b = static_cast<u32>(r.blocks.size()); b-- > 0;) {
    u32 begin = first_instruction(r, b), end = r.blocks[b].end, after = 0, line = end - 1;
    if (!is_computed_jump(r.buffer, r.statement(end - 1))) {
      if (r.effects[end - 1].flow != Flow::None || b + 1 == r.blocks.size() || jump[b + 1] == no_id) continue;
      line = jump[b + 1], after = length[b + 1];
    }
    if (end - begin + after > most_instructions) continue;
    bool movable = true;
    for (u32 i = begin; i < end; ++i) movable &= is_movable(r, i);
    if (movable) jump[b] = line, length[b] = end - begin + after;
  }
  for (RegionBlock& b : r.blocks) {
    u32 line = b.end - 1;
    const Effects& e = r.effects[line];
    if (e.flow != Flow::Jump || !is_direct(e)) continue;
    u32 to = r.block_of(e.target);
    if (to == no_id || jump[to] == no_id) continue;
    copies.push_back({r.lines[line], r.lines[first_instruction(r, to)], r.lines[jump[to]] + 1});
    ++stats.fired[static_cast<size_t>(Rule::duplicated_jump)];
  }
}

void branch_rules(Pass& p) {
  thread_jumps(p);
  for (u32 b = 0; b < p.region.blocks.size(); ++b) {
    branch_over_jump(p, b);
    jump_to_next(p, b);
  }
  if (p.changed && !p.region.build()) return;
  unreachable_code(p);
}

} // namespace lathe::codegen::x86
