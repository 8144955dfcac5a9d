// See parts.h. Instructions made on the way stand before or behind the visited one and are not visited again.

#include "codegen/legalize/parts.h"

namespace lathe::legalize {

void PartsRewriter::run() {
  analysis::Cfg cfg(f);
  std::vector<BlockId> order = cfg.order;
  for (BlockId block : order) {
    InstId next;
    for (InstId id = f.blocks[block].first; id != none; id = next) {
      next = f[id].next;
      b.before_instruction(id);
      f.at = id;
      visit(id);
    }
  }
  finish();
}

void PartsRewriter::visit(InstId id) {
  Opcode op = f[id].op;
  if (op == Opcode::Phi) {
    if (is_split(f[id].type)) begin_phi(id);
    return;
  }
  if (expand(id)) return;
  bool split = is_split(f[id].type);
  bool uses_split = false;
  {
    auto operands = f.operands_of(id);
    for (Value v : operands)
      if (is_split(v)) uses_split = true;
  }
  if (!split && !uses_split) return;
  switch (op) {
  case Opcode::Select: {
    if (!split) break;
    Value condition = f.operand(id, 0);
    std::vector<Value> x = copy_parts(f.operand(id, 1)), y = copy_parts(f.operand(id, 2));
    for (size_t i = 0; i < x.size(); ++i) x[i] = b.choose(condition, x[i], y[i]);
    return set_parts(id, x);
  }
  case Opcode::Freeze: {
    std::vector<Value> x = copy_parts(f.operand(id, 0));
    for (Value& v : x) v = b.emit(Opcode::Freeze, f.type_of(v), {&v, 1});
    return set_parts(id, x);
  }
  case Opcode::Call:
  case Opcode::Invoke:
  case Opcode::CallBr:
    if (uses_split) join_operands(id);
    if (split) split_result(id);
    return;
  case Opcode::Ret: return join_operands(id);
  case Opcode::InsertValue:
  case Opcode::InsertElement:
    if (!split && uses_split) return join_operands(id);
    break;
  case Opcode::ExtractValue:
  case Opcode::ExtractElement:
    if (split && !uses_split) {
      b.after_instruction(id);
      return split_result(id);
    }
    break;
  default: break;
  }
  refuse(id);
}

void PartsRewriter::refuse(InstId id) {
  TypeId type = f[id].type;
  if (!is_split(type))
    for (Value v : f.operands_of(id))
      if (is_split(v)) type = f.type_of(v);
  std::string what = "'" + std::string(spelling(f[id].op)) + "'";
  if (f[id].op == Opcode::Call) what = "this call";
  unsupported(f, what + " on type '" + type_text(f, type) + "'");
}

std::vector<Value> PartsRewriter::copy_parts(Value v) {
  auto parts = parts_of(v);
  return {parts.begin(), parts.end()};
}

std::span<const Value> PartsRewriter::parts_of(Value v) {
  Range range;
  if (v.is_instruction()) {
    lathe_check(v.index() < of_instruction_.size() && of_instruction_[v.index()].count != none,
                "a value is used before its parts are made: " + std::string(spelling(f[v.index()].op)));
    range = of_instruction_[v.index()];
  } else if (v.is_argument()) {
    if (of_argument_.empty()) of_argument_.resize(f.argument_types.size());
    if (of_argument_[v.index()].count == none) {
      Emitter saved = b;
      b.before_instruction(f.blocks[f.first_block].first);
      while (b.before != none && f[b.before].op == Opcode::Alloca) b.before = f[b.before].next;
      // Parts made in the entry block stand before everything that may use them.
      if (saved.block == f.first_block) b.before = f.blocks[f.first_block].first;
      std::vector<Value> parts;
      split_border(v, parts);
      b.block = saved.block;
      b.before = saved.before;
      b.location = saved.location;
      of_argument_[v.index()] = {static_cast<u32>(list_.size()), static_cast<u32>(parts.size())};
      list_.insert(list_.end(), parts.begin(), parts.end());
    }
    range = of_argument_[v.index()];
  } else {
    scratch_.clear();
    split_constant(v, scratch_);
    return scratch_;
  }
  return {list_.data() + range.first, range.count};
}

void PartsRewriter::keep_parts(InstId id, std::span<const Value> parts) {
  if (of_instruction_.size() <= id) of_instruction_.resize(f.instructions.size());
  of_instruction_[id] = {static_cast<u32>(list_.size()), static_cast<u32>(parts.size())};
  std::vector<Value> copy(parts.begin(), parts.end());
  list_.insert(list_.end(), copy.begin(), copy.end());
}

void PartsRewriter::set_parts(InstId id, std::span<const Value> parts) {
  keep_parts(id, parts);
  doomed_.push_back(id);
}

void PartsRewriter::replace(InstId id, Value v) {
  replacements_.add(instruction_value(id), v);
  doomed_.push_back(id);
}

void PartsRewriter::begin_phi(InstId id) {
  std::vector<TypeId> types;
  part_types(f[id].type, types);
  std::vector<Value> parts;
  for (TypeId t : types) {
    InstId phi = f.create(Opcode::Phi, t, {});
    f[phi].location = f[id].location;
    f.insert_before(id, phi);
    parts.push_back(instruction_value(phi));
  }
  keep_parts(id, parts);
  phis_.push_back(id);
}

void PartsRewriter::finish_phis() {
  std::vector<std::vector<Value>> lists;
  for (InstId id : phis_) {
    std::vector<Value> phis = copy_parts(instruction_value(id));
    lists.assign(phis.size(), {});
    u32 count = f[id].operand_count;
    for (u32 i = 0; i + 1 < count; i += 2) {
      Value incoming = f.operand(id, i), block = f.operand(id, i + 1);
      InstId terminator = f.terminator(block.index());
      b.before_instruction(terminator);
      auto parts = parts_of(incoming);
      for (size_t k = 0; k < phis.size(); ++k) {
        lists[k].push_back(parts[k]);
        lists[k].push_back(block);
      }
    }
    for (size_t k = 0; k < phis.size(); ++k) f.set_operands(phis[k].index(), lists[k]);
    doomed_.push_back(id);
  }
  phis_.clear();
}

void PartsRewriter::finish() {
  finish_phis();
  replacements_.apply();
  for (InstId id : doomed_) f.set_operands(id, {});
  for (InstId id : doomed_) f.remove(id);
  doomed_.clear();
}

void PartsRewriter::split_result(InstId id) {
  // legalize_exceptions and legalize_asm_goto have moved their values to the blocks they lead to.
  if (f[id].op == Opcode::Invoke || f[id].op == Opcode::CallBr) return;
  b.after_instruction(id);
  std::vector<Value> parts;
  split_border(instruction_value(id), parts);
  keep_parts(id, parts);
}

void PartsRewriter::join_operands(InstId id, u32 first) {
  for (u32 i = first; i < f[id].operand_count; ++i) {
    Value v = f.operand(id, i);
    if (!is_split(v)) continue;
    if (v.is_constant() && is_undef(f, v)) continue;
    std::vector<Value> parts = copy_parts(v);
    f.set_operand(id, i, join(f.type_of(v), parts));
  }
}

} // namespace lathe::legalize
