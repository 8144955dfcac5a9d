// x86-64 emission. Needs: an allocation that check_allocation() would accept. Gives: the function's statements from
// its label to its .size. Registers take the width that the row's operand asks for; an operand that the allocator
// left in the frame becomes memory; edits are written where they stand; jumps go straight to where they end.

#include "codegen/x86/emit.h"

#include "codegen/emit/emit.h"
#include "codegen/emit/layout.h"
#include "codegen/machine/names.h"
#include "codegen/peephole/peephole.h"
#include "codegen/x86/function_emitter.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace lathe::codegen::x86 {

using lathe::x86::Control;
using lathe::x86::OperandInfo;
using lathe::x86::OperandType;
using lathe::x86::RegClass;

namespace {

Reg register_of(PhysicalRegister unit, u32 width) {
  if (unit >= reg::st0) return lathe::x86::offset(Reg::st0, unit - reg::st0);
  return lathe::x86::reg(unit, unit >= reg::xmm0 ? std::max(width, 128u) : width);
}

bool is_pseudo(const MachineInstruction& i, MachinePseudo p) { return i.row == static_cast<u16>(p); }
bool is_pseudo(const MachineInstruction& i, Pseudo p) { return i.row == static_cast<u16>(p); }

assembler::Modifier modifier(u8 m) {
  using assembler::Modifier;
  constexpr Modifier table[] = {Modifier::None,  Modifier::Plt,   Modifier::GotPcRel, Modifier::GotOff,
                                Modifier::TlsGd, Modifier::TlsLd, Modifier::DtpOff,   Modifier::GotTpOff,
                                Modifier::TpOff, Modifier::Got,   Modifier::Size};
  return table[m];
}

Reg segment(u8 s) {
  constexpr Reg table[] = {Reg::None, Reg::es, Reg::cs, Reg::ss, Reg::ds, Reg::fs, Reg::gs};
  return table[s];
}

} // namespace

MachineNames machine_names() {
  MachineNames names;
  names.row = [](u16 row) -> std::string_view {
    constexpr std::string_view shared[] = {"Copy", "Undefined", "InlineAsm"};
    constexpr std::string_view own[] = {"Entry", "Return", "TailCall", "UnwindReturn", "TlsGeneralDynamic", "TlsLocalDynamic",
                                        "CheckedCall", "ThunkJump", "ProbeStack", "Received", "SelectVector"};
    constexpr u16 first_own = static_cast<u16>(MachinePseudo::FirstOfTarget);
    if (row < first_pseudo) return lathe::x86::info(static_cast<Row>(row)).name;
    if (row < first_own) return shared[row - first_pseudo];
    return row - first_own < static_cast<int>(std::size(own)) ? own[row - first_own] : "Pseudo";
  };
  names.unit = [](PhysicalRegister unit) { return std::string(lathe::x86::info(register_of(unit, 64)).name); };
  names.modifier = [](u8 m) -> std::string_view {
    constexpr std::string_view texts[] = {"", "@PLT", "@GOTPCREL", "@GOTOFF", "@TLSGD", "@TLSLD", "@DTPOFF", "@GOTTPOFF", "@TPOFF", "@GOT", "@SIZE"};
    return m < std::size(texts) ? texts[m] : "@?";
  };
  return names;
}

void emit_function(FunctionContext& context, const Allocation& allocation, StatementBuffer& out) {
  FunctionEmitter(context, allocation, out).run();
}

void FunctionEmitter::run() {
  const ir::Global& self = context_.ir.module.globals[context_.ir.self];
  const ir::AttributeSet& attributes = context_.ir.module.attributes[self.function_attributes];
  frame_ = lay_out_frame(context_, allocation_);
  cfi_ = context_.debug_frame || (context_.options.unwind_tables && emit::needs_unwind_table(attributes));
  branch_protection_ = context_.ir.module.flags.cf_protection_branch;
  features_ = features_of(context_.ir);
  return_thunk_ = attributes.has(ir::Attribute::FnRetThunkExtern);
  symbols_.assign(code_.symbols.size(), assembler::no_id);
  block_symbols_.assign(machine_.blocks.size(), assembler::no_id);
  thread_jumps();
  order_blocks();
  mark_targets();

  SymbolId name = out_.symbol(symbol_name(self));
  emit::PatchableEntry patchable = emit::patchable_entry(context_.ir.module, self);
  kcfi_preamble(self, patchable.before);
  if (patchable.before) out_.label(out_.symbol(patchable_label(code_.ordinal)));
  nops(patchable.before);
  for (u32 n : emit::attached_numbers(context_.ir.module, self, "func_sanitize")) out_.data(Directive::long_, {out_.immediate(n)});
  out_.label(name);
  out_.comment("@" + std::string(self.name));
  verbose_ = out_.wants_comments && context_.options.verbose_asm;
  if (verbose_) frame_comment();
  bool has_pads = !code_.exceptions.pads.empty();
  cfi_ |= has_pads;
  if (cfi_) out_.directive(Directive::cfi_startproc);
  if (has_pads) {
    emit::emit_exception_directives(
        {context_.ir.module, context_.options, context_.diagnostics, context_.pic, context_.pie}, self, code_, out_);
    out_.label(out_.symbol(function_start_label(code_.ordinal)));
  }
  emit::DebugInfo::Line opening;
  if (context_.debug && context_.debug->find_function(context_.ir, opening)) {
    line_statement(opening);
    prologue_end_ = true;
  }
  if (self.prologue)
    emit::emit_value({context_.ir.module, context_.options, context_.diagnostics, context_.pic, context_.pie}, self,
                     self.prologue, out_);
  if (branch_protection_ && !attributes.has(ir::Attribute::NoCfCheck)) out_.instruction(Row::endbr64);
  if (patchable.behind && !patchable.before) out_.label(out_.symbol(patchable_label(code_.ordinal)));
  nops(patchable.behind);
  entry_hook(attributes);
  prologue();
  last_block_ = order_.back();
  for (size_t i = 0; i < order_.size(); ++i) block(order_[i], i + 1 < order_.size() ? order_[i + 1] : no_id);
  if (guard_label_ != assembler::no_id) guard_failure();
  if (context_.debug || has_pads) out_.label(out_.symbol(emit::function_end_label(code_.ordinal)));
  out_.size_to_here(name);
  if (cfi_) out_.directive(Directive::cfi_endproc);
}

