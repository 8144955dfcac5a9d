// Function bodies: creating, linking and changing instructions and blocks while the invariants of function.h
// hold. An instruction that is in no block counts as a user of nothing.

#include "codegen/ir/function.h"

#include "codegen/ir/ir.h"

#include <algorithm>
#include <unordered_map>

namespace lathe::ir {

Function::Function(Module& m, GlobalId id)
    : module(m), self(id), types(&m.types), constants(&m.constants) {
  if (id != none) {
    auto parameters = m.types[m.globals[id].value_type].elements;
    argument_types.assign(parameters.begin(), parameters.end());
    argument_names = m.globals[id].parameter_names;
    argument_names.resize(argument_types.size());
  }
}
Function::~Function() = default;

const Global& Function::global(GlobalId id) const {
  size_t shared = module.globals.size();
  return id < shared ? module.globals[id] : own_globals[id - shared];
}

const AttributeSet& Function::attributes(u32 id) const {
  size_t shared = module.attributes.size();
  return id < shared ? module.attributes[id] : own_attributes[id - shared];
}

GlobalId Function::declare(std::string_view name, TypeId function_type) {
  if (GlobalId id = module.find(name); id != none) return id;
  auto shared = static_cast<GlobalId>(module.globals.size());
  for (u32 i = 0; i < own_globals.size(); ++i)
    if (own_globals[i].name == name) return shared + i;
  Global g;
  g.kind = GlobalKind::Function;
  g.is_declaration = true;
  g.name = memory.copy(name);
  g.value_type = function_type;
  own_globals.push_back(std::move(g));
  return shared + static_cast<u32>(own_globals.size()) - 1;
}

TypeId Function::type_of(Value v) const {
  switch (v.kind()) {
  case ValueKind::Instruction: return instructions[v.index()].type;
  case ValueKind::Argument: return argument_types[v.index()];
  case ValueKind::Constant: return constants[v.index()].type;
  case ValueKind::Global: {
    u32 space = global(v.index()).address_space;
    return space == 0 ? TypeId::Ptr : const_cast<TypeTable&>(types).pointer(space);
  }
  case ValueKind::Block: return TypeId::Label;
  case ValueKind::InlineAsm: return TypeId::Ptr;
  case ValueKind::Metadata: return TypeId::Metadata;
  case ValueKind::None: break;
  }
  return TypeId::Void;
}

const Constant* Function::integer_constant(Value v) const {
  if (!v.is_constant()) return nullptr;
  const Constant& c = constants[v.index()];
  return c.kind == ConstantKind::Integer ? &c : nullptr;
}

std::vector<BlockId> Function::successors(BlockId b) const {
  std::vector<BlockId> out;
  if (blocks[b].last == none) return out;
  const Instruction& i = instructions[blocks[b].last];
  if (!is_terminator(i.op)) return out;
  for (Value v : operands_of(blocks[b].last))
    if (v.is_block()) out.push_back(v.index());
  return out;
}

// --- Changing

BlockId Function::append_block(std::string_view name) {
  auto id = static_cast<BlockId>(blocks.size());
  blocks.emplace_back();
  blocks[id].name = name;
  blocks[id].prev = last_block;
  (last_block == none ? first_block : blocks[last_block].next) = id;
  last_block = id;
  return id;
}

BlockId Function::insert_block_after(BlockId where, std::string_view name) {
  if (where == last_block) return append_block(name);
  auto id = static_cast<BlockId>(blocks.size());
  blocks.emplace_back();
  blocks[id].name = name;
  blocks[id].prev = where;
  blocks[id].next = blocks[where].next;
  blocks[blocks[where].next].prev = id;
  blocks[where].next = id;
  return id;
}

void Function::remove_block(BlockId b) {
  // Back to front, so that what is used inside the block is unused when its turn comes. Phis of a block that
  // loops to itself may use each other: their operands are dropped first.
  for (InstId i = blocks[b].first; i != none; i = instructions[i].next) set_operands(i, {});
  while (blocks[b].last != none) unlink(blocks[b].last);
  Block& k = blocks[b];
  (k.prev == none ? first_block : blocks[k.prev].next) = k.next;
  (k.next == none ? last_block : blocks[k.next].prev) = k.prev;
  k.prev = k.next = none;
}

InstId Function::create(Opcode op, TypeId type, std::span<const Value> ops) {
  auto id = static_cast<InstId>(instructions.size());
  Instruction i;
  i.op = op;
  i.type = type;
  i.first_operand = static_cast<u32>(operands.size());
  i.operand_count = static_cast<u32>(ops.size());
  if (!ops.empty() && ops.data() >= operands.data() && ops.data() < operands.data() + operands.size()) {
    // The caller copies operands of another instruction: growing the array must not pull them away.
    std::vector<Value> copy(ops.begin(), ops.end());
    operands.insert(operands.end(), copy.begin(), copy.end());
  } else {
    operands.insert(operands.end(), ops.begin(), ops.end());
  }
  instructions.push_back(i);
  return id;
}

static void count_uses(Function& f, InstId id, bool add) {
  for (Value v : f.operands_of(id))
    if (v.is_instruction()) f.instructions[v.index()].uses += add ? 1u : ~0u;
}

void Function::append(BlockId b, InstId id) {
  Instruction& i = instructions[id];
  i.block = b;
  i.prev = blocks[b].last;
  i.next = none;
  (i.prev == none ? blocks[b].first : instructions[i.prev].next) = id;
  blocks[b].last = id;
  count_uses(*this, id, true);
}

void Function::insert_before(InstId where, InstId id) {
  Instruction& i = instructions[id];
  Instruction& w = instructions[where];
  i.block = w.block;
  i.next = where;
  i.prev = w.prev;
  (i.prev == none ? blocks[i.block].first : instructions[i.prev].next) = id;
  w.prev = id;
  count_uses(*this, id, true);
}

void Function::unlink(InstId id) {
  Instruction& i = instructions[id];
  if (i.block == none) return;
  count_uses(*this, id, false);
  (i.prev == none ? blocks[i.block].first : instructions[i.prev].next) = i.next;
  (i.next == none ? blocks[i.block].last : instructions[i.next].prev) = i.prev;
  i.prev = i.next = none;
  i.block = none;
}

void Function::remove(InstId id) {
  lathe_check(instructions[id].uses == 0, "an instruction with uses is removed");
  unlink(id);
}

void Function::set_operand(InstId id, u32 index, Value to) {
  Instruction& i = instructions[id];
  Value& slot = operands[i.first_operand + index];
  if (i.block != none) {
    if (slot.is_instruction()) --instructions[slot.index()].uses;
    if (to.is_instruction()) ++instructions[to.index()].uses;
  }
  slot = to;
}

void Function::set_operands(InstId id, std::span<const Value> list) {
  bool linked = instructions[id].block != none;
  if (linked) count_uses(*this, id, false);
  Instruction& i = instructions[id];
  if (list.size() <= i.operand_count) {
    std::copy(list.begin(), list.end(), operands.begin() + i.first_operand); // front to back: overlap is fine
  } else {
    std::vector<Value> copy(list.begin(), list.end());
    i.first_operand = static_cast<u32>(operands.size());
    operands.insert(operands.end(), copy.begin(), copy.end());
  }
  i.operand_count = static_cast<u32>(list.size());
  if (linked) count_uses(*this, id, true);
}

void Function::replace_all_uses(Value from, Value to) {
  Replacements r(*this);
  r.add(from, to);
  r.apply();
}

BlockId Function::split_block(InstId after) {
  BlockId b = instructions[after].block;
  BlockId rest = insert_block_after(b);
  InstId first = instructions[after].next;
  if (first == none) return rest;
  blocks[rest].first = first;
  blocks[rest].last = blocks[b].last;
  blocks[b].last = after;
  instructions[after].next = none;
  instructions[first].prev = none;
  for (InstId i = first; i != none; i = instructions[i].next) instructions[i].block = rest;
  for (BlockId s : successors(rest))
    for (InstId i = blocks[s].first; i != none && instructions[i].op == Opcode::Phi; i = instructions[i].next)
      for (Value& v : operands_of(i))
        if (v == block_value(b)) v = block_value(rest);
  return rest;
}

// --- Replacements

void Replacements::add(Value from, Value to) { list_.emplace_back(from, to); }

// Only asked before apply(): the list is searched, newest first.
Value Replacements::find(Value v) const {
  for (size_t steps = 0; steps <= list_.size(); ++steps) {
    auto it = std::find_if(list_.rbegin(), list_.rend(), [&](const auto& p) { return p.first == v; });
    if (it == list_.rend() || it->second == v) return v;
    v = it->second;
  }
  return v;
}

void Replacements::apply() {
  if (list_.empty()) return;
  std::unordered_map<u32, Value> map;
  for (auto [from, to] : list_)
    if (from != to) map[from.bits] = to;
  // Follows a chain and points its whole length at the end, so that long chains stay linear.
  auto final = [&](Value v) {
    Value end = v;
    size_t steps = 0;
    for (auto it = map.find(v.bits); it != map.end() && steps <= map.size(); it = map.find(end.bits), ++steps)
      end = it->second;
    for (auto it = map.find(v.bits); it != map.end() && it->second != end && v != end; it = map.find(v.bits)) {
      v = it->second;
      it->second = end;
    }
    return end;
  };
  Function& f = function_;
  for (BlockId b = f.first_block; b != none; b = f.blocks[b].next)
    for (InstId id = f.blocks[b].first; id != none; id = f.instructions[id].next)
      for (Value& v : f.operands_of(id)) {
        auto it = map.find(v.bits);
        if (it == map.end()) continue;
        Value to = final(v);
        if (v.is_instruction()) --f.instructions[v.index()].uses;
        if (to.is_instruction()) ++f.instructions[to.index()].uses;
        v = to;
      }
  list_.clear();
}

} // namespace lathe::ir
