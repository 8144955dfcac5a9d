// Calls, returns and the function's entry, all by the one classification in abi.cpp.

#include "codegen/analysis/analysis.h"
#include "codegen/ir/conventions.h"
#include "codegen/machine/names.h"
#include "codegen/x86/selector.h"

#include <algorithm>

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

namespace {
constexpr u64 largest_inline_copy = 128;
constexpr size_t sysv_argument_registers = 6;
constexpr u64 save_area_general = 48, save_area_size = 176; // saved by the prologue
} // namespace

bool Selector::is_multi(TypeId type) const {
  return f_->types.is_aggregate(type) || (f_->types.is_integer(type) && bits_of(type) > 64);
}

// --- The function itself

void Selector::classify_function() {
  const ir::Global& g = f_->global(f_->self);
  const ir::Type& type = f_->types[g.value_type];
  classify(*f_, g.convention, f_->argument_types, g.parameter_attributes, type.element, signature_);
  const ir::AttributeSet& attributes = f_->attributes(g.function_attributes);
  FrameNeeds& needs = code_->frame;
  needs.incoming_bytes = signature_.stack_bytes;
  needs.is_variadic = type.variadic;
  needs.named_general = static_cast<u8>(signature_.general_used);
  needs.named_vector = static_cast<u8>(signature_.vector_used);
  needs.naked = attributes.has(ir::Attribute::Naked);
  needs.callee_saved = preserved_registers(signature_);
  needs.live_at_return = needs.callee_saved | result_registers(signature_);
  // C returns in two registers of each class at most; IR can ask for more.
  constexpr RegisterMask beyond_c = RegisterMask(1) << reg::rcx | RegisterMask(3) << (reg::xmm0 + 2);
  needs.other_conventions = signature_.convention->callee_saved != callee_saved_sysv || (result_registers(signature_) & beyond_c);
  needs.is_interrupt = signature_.convention->is_interrupt;
  needs.has_error_code = needs.is_interrupt && signature_.arguments.size() > 1;
  if (type.variadic && signature_.convention->general.size() > sysv_argument_registers)
    unsupported(*f_, "a variadic function by calling convention '" + ir::convention_text(signature_.convention->id) + "'");
  if (attributes.find("no_caller_saved_registers")) {
    needs.callee_saved = all_registers & ~result_registers(signature_);
    needs.other_conventions = true;
  }
  if (!features_.sse) needs.callee_saved &= 0xffff;
  needs.live_at_return |= needs.callee_saved;
  classify_zeroing(attributes);
  needs.red_zone = signature_.convention->has_red_zone && context_->options.red_zone && !attributes.has(ir::Attribute::NoRedZone);
  if (const std::string_view* kind = attributes.find("frame-pointer")) {
    needs.needs_frame_pointer |= *kind == "all";
    frame_pointer_with_calls_ = *kind == "non-leaf";
  }
  if (context_->options.frame_pointer == FramePointer::All) needs.needs_frame_pointer = true;
  if (context_->options.frame_pointer == FramePointer::Omit) {
    needs.needs_frame_pointer = frame_pointer_with_calls_ = false;
  }
  if (attributes.has(ir::Attribute::StackAlign) || attributes.find("stackrealign"))
    needs.realign = std::max<u64>(attributes.stack_align, 16);
  needs.stack_protector = !needs.naked && wants_stack_protector(attributes);
  for (const AbiPart& part : signature_.parts)
    if (part.in_register && part.reg == reg::r11 && (needs.stack_protector || attributes.find("probe-stack")))
      unsupported(*f_, "a stack protector or probe with an argument in r11");
}

// -fzero-call-used-regs=[all|used][-gpr][-arg]: which registers a return leaves 0.
void Selector::classify_zeroing(const ir::AttributeSet& attributes) {
  const std::string_view* kind = attributes.find("zero-call-used-regs");
  if (!kind || *kind == "skip") return;
  std::string_view words = *kind;
  auto take = [&](std::string_view word) {
    if (!words.starts_with(word)) return false;
    words.remove_prefix(word.size());
    return true;
  };
  FrameNeeds& needs = code_->frame;
  needs.zeroes_unused = take("all");
  bool known = needs.zeroes_unused || take("used");
  bool general_only = take("-gpr"), arguments_only = take("-arg");
  if (!known || !words.empty()) unsupported(*f_, "\"zero-call-used-regs\"=\"" + std::string(*kind) + "\"");
  RegisterMask wanted = all_registers;
  if (general_only || !features_.sse) wanted &= 0xffff;
  if (arguments_only) {
    RegisterMask carry = 0;
    for (PhysicalRegister r : signature_.convention->general) carry |= RegisterMask(1) << r;
    for (PhysicalRegister r : signature_.convention->vector) carry |= RegisterMask(1) << r;
    wanted &= carry;
  }
  needs.zeroed_at_return = wanted & ~needs.live_at_return;
  needs.zeroes_x87 = needs.zeroes_unused && !general_only && !arguments_only && features_.x87;
  for (const AbiPart& r : signature_.results) needs.zeroes_x87 &= !r.x87;
  needs.other_conventions = true;
}