// -pg -mfentry: what is called here finds the arguments where the caller put them, and gives them back so.
void FunctionEmitter::entry_hook(const ir::AttributeSet& attributes) {
  const std::string_view* wanted = attributes.find("fentry-call");
  if (!wanted || *wanted != "true") return;
  out_.instruction(Row::call_rel, {out_.target(out_.symbol("__fentry__"))});
  out_.statements.back().reserved |= peephole::pinned_flag;
}

// -mindirect-branch-cs-prefix: six bytes, room for what the kernel writes over a call or jump to the thunk of r11.
void FunctionEmitter::thunk_prefix() {
  if (context_.ir.module.flags.thunk_cs_prefix) out_.instruction(Row::cs);
}

// The hash of the function's type in front of it, inside of an instruction so that it disassembles:
//   __cfi_NAME: nops up to the alignment; movl $hash, %eax
void FunctionEmitter::kcfi_preamble(const ir::Global& self, u32 nops_behind) {
  ir::Module& m = context_.ir.module;
  if (!m.flags.kcfi) return;
  std::vector<u32> type = emit::attached_numbers(m, self, "kcfi_type");
  constexpr u32 mov_size = 5;
  u64 size = nops_behind + (type.empty() ? 0 : mov_size), align = emit::function_alignment(m, self);
  u32 padding = static_cast<u32>((align - size % align) % align);
  if (type.empty()) return nops(padding);
  SymbolId symbol = out_.symbol("__cfi_" + symbol_name(self));
  emit::emit_linkage({m, context_.options, context_.diagnostics, context_.pic, context_.pie}, self, symbol, out_);
  out_.type(symbol, "@function");
  out_.label(symbol);
  nops(padding);
  out_.instruction(Row::mov_r32_i32, {StatementBuffer::reg(Reg::eax), out_.immediate(static_cast<i32>(emit::kcfi_hash(type[0])))});
  out_.size_to_here(symbol);
}

// Only what stands in .kcfi_traps is taken for a failed check, by who reads the instructions in front of the trap.
void FunctionEmitter::checked_call(const MachineInstruction& i) {
  auto pinned = [&](Row row, std::initializer_list<assembler::Operand> operands) {
    out_.instruction(row, operands);
    out_.statements.back().reserved |= peephole::pinned_flag;
  };
  u32 hash = emit::kcfi_hash(machine_.operands_of(i)[0].payload), ordinal = code_.kcfi_trap_count++;
  i64 distance = 4 + i64{emit::patchable_entry(context_.ir.module, context_.ir.module.globals[context_.ir.self]).before};
  SymbolId good = temporary_label();
  pinned(Row::mov_r32_i32, {StatementBuffer::reg(Reg::r10d), out_.immediate(static_cast<i32>(0 - hash))});
  pinned(Row::add_r32_rm32, {StatementBuffer::reg(Reg::r10d), out_.memory(Reg::r11, -distance)});
  pinned(branch_row(Condition::E), {out_.target(good)});
  out_.label(out_.symbol(kcfi_trap_label(code_.ordinal, ordinal)));
  pinned(Row::ud2, {});
  out_.label(good);
  if (features_.retpoline_calls) {
    thunk_prefix();
    pinned(Row::call_rel, {out_.target(out_.symbol(indirect_thunk))});
  } else {
    pinned(Row::call_rm64, {StatementBuffer::indirect(StatementBuffer::reg(Reg::r11))});
  }
}

void FunctionEmitter::nops(u32 count) {
  for (u32 i = 0; i < count; ++i) out_.instruction(Row::nop);
}

// --- Blocks

