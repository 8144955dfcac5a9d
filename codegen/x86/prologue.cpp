// What enters and leaves a function, and the call-frame information that tells unwinders about every step.

#include "codegen/x86/function_emitter.h"

#include <algorithm>
#include <utility>

namespace lathe::codegen::x86 {

namespace {
constexpr u64 page = 4096;
assembler::Operand reg64(PhysicalRegister r) { return StatementBuffer::reg(lathe::x86::reg(r, 64)); }
assembler::Operand vector_register(PhysicalRegister r) {
  return StatementBuffer::reg(lathe::x86::offset(Reg::xmm0, r - reg::xmm0));
}
} // namespace

// What lies `offset` bytes from the CFA, while rsp is where the body has it.
assembler::Operand FunctionEmitter::cfa_memory(i64 offset) {
  if (frame_.frame_pointer) return out_.memory(Reg::rbp, offset + 16);
  return out_.memory(Reg::rsp, offset + static_cast<i64>(frame_.total));
}

void FunctionEmitter::add_to_rsp(i64 amount, Row row8, Row row32) {
  bool small = amount == static_cast<i8>(amount);
  out_.instruction(small ? row8 : row32, {StatementBuffer::reg(Reg::rsp), out_.immediate(amount)});
}

void FunctionEmitter::prologue() {
  if (code_.frame.naked) return;
  i64 offset = 8; // CFA - rsp
  if (code_.frame.is_interrupt) {
    // An interrupted program may have any direction flag; an error code leaves the stack 8 bytes off.
    if (code_.frame.has_error_code) out_.instruction(Row::push_r64, {reg64(reg::rax)});
    out_.instruction(Row::cld);
  }
  auto push = [&](PhysicalRegister r) {
    out_.instruction(Row::push_r64, {reg64(r)});
    offset += 8;
    if (!cfi_) return;
    if (!frame_.frame_pointer || r == reg::rbp) out_.directive(Directive::cfi_def_cfa_offset, {out_.immediate(offset)});
    out_.directive(Directive::cfi_offset, {reg64(r), out_.immediate(-offset)});
  };
  if (frame_.frame_pointer) {
    push(reg::rbp);
    out_.instruction(Row::mov_rm64_r64, {reg64(reg::rbp), reg64(reg::rsp)});
    if (cfi_) out_.directive(Directive::cfi_def_cfa_register, {reg64(reg::rbp)});
  }
  for (PhysicalRegister r : frame_.pushed) push(r);
  if (frame_.realigned) {
    bool small = frame_.align <= 128;
    out_.instruction(small ? Row::and_rm64_i8 : Row::and_rm64_i32,
                     {reg64(reg::rsp), out_.immediate(-static_cast<i64>(frame_.align))});
  }
  if (frame_.adjust) {
    probe_and_subtract();
    offset += static_cast<i64>(frame_.adjust);
    if (cfi_ && !frame_.frame_pointer) out_.directive(Directive::cfi_def_cfa_offset, {out_.immediate(offset)});
  }
  for (const auto& [r, place] : frame_.saved_vectors) {
    out_.instruction(Row::movaps_xm128_x, {cfa_memory(place), vector_register(r)});
    if (cfi_) out_.directive(Directive::cfi_offset, {vector_register(r), out_.immediate(place)});
  }
  if (frame_.base_pointer) out_.instruction(Row::mov_rm64_r64, {reg64(reg::rbx), reg64(reg::rsp)});
  if (code_.frame.register_save_area != no_id) save_varargs();
  if (frame_.guard != no_id) {
    load_guard(reg::r11);
    out_.instruction(Row::mov_rm64_r64, {slot_memory(frame_.guard), reg64(reg::r11)});
  }
}

void FunctionEmitter::probe_and_subtract() {
  const ir::AttributeSet& attributes =
      context_.ir.module.attributes[context_.ir.module.globals[context_.ir.self].function_attributes];
  const std::string_view* probe = attributes.find("probe-stack");
  u64 left = frame_.adjust;
  if (left == 8 && !probe && !frame_.realigned) {
    out_.instruction(Row::push_r64, {reg64(reg::rax)});
    return;
  }
  if (probe && left >= page) {
    u64 pages = left / page;
    left %= page;
    i64 below = static_cast<i64>(frame_.total - frame_.adjust);
    if (pages <= 8) {
      for (u64 i = 0; i < pages; ++i) {
        add_to_rsp(page, Row::sub_rm64_i8, Row::sub_rm64_i32);
        below += static_cast<i64>(page);
        if (cfi_ && !frame_.frame_pointer) out_.directive(Directive::cfi_def_cfa_offset, {out_.immediate(below)});
        touch_stack();
      }
    } else {
      //   leaq -N(%rsp), %r11; 1: subq $4096, %rsp; movq $0, (%rsp); cmpq %r11, %rsp; jne 1b
      SymbolId loop = temporary_label();
      out_.instruction(Row::lea_r64_m, {reg64(reg::r11), out_.memory(Reg::rsp, -static_cast<i64>(pages * page))});
      below += static_cast<i64>(pages * page);
      if (cfi_ && !frame_.frame_pointer)
        out_.directive(Directive::cfi_def_cfa, {reg64(reg::r11), out_.immediate(below)});
      out_.label(loop);
      add_to_rsp(page, Row::sub_rm64_i8, Row::sub_rm64_i32);
      touch_stack();
      out_.instruction(Row::cmp_rm64_r64, {reg64(reg::rsp), reg64(reg::r11)});
      out_.instruction(Row::jne_rel, {out_.target(loop)});
      if (cfi_ && !frame_.frame_pointer) out_.directive(Directive::cfi_def_cfa_register, {reg64(reg::rsp)});
    }
  }
  if (left) add_to_rsp(static_cast<i64>(left), Row::sub_rm64_i8, Row::sub_rm64_i32);
}

void FunctionEmitter::touch_stack() {
  out_.instruction(Row::or_rm64_i8, {out_.memory(Reg::rsp), out_.immediate(0)});
}

void FunctionEmitter::probe_dynamic(PhysicalRegister wanted) {
  SymbolId loop = temporary_label(), done = temporary_label();
  out_.label(loop);
  out_.instruction(Row::cmp_rm64_r64, {reg64(reg::rsp), reg64(wanted)});
  out_.instruction(Row::jbe_rel, {out_.target(done)});
  touch_stack();
  add_to_rsp(page, Row::sub_rm64_i8, Row::sub_rm64_i32);
  out_.instruction(Row::jmp_rel, {out_.target(loop)});
  out_.label(done);
}

// va_start's area, as the psABI draws it: rdi rsi rdx rcx r8 r9 at 0..47, xmm0..xmm7 at 48..175. Vector registers
// hold something only if %al says so. With shared positions it is the shadow, for the general registers alone.
void FunctionEmitter::save_varargs() {
  const Convention& convention = *find_convention(context_.ir.global(context_.ir.self).convention);
  FrameSlotId area = code_.frame.register_save_area;
  for (u32 i = code_.frame.named_general; i < convention.general.size(); ++i)
    out_.instruction(Row::mov_rm64_r64, {slot_memory(area, static_cast<i32>(8 * i)), reg64(convention.general[i])});
  if (convention.shares_positions || machine_.slots[area].size < 176 || code_.frame.named_vector >= 8) return;
  SymbolId done = temporary_label();
  assembler::Operand al = StatementBuffer::reg(Reg::al);
  out_.instruction(Row::test_rm8_r8, {al, al});
  out_.instruction(Row::je_rel, {out_.target(done)});
  for (u32 i = code_.frame.named_vector; i < 8; ++i)
    out_.instruction(Row::movaps_xm128_x, {slot_memory(area, static_cast<i32>(48 + 16 * i)),
                                           StatementBuffer::reg(lathe::x86::offset(Reg::xmm0, i))});
  out_.label(done);
}

void FunctionEmitter::epilogue(bool last, bool tail_call, bool unwinds) {
  cfi_changed_ = false;
  if (code_.frame.naked) return;
  bool changes = frame_.frame_pointer || !frame_.pushed.empty() || frame_.adjust;
  if (cfi_ && changes && !last) out_.directive(Directive::cfi_remember_state);
  cfi_changed_ = cfi_ && changes;
  auto at = [&](i64 offset) {
    if (cfi_ && !frame_.frame_pointer) out_.directive(Directive::cfi_def_cfa_offset, {out_.immediate(offset)});
  };
  for (const auto& [r, place] : frame_.saved_vectors)
    out_.instruction(Row::movaps_x_xm128, {vector_register(r), cfa_memory(place)});
  i64 offset = static_cast<i64>(frame_.pushed.size()) * 8 + 8;
  if (frame_.frame_pointer && (code_.frame.has_dynamic_alloca || frame_.realigned)) {
    if (frame_.pushed.empty())
      out_.instruction(Row::mov_rm64_r64, {reg64(reg::rsp), reg64(reg::rbp)});
    else
      out_.instruction(Row::lea_r64_m,
                       {reg64(reg::rsp), out_.memory(Reg::rbp, -8 * static_cast<i64>(frame_.pushed.size()))});
  } else if (frame_.adjust == 8 && !tail_call && !(code_.frame.live_at_return >> reg::rcx & 1)) {
    out_.instruction(Row::pop_r64, {reg64(reg::rcx)});
    at(offset);
  } else if (frame_.adjust) {
    add_to_rsp(static_cast<i64>(frame_.adjust), Row::add_rm64_i8, Row::add_rm64_i32);
    at(offset);
  }
  for (size_t i = frame_.pushed.size(); i-- > 0;) {
    if (!unwinds && code_.frame.dropped_at_return >> frame_.pushed[i] & 1)
      out_.instruction(Row::lea_r64_m, {reg64(reg::rsp), out_.memory(Reg::rsp, 8)});
    else
      out_.instruction(Row::pop_r64, {reg64(frame_.pushed[i])});
    at(offset -= 8);
  }
  if (frame_.frame_pointer) {
    out_.instruction(Row::pop_r64, {reg64(reg::rbp)});
    if (cfi_) out_.directive(Directive::cfi_def_cfa, {reg64(reg::rsp), out_.immediate(8)});
  }
}

// -fzero-call-used-regs, but for what the instruction that leaves the function needs.
void FunctionEmitter::zero_registers(const MachineInstruction& leaving) {
  const FrameNeeds& needs = code_.frame;
  RegisterMask zeroed = needs.zeroed_at_return;
  if (!needs.zeroes_unused) zeroed &= allocation_.used | frame_scratch();
  for (const RegisterOperand& r : machine_.registers_of(leaving))
    if (Location l = location(leaving, static_cast<u32>(&r - machine_.registers_of(leaving).data())); l.is_register())
      zeroed &= ~(RegisterMask(1) << l.reg);
  if (needs.zeroes_x87) {
    for (int k = 0; k < 8; ++k) out_.instruction(Row::fldz);
    for (int k = 0; k < 8; ++k) out_.instruction(Row::fstp_sti, {StatementBuffer::reg(Reg::st0)});
  }
  for (PhysicalRegister r = 0; r < reg::xmm0 + 16; ++r) {
    if (!(zeroed >> r & 1)) continue;
    assembler::Operand it = r < reg::xmm0 ? StatementBuffer::reg(lathe::x86::reg(r, 32)) : vector_register(r);
    out_.instruction(r < reg::xmm0 ? Row::xor_rm32_r32 : Row::xorps_x_xm128, {it, it});
  }
}

// What prologue and epilogue write beside the allocator.
RegisterMask FunctionEmitter::frame_scratch() const {
  RegisterMask written = 0;
  if (frame_.guard != no_id || frame_.adjust >= page) written |= RegisterMask(1) << reg::r11;
  if (frame_.adjust == 8) written |= RegisterMask(1) << reg::rcx;
  return written;
}

void FunctionEmitter::leave_interrupt() {
  constexpr i64 error_code = 16; // with what the prologue pushed
  if (code_.frame.has_error_code) add_to_rsp(error_code, Row::add_rm64_i8, Row::add_rm64_i32);
  out_.instruction(Row::iretq);
}

void FunctionEmitter::end_epilogue() {
  if (cfi_changed_) out_.directive(Directive::cfi_restore_state);
}

// The stack protector's secret: %fs:40, in the kernel %gs:40, or where the module's flags say.
assembler::Operand FunctionEmitter::guard_value() {
  const ir::Module::Flags& flags = context_.ir.module.flags;
  assembler::Address a;
  if (flags.guard_kind != "global") {
    a.segment = flags.code_model == ir::kernel_code_model ? Reg::gs : Reg::fs;
    if (!flags.guard_register.empty()) a.segment = flags.guard_register == "gs" ? Reg::gs : Reg::fs;
  }
  std::string_view symbol = flags.guard_symbol;
  if (symbol.empty() && flags.guard_kind == "global") symbol = "__stack_chk_guard";
  if (!symbol.empty()) {
    a.symbol = out_.symbol(symbol);
    a.base = Reg::rip;
  } else {
    a.displacement = flags.guard_offset;
    a.flags = assembler::HasDisplacement;
  }
  return out_.address(a);
}

void FunctionEmitter::load_guard(PhysicalRegister to) {
  assembler::Operand value = guard_value();
  // Another module may define the variable: only the GOT reaches it from everywhere.
  if (assembler::Address& got = out_.addresses[value.index()]; got.base == Reg::rip && (context_.pic || context_.pie)) {
    assembler::Address at;
    at.base = lathe::x86::reg(to, 64);
    at.segment = std::exchange(got.segment, {});
    got.modifier = assembler::Modifier::GotPcRel;
    out_.instruction(Row::mov_r64_rm64, {reg64(to), value});
    value = out_.address(at);
  }
  out_.instruction(Row::mov_r64_rm64, {reg64(to), value});
}

void FunctionEmitter::check_guard(PhysicalRegister scratch) {
  if (guard_label_ == assembler::no_id) guard_label_ = temporary_label();
  load_guard(scratch);
  out_.instruction(Row::cmp_r64_rm64, {reg64(scratch), slot_memory(frame_.guard)});
  out_.instruction(Row::jne_rel, {out_.target(guard_label_)});
}

void FunctionEmitter::guard_failure() {
  out_.label(guard_label_);
  if (context_.ir.module.flags.rt_lib_use_got && (context_.pic || context_.pie)) {
    assembler::Address got;
    got.symbol = out_.symbol("__stack_chk_fail");
    got.base = Reg::rip;
    got.modifier = assembler::Modifier::GotPcRel;
    assembler::Operand target = out_.address(got);
    out_.instruction(Row::call_rm64, {target});
    return;
  }
  out_.instruction(Row::call_rel, {out_.target(out_.symbol("__stack_chk_fail"), 0, assembler::Modifier::Plt)});
}

// -fverbose-asm: what lies where, the top of the frame first.
void FunctionEmitter::frame_comment() {
  std::vector<FrameSlotId> order;
  for (FrameSlotId id = 0; id < machine_.slots.size(); ++id)
    if (machine_.slots[id].kind != SlotKind::Outgoing || machine_.slots[id].size) order.push_back(id);
  std::stable_sort(order.begin(), order.end(),
                   [&](FrameSlotId a, FrameSlotId b) { return frame_[a].displacement > frame_[b].displacement; });
  std::string text;
  for (FrameSlotId id : order) {
    const FrameSlot& slot = machine_.slots[id];
    SlotAddress a = frame_[id];
    std::string place = std::to_string(a.displacement) + "(%" + std::string(lathe::x86::info(lathe::x86::reg(a.base, 64)).name) + ")";
    text += "\n# " + place + std::string(place.size() < 14 ? 14 - place.size() : 1, ' ') + std::to_string(slot.size) + " bytes";
    if (id == frame_.guard) text += ", stack protector";
    if (slot.kind == SlotKind::Spill) text += ", spill";
    if (slot.kind == SlotKind::Incoming) text += ", argument";
    if (slot.kind == SlotKind::Outgoing) text += ", argument of a call";
    if (slot.name != no_id && slot.name < context_.ir.instruction_names.size() && !context_.ir.instruction_names[slot.name].empty())
      text += ", %" + std::string(context_.ir.instruction_names[slot.name]);
  }
  if (!text.empty()) out_.comment("its frame:" + text);
}

} // namespace lathe::codegen::x86