bool Selector::wants_stack_protector(const ir::AttributeSet& attributes) const {
  if (attributes.has(ir::Attribute::StackProtectReq)) return true;
  bool strong = attributes.has(ir::Attribute::StackProtectStrong);
  if (!strong && !attributes.has(ir::Attribute::StackProtect)) return false;
  auto has_array = [&](TypeId type, auto& self) -> bool {
    const ir::Type& t = f_->types[type];
    if (t.kind == ir::TypeKind::Array)
      return strong || (t.element == TypeId::I8 && t.count >= 8) || self(t.element, self);
    if (t.kind == ir::TypeKind::Struct)
      for (TypeId e : t.elements)
        if (self(e, self)) return true;
    return false;
  };
  std::vector<u8> is_local(f_->instructions.size(), 0);
  for (InstId i = f_->blocks[f_->first_block].first; i != ir::none; i = (*f_)[i].next) {
    if ((*f_)[i].op != Opcode::Alloca) continue;
    is_local[i] = 1;
    if (!is_static_alloca(i) || has_array(TypeId{(*f_)[i].aux}, has_array)) return true;
  }
  // An address that goes anywhere but into a load or store lets others write beyond the variable.
  for (BlockId b = f_->first_block; b != ir::none; b = f_->blocks[b].next)
    for (InstId i = f_->blocks[b].first; i != ir::none; i = (*f_)[i].next) {
      const ir::Instruction& inst = (*f_)[i];
      if (inst.op == Opcode::Alloca && b != f_->first_block) return true;
      if (!strong || inst.op == Opcode::Load) continue;
      auto operands = f_->operands_of(i);
      for (size_t k = 0; k < operands.size(); ++k)
        if (operands[k].is_instruction() && is_local[operands[k].index()] && !(inst.op == Opcode::Store && k == 1))
          return true;
    }
  return false;
}

void Selector::select_entry() {
  struct Load {
    Vreg v;
    TypeId type;
    i64 offset;
  };
  struct Mask {
    Vreg raw, clean;
  };
  std::vector<Load> loads;
  std::vector<Mask> masks;
  b_.begin(Pseudo::Entry).flags(MachineSideEffect);
  for (u32 k = 0; k < signature_.arguments.size(); ++k) {
    const AbiArgument& a = signature_.arguments[k];
    u32 asked = argument_vreg_[k];
    if (a.byval || asked == no_id) continue;
    bool multi = is_multi(f_->argument_types[k]);
    for (u32 p = 0; p < a.part_count; ++p) {
      const AbiPart& part = signature_.parts[a.first_part + p];
      Vreg v = multi ? parts_[asked + p] : asked;
      if (v == no_id) continue;
      if (!part.in_register) {
        loads.push_back({v, part.type, part.offset});
        continue;
      }
      if (part.type == TypeId::I1 && !a.attributes->has(ir::Attribute::ZeroExt)) {
        Vreg raw = b_.general(4);
        masks.push_back({raw, v});
        v = raw;
      }
      b_.hidden_def_fixed(v, part.reg);
      if (optimize_) b_.hint(v, part.reg);
    }
  }
  for (const Mask& m : masks) b_.begin(Row::and_rm32_i32).def_reuse(m.clean, 1).hidden_use(m.raw).imm(1);
  for (const Load& l : loads) {
    ClassAndSize c = class_of(*f_, l.type);
    m_->slots.push_back({.kind = SlotKind::Incoming, .size = c.size == 16 ? 16u : 8u, .align = 8, .offset = l.offset});
    AddressMode a = slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1));
    load_register(l.type, l.v, a);
    if (c.rc != RegisterClass::StackOnly && !stores_incoming_) b_.rematerializable(l.v);
  }
}