bool FunctionEmitter::says_nothing(InstructionIndex index) const {
  const MachineInstruction& i = machine_.instructions[index];
  if (std::binary_search(allocation_.dead.begin(), allocation_.dead.end(), index)) return true;
  if (is_pseudo(i, MachinePseudo::Undefined) || is_pseudo(i, Pseudo::Entry) || is_pseudo(i, Pseudo::Received))
    return true;
  return is_pseudo(i, MachinePseudo::Copy) && location(i, 0) == location(i, 1);
}

bool FunctionEmitter::is_empty_jump(MachineBlockId b, MachineBlockId& target) const {
  const MachineBlock& block = machine_.blocks[b];
  if (b == 0 || block.address_taken || block.begin == block.end) return false;
  const MachineInstruction& last = machine_.instructions[block.end - 1];
  if (last.row != static_cast<u16>(Row::jmp_rel)) return false;
  const Operand& o = machine_.operands_of(last)[0];
  if (o.kind != OperandKind::Block) return false;
  for (InstructionIndex i = block.begin; i + 1 < block.end; ++i)
    if (!says_nothing(i)) return false;
  auto edit = std::lower_bound(allocation_.edits.begin(), allocation_.edits.end(), 2 * block.begin,
                               [](const Edit& e, u32 position) { return e.position < position; });
  if (edit != allocation_.edits.end() && edit->position < 2 * block.end) return false;
  target = o.payload;
  return true;
}

// Blocks that hold but a jump are passed over. A ring of such blocks (an empty endless loop) keeps one of them.
void FunctionEmitter::thread_jumps() {
  u32 count = static_cast<u32>(machine_.blocks.size());
  thread_.assign(count, no_id);
  std::vector<MachineBlockId> path;
  for (MachineBlockId b = 0; b < count; ++b) {
    path.clear();
    MachineBlockId at = b, target = no_id;
    while (thread_[at] == no_id && is_empty_jump(at, target)) {
      path.push_back(at);
      thread_[at] = at; // found again: a ring
      at = target;
    }
    MachineBlockId end = thread_[at] == no_id ? at : thread_[at];
    for (MachineBlockId p : path) thread_[p] = end;
    if (thread_[at] == no_id) thread_[at] = at;
  }
  for (JumpTable& table : code_.jump_tables)
    for (MachineBlockId& b : table.targets) b = thread_[b];
}

void FunctionEmitter::order_blocks() {
  order_.clear();
  for (MachineBlockId b = 0; b < machine_.blocks.size(); ++b)
    if (thread_[b] == b) order_.push_back(b);
  if (context_.options.opt_level == 0) return;
  // There are no critical edges: an edge runs as often as the block it alone leaves or the one it alone enters.
  std::vector<emit::LayoutEdge> edges;
  for (MachineBlockId b : order_) {
    const MachineBlock& block = machine_.blocks[b];
    InstructionIndex terminator = first_terminator(machine_, block);
    bool is_goto = terminator < block.end && (is_pseudo(machine_.instructions[terminator], MachinePseudo::InlineAsm) ||
                                              is_invoke(machine_.instructions[terminator]));
    for (const MachineEdge& e : machine_.edges_of(block)) {
      // What asm goto jumps to itself, or an exception, gains nothing from standing behind it.
      if (is_goto && machine_.operands_of(machine_.instructions[block.end - 1])[0].payload != e.block) continue;
      float weight = block.edge_count == 1 ? block.frequency : machine_.blocks[e.block].frequency;
      if (thread_[e.block] != b) edges.push_back({b, thread_[e.block], weight, block.edge_count == 1});
    }
  }
  emit::lay_out_blocks(machine_, std::move(edges), order_);
}

void FunctionEmitter::final_branches(MachineBlockId b, MachineBlockId next, InstructionIndex& first,
                                     std::vector<Branch>& list) const {
  const MachineBlock& block = machine_.blocks[b];
  list.clear();
  first = block.end;
  while (first > block.begin) {
    const MachineInstruction& i = machine_.instructions[first - 1];
    if (i.row >= first_pseudo || i.operand_count != 1) break;
    if (machine_.operands_of(i)[0].kind != OperandKind::Block) break;
    Control control = lathe::x86::info(static_cast<Row>(i.row)).control;
    if (control != Control::Jump && control != Control::Branch) break;
    --first;
  }
  for (InstructionIndex i = first; i < block.end; ++i) {
    const MachineInstruction& m = machine_.instructions[i];
    list.push_back({static_cast<Row>(m.row), thread_[machine_.operands_of(m)[0].payload]});
  }
  // A conditional branch to where the jump behind it goes decides nothing.
  while (list.size() >= 2 && list.back().row == Row::jmp_rel && list[list.size() - 2].target == list.back().target)
    list.erase(list.end() - 2);
  if (list.size() >= 2 && list.back().row == Row::jmp_rel && list[list.size() - 2].target == next &&
      list.back().target != next) {
    Branch& conditional = list[list.size() - 2];
    for (u8 c = 0; c < 16; ++c)
      if (branch_row(static_cast<Condition>(c)) == conditional.row) {
        conditional = {branch_row(negate(static_cast<Condition>(c))), list.back().target};
        list.pop_back();
        break;
      }
  }
  if (!list.empty() && list.back().row == Row::jmp_rel && list.back().target == next) list.pop_back();
}

