// The walk over blocks and instructions, and how values come into registers.

#include "codegen/x86/selector.h"

#include "codegen/machine/names.h"
#include "codegen/x86/asm_constraints.h"

#include <cstring>

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

void Selector::reset(FunctionContext& context) {
  context_ = &context;
  f_ = &context.ir;
  code_ = &context.code;
  m_ = &context.code.machine;
  b_.reset(*m_);
  m_->keeps_sources = context.options.verbose_asm;
  optimize_ = context.options.opt_level > 0;
  pic_ = context.pic;
  pie_ = context.pie;
  kernel_ = f_->module.flags.code_model == ir::kernel_code_model;
  features_ = features_of(*f_);
  vreg_of_.assign(f_->instructions.size(), no_id);
  done_.assign(f_->instructions.size(), 0);
  epoch_.resize(f_->instructions.size());
  parts_.clear();
  argument_vreg_.assign(f_->argument_types.size(), no_id);
  global_symbols_.clear();
  dynamic_area_addresses_.clear();
  hoisted_.clear();
  scratch_[0] = scratch_[1] = dynamic_area_slot_ = no_id;
  uses_va_start_ = stores_incoming_ = frame_pointer_with_calls_ = false;
}

void Selector::run(FunctionContext& context) {
  reset(context);
  classify_function();
  plan_.build(context);
  chunks_.assign(m_->blocks.size(), {0, 0});
  for (size_t i = plan_.order.size(); i-- > 0;) select_block(plan_.order[i]);
  finish_blocks();
  check_register_classes();
  if (auto unmet = unmet_asm_demand(*code_); !unmet.empty()) unsupported(*f_, "inline assembly: " + std::string(unmet));
}

// Without SSE or x87 there is no place for their values.
void Selector::check_register_classes() {
  if (features_.sse && features_.x87) return;
  for (const VirtualRegisterInfo& v : m_->vregs) {
    if (v.rc == RegisterClass::Vector && !features_.sse)
      unsupported(*f_, "a floating-point or vector value without SSE (-mno-sse, -mgeneral-regs-only)");
    if (v.rc == RegisterClass::StackOnly && !features_.x87)
      unsupported(*f_, "a value of type 'x86_fp80' without x87 (-mno-80387, -mgeneral-regs-only)");
  }
}

void Selector::finish_blocks() {
  m_->instructions.reserve(m_->instructions.size() + b_.chunk_count());
  for (MachineBlockId id = 0; id < m_->blocks.size(); ++id) {
    MachineBlock& block = m_->blocks[id];
    block.begin = static_cast<InstructionIndex>(m_->instructions.size());
    b_.write_chunks(chunks_[id].first, chunks_[id].second);
    block.end = static_cast<InstructionIndex>(m_->instructions.size());
  }
  FrameNeeds& needs = code_->frame;
  if (frame_pointer_with_calls_ && needs.has_calls) needs.needs_frame_pointer = true;
  if (needs.has_dynamic_alloca || needs.has_calls) needs.outgoing_bytes = (needs.outgoing_bytes + 15) & ~u64(15);
  if (dynamic_area_slot_ != no_id) m_->slots[dynamic_area_slot_].offset = static_cast<i64>(needs.outgoing_bytes);
  for (u32 a : dynamic_area_addresses_) m_->addresses[a].displacement -= static_cast<i32>(needs.outgoing_bytes);
}

// --- Blocks

void Selector::number_memory(BlockId b) {
  u32 epoch = 0;
  for (InstId i = f_->blocks[b].first; i != ir::none; i = (*f_)[i].next) {
    epoch_[i] = epoch;
    switch ((*f_)[i].op) {
    case Opcode::Store:
    case Opcode::Call:
    case Opcode::Fence:
    case Opcode::CmpXchg:
    case Opcode::AtomicRmw:
    case Opcode::VAArg:
      if (writes_memory(i)) ++epoch;
      break;
    default: break;
    }
  }
}

bool Selector::writes_memory(InstId i) const {
  if ((*f_)[i].op != Opcode::Call) return true;
  switch (Intrinsic kind = intrinsic(i)) {
  case Intrinsic::None:
  case Intrinsic::Unknown: return true;
  default:
    return kind == Intrinsic::VaStart || kind == Intrinsic::VaCopy || kind == Intrinsic::StackRestore ||
           kind == Intrinsic::EhSjljSetjmp || kind == Intrinsic::EhSjljLongjmp;
  }
}