void Selector::select_va_start(InstId id) {
  if (!f_->types[f_->global(f_->self).value_type].variadic) refuse(id, "va_start in a function that is not variadic");
  FrameNeeds& needs = code_->frame;
  if (signature_.convention->shares_positions) {
    // The list is a pointer, to the shadow of the first unnamed argument.
    auto incoming = [&](i64 offset) {
      m_->slots.push_back({.kind = SlotKind::Incoming, .align = 8, .offset = offset});
      return static_cast<FrameSlotId>(m_->slots.size() - 1);
    };
    if (!uses_va_start_) needs.register_save_area = incoming(0);
    uses_va_start_ = true;
    AddressMode list = address(f_->operand(id, 1));
    Vreg first = load_address(slot_address(incoming(8 * static_cast<i64>(signature_.general_used))));
    b_.begin(Row::mov_rm64_r64).memory(list).use(first).flags(MachineSideEffect);
    return;
  }
  if (!uses_va_start_) {
    uses_va_start_ = true;
    // Without vector registers the area holds the general ones alone.
    bool floats = features_.sse && !f_->attributes(f_->global(f_->self).function_attributes).has(ir::Attribute::NoImplicitFloat);
    m_->slots.push_back({.kind = SlotKind::Local, .size = floats ? save_area_size : save_area_general, .align = 16});
    needs.register_save_area = static_cast<FrameSlotId>(m_->slots.size() - 1);
  }
  AddressMode list = address(f_->operand(id, 1));
  auto field = [&](i64 offset) {
    AddressMode a = list;
    a.displacement += offset;
    return a;
  };
  m_->slots.push_back({.kind = SlotKind::Incoming, .align = 8, .offset = static_cast<i64>(signature_.stack_bytes)});
  FrameSlotId overflow = static_cast<FrameSlotId>(m_->slots.size() - 1);
  b_.begin(Row::mov_rm32_i32).memory(field(0)).imm(signature_.general_used * 8).flags(MachineSideEffect);
  b_.begin(Row::mov_rm32_i32)
      .memory(field(4))
      .imm(static_cast<i64>(save_area_general) + 16 * signature_.vector_used)
      .flags(MachineSideEffect);
  Vreg next = load_address(slot_address(overflow));
  b_.begin(Row::mov_rm64_r64).memory(field(8)).use(next).flags(MachineSideEffect);
  Vreg saved = load_address(slot_address(needs.register_save_area));
  b_.begin(Row::mov_rm64_r64).memory(field(16)).use(saved).flags(MachineSideEffect);
}

void Selector::select_va_copy(InstId id) {
  AddressMode to = address(f_->operand(id, 1)), from = address(f_->operand(id, 2));
  Vreg parts[3];
  for (Vreg& v : parts) {
    v = b_.general();
    b_.begin(Row::mov_r64_rm64).def(v).memory(from);
    from.displacement += 8;
  }
  for (Vreg v : parts) {
    b_.begin(Row::mov_rm64_r64).memory(to).use(v).flags(MachineSideEffect);
    to.displacement += 8;
  }
}

// --- Arguments

void Selector::wide_parts(Value v, Vreg& low, Vreg& high) {
  Value lo, hi;
  // An odd width above 64 is a trunc of an i128.
  while (v.is_instruction() && (*f_)[v.index()].op == Opcode::Trunc && bits_of(type_of(f_->operand(v.index(), 0))) > 64)
    v = f_->operand(v.index(), 0);
  if (legalize::as_wide_pair(*f_, v, lo, hi)) {
    low = reg(lo);
    high = reg(hi);
  } else if (v.is_constant()) {
    low = integer_register(0, true);
    high = low;
  } else {
    low = part(v, 0);
    high = part(v, 1);
  }
}

// The registers that a value consists of.
void Selector::append_value(Value v, std::vector<Vreg>& parts) {
  TypeId type = type_of(v);
  if (f_->types.is_aggregate(type)) {
    std::vector<Value> values;
    if (legalize::collect_leaves(*f_, v, values)) {
      std::vector<legalize::Leaf> types;
      legalize::leaves_of(*f_, type, types);
      for (size_t k = 0; k < values.size(); ++k) {
        if (values[k])
          append_value(values[k], parts);
        else if (f_->types.is_integer(types[k].type) && bits_of(types[k].type) > 64)
          parts.insert(parts.end(), 2, integer_register(0, true));
        else
          parts.push_back(b_.new_register(class_of(*f_, types[k].type).rc, class_of(*f_, types[k].type).size)),
              b_.begin(MachinePseudo::Undefined).def(parts.back());
      }
      return;
    }
    std::vector<TypeId> types;
    part_types(type, types);
    for (u32 k = 0; k < types.size(); ++k) parts.push_back(part(v, k));
    return;
  }
  if (f_->types.is_integer(type) && bits_of(type) > 64) {
    Vreg low, high;
    wide_parts(v, low, high);
    parts.push_back(low);
    parts.push_back(high);
    return;
  }
  parts.push_back(reg(v));
}

