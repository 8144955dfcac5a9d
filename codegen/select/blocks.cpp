#include "codegen/select/blocks.h"

#include "codegen/analysis/analysis.h"

#include <algorithm>

namespace lathe::codegen {

namespace {
// Below this share of the entry's executions a block goes behind the others.
constexpr float cold_frequency = 1.0f / 256;
}

void BlockPlan::build(FunctionContext& context) {
  const ir::Function& f = context.ir;
  find_order(f);
  collect_edges(f);
  lay_out(context);
  fill_arguments(f, context.code.machine);
}

void BlockPlan::find_order(const ir::Function& f) {
  // Depth first with an explicit stack; a frame keeps the operand it stands at.
  struct Frame {
    ir::BlockId block;
    u32 operand;
  };
  order.clear();
  stamp_.assign(f.blocks.size(), 0);
  std::vector<Frame> stack;
  stack.push_back({f.first_block, 0});
  stamp_[f.first_block] = 1;
  while (!stack.empty()) {
    Frame& top = stack.back();
    ir::InstId t = f.blocks[top.block].last;
    auto operands = t == ir::none ? std::span<const ir::Value>() : f.operands_of(t);
    bool pushed = false;
    while (top.operand < operands.size()) {
      // The last successor first: reverse postorder then follows the operand order.
      ir::Value v = operands[operands.size() - 1 - top.operand++];
      if (!v.is_block() || stamp_[v.index()]) continue;
      stamp_[v.index()] = 1;
      stack.push_back({v.index(), 0});
      pushed = true;
      break;
    }
    if (pushed) continue;
    order.push_back(top.block);
    stack.pop_back();
  }
  std::reverse(order.begin(), order.end());
}

bool BlockPlan::is_indirect(const ir::Function& f, ir::BlockId b) const {
  return f[f.blocks[b].last].op == ir::Opcode::IndirectBr;
}

void BlockPlan::collect_edges(const ir::Function& f) {
  u32 count = static_cast<u32>(f.blocks.size());
  edges_.clear();
  first_edge_.assign(count + 1, 0);
  first_in_.assign(count, no_id);
  in_count_.assign(count, 0);
  std::vector<u32>& seen = stamp_; // by block: the last block it was seen from, plus one
  std::fill(seen.begin(), seen.end(), 0);
  layout_.clear();
  machine_block.assign(count, no_id);
  for (ir::BlockId b : order) machine_block[b] = 0;
  for (ir::BlockId b = f.first_block; b != ir::none; b = f.blocks[b].next)
    if (machine_block[b] != no_id) layout_.push_back(b);
  // Edges are numbered by source block in IR order of ids.
  for (ir::BlockId b = 0; b < count; ++b) {
    first_edge_[b] = static_cast<u32>(edges_.size());
    if (machine_block[b] == no_id) continue;
    for_each_successor(f, b, [&](ir::BlockId to) {
      if (seen[to] == b + 1) return;
      seen[to] = b + 1;
      u32 e = static_cast<u32>(edges_.size());
      edges_.push_back({b, to, no_id, first_in_[to]});
      first_in_[to] = e;
      ++in_count_[to];
    });
  }
  first_edge_[count] = static_cast<u32>(edges_.size());
  indirect_target_.assign(count, 0);
  for (const Edge& e : edges_)
    if (is_indirect(f, e.from)) ++indirect_target_[e.to];
}

void BlockPlan::find_preheaders(const analysis::Cfg& cfg, const analysis::Dominators& dominators, const analysis::Loops& loops) {
  std::vector<ir::BlockId> of_loop(loops.loops.size(), ir::none);
  for (u32 l = 0; l < loops.loops.size(); ++l) {
    const analysis::Loop& loop = loops.loops[l];
    if (loop.irreducible) continue;
    u32 entries = 0;
    for (ir::BlockId p : cfg.predecessors(loop.header)) {
      if (!cfg.is_reachable(p) || loops.contains(l, p) || of_loop[l] == p) continue;
      of_loop[l] = p;
      ++entries;
    }
    // Not in a loop that stands before this one: what is put there would be done in each of its turns.
    if (entries == 1)
      for (u32 other = loops.loop_of[of_loop[l]]; other != ir::none && !loops.contains(other, loop.header);
           other = loops.loop_of[of_loop[l]])
        of_loop[l] = dominators.parent(loops.loops[other].header);
    if (entries != 1) of_loop[l] = loop.parent == ir::none ? ir::none : of_loop[loop.parent];
  }
  preheader.assign(machine_block.size(), ir::none);
  for (ir::BlockId b : order)
    if (loops.loop_of[b] != ir::none) preheader[b] = of_loop[loops.loop_of[b]];
}

void BlockPlan::lay_out(FunctionContext& context) {
  const ir::Function& f = context.ir;
  MachineFunction& m = context.code.machine;
  u32 count = static_cast<u32>(f.blocks.size());
  frequency_.assign(count, 1);
  depth_.assign(count, 0);
  preheader.clear();
  if (context.options.opt_level > 0) {
    analysis::Cfg cfg(f);
    analysis::Dominators dominators(cfg);
    analysis::Loops loops(cfg, dominators);
    analysis::Frequencies frequencies(f, cfg, loops);
    for (ir::BlockId b : order) {
      frequency_[b] = frequencies.of_block[b];
      depth_[b] = loops.depth(b);
    }
    find_preheaders(cfg, dominators, loops);
    std::stable_partition(layout_.begin(), layout_.end(),
                          [&](ir::BlockId b) { return b == f.first_block || frequency_[b] >= cold_frequency; });
  }

  landing.assign(count, no_id);
  is_extra.clear();
  auto add = [&](ir::BlockId source, bool extra, float frequency, u32 depth) {
    MachineBlock b;
    b.source = source;
    b.frequency = frequency;
    b.loop_depth = depth;
    m.blocks.push_back(b);
    is_extra.push_back(extra);
    return static_cast<MachineBlockId>(m.blocks.size() - 1);
  };
  for (ir::BlockId b : layout_) {
    // A block whose address is taken is entered from indirectbr through a block of its own, so that the edge is
    // not critical.
    if (indirect_target_[b]) {
      lathe_check(indirect_target_[b] == 1, "several indirectbr lead to one block");
      landing[b] = add(b, true, frequency_[b], depth_[b]);
      m.blocks[landing[b]].address_taken = f.blocks[b].address_taken;
    }
    machine_block[b] = add(b, false, frequency_[b], depth_[b]);
    if (f.blocks[b].address_taken && landing[b] == no_id) m.blocks[machine_block[b]].address_taken = true;
    u32 out = first_edge_[b + 1] - first_edge_[b];
    if (is_indirect(f, b) || out < 2) continue;
    for (u32 e = first_edge_[b]; e < first_edge_[b + 1]; ++e) {
      ir::BlockId to = edges_[e].to;
      if (in_count_[to] > 1)
        edges_[e].extra = add(b, true, std::min(frequency_[b], frequency_[to]), std::min(depth_[b], depth_[to]));
    }
  }

  // Edges of the machine blocks, in block order.
  auto parameters_of = [&](ir::BlockId b) {
    u32 n = 0;
    for (ir::InstId i = f.blocks[b].first; i != ir::none && f[i].op == ir::Opcode::Phi; i = f[i].next)
      if (f[i].uses) ++n;
    return n;
  };
  for (ir::BlockId b : order) m.blocks[machine_block[b]].parameter_count = parameters_of(b);
  m.parameters.clear();
  for (MachineBlock& b : m.blocks) {
    b.first_parameter = static_cast<u32>(m.parameters.size());
    m.parameters.resize(m.parameters.size() + b.parameter_count, no_id);
  }
  for (MachineBlockId id = 0; id < m.blocks.size(); ++id) {
    MachineBlock& b = m.blocks[id];
    b.first_edge = static_cast<u32>(m.edges.size());
    auto add_edge = [&](MachineBlockId to) {
      m.edges.push_back({to, static_cast<u32>(m.edge_arguments.size())});
      m.edge_arguments.resize(m.edge_arguments.size() + m.blocks[to].parameter_count, no_id);
      ++b.edge_count;
    };
    if (!is_extra[id]) {
      bool indirect = is_indirect(f, b.source);
      for (u32 e = first_edge_[b.source]; e < first_edge_[b.source + 1]; ++e) {
        Edge& edge = edges_[e];
        if (!indirect && edge.extra == no_id) edge.machine_edge = static_cast<u32>(m.edges.size());
        add_edge(indirect ? landing[edge.to] : edge.extra != no_id ? edge.extra : machine_block[edge.to]);
      }
    }
  }
  // Extra blocks' edges; a second round so that first_edge stays contiguous per block.
  for (ir::BlockId b : layout_) {
    for (u32 e = first_edge_[b]; e < first_edge_[b + 1]; ++e) {
      Edge& edge = edges_[e];
      MachineBlockId from = is_indirect(f, b) ? landing[edge.to] : edge.extra;
      if (from == no_id) continue;
      MachineBlock& block = m.blocks[from];
      block.first_edge = edge.machine_edge = static_cast<u32>(m.edges.size());
      block.edge_count = 1;
      m.edges.push_back({machine_block[edge.to], static_cast<u32>(m.edge_arguments.size())});
      m.edge_arguments.resize(m.edge_arguments.size() + m.blocks[machine_block[edge.to]].parameter_count, no_id);
    }
  }

  // Predecessors.
  for (const MachineEdge& e : m.edges) ++m.blocks[e.block].predecessor_count;
  u32 at = 0;
  for (MachineBlock& b : m.blocks) {
    b.first_predecessor = at;
    at += b.predecessor_count;
    b.predecessor_count = 0;
  }
  m.predecessors.resize(at);
  for (MachineBlockId id = 0; id < m.blocks.size(); ++id)
    for (const MachineEdge& e : m.edges_of(m.blocks[id])) {
      MachineBlock& to = m.blocks[e.block];
      m.predecessors[to.first_predecessor + to.predecessor_count++] = id;
    }
}

void BlockPlan::fill_arguments(const ir::Function& f, MachineFunction& m) {
  argument_values.assign(m.edge_arguments.size(), {});
  edge_of_pred_.assign(f.blocks.size(), no_id);
  for (ir::BlockId b : order) {
    if (m.blocks[machine_block[b]].parameter_count == 0) continue;
    for (u32 e = first_in_[b]; e != no_id; e = edges_[e].next_in) edge_of_pred_[edges_[e].from] = edges_[e].machine_edge;
    u32 parameter = 0;
    for (ir::InstId i = f.blocks[b].first; i != ir::none && f[i].op == ir::Opcode::Phi; i = f[i].next) {
      if (f[i].uses == 0) continue;
      auto operands = f.operands_of(i);
      for (size_t k = 0; k + 1 < operands.size(); k += 2) {
        ir::BlockId pred = operands[k + 1].index();
        if (machine_block[pred] == no_id) continue;
        argument_values[m.edges[edge_of_pred_[pred]].first_argument + parameter] = operands[k];
      }
      ++parameter;
    }
  }
}

MachineBlockId BlockPlan::target(ir::BlockId from, ir::BlockId to) const {
  for (u32 e = first_edge_[from]; e < first_edge_[from + 1]; ++e)
    if (edges_[e].to == to) return edges_[e].extra != no_id ? edges_[e].extra : machine_block[to];
  internal_error("a branch has no edge");
}

} // namespace lathe::codegen