// A return without anything to undo is cheaper to repeat than to jump to.
bool FunctionEmitter::is_worth_repeating(MachineBlockId b) const {
  constexpr u32 most_before_return = 2;
  if (context_.options.opt_level == 0) return false;
  const MachineBlock& block = machine_.blocks[b];
  if (block.begin == block.end || !is_pseudo(machine_.instructions[block.end - 1], Pseudo::Return)) return false;
  if (frame_.adjust || frame_.frame_pointer || !frame_.pushed.empty() || frame_.guard != no_id) return false;
  u32 count = 0;
  for (InstructionIndex i = block.begin; i < block.end; ++i) {
    const MachineInstruction& m = machine_.instructions[i];
    if (says_nothing(i)) continue;
    bool is_row = m.row < first_pseudo && !(m.flags & MachineCall);
    if (!is_row && !is_pseudo(m, MachinePseudo::Copy) && i + 1 != block.end) return false;
    ++count;
  }
  auto [first, last] = edits_of(b);
  return count + static_cast<u32>(last - first) <= most_before_return;
}

std::pair<size_t, size_t> FunctionEmitter::edits_of(MachineBlockId b) const {
  const auto& edits = allocation_.edits;
  auto at = [&](u32 position) {
    return static_cast<size_t>(std::lower_bound(edits.begin(), edits.end(), position,
                                                [](const Edit& e, u32 p) { return e.position < p; }) -
                               edits.begin());
  };
  return {at(2 * machine_.blocks[b].begin), at(2 * machine_.blocks[b].end)};
}

bool FunctionEmitter::repeats(const std::vector<Branch>& branches) const {
  return !branches.empty() && branches.back().row == Row::jmp_rel && worth_repeating_[branches.back().target];
}

void FunctionEmitter::mark_targets() {
  worth_repeating_.assign(machine_.blocks.size(), 0);
  for (MachineBlockId b : order_) worth_repeating_[b] = is_worth_repeating(b);
  is_target_.assign(machine_.blocks.size(), 0);
  is_pad_.assign(machine_.blocks.size(), 0);
  InstructionIndex first;
  for (size_t i = 0; i < order_.size(); ++i) {
    final_branches(order_[i], i + 1 < order_.size() ? order_[i + 1] : no_id, first, branches_);
    if (repeats(branches_)) branches_.pop_back();
    for (const Branch& branch : branches_) is_target_[branch.target] = 1;
    const MachineBlock& block = machine_.blocks[order_[i]];
    // Whatever else names a block (an indirect jump's table is marked below, inline asm here).
    for (InstructionIndex k = block.begin; k < first; ++k)
      for (const Operand& o : machine_.operands_of(machine_.instructions[k]))
        if (o.kind == OperandKind::Block) is_target_[thread_[o.payload]] = 1;
  }
  for (const JumpTable& table : code_.jump_tables)
    for (MachineBlockId b : table.targets) is_target_[b] = 1;
  for (const ExceptionTable::Pad& pad : code_.exceptions.pads) is_target_[thread_[pad.block]] = is_pad_[thread_[pad.block]] = 1;
  for (const AsmStatement& s : code_.asm_statements)
    for (const AsmStatement::Operand& o : s.operands)
      if (o.operand.kind == OperandKind::Block) is_target_[thread_[o.operand.payload]] = 1;
}

SymbolId FunctionEmitter::block_symbol(MachineBlockId b) {
  if (block_symbols_[b] == assembler::no_id) block_symbols_[b] = out_.symbol(block_label(code_.ordinal, b));
  return block_symbols_[b];
}

SymbolId FunctionEmitter::temporary_label() {
  return out_.symbol(".LT" + std::to_string(code_.ordinal) + '_' + std::to_string(temporary_labels_++));
}

std::string FunctionEmitter::block_comment(MachineBlockId b) const {
  u32 source = machine_.blocks[b].source;
  if (source == no_id || source >= context_.ir.blocks.size() || context_.ir.blocks[source].name.empty()) return {};
  std::string text = "%" + std::string(context_.ir.blocks[source].name);
  if (verbose_ && machine_.blocks[b].loop_depth) text += ", in a loop of depth " + std::to_string(machine_.blocks[b].loop_depth);
  return text;
}