void Selector::classify_call(InstId id) {
  const ir::CallInfo& info = f_->call_info(id);
  argument_type_list_.clear();
  for (Value v : f_->operands_of(id).subspan(1))
    if (!v.is_block()) argument_type_list_.push_back(type_of(v)); // those of an invoke stand behind the arguments
  classify(*f_, info.convention, argument_type_list_, info.argument_attributes, (*f_)[id].type, call_signature_);
}

void Selector::collect_argument(InstId id, u32 index, const AbiSignature& s, std::vector<Vreg>& parts) {
  Value v = f_->operand(id, index + 1);
  const AbiArgument& a = s.arguments[index];
  TypeId type = type_of(v);
  bool narrow = type == TypeId::I1 || type == TypeId::I8 || type == TypeId::I16;
  if (narrow && (a.attributes->has(ir::Attribute::ZeroExt) || a.attributes->has(ir::Attribute::SignExt)))
    parts.push_back(extended(v, a.attributes->has(ir::Attribute::SignExt)));
  else
    append_value(v, parts);
  lathe_check(parts.size() == a.first_part + a.part_count, "an argument's registers do not fit its classification");
}

void Selector::collect_arguments(InstId id, const AbiSignature& s, std::vector<Vreg>& parts) {
  parts.clear();
  for (u32 k = 0; k < s.arguments.size(); ++k) {
    if (s.arguments[k].byval)
      parts.push_back(no_id);
    else
      collect_argument(id, k, s, parts);
  }
}

// Eight bytes are written where the slot has eight: what stands above a narrow value may be read with it.
void Selector::pass_part(const AbiPart& part, Vreg v, SlotKind kind) {
  m_->slots.push_back({.kind = kind, .size = 8, .align = 8, .offset = part.offset});
  AddressMode to = slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1));
  if (class_of(*f_, part.type).rc == RegisterClass::General) {
    m_->vregs[v].spill_size = 8;
    b_.begin(Row::mov_rm64_r64).memory(to).use(v).flags(MachineSideEffect);
  } else {
    store_register(to, part.type, v);
  }
}

void Selector::copy_bytes(Value from, AddressMode to, u64 size) {
  bool floats = features_.sse && !f_->attributes(f_->global(f_->self).function_attributes).has(ir::Attribute::NoImplicitFloat);
  if (size > largest_inline_copy) {
    AddressMode source = address(from);
    Vreg rsi = load_address(source), rdi = load_address(to), rcx = integer_register(static_cast<i64>(size / 8), true);
    Vreg ends[3] = {b_.general(), b_.general(), b_.general()};
    b_.begin(Row::movsq)
        .hidden_def_fixed(ends[0], reg::rdi)
        .hidden_def_fixed(ends[1], reg::rsi)
        .hidden_def_fixed(ends[2], reg::rcx)
        .hidden_use_fixed(rdi, reg::rdi)
        .hidden_use_fixed(rsi, reg::rsi)
        .hidden_use_fixed(rcx, reg::rcx)
        .flags(MachineSideEffect | MachineRepeated);
    for (u64 done = size & ~u64(7); done < size;) {
      u64 step = size - done >= 4 ? 4 : size - done >= 2 ? 2 : 1;
      AddressMode a = source, b = to;
      a.displacement += static_cast<i64>(done);
      b.displacement += static_cast<i64>(done);
      Vreg v = b_.general(4);
      u32 width = step == 4 ? 2 : step == 2 ? 1 : 0;
      b_.begin(load_rows[width]).def(v).memory(a);
      b_.begin(mov_store_rows[width]).memory(b).use(v).flags(MachineSideEffect);
      done += step;
    }
    return;
  }
  AddressMode source = address(from);
  for (u64 done = 0; done < size;) {
    u64 left = size - done;
    u64 step = left >= 16 && floats ? 16 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    AddressMode a = source, b = to;
    a.displacement += static_cast<i64>(done);
    b.displacement += static_cast<i64>(done);
    if (step == 16) {
      Vreg v = b_.vector(16);
      b_.begin(Row::movups_x_xm128).def(v).memory(a);
      b_.begin(Row::movups_xm128_x).memory(b).use(v).flags(MachineSideEffect);
    } else {
      Vreg v = b_.general(8);
      u32 width = step == 8 ? 3 : step == 4 ? 2 : step == 2 ? 1 : 0;
      b_.begin(load_rows[width]).def(v).memory(a);
      b_.begin(mov_store_rows[width]).memory(b).use(v).flags(MachineSideEffect);
    }
    done += step;
  }
}