void Selector::select_block(BlockId b) {
  block_ = b;
  number_memory(b);
  for (u32 e = 0; e < m_->blocks[plan_.machine_block[b]].edge_count; ++e) {
    MachineBlockId to = m_->edges_of(m_->blocks[plan_.machine_block[b]])[e].block;
    if (plan_.is_extra[to] && chunks_[to].first == chunks_[to].second) select_extra_block(to, skips_one_block(b));
  }
  machine_block_ = plan_.machine_block[b];
  u32 first = b_.chunk_count();
  InstId id = f_->blocks[b].last;
  while (id != ir::none) {
    const ir::Instruction& i = (*f_)[id];
    if (i.op == Opcode::Phi) break;
    if (!done_[id] && (vreg_of_[id] != no_id || legalize::has_effect(*f_, id))) {
      root_ = id;
      root_epoch_ = epoch_[id];
      b_.begin_chunk();
      f_->at = id;
      u32 location = i.location;
      select(id);
      b_.end_chunk(location, id);
    }
    if (id == f_->blocks[b].last) {
      emit_early_constants();
      if (!hoisted_.empty()) emit_hoisted(b);
    }
    id = (*f_)[id].prev;
  }
  MachineBlock& block = m_->blocks[machine_block_];
  if (block.parameter_count) {
    u32 at = block.first_parameter;
    for (id = f_->blocks[b].first; id != ir::none && (*f_)[id].op == Opcode::Phi; id = (*f_)[id].next)
      if ((*f_)[id].uses) m_->parameters[at++] = reg(ir::instruction_value(id));
  }
  if (b == f_->first_block) {
    root_ = f_->at = ir::none;
    b_.begin_chunk();
    select_entry();
    b_.end_chunk(no_id);
  }
  chunks_[machine_block_] = {first, b_.chunk_count()};
}

// Whether `b` branches to two blocks of which one does nothing but lead to the other:
//
//     b: br i1 %c, label %one, label %end       one: ...  br label %end
bool Selector::skips_one_block(BlockId b) const {
  const MachineBlock& block = m_->blocks[plan_.machine_block[b]];
  if (!optimize_ || block.edge_count != 2) return false;
  auto edges = m_->edges_of(block);
  for (u32 k = 0; k < 2; ++k) {
    const MachineBlock &extra = m_->blocks[edges[k].block], &one = m_->blocks[edges[1 - k].block];
    if (!plan_.is_extra[edges[k].block] || plan_.is_extra[edges[1 - k].block] || one.edge_count != 1) continue;
    if (m_->edges_of(one)[0].block == m_->edges_of(extra)[0].block) return true;
  }
  return false;
}

// Constants for the way around that one block are made before the branch, where they cost no jump:
//
//     test %rdi, %rdi                       xor %eax, %eax
//     jne 1f                                test %rdi, %rdi
//     xor %eax, %eax                  ->    je 2f
//  2: ...                                   mov (%rdi), %eax
//  1: mov (%rdi), %eax; jmp 2b          2:  ...
Vreg Selector::early_constant(Value v) {
  constexpr u32 most = 2;
  i64 value;
  if (early_constants_.size() >= most || !constant(v, value) || value != static_cast<i32>(value)) return reg(v);
  Vreg r = b_.general(bits_of(f_->type_of(v)) > 32 ? 8 : 4);
  early_constants_.push_back({r, value});
  return r;
}

void Selector::emit_early_constants() {
  if (early_constants_.empty()) return;
  b_.begin_chunk();
  for (auto [r, value] : early_constants_) integer_into(r, value, m_->vregs[r].spill_size == 8);
  b_.end_chunk(no_id);
  early_constants_.clear();
}

void Selector::select_extra_block(MachineBlockId id, bool early) {
  BlockId saved = block_;
  block_ = ir::none;
  u32 first = b_.chunk_count();
  b_.begin_chunk();
  root_ = ir::none;
  materialize_edges(id, early);
  jump(m_->edges_of(m_->blocks[id])[0].block);
  b_.end_chunk(no_id);
  chunks_[id] = {first, b_.chunk_count()};
  block_ = saved;
}