void FunctionEmitter::block(MachineBlockId b, MachineBlockId next) {
  const MachineBlock& block = machine_.blocks[b];
  if (block.address_taken && block.source != no_id) {
    out_.label(out_.symbol(block_address_label(code_.ordinal, block.source)));
    for (auto [index, source] : context_.ir.address_labels)
      if (source == block.source) out_.label(out_.symbol(module_block_address_label(index)));
  }
  if (is_target_[b]) {
    out_.label(block_symbol(b));
    if (out_.wants_comments)
      if (std::string comment = block_comment(b); !comment.empty()) out_.comment(comment);
  }
  // indirectbr is checked, and so is the unwinder's jump.
  if ((block.address_taken || is_pad_[b]) && branch_protection_) out_.instruction(Row::endbr64);
  if (verbose_ && !is_target_[b] && b != 0 && !is_edge(b))
    if (std::string comment = block_comment(b); !comment.empty()) pending_comment_ = "begins " + comment;
  InstructionIndex first_branch;
  std::vector<Branch> branches;
  final_branches(b, next, first_branch, branches);
  body(b, first_branch);
  MachineBlockId repeated = repeats(branches) ? branches.back().target : no_id;
  if (repeated != no_id) branches.pop_back();
  if (first_branch < block.end) source_line(machine_.instructions[first_branch].location);
  for (const Branch& branch : branches) {
    out_.instruction(branch.row, {out_.target(block_symbol(branch.target))});
    if (!pending_comment_.empty()) out_.comment(std::exchange(pending_comment_, {}));
  }
  if (repeated != no_id) body(repeated, machine_.blocks[repeated].end);
}

void FunctionEmitter::body(MachineBlockId b, InstructionIndex end) {
  next_edit_ = edits_of(b).first;
  for (InstructionIndex i = machine_.blocks[b].begin; i < end; ++i) {
    edits_at(2 * i);
    if (is_invoke(machine_.instructions[i]))
      call_site(b, i);
    else
      instruction(i);
    edits_at(2 * i + 1);
  }
  edits_at(2 * machine_.blocks[b].end - 1);
}

// An invoke's call stands between two labels of the exception table.
void FunctionEmitter::call_site(MachineBlockId b, InstructionIndex i) {
  ExceptionTable& table = code_.exceptions;
  MachineBlockId to = machine_.edges_of(machine_.blocks[b]).back().block;
  u32 pad = 0;
  while (pad < table.pads.size() && table.pads[pad].block != to) ++pad;
  lathe_check(pad < table.pads.size(), "an invoke leads to no landing pad");
  u32 label = 2 * static_cast<u32>(table.sites.size());
  table.sites.push_back({label, pad, thread_[to]});
  out_.label(out_.symbol(call_site_label(code_.ordinal, label)));
  instruction(i);
  out_.label(out_.symbol(call_site_label(code_.ordinal, label + 1)));
}

// --- Instructions

SymbolId FunctionEmitter::symbol(u32 id) {
  if (symbols_[id] == assembler::no_id) symbols_[id] = out_.symbol(code_.symbols.text(id));
  return symbols_[id];
}

assembler::Operand FunctionEmitter::slot_memory(FrameSlotId slot, i32 offset) {
  SlotAddress a = frame_[slot];
  return out_.memory(register_of(a.base, 64), a.displacement + offset);
}

assembler::Address FunctionEmitter::address(const MachineInstruction& i, const Address& a) {
  assembler::Address result;
  auto reg_at = [&](u8 place) {
    if (place == Address::no_register) return Reg::None;
    Location l = location(i, place);
    lathe_check(l.is_register(), "a register of an address was left in the frame");
    return register_of(l.reg, 64);
  };
  result.displacement = a.displacement;
  result.base = reg_at(a.base);
  result.index = reg_at(a.index);
  result.scale = a.scale;
  result.segment = segment(a.segment);
  if (a.slot != no_id) {
    lathe_check(a.base == Address::no_register, "an address has both a slot and a base");
    SlotAddress s = frame_[a.slot];
    result.base = register_of(s.base, 64);
    result.displacement += s.displacement;
  }
  if (a.pc_relative) result.base = Reg::rip;
  if (a.symbol != no_id) {
    const SymbolRef& s = machine_.symbols[a.symbol];
    result.symbol = symbol(s.symbol);
    result.modifier = modifier(s.modifier);
    result.displacement += s.addend;
  } else if (result.displacement) {
    result.flags |= assembler::HasDisplacement;
  }
  if (result.index == Reg::rsp) std::swap(result.index, result.base);
  if (result.index != Reg::None) result.flags |= assembler::HasScale;
  return result;
}