// --- Calls

bool Selector::callee_symbol(InstId id, ir::GlobalId& global) const {
  Value callee = f_->operand(id, 0);
  if (callee.is_global()) {
    global = callee.index();
    return true;
  }
  i64 offset;
  return callee.is_constant() && analysis::as_symbol_offset(*f_, callee, global, offset) && offset == 0;
}

// -fno-plt, for what the program declares and for what code generation calls on its own account.
bool Selector::calls_through_got(ir::GlobalId id, InstId call) const {
  const ir::Global& g = f_->global(id);
  if (is_direct(g) || g.kind != ir::GlobalKind::Function) return false;
  if (id >= f_->module.globals.size() && f_->module.flags.rt_lib_use_got) return pic_ || pie_;
  return f_->attributes(g.function_attributes).has(ir::Attribute::NonLazyBind) ||
         f_->attributes(f_->call_info(call).function_attributes).has(ir::Attribute::NonLazyBind);
}

void Selector::call_indirect(InstId id) {
  Value callee = f_->operand(id, 0);
  ir::GlobalId global;
  AddressMode memory;
  bool through_got = callee_symbol(id, global);
  if (through_got) {
    memory.symbol = global_ref(global, SymbolModifier::GotPcRel);
    memory.pc_relative = true;
  }
  bool in_memory = through_got || (!features_.retpoline_calls && fold_load(callee, memory));
  if (features_.retpoline_calls) {
    Vreg target = through_got ? b_.general() : reg(callee);
    if (through_got) b_.begin(Row::mov_r64_rm64).def(target).memory(memory);
    b_.begin(Row::call_rel).symbol(symbol_ref(indirect_thunk, SymbolModifier::None)).hidden_use_fixed(target, reg::r11);
    return;
  }
  if (in_memory) {
    b_.begin(Row::call_rm64).memory(memory).indirect();
  } else {
    Vreg target = reg(callee);
    b_.begin(Row::call_rm64).use(target).indirect();
  }
  if (f_->attributes(f_->call_info(id).function_attributes).has(ir::Attribute::NoCfCheck)) m_->operands.back().unchecked = 1;
}

// -fsanitize=kcfi: whether the call's callee must be of a certain type.
bool Selector::checked_type(InstId call, u32& hash) {
  bool checked = false;
  for (const ir::OperandBundle& bundle : f_->call_info(call).bundles) {
    i64 value = 0;
    if (bundle.tag == "convergencectrl") continue;
    if (bundle.tag != "kcfi" || bundle.count != 1 || !constant(f_->bundle_operands[bundle.first], value))
      refuse(call, "operand bundle '" + std::string(bundle.tag) + "'");
    hash = static_cast<u32>(value);
    checked = true;
  }
  return checked;
}

void Selector::call_checked(InstId id, u32 hash) {
  for (const AbiPart& part : call_signature_.parts)
    if (part.in_register && (part.reg == reg::r10 || part.reg == reg::r11)) refuse(id, "operand bundle 'kcfi' with an argument in r10");
  b_.begin(Pseudo::CheckedCall).imm(static_cast<i32>(hash)).hidden_use_fixed(reg(f_->operand(id, 0)), reg::r11);
}

// A callee that does not know an argument's type looks for it in the general register of its position.
std::vector<std::pair<Vreg, PhysicalRegister>> Selector::copy_to_general(const AbiSignature& s) {
  std::vector<std::pair<Vreg, PhysicalRegister>> copies;
  for (size_t p = 0; p < s.parts.size(); ++p) {
    ClassAndSize c = class_of(*f_, s.parts[p].type);
    if (!s.parts[p].in_register || c.rc != RegisterClass::Vector) continue;
    Vreg v = b_.general(c.size);
    b_.begin(c.size == 8 ? Row::movq_rm64_x : Row::movd_rm32_x).def(v).use(argument_parts_[p]);
    copies.emplace_back(v, s.convention->general[s.parts[p].reg - reg::xmm0]);
  }
  return copies;
}