// Puts what the successors' parameters become into registers; writes no flags.
void Selector::materialize_edges(MachineBlockId id, bool early) {
  const MachineBlock& block = m_->blocks[id];
  for (u32 e = block.first_edge; e < block.first_edge + block.edge_count; ++e) {
    const MachineEdge edge = m_->edges[e];
    for (u32 i = 0; i < m_->blocks[edge.block].parameter_count; ++i) {
      Value v = plan_.argument_values[edge.first_argument + i];
      lathe_check(static_cast<bool>(v), "a phi has no value for an edge");
      m_->edge_arguments[edge.first_argument + i] = early ? early_constant(v) : reg(v);
    }
  }
}

void Selector::select(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  switch (i.op) {
  case Opcode::Ret: return select_return(id);
  case Opcode::Br: return select_branch(id);
  case Opcode::Switch: return select_switch(id);
  case Opcode::IndirectBr: return select_indirect_branch(id);
  case Opcode::CallBr: return select_asm_goto(id);
  case Opcode::Invoke: return select_invoke(id);
  case Opcode::LandingPad: return select_landing_pad(id);
  case Opcode::Unreachable:
    // A block must not fall into the next one; a call that does not return ends it as well.
    if (i.prev == ir::none || (*f_)[i.prev].op != Opcode::Call || intrinsic(i.prev) != Intrinsic::None)
      b_.begin(Row::ud2).flags(MachineTerminator | MachineSideEffect);
    return;
  case Opcode::FNeg: return select_float_unary(id, Intrinsic::None);
  case Opcode::Add:
  case Opcode::Or: return select_add(id);
  case Opcode::Sub:
  case Opcode::And:
  case Opcode::Xor: return select_binary(id);
  case Opcode::Mul: return select_multiply(id);
  case Opcode::FAdd:
  case Opcode::FSub:
  case Opcode::FMul:
  case Opcode::FDiv: return select_float_binary(id);
  case Opcode::UDiv:
  case Opcode::SDiv:
  case Opcode::URem:
  case Opcode::SRem: return select_divide(id);
  case Opcode::Shl:
  case Opcode::LShr:
  case Opcode::AShr: return select_shift(id);
  case Opcode::Alloca: return select_alloca(id);
  case Opcode::Load: return select_load(id);
  case Opcode::Store: return select_store(id);
  case Opcode::Fence: return select_fence(id);
  case Opcode::CmpXchg: return select_compare_exchange(id, false);
  case Opcode::AtomicRmw: return select_atomic_rmw(id);
  case Opcode::GetElementPtr: {
    bool base_lives_on = is_asked(f_->operand(id, 0));
    Vreg result = vreg_of_[id];
    vreg_of_[id] = no_id; // so that the address is taken apart
    AddressMode a = address(ir::instruction_value(id));
    vreg_of_[id] = result;
    if (a.base == no_id || a.index != no_id || a.symbol != no_id || base_lives_on) {
      lea_into(result, a);
    } else if (a.displacement == 1) {
      b_.begin(Row::inc_rm64).def_reuse(result, 1).hidden_use(a.base);
    } else {
      b_.begin(Row::add_rm64_i32).def_reuse(result, 1).hidden_use(a.base).imm(a.displacement);
    }
    return;
  }
  case Opcode::Trunc: return select_truncation(id);
  case Opcode::ZExt:
  case Opcode::SExt: return select_extension(id);
  case Opcode::FPTrunc:
  case Opcode::FPExt:
  case Opcode::FPToSI:
  case Opcode::SIToFP:
  case Opcode::FPToUI:
  case Opcode::UIToFP:
  case Opcode::BitCast: return select_conversion(id);
  case Opcode::PtrToInt:
  case Opcode::PtrToAddr: copy(vreg_of_[id], reg(f_->operand(id, 0))); return;
  case Opcode::IntToPtr:
    if (bits_of(type_of(f_->operand(id, 0))) < 64) {
      Vreg source = extended(f_->operand(id, 0), false);
      b_.begin(Row::mov_r32_rm32).def(vreg_of_[id]).use_any(source);
    }
    else
      copy(vreg_of_[id], reg(f_->operand(id, 0)));
    return;
  case Opcode::AddrSpaceCast:
  case Opcode::Freeze:
    if (i.type == TypeId::X86Fp80) { // no register holds it
      fp80_load(f_->operand(id, 0));
      return fp80_store(vreg_of_[id]);
    }
    return copy(vreg_of_[id], reg(f_->operand(id, 0)));
  case Opcode::ICmp:
  case Opcode::FCmp: return select_compare(id);
  case Opcode::Select: return select_select(id);
  case Opcode::Call: return select_call(id);
  case Opcode::ExtractElement: return select_extract_element(id);
  case Opcode::InsertElement: return copy(vreg_of_[id], build_vector(ir::instruction_value(id)));
  case Opcode::Phi:
  case Opcode::ExtractValue: return;
  default: refuse(id, "'" + std::string(ir::spelling(i.op)) + "'");
  }
}