assembler::Operand FunctionEmitter::operand(const MachineInstruction& i, const Operand& o, const OperandInfo& info,
                                            Location replacement) {
  switch (o.kind) {
  case OperandKind::Register: {
    Location l = replacement.kind != Location::Kind::None ? replacement : location(i, o.payload);
    if (l.is_slot()) return slot_memory(l.slot);
    if (info.type == OperandType::FixedRegister) return StatementBuffer::reg(info.fixed);
    if (o.high_byte) return StatementBuffer::reg(lathe::x86::offset(Reg::ah, l.reg));
    return StatementBuffer::reg(register_of(l.reg, o.width_override ? o.width_override * 8u : info.width));
  }
  case OperandKind::FixedRegister:
    if (info.type == OperandType::FixedRegister) return StatementBuffer::reg(info.fixed);
    return StatementBuffer::reg(register_of(static_cast<PhysicalRegister>(o.payload), info.width));
  case OperandKind::Immediate: return out_.immediate(static_cast<i32>(o.payload));
  case OperandKind::WideImmediate: return out_.immediate(machine_.wide_immediates[o.payload]);
  case OperandKind::SymbolValue: {
    const SymbolRef& s = machine_.symbols[o.payload];
    if (info.type == OperandType::Target) return out_.target(symbol(s.symbol), s.addend, modifier(s.modifier));
    return out_.symbol_immediate(symbol(s.symbol), s.addend, modifier(s.modifier));
  }
  case OperandKind::Address: return out_.address(address(i, machine_.addresses[o.payload]));
  case OperandKind::Block: return out_.target(block_symbol(thread_[o.payload]));
  case OperandKind::None: break;
  }
  internal_error("an instruction has an operand of no kind");
}

bool FunctionEmitter::is_register_alone(assembler::Operand o) const {
  if (!o.is(assembler::OperandKind::Address)) return false;
  const assembler::Address& a = out_.addresses[o.index()];
  return a.base != Reg::None && a.base != Reg::rip && a.index == Reg::None && a.displacement == 0 &&
         a.symbol == assembler::no_id && a.expression == assembler::no_id && a.segment == Reg::None;
}

void FunctionEmitter::row_instruction(const MachineInstruction& i) {
  Row row = static_cast<Row>(i.row);
  const auto& info = lathe::x86::info(row);
  operands_.clear();
  std::span<const Operand> list = machine_.operands_of(i);
  u32 spilled = 0;
  for (size_t k = 0; k < list.size(); ++k) {
    operands_.push_back(operand(i, list[k], info.operands[k], {}));
    if (list[k].kind == OperandKind::Register && location(i, list[k].payload).is_slot()) ++spilled;
  }
  lathe_check(spilled <= 1, std::string("two operands of '") + std::string(info.name) + "' are in the frame");
  if (row == Row::lea_r64_m && is_register_alone(operands_[1])) {
    // The address of a slot at the very base.
    out_.instruction(Row::mov_rm64_r64, {operands_[0], StatementBuffer::reg(out_.addresses[operands_[1].index()].base)});
    return;
  }
  if (row == Row::call_rel && features_.retpoline_calls && list[0].kind == OperandKind::SymbolValue &&
      code_.symbols.text(machine_.symbols[list[0].payload].symbol) == indirect_thunk)
    thunk_prefix();
  u16 prefixes = 0;
  if (i.flags & MachineLocked) prefixes |= assembler::PrefixLock;
  if (i.flags & MachineRepeated) prefixes |= assembler::PrefixRep;
  if (branch_protection_ && !list.empty() && list[0].unchecked) prefixes |= assembler::PrefixNotrack;
  out_.instruction(row, operands_, prefixes);
  if (info.control == Control::Jump && row == Row::jmp_rm64) out_.statements.back().reserved |= peephole::inside_flag;
  if (i.flags & MachineVolatile) out_.statements.back().reserved |= peephole::pinned_flag;
  if (spilled && context_.options.verbose_asm) out_.comment("folded reload");
  if (branch_protection_ && !list.empty() && list[0].returns_twice) out_.instruction(Row::endbr64);
}

void FunctionEmitter::instruction(InstructionIndex index) {
  const MachineInstruction& i = machine_.instructions[index];
  if (std::binary_search(allocation_.dead.begin(), allocation_.dead.end(), index)) return;
  if (i.row >= first_pseudo)
    pseudo(i, index);
  else {
    source_line(i.location);
    row_instruction(i);
    if (verbose_) verbose_comment(index);
  }
}

// -fverbose-asm: which IR value an instruction makes or names, and where a source line begins.
void FunctionEmitter::verbose_comment(InstructionIndex index) {
  std::string text;
  auto add = [&](const std::string& s) {
    if (!s.empty()) text += (text.empty() ? "" : ", ") + s;
  };
  auto name_of = [&](ir::InstId id) {
    const auto& names = context_.ir.instruction_names;
    return id < names.size() && !names[id].empty() ? "%" + std::string(names[id]) : std::string();
  };
  for (const Operand& o : machine_.operands_of(machine_.instructions[index]))
    if (o.kind == OperandKind::Address)
      if (FrameSlotId slot = machine_.addresses[o.payload].slot; slot != no_id && machine_.slots[slot].name != no_id)
        add(name_of(machine_.slots[slot].name));
  const auto& sources = machine_.sources;
  ir::InstId source = index < sources.size() ? sources[index] : ir::none;
  bool last = index + 1 >= sources.size() || sources[index + 1] != source;
  if (source != ir::none && last) add(name_of(source));
  add(std::exchange(pending_comment_, {}));
  if (!text.empty()) out_.comment(text);
}

// Whether the block was made for an edge: then another one of its source stands before it in the order of numbers.
bool FunctionEmitter::is_edge(MachineBlockId b) const {
  return b > 0 && machine_.blocks[b - 1].source == machine_.blocks[b].source;
}

