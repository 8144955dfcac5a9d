#include "codegen/reader/body_reader.h"

#include "codegen/ir/check.h"
#include "codegen/ir/ir.h"
#include "codegen/reader/metadata.h"
#include "codegen/reader/reader.h"

#include <algorithm>

namespace lathe::reader {

using namespace ir;

BodyReader::BodyReader(Module& m, ModuleIndex& i, Function& fn, Diagnostics& d, BodyScratch& scratch)
    : Parser(m, i, fn.types, fn.constants, fn.memory, d, m.globals[fn.self].body_begin), f(fn), s(scratch) {}

static std::string shown(const Cursor::Name& n) { return "'%" + std::string(n.text) + "'"; }

// --- Names

void BodyReader::define(Local& l, Value v, TypeId type, const std::string& name, const char* at) {
  if (l.value.kind() != ValueKind::None) c.fail(at, name + " is defined twice");
  if (l.value.index() != 0) {
    BodyScratch::Forward& forward = s.forwards[l.value.index() - 1];
    if (forward.type != type) {
      diag.error(c.place(at), name + " is " + type_text(type) + " here, but was used as " + type_text(forward.type));
      diag.note(c.place(forward.use), name + " is used here");
      throw ReadError();
    }
    forward.value = v;
  }
  l.value = v;
  l.type = type;
}

void BodyReader::type_mismatch(const char* at, Value v, TypeId actual, TypeId wanted) {
  std::string name = "'" + std::string(at, c.token_length(at)) + "'";
  if (actual == TypeId::Label) c.fail(at, name + " is a block, but this wants a value of type " + type_text(wanted));
  std::string work = "this wants " + type_text(wanted);
  if (i_.op >= Opcode::FNeg && i_.op <= Opcode::Xor)
    work = "this " + std::string(spelling(i_.op)) + " works on " + type_text(wanted);
  diag.error(c.place(at), name + " is " + type_text(actual) + " here, but " + work);
  const char* definition = nullptr;
  if (v.is_instruction() && v.index() < s.starts.size()) definition = s.starts[v.index()];
  if (v.is_argument()) definition = c.base + module.globals[f.self].offset;
  if (definition) diag.note(c.place(definition), name + " is defined here");
  throw ReadError();
}

Value BodyReader::local(TypeId wanted) {
  const char* at = c.p++;
  Local* l;
  if (is_class(*c.p, CharDigit)) {
    u64 n = 0;
    do n = n * 10 + static_cast<u64>(*c.p++ - '0');
    while (is_class(*c.p, CharDigit) && n < 0xffffffff);
    // A number far above all that can be defined must not cost memory.
    if (n > number_limit_ ||
        is_class(*c.p, CharName))
      c.fail(at, "undefined value '" + std::string(at, c.token_length(at)) + "'");
    l = &s.names.number(static_cast<u32>(n));
  } else {
    l = &s.names.name(c.name(memory).text);
  }
  if (l->value.kind() == ValueKind::None) {
    if (l->value.index() == 0) {
      if (!is_first_class(wanted) || wanted == TypeId::Label) c.fail(at, type_text(wanted) + " is no type for a value");
      s.forwards.push_back({{}, wanted, at});
      l->value = Value(ValueKind::None, static_cast<u32>(s.forwards.size()));
      l->type = wanted;
    }
    has_forward_ = true;
  }
  if (l->type != wanted) type_mismatch(at, l->value, l->type, wanted);
  return l->value;
}

Value BodyReader::operand(TypeId type) {
  c.skip();
  return *c.p == '%' ? local(type) : constant(type);
}

TypeId BodyReader::typed_operand() {
  TypeId t = type();
  push(operand(t));
  return t;
}

// --- Blocks

BlockId BodyReader::block_of(Local& l, const char* at) {
  if (l.value.is_block()) return l.value.index();
  if (l.value.bits != 0) c.fail(at, "'" + std::string(at, c.token_length(at)) + "' is a value, not a block");
  auto id = static_cast<BlockId>(f.blocks.size());
  f.blocks.emplace_back();
  s.block_use.push_back(at);
  l.value = block_value(id);
  l.type = TypeId::Label;
  return id;
}

Value BodyReader::block_name() {
  if (c.peek() != '%') c.fail_expected("a block's name");
  const char* at = c.p++;
  Cursor::Name n = c.name(memory);
  if (n.is_number && n.number > number_limit_)
    c.fail(at, "undefined block " + shown(n));
  return block_value(block_of(find(n), at));
}

Value BodyReader::block_operand() {
  c.expect_word("label");
  return block_name();
}

void BodyReader::begin_block(BlockId b) {
  s.block_use[b] = nullptr;
  Block& k = f.blocks[b];
  k.prev = f.last_block;
  (f.last_block == none ? f.first_block : f.blocks[f.last_block].next) = b;
  f.last_block = b;
  block_ = b;
  terminated_ = false;
}

void BodyReader::begin_numbered_block() {
  Local& l = s.names.number(next_number_++);
  if (l.value.bits != 0 && !l.value.is_block())
    c.fail(c.p, "the block that begins here is '%" + std::to_string(next_number_ - 1) + "', which was used as a value");
  begin_block(block_of(l, c.p));
}

void BodyReader::label(const Cursor::Name& n, const char* at) {
  if (!terminated_) c.fail(at, "the block before this one has no terminator (ret, br, ...)");
  if (n.is_number) {
    if (n.number < next_number_ || n.number > number_limit_)
      c.fail(at, "this block should be numbered " + std::to_string(next_number_));
    next_number_ = n.number + 1;
  }
  Local& l = find(n);
  if (l.value.bits != 0 && !l.value.is_block()) {
    if (l.value.kind() != ValueKind::None) c.fail(at, shown(n) + " is defined twice");
    diag.error(c.place(at), shown(n) + " is a block, but was used as a value");
    diag.note(c.place(s.forwards[l.value.index() - 1].use), shown(n) + " is used here");
    throw ReadError();
  }
  BlockId b = block_of(l, at);
  if (!s.block_use[b]) c.fail(at, shown(n) + " is defined twice");
  begin_block(b);
  if (!n.is_number) f.blocks[b].name = n.text;
}

// --- Statements

bool BodyReader::statement() {
  c.skip();
  const char* at = c.p;
  if (*at == '%') {
    ++c.p;
    Cursor::Name n = c.name(memory);
    c.expect('=');
    instruction(&n, at);
    return true;
  }
  if (*at == '}') {
    if (c.offset() != module.globals[f.self].body_end) c.fail_expected("an instruction");
    return false;
  }
  if (*at == '"') {
    Cursor::Name n = c.name(memory);
    c.expect(':');
    label(n, at);
    return true;
  }
  if (*at == '#') { // debug records
    ++c.p;
    std::string_view word = c.peek_word();
    if (word.substr(0, 4) != "dbg_") c.fail(at, "expected an instruction");
    c.p += word.size();
    c.expect('(');
    c.skip_balanced(')');
    return true;
  }
  const char* q = at;
  while (is_class(*q, CharName)) ++q;
  if (*q == ':' && q != at) {
    Cursor::Name n = c.name(memory);
    ++c.p;
    label(n, at);
    return true;
  }
  if (c.eat_word("uselistorder") || c.eat_word("uselistorder_bb")) {
    c.skip_line();
    return true;
  }
  instruction(nullptr, at);
  return true;
}

void BodyReader::instruction(const Cursor::Name* name, const char* at) {
  if (terminated_) begin_numbered_block();
  c.skip();
  start_ = c.p;
  i_ = Instruction();
  i_.first_operand = static_cast<u32>(f.operands.size());
  has_forward_ = false;
  alias_ = {};
  std::string_view word = c.peek_word();
  const Opcode* op = find_opcode(word);
  TailKind tail = TailKind::None;
  if (!op) {
    tail = word == "tail" ? TailKind::Tail : word == "musttail" ? TailKind::MustTail
         : word == "notail" ? TailKind::NoTail : TailKind::None;
    if (tail == TailKind::None) c.fail_expected("an instruction");
    c.p += word.size();
    c.expect_word("call");
    i_.op = Opcode::Call;
    call(tail);
  } else {
    c.p += word.size();
    i_.op = *op;
    read(*op);
  }
  if (i_.op == Opcode::Call && is_dropped_callee()) {
    f.operands.resize(i_.first_operand);
    while (c.eat(',')) {
      if (c.peek() != '!') c.fail_expected("an attachment");
      ++c.p;
      c.name(memory);
      skip_metadata();
    }
    return;
  }
  trailer();
  commit(name, at);
}

// Keeps the weights of a branch's !prof in the function's indices.
void BodyReader::weights(std::string_view text) {
  if (i_.op != Opcode::Br && i_.op != Opcode::Switch && i_.op != Opcode::Select) return;
  branch_weights(text, s.weights);
  if (s.weights.empty()) return;
  i_.aux = static_cast<u32>(f.indices.size());
  f.indices.push_back(static_cast<u32>(s.weights.size()));
  f.indices.insert(f.indices.end(), s.weights.begin(), s.weights.end());
}

void BodyReader::trailer() {
  while (c.eat(',')) {
    c.skip();
    if (*c.p == 'a' && c.eat_word("align")) {
      const char* at = c.p;
      u64 n = c.number();
      if (n == 0 || (n & (n - 1)) != 0 || n > u64(1) << 32) c.fail(at, "an alignment is a power of two, at most 2^32");
      i_.align_log2 = static_cast<u8>(std::countr_zero(n));
      continue;
    }
    if (*c.p == 'a' && i_.op == Opcode::Alloca && c.eat_word("addrspace")) {
      c.expect('(');
      i_.type = types.pointer(c.number32());
      c.expect(')');
      continue;
    }
    if (*c.p != '!') c.fail_expected("an attachment");
    const char* kind = ++c.p;
    while (is_class(*c.p, CharName) || *c.p == '\\') ++c.p;
    std::string_view text(kind, static_cast<size_t>(c.p - kind));
    if (text.empty()) c.fail_expected("an attachment's name");
    while (*c.p == ' ') ++c.p;
    if (c.p[0] == '!' && is_class(c.p[1], CharDigit)) {
      ++c.p;
      u64 n = 0;
      for (; is_class(*c.p, CharDigit) && n < 0x7fffffff; ++c.p) n = n * 10 + static_cast<u64>(*c.p - '0');
      auto id = static_cast<MetadataId>(n);
      if (!is_defined_metadata(n)) c.fail(kind, "use of undefined metadata '!" + std::to_string(n) + "'");
      if (text == "dbg") {
        i_.location = id;
      } else if (text == "prof") {
        weights(metadata_text(module, id));
      }
      continue;
    }
    c.skip();
    const char* at = c.p;
    skip_metadata();
    if (text == "prof") weights({at, static_cast<size_t>(c.p - at)});
    if (text == "dbg") {
      i_.location = static_cast<u32>(f.inline_locations.size()) | 0x80000000;
      f.inline_locations.emplace_back(at, static_cast<size_t>(c.p - at));
    }
  }
}

void BodyReader::commit(const Cursor::Name* name, const char* name_at) {
  if (alias_) {
    f.operands.resize(i_.first_operand);
    Local& l = name ? find(*name) : s.names.number(next_number_);
    if (name && name->is_number && (name->number < next_number_ || name->number > number_limit_))
      c.fail(name_at, "this instruction should be numbered '%" + std::to_string(next_number_) + "'");
    if (!name || name->is_number) next_number_ = (name ? name->number : next_number_) + 1;
    define(l, alias_, i_.type, name ? shown(*name) : std::string(), name_at);
    return;
  }
  i_.operand_count = static_cast<u32>(f.operands.size()) - i_.first_operand;
  if (old_expression_) [[unlikely]]
    expand_operands();
  auto id = static_cast<InstId>(f.instructions.size());
  const Value* slot = f.operands.data() + i_.first_operand;
  for (u32 k = 0; k < i_.operand_count; ++k) {
    if (slot[k].is_instruction()) ++f.instructions[slot[k].index()].uses;
    else if (has_forward_ && slot[k].kind() == ValueKind::None && slot[k].bits) s.pending.push_back(i_.first_operand + k);
  }
  Block& b = f.blocks[block_];
  i_.block = block_;
  i_.prev = b.last;
  (b.last == none ? b.first : f.instructions[b.last].next) = id;
  b.last = id;
  f.instructions.push_back(i_);
  s.starts.push_back(start_);
  if (is_terminator(i_.op)) terminated_ = true;
  if (i_.type == TypeId::Void) {
    if (name) c.fail(name_at, "this " + std::string(spelling(i_.op)) + " has no result to be named");
    return;
  }
  if (name && !name->is_number) {
    f.instruction_names.resize(id + 1);
    f.instruction_names[id] = name->text;
    define(s.names.name(name->text), instruction_value(id), i_.type, shown(*name), name_at);
    return;
  }
  if (name) {
    if (name->number < next_number_ || name->number > number_limit_)
      c.fail(name_at, "this instruction should be numbered '%" + std::to_string(next_number_) + "'");
    next_number_ = name->number;
  }
  Local& l = s.names.number(next_number_);
  if (l.value.bits == 0) {
    l.value = instruction_value(id);
    l.type = i_.type;
  } else {
    define(l, instruction_value(id), i_.type, "'%" + std::to_string(next_number_) + "'", name_at);
  }
  ++next_number_;
}

// --- Constant expressions that LLVM has given up since 14 (compares, selects, extensions, ...) become instructions
// in front of their user; those of a phi stand at the end of the block they come from.

bool BodyReader::needs_expansion(Value v) const {
  if (!v.is_constant()) return false;
  const Constant& k = constants[v.index()];
  if (k.kind == ConstantKind::Expression && !is_current_expression(k.op)) return true;
  if (k.kind != ConstantKind::Expression && k.kind != ConstantKind::Aggregate) return false;
  for (Value o : k.operands)
    if (needs_expansion(o)) return true;
  return false;
}

Value BodyReader::expand(Value v, BlockId b, InstId before) {
  if (!needs_expansion(v)) return v;
  const Constant k = constants[v.index()];
  if (k.kind != ConstantKind::Expression || k.op == Opcode::ExtractValue || k.op == Opcode::InsertValue)
    c.fail(start_, "a constant that holds a '" + std::string(spelling(k.op)) + "' expression cannot be read");
  std::vector<Value> operands;
  for (Value o : k.operands) operands.push_back(expand(o, b, before));
  InstId id = f.create(k.op, k.type, operands);
  f[id].flags = k.flags;
  f[id].sub = static_cast<u8>(k.bits);
  if (k.op == Opcode::GetElementPtr) f[id].aux = static_cast<u32>(k.source_type);
  s.starts.push_back(start_);
  if (before == none) f.append(b, id);
  else f.insert_before(before, id);
  return instruction_value(id);
}

void BodyReader::expand_operands() {
  old_expression_ = false;
  if (i_.op == Opcode::Phi) {
    s.old_phis.push_back(static_cast<InstId>(f.instructions.size()));
    return;
  }
  for (u32 k = 0; k < i_.operand_count; ++k) {
    Value v = expand(f.operands[i_.first_operand + k], block_, none);
    f.operands[i_.first_operand + k] = v;
  }
}

void BodyReader::expand_phis() {
  // One value for each block and constant: a block may be named more than once by a phi.
  std::map<std::pair<BlockId, u32>, Value> done;
  for (InstId id : s.old_phis) {
    start_ = s.starts[id];
    for (u32 k = 0; k < f[id].operand_count; k += 2) {
      Value v = f.operand(id, k);
      if (!needs_expansion(v)) continue;
      BlockId from = f.operand(id, k + 1).index();
      auto [place, is_new] = done.try_emplace({from, v.bits});
      if (is_new) place->second = expand(v, from, f.terminator(from));
      f.set_operand(id, k, place->second);
    }
  }
}

// --- The end of a body

void BodyReader::resolve_forwards() {
  for (const BodyScratch::Forward& forward : s.forwards)
    if (!forward.value)
      c.fail(forward.use, "undefined value '" + std::string(forward.use, c.token_length(forward.use)) + "'");
  for (const char* use : s.block_use)
    if (use) c.fail(use, "undefined block '" + std::string(use, c.token_length(use)) + "'");
  for (u32 at : s.pending) {
    Value v = s.forwards[f.operands[at].index() - 1].value;
    // An alias may stand for a forward reference that came later: the chain ends, each link is defined.
    f.operands[at] = v;
    if (v.is_instruction()) ++f.instructions[v.index()].uses;
  }
}

void BodyReader::place_address_labels() {
  auto taken = index.address_taken.find(f.self);
  if (taken == index.address_taken.end()) return;
  for (u32 i : taken->second) {
    const Module::BlockAddress& a = module.block_addresses[i];
    Cursor at(*module.source, diag, a.offset + 1);
    Cursor::Name n = at.name(memory);
    bool known = !n.is_number || n.number < s.names.numbered.size();
    Local* l = known ? &find(n) : nullptr;
    if (!l || !l->value.is_block())
      c.fail(c.base + a.offset, "'@" + std::string(module.globals[f.self].name) + "' has no block " + shown(n));
    f.blocks[l->value.index()].address_taken = true;
    f.address_labels.emplace_back(i, l->value.index());
  }
}

Value BodyReader::block_address(GlobalId function, const Cursor::Name& n, const char* at) {
  if (function != f.self) return foreign_block_address(function, n, at);
  BlockId b = block_of(find(n), at);
  f.blocks[b].address_taken = true;
  return block_address_constant(function, n, b);
}

// `bits`: the block of this function, or the place of another's in the module's list.
Value BodyReader::block_address_constant(GlobalId function, const Cursor::Name& n, u64 bits) {
  Value owner = global_value(function);
  Constant k;
  k.kind = ConstantKind::BlockAddress;
  k.type = TypeId::Ptr;
  k.bits = bits;
  k.bytes = n.text;
  k.operands = {&owner, 1};
  return constant_value(constants.intern(k));
}

// The module's reader has found all of these, so that the other function knows of them.
Value BodyReader::foreign_block_address(GlobalId function, const Cursor::Name& n, const char* at) {
  if (auto taken = index.address_taken.find(function); taken != index.address_taken.end())
    for (u32 i : taken->second) {
      const Module::BlockAddress& a = module.block_addresses[i];
      if (a.block == n.text && a.quoted != n.is_number) return block_address_constant(function, n, i);
    }
  c.fail(at, "'@" + std::string(module.globals[function].name) + "' has no body");
}

u32 BodyReader::intern_attributes(const AttributeSet& set) {
  if (u32 id = index.find_attributes(set, hash_attributes(set), module.attributes); id != none) return id;
  auto shared = static_cast<u32>(module.attributes.size());
  // Nearly all sets are the module's already; of a body's own only the newest are compared.
  auto& own = f.own_attributes;
  for (size_t k = own.size(), tries = 0; k > 0 && tries < 32; --k, ++tries)
    if (own[k - 1] == set) return shared + static_cast<u32>(k - 1);
  own.push_back(set);
  return shared + static_cast<u32>(own.size() - 1);
}

bool BodyReader::run() {
  const Global& g = module.globals[f.self];
  s.names.clear();
  s.forwards.clear();
  s.pending.clear();
  s.block_use.clear();
  s.starts.clear();
  s.old_phis.clear();
  u32 errors = diag.error_count();
  try {
    auto skipped = g.skipped_numbers.begin();
    for (u32 a = 0; a < f.argument_types.size(); ++a) {
      if (skipped != g.skipped_numbers.end() && skipped->first == a) next_number_ = skipped++->second;
      bool numbered = f.argument_names[a].empty();
      Local& l = numbered ? s.names.number(next_number_++) : s.names.name(f.argument_names[a]);
      if (l.value) c.fail(c.base + g.offset, "two parameters are called '%" + std::string(f.argument_names[a]) + "'");
      l.value = argument_value(a);
      l.type = f.argument_types[a];
    }
    size_t bytes = g.body_end - g.body_begin;
    number_limit_ = bytes + next_number_ + 1;
    f.instructions.reserve(bytes / 40);
    f.operands.reserve(bytes / 24);
    while (statement()) {}
    if (f.first_block == none) c.fail(c.p, 1, "a body has at least one block");
    if (!terminated_) c.fail(c.p, 1, "the last block has no terminator (ret, br, ...)");
    resolve_forwards();
    expand_phis();
    place_address_labels();
    verify_as_written(f, diag, s.starts.data());
    f.written.reserve(s.starts.size());
    for (const char* start : s.starts) f.written.push_back(static_cast<u32>(c.offset_of(start)));
  } catch (const ReadError&) {
  }
  return diag.error_count() == errors;
}

std::unique_ptr<Function> read_body(Module& m, GlobalId id, Diagnostics& diag) {
  thread_local BodyScratch scratch;
  auto f = std::make_unique<Function>(m, id);
  if (!BodyReader(m, static_cast<ModuleIndex&>(*m.name_index), *f, diag, scratch).run()) return nullptr;
  return f;
}

} // namespace lathe::reader