void Selector::refuse(InstId id, const std::string& what) const {
  std::string where;
  if (id < f_->instruction_names.size() && !f_->instruction_names[id].empty())
    where = " (in '%" + std::string(f_->instruction_names[id]) + "')";
  f_->at = id;
  unsupported(*f_, what + where);
}

Intrinsic Selector::intrinsic(InstId id) const {
  Value callee = f_->operand(id, 0);
  if (!callee.is_global()) return Intrinsic::None;
  return legalize::intrinsic_of(*f_, callee);
}

bool Selector::is_adjacent(InstId producer, bool memory, InstId known, InstId known_too) const {
  auto reads_producer = [&](InstId id) {
    for (Value v : f_->operands_of(id)) {
      if (!v.is_instruction()) continue;
      if (v.index() == producer) return true;
      const ir::Instruction& i = (*f_)[v.index()];
      if ((i.op == Opcode::ExtractValue || i.op == Opcode::ZExt || i.op == Opcode::Trunc) && i.block == block_ &&
          f_->operand(v.index(), 0) == ir::instruction_value(producer))
        return true;
    }
    return false;
  };
  if ((*f_)[producer].block != block_ || root_ == ir::none) return false;
  int steps = 0;
  for (InstId i = (*f_)[root_].prev; i != producer; i = (*f_)[i].prev) {
    if (i == ir::none || ++steps > 12) return false;
    const ir::Instruction& between = (*f_)[i];
    if (between.op == Opcode::Phi) return false;
    if (between.op == Opcode::ExtractValue && f_->operand(i, 0) == ir::instruction_value(producer)) continue;
    if (memory && (legalize::has_effect(*f_, i) || between.op == Opcode::Load)) return false;
    if (i != known && i != known_too && between.uses + legalize::has_effect(*f_, i) != 0 && reads_producer(i)) return false;
  }
  return true;
}

// --- Types

u32 Selector::bits_of(TypeId type) const {
  switch (type) {
  case TypeId::I1: return 1;
  case TypeId::I8: return 8;
  case TypeId::I16: return 16;
  case TypeId::I32: return 32;
  case TypeId::I64:
  case TypeId::Ptr: return 64;
  default: return static_cast<u32>(f_->types.size_in_bits(type, f_->module.layout));
  }
}

u32 Selector::width_of(TypeId type) const {
  u32 bits = bits_of(type);
  return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
}

Vreg Selector::new_register(TypeId type) {
  ClassAndSize c = class_of(*f_, type);
  return b_.new_register(c.rc, c.size);
}

// --- Values in registers

Vreg Selector::reg(Value v) {
  switch (v.kind()) {
  case ir::ValueKind::Instruction: {
    InstId id = v.index();
    if ((*f_)[id].op == Opcode::Alloca && is_static_alloca(id)) {
      AddressMode a;
      a.slot = slot_of(id);
      return load_address(a);
    }
    if (vreg_of_[id] != no_id) return vreg_of_[id];
    return ask(id);
  }
  case ir::ValueKind::Argument: return argument_register(v.index());
  case ir::ValueKind::Constant: return constant_register(v);
  case ir::ValueKind::Global: {
    AddressMode a;
    address_symbol(v.index(), 0, a);
    return load_address(a);
  }
  default: internal_error("an operand of this kind has no register");
  }
}

bool Selector::is_asked(Value v) const {
  if (v.is_instruction()) return vreg_of_[v.index()] != no_id;
  if (v.is_argument()) return argument_vreg_[v.index()] != no_id;
  return false;
}

bool Selector::alias(InstId id, Value from) {
  if (from.is_instruction()) {
    if ((*f_)[from.index()].op == Opcode::Alloca && is_static_alloca(from.index())) return false;
  } else if (!from.is_argument() ||
             f_->attributes(from.index() < f_->global(f_->self).parameter_attributes.size()
                                ? f_->global(f_->self).parameter_attributes[from.index()]
                                : 0)
                 .has(ir::Attribute::ByVal)) {
    return false;
  }
  vreg_of_[id] = reg(from);
  done_[id] = 1;
  return true;
}