void Selector::select_call(InstId id) {
  Value callee = f_->operand(id, 0);
  if (callee.is(ir::ValueKind::InlineAsm)) return select_inline_asm(id);
  Intrinsic kind = intrinsic(id);
  if (kind != Intrinsic::None) return select_intrinsic(id, kind);
  const ir::CallInfo& info = f_->call_info(id);
  u32 type_hash = 0;
  bool checked = checked_type(id, type_hash);
  classify_call(id);
  const AbiSignature& s = call_signature_;
  FrameNeeds& needs = code_->frame;
  if (s.convention->is_interrupt) refuse(id, "a call of an interrupt's handler");
  needs.has_calls = true;
  needs.outgoing_bytes = std::max(needs.outgoing_bytes, s.stack_bytes);
  // What goes to the stack goes first, so that it need not wait in registers.
  argument_parts_.assign(s.parts.size(), no_id);
  std::vector<Vreg>& some = argument_scratch_;
  for (int round = 0; round < (s.stack_bytes ? 2 : 1); ++round)
    for (u32 k = 0; k < s.arguments.size(); ++k) {
      const AbiArgument& a = s.arguments[k];
      bool on_stack = a.part_count && !s.parts[a.first_part].in_register;
      if (s.stack_bytes && on_stack != (round == 0)) continue;
      if (a.byval) {
        const AbiPart& part = s.parts[a.first_part];
        m_->slots.push_back({.kind = SlotKind::Outgoing, .size = a.byval_size, .align = 8, .offset = part.offset});
        copy_bytes(f_->operand(id, k + 1), slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1)), a.byval_size);
        continue;
      }
      if (on_stack && a.part_count == 1 && s.parts[a.first_part].type == TypeId::X86Fp80) {
        fp80_load(f_->operand(id, k + 1));
        m_->slots.push_back({.kind = SlotKind::Outgoing, .size = 16, .align = 8, .offset = s.parts[a.first_part].offset});
        AddressMode to = slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1));
        b_.begin(Row::fstp_m80).memory(to).flags(MachineSideEffect);
        continue;
      }
      some.assign(a.first_part, no_id);
      collect_argument(id, k, s, some);
      for (u32 p = a.first_part; p < a.first_part + a.part_count; ++p) {
        argument_parts_[p] = some[p];
        if (!s.parts[p].in_register) pass_part(s.parts[p], some[p], SlotKind::Outgoing);
      }
    }
  needs.other_conventions |= s.convention->callee_saved != callee_saved_sysv;
  bool variadic = f_->types[info.function_type].variadic;
  Vreg vectors = no_id;
  std::vector<std::pair<Vreg, PhysicalRegister>> copies;
  if (variadic && s.convention->shares_positions)
    copies = copy_to_general(s);
  else if (variadic)
    vectors = integer_register(s.vector_used, false);

  ir::GlobalId global = ir::none;
  bool direct = callee_symbol(id, global) && !calls_through_got(global, id);
  bool returns_twice = f_->attributes(info.function_attributes).has(ir::Attribute::ReturnsTwice) ||
                       (global != ir::none && f_->global(global).kind == ir::GlobalKind::Function &&
                        f_->attributes(f_->global(global).function_attributes).has(ir::Attribute::ReturnsTwice));
  if (direct) {
    bool plt = !is_direct(f_->global(global)) && (pic_ || pie_);
    b_.begin(Row::call_rel).symbol(global_ref(global, plt ? SymbolModifier::Plt : SymbolModifier::None));
  } else if (checked) {
    if (returns_twice || (*f_)[id].op == Opcode::Invoke) refuse(id, "operand bundle 'kcfi' of a call that returns twice or throws");
    call_checked(id, type_hash);
  } else {
    call_indirect(id);
  }
  needs.returns_twice_call |= returns_twice;
  m_->operands.back().returns_twice = returns_twice;
  for (size_t p = 0; p < s.parts.size(); ++p)
    if (s.parts[p].in_register) {
      b_.hidden_use_fixed(argument_parts_[p], s.parts[p].reg);
      if (optimize_) b_.hint(argument_parts_[p], s.parts[p].reg);
    }
  if (vectors != no_id) b_.hidden_use_fixed(vectors, reg::rax);
  for (const auto& [copy, r] : copies) b_.hidden_use_fixed(copy, r);
  RegisterMask clobbered = all_registers & ~preserved_registers(s);
  if (checked) clobbered |= RegisterMask{1} << reg::r10 | RegisterMask{1} << reg::r11;
  if ((*f_)[id].op == Opcode::Invoke) {
    // No unwinder restores more than what C functions preserve.
    b_.flags(MachineCall | MachineSideEffect | MachineTerminator).clobbers(clobbered | call_clobbers);
    return;
  }
  b_.flags(MachineCall | MachineSideEffect);
  receive_results(id, s, Point::Late, clobbered);
}