void FunctionEmitter::verbose_line(u32 location) {
  emit::SourceLines::Line line;
  if (location == no_id || !context_.source_lines->find(context_.ir, location, line) || line == verbose_line_) return;
  verbose_line_ = line;
  pending_comment_ += (pending_comment_.empty() ? "" : ", ") + context_.source_lines->text(line);
}

void FunctionEmitter::pseudo(const MachineInstruction& i, InstructionIndex index) {
  if (says_nothing(index)) return;
  source_line(i.location);
  if (is_pseudo(i, MachinePseudo::Copy)) {
    const VirtualRegisterInfo& v = machine_.vregs[machine_.registers_of(i)[0].vreg];
    move(v.rc, v.spill_size, location(i, 1), location(i, 0));
  } else if (is_pseudo(i, MachinePseudo::InlineAsm)) {
    inline_asm(i);
  } else if (is_pseudo(i, Pseudo::Return)) {
    bool last = machine_.blocks[last_block_].end == index + 1 && guard_label_ == assembler::no_id && frame_.guard == no_id;
    if (frame_.guard != no_id) check_guard(reg::r11);
    epilogue(last, false);
    zero_registers(i);
    if (code_.frame.is_interrupt)
      leave_interrupt();
    else if (return_thunk_)
      out_.instruction(Row::jmp_rel, {out_.target(out_.symbol("__x86_return_thunk"))});
    else
      out_.instruction(Row::ret);
    if (!last) end_epilogue();
  } else if (is_pseudo(i, Pseudo::TailCall)) {
    const Operand& o = machine_.operands_of(i)[0];
    bool last = machine_.blocks[last_block_].end == index + 1 && frame_.guard == no_id;
    PhysicalRegister scratch = reg::r11;
    if (o.kind == OperandKind::Register && location(i, o.payload).reg == reg::r11) scratch = reg::r10;
    if (frame_.guard != no_id) check_guard(scratch);
    if (o.kind == OperandKind::SymbolValue) {
      epilogue(last, true);
      zero_registers(i);
      const SymbolRef& s = machine_.symbols[o.payload];
      out_.instruction(Row::jmp_rel, {out_.target(symbol(s.symbol), s.addend, modifier(s.modifier))});
    } else {
      const OperandInfo& info = lathe::x86::info(Row::jmp_rm64).operands[0];
      assembler::Operand target = operand(i, o, info, {});
      epilogue(last, true);
      zero_registers(i);
      bool unchecked = branch_protection_ && o.unchecked;
      if (features_.retpoline_calls) {
        thunk_prefix();
        out_.instruction(Row::jmp_rel, {out_.target(out_.symbol(indirect_thunk))});
      } else
        out_.instruction(Row::jmp_rm64, {target}, unchecked ? assembler::PrefixNotrack : 0);
    }
    if (!last) end_epilogue();
  } else if (is_pseudo(i, Pseudo::UnwindReturn)) {
    epilogue(false, true, true);
    out_.instruction(Row::mov_rm64_r64, {StatementBuffer::reg(Reg::rsp), StatementBuffer::reg(Reg::rcx)});
    out_.instruction(Row::ret);
    end_epilogue();
  } else if (is_pseudo(i, Pseudo::TlsGeneralDynamic)) {
    tls_call(i, true);
  } else if (is_pseudo(i, Pseudo::TlsLocalDynamic)) {
    tls_call(i, false);
  } else if (is_pseudo(i, Pseudo::CheckedCall)) {
    checked_call(i);
  } else if (is_pseudo(i, Pseudo::SelectVector)) {
    select_vector(i);
  } else if (is_pseudo(i, Pseudo::ProbeStack)) {
    probe_dynamic(location(i, 0).reg);
  } else if (is_pseudo(i, Pseudo::ThunkJump)) {
    thunk_prefix();
    // As text: unlike a tail call it leads to this function's blocks.
    out_.verbatim("\tjmp\t" + std::string(indirect_thunk));
  } else {
    internal_error("unknown pseudo instruction " + std::to_string(i.row));
  }
}

void FunctionEmitter::select_vector(const MachineInstruction& i) {
  std::span<const Operand> list = machine_.operands_of(i);
  Condition keep = static_cast<Condition>(list[0].payload);
  Location result = location(i, 0), other = location(i, 2);
  if (result == other) return;
  SymbolId done = temporary_label();
  out_.instruction(branch_row(keep), {out_.target(done)});
  move(RegisterClass::Vector, machine_.vregs[machine_.registers_of(i)[0].vreg].spill_size, other, result);
  out_.label(done);
}