// First use of an instruction's value.
Vreg Selector::ask(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  Value self = ir::instruction_value(id);
  auto first_operand = [&] { return f_->operand(id, 0); };
  auto set_part = [&](Value from, u32 index) {
    done_[id] = 1;
    return vreg_of_[id] = part(from, index);
  };
  switch (i.op) {
  case Opcode::Trunc: {
    Value from = first_operand();
    if (bits_of(type_of(from)) > 64) {
      Value wide;
      if (legalize::as_high_part(*f_, self, wide)) {
        // The shift between is nobody else's register.
        return set_part(wide, 1);
      }
      if (from.is_instruction() || from.is_argument()) return set_part(from, 0);
      break;
    }
    if (i.type != TypeId::I1 && alias(id, from)) return vreg_of_[id];
    break;
  }
  case Opcode::ZExt:
    if (bits_of(i.type) > 64) break;
    if (upper_is_zero(first_operand()) && alias(id, first_operand())) {
      m_->vregs[vreg_of_[id]].spill_size = 8;
      return vreg_of_[id];
    }
    break;
  case Opcode::IntToPtr:
    if (bits_of(type_of(first_operand())) >= 64 && alias(id, first_operand())) return vreg_of_[id];
    break;
  case Opcode::PtrToInt:
  case Opcode::PtrToAddr:
  case Opcode::AddrSpaceCast:
  case Opcode::Freeze:
    if (alias(id, first_operand())) return vreg_of_[id];
    break;
  case Opcode::BitCast:
    if (class_of(*f_, i.type).rc == class_of(*f_, type_of(first_operand())).rc && alias(id, first_operand()))
      return vreg_of_[id];
    break;
  case Opcode::ExtractValue: {
    Value from = first_operand();
    if (!from.is_instruction() && !from.is_argument()) break;
    return set_part(self, 0);
  }
  default: break;
  }
  return vreg_of_[id] = new_register(i.type);
}

void Selector::part_types(TypeId type, std::vector<TypeId>& out) const {
  out.clear();
  auto add = [&](TypeId t) {
    const ir::Type& info = f_->types[t];
    if (info.kind == ir::TypeKind::Integer && info.bits > 64) {
      out.push_back(TypeId::I64);
      out.push_back(TypeId::I64);
    } else {
      out.push_back(t);
    }
  };
  if (!f_->types.is_aggregate(type)) return add(type);
  std::vector<legalize::Leaf> leaves;
  legalize::leaves_of(*f_, type, leaves);
  for (const legalize::Leaf& leaf : leaves) add(leaf.type);
}

Vreg Selector::part(Value v, u32 index) {
  u32* first;
  if (v.is_instruction()) {
    InstId id = v.index();
    const ir::Instruction& i = (*f_)[id];
    if (i.op == Opcode::ExtractValue) {
      done_[id] = 1;
      // Leaves before the one that is taken, i128 counting twice.
      Value from = f_->operand(id, 0);
      u32 leaf = legalize::leaf_index(*f_, id), offset = 0;
      std::vector<legalize::Leaf> leaves;
      legalize::leaves_of(*f_, type_of(from), leaves);
      for (u32 k = 0; k < leaf; ++k) offset += bits_of(leaves[k].type) > 64 && f_->types.is_integer(leaves[k].type) ? 2 : 1;
      return part(from, offset + index);
    }
    if (i.op == Opcode::Freeze || i.op == Opcode::BitCast || i.op == Opcode::ZExt || i.op == Opcode::Trunc) {
      // A wide value passed on; odd widths up to 128 travel like i128.
      Value from = f_->operand(id, 0);
      if (bits_of(type_of(from)) > 64) {
        done_[id] = 1;
        return part(from, index);
      }
    }
    first = &vreg_of_[id];
  } else {
    lathe_check(v.is_argument(), "a constant has no parts");
    first = &argument_vreg_[v.index()];
  }
  part_types(type_of(v), part_types_);
  if (*first == no_id) {
    *first = static_cast<u32>(parts_.size());
    parts_.resize(parts_.size() + part_types_.size(), no_id);
  }
  u32 at = *first + index;
  lathe_check(index < part_types_.size(), "a value has fewer parts");
  if (parts_[at] == no_id) parts_[at] = new_register(part_types_[index]);
  return parts_[at];
}