// Continues the call instruction (or what stands for it) with its results and what it destroys; then fetches what is on the x87 stack.
void Selector::receive_results(InstId id, const AbiSignature& s, Point point, RegisterMask clobbered) {
  TypeId type = (*f_)[id].type;
  bool multi = type != TypeId::Void && is_multi(type);
  u32 asked = vreg_of_[id];
  Vreg raw_bool = no_id, bool_result = no_id;
  for (u32 k = 0; k < s.results.size(); ++k) {
    const AbiPart& r = s.results[k];
    Vreg v = asked == no_id ? no_id : multi ? parts_[asked + k] : asked;
    if (r.x87 || v == no_id) continue;
    if (r.type == TypeId::I1) {
      // Only the low bit is told by the caller's point of view.
      bool_result = v;
      v = raw_bool = b_.general(4);
    }
    b_.add_register(MachineBuilder::make(v, Access::Def, point, Constraint::Fixed, r.reg));
    clobbered &= ~(RegisterMask(1) << r.reg);
  }
  b_.clobbers(clobbered);
  if (raw_bool != no_id) b_.begin(Row::and_rm32_i32).def_reuse(bool_result, 1).hidden_use(raw_bool).imm(1);
  for (u32 k = 0; k < s.results.size(); ++k) {
    if (!s.results[k].x87) continue;
    Vreg v = asked == no_id ? no_id : multi ? parts_[asked + k] : asked;
    if (v == no_id)
      b_.begin(Row::fstp_sti).fixed(reg::st0);
    else
      fp80_store(v);
  }
}

// --- Returns

void Selector::select_return(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  if (i.prev != ir::none && (*f_)[i.prev].op == Opcode::Call && select_tail_call(i.prev, id)) return;
  std::vector<Vreg>& parts = argument_parts_;
  parts.clear();
  if (i.operand_count && type_of(f_->operand(id, 0)) == TypeId::X86Fp80) {
    fp80_load(f_->operand(id, 0));
    b_.begin(Pseudo::Return).flags(MachineTerminator | MachineSideEffect);
    return;
  }
  if (i.operand_count && !signature_.results.empty()) append_value(f_->operand(id, 0), parts);
  lathe_check(parts.size() >= signature_.results.size(), "a returned value has fewer parts than its type");
  for (size_t k = signature_.results.size(); k-- > 0;)
    if (signature_.results[k].x87) b_.begin(Row::fld_m80).use_stack(parts[k]);
  // As clang has it, the pointer is not given back where rax is preserved.
  bool gives_pointer = signature_.sret != ir::none && !(signature_.convention->callee_saved >> reg::rax & 1);
  Vreg sret = gives_pointer && signature_.results.empty() ? argument_register(signature_.sret) : no_id;
  b_.begin(Pseudo::Return).flags(MachineTerminator | MachineSideEffect);
  for (size_t k = 0; k < signature_.results.size(); ++k) {
    const AbiPart& r = signature_.results[k];
    if (r.x87) continue;
    b_.hidden_use_fixed(parts[k], r.reg);
    if (optimize_) b_.hint(parts[k], r.reg);
  }
  if (sret != no_id) b_.hidden_use_fixed(sret, reg::rax);
}