void FunctionEmitter::tls_call(const MachineInstruction& i, bool general_dynamic) {
  const SymbolRef& s = machine_.symbols[machine_.operands_of(i)[0].payload];
  assembler::Operand rdi = StatementBuffer::reg(Reg::rdi);
  assembler::Operand callee = out_.target(out_.symbol("__tls_get_addr"), 0, assembler::Modifier::Plt);
  // The padding makes room for what the linker puts here when it knows more.
  if (general_dynamic) out_.data(Directive::byte, {out_.immediate(0x66)});
  out_.instruction(Row::lea_r64_m, {rdi, out_.pc_relative(Reg::rip, symbol(s.symbol), s.addend, modifier(s.modifier))});
  if (general_dynamic) out_.data(Directive::value, {out_.immediate(0x6666)});
  out_.instruction(Row::call_rel, {callee}, general_dynamic ? assembler::PrefixRexW : 0);
}

// --- Edits

void FunctionEmitter::edits_at(u32 position) {
  const auto& edits = allocation_.edits;
  while (next_edit_ < edits.size() && edits[next_edit_].position <= position) edit(edits[next_edit_++]);
}

void FunctionEmitter::edit(const Edit& e) {
  if (e.kind == EditKind::Move) return move(e.rc, e.size, e.from, e.to);
  const MachineInstruction& i = machine_.instructions[machine_.vregs[e.vreg].definition];
  Row row = static_cast<Row>(i.row);
  lathe_check(i.row < first_pseudo && i.register_count == 1 && e.to.is_register(), "a value cannot be rematerialized");
  const auto& info = lathe::x86::info(row);
  operands_.clear();
  std::span<const Operand> list = machine_.operands_of(i);
  for (size_t k = 0; k < list.size(); ++k)
    operands_.push_back(operand(i, list[k], info.operands[k], list[k].kind == OperandKind::Register ? e.to : Location{}));
  out_.instruction(row, operands_);
}

namespace {
struct MoveRows {
  Row between, load, store;
  u32 width;
};
MoveRows move_rows(RegisterClass rc, u32 size, bool aligned) {
  if (rc == RegisterClass::General)
    return size <= 4 ? MoveRows{Row::mov_rm32_r32, Row::mov_r32_rm32, Row::mov_rm32_r32, 32}
                     : MoveRows{Row::mov_rm64_r64, Row::mov_r64_rm64, Row::mov_rm64_r64, 64};
  if (size <= 4) return {Row::movaps_x_xm128, Row::movss_x_m32, Row::movss_m32_x, 128};
  if (size <= 8) return {Row::movaps_x_xm128, Row::movsd_x_m64, Row::movsd_m64_x, 128};
  if (aligned) return {Row::movaps_x_xm128, Row::movaps_x_xm128, Row::movaps_xm128_x, 128};
  return {Row::movaps_x_xm128, Row::movups_x_xm128, Row::movups_xm128_x, 128};
}
} // namespace

void FunctionEmitter::move(RegisterClass rc, u32 size, Location from, Location to) {
  if (from == to) return;
  if (rc == RegisterClass::StackOnly) {
    if (from.is_slot()) out_.instruction(Row::fld_m80, {slot_memory(from.slot)});
    if (to.is_slot()) out_.instruction(Row::fstp_m80, {slot_memory(to.slot)});
    return;
  }
  lathe_check(from.is_register() || to.is_register(), "a move has two slots");
  FrameSlotId slot = from.is_slot() ? from.slot : to.slot;
  bool aligned = from.is_register() && to.is_register() ? true : machine_.slots[slot].align >= 16;
  MoveRows rows = move_rows(rc, size, aligned);
  if (from.is_slot()) {
    out_.instruction(rows.load, {StatementBuffer::reg(register_of(to.reg, rows.width)), slot_memory(from.slot)});
    if (context_.options.verbose_asm) out_.comment(std::to_string(size) + "-byte reload");
  } else if (to.is_slot()) {
    out_.instruction(rows.store, {slot_memory(to.slot), StatementBuffer::reg(register_of(from.reg, rows.width))});
    if (context_.options.verbose_asm) out_.comment(std::to_string(size) + "-byte spill");
  } else {
    out_.instruction(rows.between, {StatementBuffer::reg(register_of(to.reg, rows.width)),
                                    StatementBuffer::reg(register_of(from.reg, rows.width))});
  }
}

void FunctionEmitter::source_line(u32 location) {
  if (verbose_ && context_.source_lines) verbose_line(location);
  if (!context_.debug || location == no_id || location == current_location_) return;
  current_location_ = location;
  auto [at, is_new] = lines_.try_emplace(location);
  if (is_new && !context_.debug->find(context_.ir, location, at->second)) at->second = {};
  if (at->second == emit::DebugInfo::Line{}) return;
  line_statement(at->second);
}

void FunctionEmitter::line_statement(const emit::DebugInfo::Line& line) {
  if (line == current_line_ && !prologue_end_) return;
  current_line_ = line;
  assembler::Operand operands[] = {out_.immediate(line.file), out_.immediate(line.line), out_.immediate(line.column),
                                   prologue_end_ ? out_.word("prologue_end") : assembler::Operand{}};
  out_.directive(Directive::loc, std::span<const assembler::Operand>(operands, prologue_end_ ? 4 : 3));
  prologue_end_ = false;
}

} // namespace lathe::codegen::x86