Vreg Selector::existing_part(Value v, u32 index) const {
  u32 first = v.is_instruction() ? vreg_of_[v.index()] : argument_vreg_[v.index()];
  return first == no_id ? no_id : parts_[first + index];
}

Vreg Selector::argument_register(u32 index) {
  if (signature_.arguments[index].byval) {
    AddressMode a;
    a.slot = byval_slot(index);
    return load_address(a);
  }
  Vreg& v = argument_vreg_[index];
  if (v == no_id) v = new_register(f_->argument_types[index]);
  return v;
}

// Whether the register holds zero above the type's width: 32-bit instructions clear the upper half.
bool Selector::upper_is_zero(Value v) const {
  if (!v.is_instruction()) return false;
  const ir::Instruction& i = (*f_)[v.index()];
  switch (i.op) {
  case Opcode::Load: return i.type == TypeId::I8 || i.type == TypeId::I16 || i.type == TypeId::I32;
  case Opcode::ZExt:
    return i.type == TypeId::I32 || i.type == TypeId::I16 ? true : false;
  case Opcode::Add:
  case Opcode::Sub:
  case Opcode::Mul:
  case Opcode::And:
  case Opcode::Or:
  case Opcode::Xor:
  case Opcode::Shl:
  case Opcode::LShr:
  case Opcode::AShr:
  case Opcode::UDiv:
  case Opcode::SDiv:
  case Opcode::URem:
  case Opcode::SRem:
  case Opcode::SExt: return i.type == TypeId::I32;
  default: return false;
  }
}

bool Selector::constant(Value v, i64& out) const {
  if (!v.is_constant()) return false;
  const ir::Constant& c = f_->constants[v.index()];
  switch (c.kind) {
  case ir::ConstantKind::Integer: {
    u32 bits = bits_of(c.type);
    if (bits > 64) return false;
    out = bits == 64 || bits == 1 ? static_cast<i64>(c.bits)
                                  : static_cast<i64>(c.bits << (64 - bits)) >> (64 - bits);
    return true;
  }
  case ir::ConstantKind::Null: out = 0; return true;
  case ir::ConstantKind::Undef:
  case ir::ConstantKind::Poison:
  case ir::ConstantKind::Zero:
    if (!f_->types.is_integer(c.type) && !f_->types.is_pointer(c.type)) return false;
    if (bits_of(c.type) > 64) return false;
    out = 0;
    return true;
  default: return false;
  }
}

Vreg Selector::integer_register(i64 value, bool wide) {
  if (wide && value != static_cast<i32>(value) && value != static_cast<i64>(static_cast<u32>(value)))
    if (Vreg early = hoisted(HoistKind::Wide, static_cast<u64>(value)); early != no_id) return early;
  Vreg r = b_.general(wide ? 8 : 4);
  integer_into(r, value, wide);
  return r;
}

// The shortest move of a constant.
void Selector::integer_into(Vreg r, i64 value, bool wide) {
  if (!wide || value == static_cast<i64>(static_cast<u32>(value)))
    b_.begin(Row::mov_r32_i32).def(r).imm(static_cast<i32>(value));
  else if (value == static_cast<i32>(value))
    b_.begin(Row::mov_rm64_i32).def(r).imm(value);
  else
    b_.begin(Row::mov_r64_i64).def(r).imm(value);
  b_.rematerializable(r);
}

Vreg Selector::hoisted(HoistKind kind, u64 key) {
  constexpr u32 most = 32; // in one function: each is looked for in a list, and registers are few
  if (!optimize_ || block_ == ir::none || plan_.preheader[block_] == ir::none) return no_id;
  BlockId where = plan_.preheader[block_];
  for (const Hoisted& h : hoisted_)
    if (h.block == where && h.kind == kind && h.key == key) return h.reg;
  if (hoisted_.size() >= most) return no_id;
  hoisted_.push_back({where, kind, key, b_.general()});
  return hoisted_.back().reg;
}