bool Selector::select_tail_call(InstId call, InstId ret) {
  const ir::CallInfo& info = f_->call_info(call);
  bool must = info.tail == ir::TailKind::MustTail;
  if (u32 hash; must && checked_type(call, hash)) refuse(call, "'musttail' with operand bundle 'kcfi'");
  if (!must && (info.tail != ir::TailKind::Tail || !optimize_)) return false;
  if (f_->operand(call, 0).is(ir::ValueKind::InlineAsm) || intrinsic(call) != Intrinsic::None) return false;
  const ir::Instruction& r = (*f_)[ret];
  FrameNeeds& needs = code_->frame;
  if (r.operand_count) {
    Value v = f_->operand(ret, 0);
    if (v != ir::instruction_value(call)) {
      if (!v.is_constant()) return false;
      auto kind = f_->constants[v.index()].kind;
      if (kind != ir::ConstantKind::Undef && kind != ir::ConstantKind::Poison) return false;
    }
  } else if ((*f_)[call].type != TypeId::Void) {
    if ((*f_)[call].type == TypeId::X86Fp80 || f_->types.is_aggregate((*f_)[call].type)) return false;
  }
  if (!must) {
    const Convention* convention = find_convention(info.convention);
    if (convention && convention->shares_positions && f_->types[info.function_type].variadic) return false;
    if (needs.stack_protector || !info.bundles.empty() || signature_.sret != ir::none) return false;
    const ir::AttributeSet& own = f_->attributes(f_->global(f_->self).function_attributes);
    if (const std::string_view* off = own.find("disable-tail-calls"); off && *off == "true") return false;
    if (f_->attributes(info.function_attributes).has(ir::Attribute::ReturnsTwice)) return false;
  }
  classify_call(call);
  const AbiSignature& s = call_signature_;
  if (s.convention != signature_.convention && (preserved_registers(signature_) & ~preserved_registers(s))) {
    if (must) refuse(call, "'musttail' of a function that preserves fewer registers");
    return false;
  }
  if (signature_.convention->is_interrupt) return false; // no other function returns as it does
  needs.other_conventions |= s.convention->callee_saved != callee_saved_sysv;
  bool byval = false;
  for (const AbiArgument& a : s.arguments) byval |= a.byval;
  if (s.stack_bytes > signature_.stack_bytes || byval || (!must && s.sret != ir::none)) {
    if (!must) return false;
    if (s.stack_bytes > signature_.stack_bytes) refuse(call, "'musttail' with more stack arguments than the caller has");
    // A forwarded byval parameter is already where it belongs.
    for (u32 k = 0; k < s.arguments.size(); ++k)
      if (s.arguments[k].byval &&
          (f_->operand(call, k + 1) != ir::argument_value(k) || !signature_.arguments[k].byval ||
           signature_.parts[signature_.arguments[k].first_part].offset != s.parts[s.arguments[k].first_part].offset))
        refuse(call, "'musttail' with this byval argument");
  }
  if (s.stack_bytes > 0) stores_incoming_ = true;
  // Values first, then the stores over the own arguments.
  collect_arguments(call, s, argument_parts_);
  for (u32 k = 0; k < s.arguments.size(); ++k) {
    const AbiArgument& a = s.arguments[k];
    if (a.byval) continue;
    for (u32 p = a.first_part; p < a.first_part + a.part_count; ++p) {
      const AbiPart& part = s.parts[p];
      if (!part.in_register) pass_part(part, argument_parts_[p], SlotKind::Incoming);
    }
  }
  bool variadic = f_->types[info.function_type].variadic;
  if (variadic && s.convention->shares_positions) refuse(call, "'musttail' of a variadic function with this calling convention");
  Vreg vectors = variadic ? integer_register(s.vector_used, false) : no_id;
  ir::GlobalId global;
  u8 flags = MachineTerminator | MachineSideEffect;
  if (callee_symbol(call, global) && !calls_through_got(global, call)) {
    bool plt = !is_direct(f_->global(global)) && (pic_ || pie_);
    b_.begin(Pseudo::TailCall).symbol(global_ref(global, plt ? SymbolModifier::Plt : SymbolModifier::None));
  } else {
    Vreg target = reg(f_->operand(call, 0));
    for (const AbiPart& part : s.parts)
      if (part.in_register && part.reg == reg::r11) refuse(call, "an indirect tail call with this many arguments");
    b_.begin(Pseudo::TailCall).use_fixed(target, reg::r11).indirect();
    m_->operands.back().unchecked = f_->attributes(info.function_attributes).has(ir::Attribute::NoCfCheck);
  }
  b_.flags(flags);
  for (size_t p = 0; p < s.parts.size(); ++p)
    if (s.parts[p].in_register) b_.hidden_use_fixed(argument_parts_[p], s.parts[p].reg);
  if (vectors != no_id) b_.hidden_use_fixed(vectors, reg::rax);
  done_[call] = 1;
  return true;
}

} // namespace lathe::codegen::x86
