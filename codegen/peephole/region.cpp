// Regions. Needs: a parsed buffer. Gives: lines, blocks, edges and liveness that are never too small: a block whose
// label is named by data, by inline assembly or by an address computation may be entered from anywhere.

#include "codegen/peephole/region.h"

#include "assembler/directives.h"

#include <algorithm>

namespace lathe::codegen::peephole {

using assembler::Directive;
using assembler::no_id;
using assembler::Operand;
using assembler::OperandKind;
using assembler::Operator;
using assembler::StatementKind;

namespace {

enum class DirectiveClass : u8 { Transparent, Pin, Section, Barrier };

// Pin: unwind directives describe the instruction before them. Data between instructions is a barrier.
DirectiveClass classify(Directive d) {
  switch (d) {
  case Directive::text: case Directive::data: case Directive::bss: case Directive::section:
  case Directive::pushsection: case Directive::popsection: case Directive::previous: case Directive::subsection:
    return DirectiveClass::Section;
  case Directive::loc: case Directive::file: case Directive::type: case Directive::globl: case Directive::hidden:
  case Directive::weak: case Directive::local: case Directive::protected_: case Directive::internal:
  case Directive::size: case Directive::balign: case Directive::p2align: case Directive::loc_mark_labels:
    return DirectiveClass::Transparent;
  default:
    return assembler::directive_info(d).text.starts_with(".cfi_") ? DirectiveClass::Pin : DirectiveClass::Barrier;
  }
}

bool mentions_here(const StatementBuffer& b, u32 expression, u32 depth) {
  if (expression == no_id) return false;
  if (depth > 100) return true;
  const assembler::Expression& e = b.expressions[expression];
  if (e.op == Operator::Here) return true;
  if (e.op == Operator::Constant || e.op == Operator::Symbol) return false;
  return mentions_here(b, e.left, depth + 1) || mentions_here(b, e.right, depth + 1);
}

// Whether an instruction counts bytes from where it stands (`jmp .+8`).
bool mentions_here(const StatementBuffer& b, const Statement& s) {
  for (Operand o : b.operands_of(s)) {
    if (o.is(OperandKind::Expression) && mentions_here(b, o.index(), 0)) return true;
    if (o.is(OperandKind::Address) && mentions_here(b, b.addresses[o.index()].expression, 0)) return true;
  }
  return false;
}

bool is_data_section(const StatementBuffer& b, const Statement& s) {
  auto d = static_cast<Directive>(s.id);
  if (d == Directive::data || d == Directive::bss) return true;
  if (d != Directive::section || s.operand_count == 0) return false;
  Operand o = b.operands_of(s)[0];
  if (!o.is(OperandKind::Word) && !o.is(OperandKind::String)) return false;
  std::string_view name = b.strings[o.index()];
  return name.starts_with(".rodata") || name.starts_with(".gcc_except_table") || name.starts_with(".data");
}

} // namespace

u32 Region::block_of(SymbolId symbol) const {
  auto at = std::lower_bound(labels_.begin(), labels_.end(), std::pair(symbol, 0u));
  return at != labels_.end() && at->first == symbol ? at->second : no_id;
}

void Region::kill(u32 line) {
  statement(line).kind = StatementKind::Dead;
  effects[line] = {};
}

void Region::update(u32 line) {
  effects[line] = rules.effects(buffer, statement(line), options);
}

void Region::add_line(u32 index, const Effects& e) {
  lines.push_back(index);
  effects.push_back(e);
}

void Region::add_barrier(u32 index) {
  Effects e;
  e.barrier = e.pinned = e.loads = e.stores = true;
  e.reads = e.writes = ~u64(0);
  e.flags_read = e.flags_written = 0xff;
  add_line(index, e);
}

bool Region::build() {
  lines.clear();
  effects.clear();
  has_text = false;
  bool in_data = false;
  for (u32 i = begin; i < end; ++i) {
    const Statement& s = buffer.statements[i];
    switch (s.kind) {
    case StatementKind::Dead: break;
    case StatementKind::Instruction:
      if (in_data || mentions_here(buffer, s)) return false;
      add_line(i, rules.effects(buffer, s, options));
      break;
    case StatementKind::Label:
      if (!in_data) add_line(i, {});
      break;
    case StatementKind::Text:
      if (in_data) return false;
      has_text = true;
      add_barrier(i);
      break;
    case StatementKind::Directive:
      switch (classify(static_cast<Directive>(s.id))) {
      case DirectiveClass::Transparent: break;
      case DirectiveClass::Pin:
        if (!effects.empty() && !in_data) effects.back().pinned = true;
        break;
      case DirectiveClass::Section:
        in_data = is_data_section(buffer, s);
        add_barrier(i);
        break;
      case DirectiveClass::Barrier:
        if (!in_data) add_barrier(i);
        break;
      }
    }
  }
  split_blocks();
  add_edges();
  return true;
}

void Region::split_blocks() {
  blocks.clear();
  labels_.clear();
  RegionBlock current;
  auto close = [&](u32 at, bool falls) {
    current.end = at;
    current.falls_through = falls;
    if (current.end > current.begin) blocks.push_back(current);
    current = {};
    current.begin = at;
  };
  for (u32 i = 0; i < lines.size(); ++i) {
    if (is_label(i)) {
      if (i > current.begin && !is_label(i - 1)) close(i, true);
      SymbolId symbol = statement(i).first;
      labels_.push_back({symbol, static_cast<u32>(blocks.size())});
      if (symbol >= address_taken.size() || address_taken[symbol]) current.reachable_from_outside = true;
    }
    Flow flow = effects[i].flow;
    if (flow == Flow::Jump || flow == Flow::Exit || flow == Flow::Branch) close(i + 1, flow == Flow::Branch);
  }
  close(static_cast<u32>(lines.size()), false);
  std::sort(labels_.begin(), labels_.end());
  // Inline assembly may jump to numbered labels in ways that we do not read.
  if (has_text)
    for (RegionBlock& b : blocks) b.reachable_from_outside |= is_label(b.begin);
  if (!blocks.empty()) blocks[0].reachable_from_outside = true;
}

void Region::add_edges() {
  successors.clear();
  for (u32 b = 0; b < blocks.size(); ++b) {
    RegionBlock& block = blocks[b];
    block.first_successor = static_cast<u32>(successors.size());
    const Effects& last = effects[block.end - 1];
    if ((last.flow == Flow::Jump || last.flow == Flow::Branch) && last.target != no_id)
      if (u32 to = block_of(last.target); to != no_id) successors.push_back(to);
    if (block.falls_through && b + 1 < blocks.size()) successors.push_back(b + 1);
    block.successor_count = static_cast<u32>(successors.size()) - block.first_successor;
    for (size_t s = block.first_successor; s < successors.size(); ++s) ++blocks[successors[s]].predecessors;
  }
}

// What a block does to liveness, all its lines together.
void Region::summarize(RegionBlock& b) const {
  const Effects& last = effects[b.end - 1];
  const bool jumps = last.flow == Flow::Jump || last.flow == Flow::Branch;
  const bool runs_out = b.end == lines.size() && last.flow != Flow::Jump && last.flow != Flow::Exit;
  b.leaves = runs_out || (jumps && (last.target == no_id || block_of(last.target) == no_id));
  b.in = b.out = b.kills = b.reads = {};
  for (u32 i = b.end; i-- > b.begin;) {
    const Effects& e = effects[i];
    b.reads.units = (b.reads.units & ~e.kills) | e.reads;
    b.reads.flags = static_cast<u8>((b.reads.flags & ~e.flags_killed) | e.flags_read);
    b.kills.units |= e.kills;
    b.kills.flags |= e.flags_killed;
  }
}

// Backward data flow to a fixed point, blocks taken last to first.
void Region::compute_liveness() {
  // What a computed jump may find: any block that is entered from outside the plain edges; and the world, unless it stays.
  const Live world = rules.live_at_exit(options);
  Live inside;
  for (RegionBlock& b : blocks) summarize(b);
  for (bool changed = true; changed;) {
    changed = false;
    for (u32 n = static_cast<u32>(blocks.size()); n-- > 0;) {
      RegionBlock& b = blocks[n];
      Live live;
      for (u32 s = 0; s < b.successor_count; ++s) {
        const Live& in = blocks[successors[b.first_successor + s]].in;
        live.units |= in.units;
        live.flags |= in.flags;
      }
      if (b.leaves) {
        const bool stays = effects[b.end - 1].stays;
        live.units |= inside.units | (stays ? 0 : world.units);
        live.flags |= inside.flags | (stays ? 0 : world.flags);
      }
      b.out = live;
      live.units = (live.units & ~b.kills.units) | b.reads.units;
      live.flags = static_cast<u8>((live.flags & ~b.kills.flags) | b.reads.flags);
      if (live == b.in) continue;
      b.in = live;
      changed = true;
      if (b.reachable_from_outside && n != 0) {
        inside.units |= live.units;
        inside.flags |= live.flags;
      }
    }
  }
}

} // namespace lathe::codegen::peephole