// Behind the block's terminator in the walk, so before it in the code.
void Selector::emit_hoisted(BlockId b) {
  b_.begin_chunk();
  for (size_t k = 0; k < hoisted_.size(); ++k) {
    Hoisted h = hoisted_[k];
    if (h.block != b) continue;
    auto global = static_cast<ir::GlobalId>(h.key);
    switch (h.kind) {
    case HoistKind::Symbol: symbol_into(h.reg, global); break;
    case HoistKind::GotEntry: {
      AddressMode got;
      got.symbol = global_ref(global, SymbolModifier::GotPcRel);
      got.pc_relative = true;
      b_.begin(Row::mov_r64_rm64).def(h.reg).memory(got);
      b_.rematerializable(h.reg);
      break;
    }
    case HoistKind::JumpTable: jump_table_into(h.reg, static_cast<u32>(h.key)); break;
    case HoistKind::Wide: integer_into(h.reg, static_cast<i64>(h.key), true); break;
    }
  }
  b_.end_chunk(no_id);
}

Vreg Selector::constant_register(Value v) {
  const ir::Constant& c = f_->constants[v.index()];
  i64 value;
  if (constant(v, value)) return integer_register(value, bits_of(c.type) > 32);
  switch (c.kind) {
  case ir::ConstantKind::Float: return float_literal(c.type, c.bits);
  case ir::ConstantKind::Undef:
  case ir::ConstantKind::Poison:
  case ir::ConstantKind::Zero:
    if (c.type == TypeId::Float || c.type == TypeId::Double || c.type == TypeId::Half || c.type == TypeId::BFloat)
      return float_literal(c.type, 0);
    if (class_of(*f_, c.type).rc == RegisterClass::Vector) return zero_vector(16);
    if (c.type == TypeId::X86Fp80) {
      Vreg r = new_register(c.type);
      fp80_load(v);
      fp80_store(r);
      return r;
    }
    break;
  case ir::ConstantKind::Words:
    if (c.type == TypeId::X86Fp80) {
      Vreg r = new_register(c.type);
      fp80_load(v);
      fp80_store(r);
      return r;
    }
    if (c.type == TypeId::Fp128) {
      u8 bytes[16];
      std::memcpy(bytes, c.words.data(), 16);
      Vreg r = b_.vector(16);
      b_.begin(Row::movaps_x_xm128).def(r).memory(literal_address(bytes, 16));
      b_.rematerializable(r);
      return r;
    }
    break;
  case ir::ConstantKind::Aggregate:
  case ir::ConstantKind::Bytes:
    if (f_->types.is_vector(c.type)) return build_vector(v);
    break;
  case ir::ConstantKind::BlockAddress:
  case ir::ConstantKind::Expression:
  case ir::ConstantKind::DsoLocalEquivalent:
  case ir::ConstantKind::NoCfi: return load_address(address(v));
  default: break;
  }
  unsupported(*f_, "a constant of type '" + ir::print(f_->types, f_->module.names, c.type) + "' as an operand");
}

u32 Selector::literal(std::span<const u8> bytes, u32 align) {
  u32 i = 0;
  for (; i < code_->literals.size(); ++i) {
    const Literal& l = code_->literals[i];
    if (l.align == align && l.bytes.size() == bytes.size() && !std::memcmp(l.bytes.data(), bytes.data(), bytes.size()))
      break;
  }
  if (i == code_->literals.size()) {
    Literal l;
    l.symbol = code_->symbols.intern(literal_label(code_->ordinal, i));
    l.bytes.assign(bytes.begin(), bytes.end());
    l.align = align;
    code_->literals.push_back(std::move(l));
  }
  m_->symbols.push_back({.symbol = code_->literals[i].symbol});
  return static_cast<u32>(m_->symbols.size() - 1);
}

AddressMode Selector::literal_address(std::span<const u8> bytes, u32 align) {
  AddressMode a;
  a.symbol = literal(bytes, align);
  a.pc_relative = true;
  return a;
}

Vreg Selector::float_literal(TypeId type, u64 bits) {
  u8 size = type == TypeId::Double ? 8 : 4;
  if (bits == 0) return zero_vector(size);
  Vreg r = b_.vector(size);
  u8 bytes[8];
  std::memcpy(bytes, &bits, 8);
  b_.begin(fload_rows[size == 8]).def(r).memory(literal_address({bytes, size}, size));
  b_.rematerializable(r);
  return r;
}

void Selector::copy(Vreg to, Vreg from) { b_.begin(MachinePseudo::Copy).def(to).use(from).flags(MachineCopy); }

} // namespace lathe::codegen::x86
