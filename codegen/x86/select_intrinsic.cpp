// Intrinsics that legalization leaves (the first part of legalize/intrinsics.def).

#include "codegen/reader/metadata.h"
#include "codegen/x86/selector.h"

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

void Selector::select_intrinsic(InstId id, Intrinsic kind) {
  const ir::Instruction& i = (*f_)[id];
  const ir::Global& callee = f_->global(f_->operand(id, 0).index());
  Vreg result = vreg_of_[id];
  bool wide = width_of(i.type) == 3;
  switch (kind) {
  case Intrinsic::UAddOverflow:
  case Intrinsic::SAddOverflow:
  case Intrinsic::USubOverflow:
  case Intrinsic::SSubOverflow:
  case Intrinsic::UMulOverflow:
  case Intrinsic::SMulOverflow: return select_overflow(id, kind);
  case Intrinsic::ConstrainedFCmps: return select_compare(id);
  case Intrinsic::FunnelLeft: return select_rotate(id, true);
  case Intrinsic::FunnelRight: return select_rotate(id, false);
  case Intrinsic::ByteSwap: {
    Vreg from = reg(f_->operand(id, 1));
    b_.begin(wide ? Row::bswap_r64 : Row::bswap_r32).def_reuse(result, 1).hidden_use(from);
    return;
  }
  case Intrinsic::CountTrailing: return select_count_zeros(id, true);
  case Intrinsic::CountLeading: return select_count_zeros(id, false);
  case Intrinsic::Popcount: {
    Vreg from = reg(f_->operand(id, 1));
    b_.begin(wide ? Row::popcnt_r64_rm64 : Row::popcnt_r32_rm32).def(result).use_any(from);
    return;
  }
  case Intrinsic::Sqrt:
  case Intrinsic::FAbs:
  case Intrinsic::CopySign:
  case Intrinsic::Floor:
  case Intrinsic::Ceil:
  case Intrinsic::RoundToZero:
  case Intrinsic::Rint:
  case Intrinsic::NearbyInt:
  case Intrinsic::RoundEven: return select_float_unary(id, kind);
  case Intrinsic::VaStart: return select_va_start(id);
  case Intrinsic::VaCopy: return select_va_copy(id);
  case Intrinsic::VaEnd: return;
  case Intrinsic::ReadRegister:
  case Intrinsic::WriteRegister: return select_named_register(id, kind == Intrinsic::WriteRegister);
  case Intrinsic::CallBrLandingPad: return receive_terminator(id);
  case Intrinsic::EhTypeidFor: return select_typeid(id);
  case Intrinsic::StackSave:
    code_->frame.has_dynamic_alloca = true;
    if (result != no_id) b_.begin(Row::mov_r64_rm64).def(result).fixed(reg::rsp).flags(MachineSideEffect);
    return;
  case Intrinsic::StackRestore: {
    code_->frame.has_dynamic_alloca = true;
    Vreg saved = reg(f_->operand(id, 1));
    b_.begin(Row::mov_r64_rm64).fixed(reg::rsp).use(saved).flags(MachineSideEffect);
    return;
  }
  case Intrinsic::Prefetch: return select_prefetch(id);
  case Intrinsic::Trap:
    b_.begin(Row::ud2).flags(MachineSideEffect);
    return;
  case Intrinsic::DebugTrap:
    b_.begin(Row::int3).flags(MachineSideEffect);
    return;
  case Intrinsic::UbsanTrap: return select_ubsan_trap(id);
  case Intrinsic::FrameAddress: {
    Vreg frame = frame_address(constant_or(f_->operand(id, 1), 0));
    if (result != no_id) copy(result, frame);
    return;
  }
  case Intrinsic::ReturnAddress: return select_return_address(id);
  case Intrinsic::AddressOfReturn:
    b_.begin(Row::lea_r64_m).def(result).memory(incoming_address(-8));
    return;
  case Intrinsic::SponEntry:
  case Intrinsic::EhDwarfCfa:
    if (result != no_id) b_.begin(Row::lea_r64_m).def(result).memory(incoming_address(0));
    return;
  case Intrinsic::ReadCycleCounter: return select_row_intrinsic(id, "x86.rdtsc");
  case Intrinsic::ThreadPointer: {
    AddressMode a;
    a.segment = static_cast<u8>(Segment::Fs);
    b_.begin(Row::mov_r64_rm64).def(result).memory(a);
    return;
  }
  case Intrinsic::ThreadlocalAddress: {
    AddressMode a = address(f_->operand(id, 1));
    copy(result, load_address(a));
    return;
  }
  case Intrinsic::GetRounding: return select_get_rounding(result);
  case Intrinsic::SetRounding: return select_set_rounding(f_->operand(id, 1));
  case Intrinsic::EhUnwindInit:
    code_->frame.always_saved |= callee_saved_sysv & ~register_bit(reg::rbp);
    return;
  case Intrinsic::EhReturn: return select_eh_return(id);
  case Intrinsic::EhSjljSetjmp: return select_builtin_setjmp(id);
  case Intrinsic::EhSjljLongjmp: return select_builtin_longjmp(id);
  case Intrinsic::Unknown: return select_row_intrinsic(id, callee.intrinsic_name());
  default: refuse(id, "intrinsic '" + std::string(callee.name) + "'");
  }
}

i64 Selector::constant_or(Value v, i64 otherwise) {
  constant(v, otherwise);
  return otherwise;
}

void Selector::select_prefetch(InstId id) {
  i64 write = constant_or(f_->operand(id, 2), 0), locality = constant_or(f_->operand(id, 3), 3);
  static constexpr Row rows[4] = {Row::prefetchnta_m8, Row::prefetcht2_m8, Row::prefetcht1_m8, Row::prefetcht0_m8};
  AddressMode a = address(f_->operand(id, 1));
  b_.begin(write && features_.prefetchw ? Row::prefetchw_m8 : rows[locality & 3]).memory(a).flags(MachineSideEffect);
}

// The kind of the failure is in the operand of ud1: 0x40(%eax, ...) as other compilers have it.
void Selector::select_ubsan_trap(InstId id) {
  AddressMode a;
  a.base = b_.general();
  a.displacement = constant_or(f_->operand(id, 1), 0) & 0xff;
  b_.begin(MachinePseudo::Undefined).def(a.base);
  b_.begin(Row::ud1_r32_rm32).fixed(reg::rax).memory(a).flags(MachineSideEffect);
}

// What the caller's caller sees at `offset` from its stack pointer before the call.
AddressMode Selector::incoming_address(i64 offset) {
  m_->slots.push_back({.kind = SlotKind::Incoming, .size = 8, .align = 8, .offset = offset});
  return slot_address(static_cast<FrameSlotId>(m_->slots.size() - 1));
}

// The frame pointer of the caller `depth` calls up; frames begin with their caller's.
Vreg Selector::frame_address(i64 depth) {
  code_->frame.needs_frame_pointer = true;
  Vreg at = b_.general();
  b_.begin(Row::mov_r64_rm64).def(at).fixed(reg::rbp).flags(MachineSideEffect);
  for (i64 k = 0; k < depth; ++k) {
    AddressMode a;
    a.base = at;
    at = b_.general();
    b_.begin(Row::mov_r64_rm64).def(at).memory(a);
  }
  return at;
}

void Selector::select_return_address(InstId id) {
  AddressMode a;
  if (i64 depth = constant_or(f_->operand(id, 1), 0); depth == 0) {
    a = incoming_address(-8);
  } else {
    a.base = frame_address(depth);
    a.displacement = 8;
  }
  b_.begin(Row::mov_r64_rm64).def(vreg_of_[id]).memory(a);
}

// MXCSR's mode (0 nearest, 1 down, 2 up, 3 zero) as <float.h> counts: 1, 3, 2, 0 packed into a byte.
void Selector::select_get_rounding(Vreg result) {
  if (result == no_id) return;
  AddressMode word = slot_address(scratch_slot(8));
  Vreg csr = b_.general(4), shifted = b_.general(4), twice = b_.general(4), count = b_.general(4),
       table = integer_register(0x2d, false), picked = b_.general(4);
  b_.begin(Row::stmxcsr_m32).memory(word).flags(MachineSideEffect);
  b_.begin(Row::mov_r32_rm32).def(csr).memory(word);
  b_.begin(Row::shr_rm32_u8).def_reuse(shifted, 1).hidden_use(csr).imm(12);
  b_.begin(Row::and_rm32_i32).def_reuse(twice, 1).hidden_use(shifted).imm(6);
  b_.begin(MachinePseudo::Copy).def(count).use(twice).flags(MachineCopy);
  shift_by_register(Row::shr_rm32_cl, picked, table, count);
  b_.begin(Row::and_rm32_i32).def_reuse(result, 1).hidden_use(picked).imm(3);
}

// The operand of an InlineAsm instruction that says which statement it is.
Operand Selector::asm_operand(std::string_view text) {
  AsmStatement statement;
  statement.text = text;
  auto index = static_cast<u32>(code_->asm_statements.size());
  code_->asm_statements.push_back(std::move(statement));
  return {.kind = OperandKind::Immediate, .payload = index};
}

// The front end has stored the frame address at 0 and the stack pointer at 16; control comes back to what is
// stored at 8, with nothing but rbp and rsp as they were.
void Selector::select_builtin_setjmp(InstId id) {
  Vreg buffer = reg(f_->operand(id, 1)), made = vreg_of_[id] == no_id ? b_.general(4) : vreg_of_[id];
  code_->frame.needs_frame_pointer = code_->frame.returns_twice_call = true;
  b_.begin(MachinePseudo::InlineAsm)
      .operand(asm_operand("leaq 1f(%rip), %rax\n\tmovq %rax, 8(%rdx)\n\txorl %eax, %eax\n\tjmp 2f\n"
                           "1:\tmovl $$1, %eax\n2:"))
      .hidden_def_fixed(made, reg::rax)
      .hidden_use_fixed(buffer, reg::rdx)
      .clobbers(0xffffffff & ~(1u << reg::rsp | 1u << reg::rbp | 1u << reg::rax))
      .flags(MachineSideEffect);
}

void Selector::select_builtin_longjmp(InstId id) {
  Vreg buffer = reg(f_->operand(id, 1));
  b_.begin(MachinePseudo::InlineAsm)
      .operand(asm_operand("movq (%rdx), %rbp\n\tmovq 8(%rdx), %rax\n\tmovq 16(%rdx), %rsp\n\tjmp *%rax"))
      .hidden_use_fixed(buffer, reg::rdx)
      .clobbers(1u << reg::rax)
      .flags(MachineSideEffect);
}

// As <float.h> counts (0 zero, 1 nearest, 2 up, 3 down) into the two bits of the x87 control word and MXCSR.
void Selector::select_set_rounding(Value mode) {
  constexpr i64 table = 0x63; // of two bits each: 3, 0, 2, 1
  Vreg wanted = reg(mode), twice = b_.general(4), packed = integer_register(table, false), shifted = b_.general(4);
  Vreg bits = b_.general(4);
  AddressMode word = slot_address(scratch_slot(8));
  b_.begin(MachinePseudo::Copy).def(twice).use(wanted).flags(MachineCopy);
  Vreg count = b_.general(4);
  b_.begin(Row::add_r32_rm32).def_reuse(count, 1).hidden_use(twice).use_any(twice);
  shift_by_register(Row::shr_rm32_cl, shifted, packed, count);
  b_.begin(Row::and_rm32_i32).def_reuse(bits, 1).hidden_use(shifted).imm(3);
  auto install = [&](Row store, Row load, Row fetch, i64 position) {
    Vreg old = b_.general(4), rest = b_.general(4), field = b_.general(4), made = b_.general(4);
    b_.begin(store).memory(word).flags(MachineSideEffect);
    b_.begin(fetch).def(old).memory(word);
    b_.begin(Row::and_rm32_i32).def_reuse(rest, 1).hidden_use(old).imm(~(i64(3) << position));
    b_.begin(Row::shl_rm32_u8).def_reuse(field, 1).hidden_use(bits).imm(position);
    b_.begin(Row::or_r32_rm32).def_reuse(made, 1).hidden_use(rest).use_any(field);
    b_.begin(Row::mov_rm32_r32).memory(word).use(made).flags(MachineSideEffect);
    b_.begin(load).memory(word).flags(MachineSideEffect);
  };
  if (features_.x87) install(Row::fnstcw_m16, Row::fldcw_m16, Row::movzx_r32_rm16, 10);
  if (features_.sse) install(Row::stmxcsr_m32, Row::ldmxcsr_m32, Row::mov_r32_rm32, 13);
}

// Control goes to the handler as if this function returned there, with rsp `offset` bytes above its own caller's.
//
//     lea rcx, [rbp + offset + 8]; mov [rcx], handler; epilogue; mov rsp, rcx; ret
void Selector::select_eh_return(InstId id) {
  FrameNeeds& needs = code_->frame;
  constexpr RegisterMask data = register_bit(reg::rax) | register_bit(reg::rdx);
  needs.needs_frame_pointer = needs.other_conventions = true;
  needs.red_zone = false;
  needs.always_saved |= data;
  needs.dropped_at_return |= data;
  AddressMode place;
  place.index = reg(f_->operand(id, 1));
  Vreg handler = reg(f_->operand(id, 2)), frame = b_.general(), at = b_.general();
  b_.begin(Row::mov_r64_rm64).def(frame).fixed(reg::rbp).flags(MachineSideEffect);
  place.base = frame;
  place.displacement = 8;
  b_.begin(Row::lea_r64_m).def(at).memory(place);
  AddressMode slot;
  slot.base = at;
  b_.begin(Row::mov_rm64_r64).memory(slot).use(handler).flags(MachineSideEffect);
  b_.begin(Pseudo::UnwindReturn).hidden_use_fixed(at, reg::rcx).flags(MachineSideEffect);
}

// `register long sp asm("rsp");` outside of functions: of the registers that no value ever lives in.
void Selector::select_named_register(InstId id, bool writes) {
  Value which = f_->operand(id, 1);
  std::string_view text = which.is(ir::ValueKind::Metadata) ? f_->metadata_operands[which.index()] : std::string_view();
  reader::MetadataNode node;
  std::string_view name;
  if (ir::MetadataId node_id = reader::metadata_reference(text);
      node_id != ir::none && reader::parse_metadata(f_->module, node_id, node) && !node.fields.empty())
    name = node.fields[0].value; // !"rsp"
  if (name.size() > 3) name = name.substr(2, name.size() - 3);
  PhysicalRegister r = name == "rbp" || name == "ebp" ? reg::rbp : reg::rsp;
  if (r == reg::rbp) code_->frame.needs_frame_pointer = true;
  else if (name != "rsp" && name != "esp") refuse(id, "the global register variable '" + std::string(name) + "'");
  if (writes) {
    code_->frame.has_dynamic_alloca = true;
    Vreg value = reg(f_->operand(id, 2));
    b_.begin(Row::mov_r64_rm64).fixed(r).use(value).flags(MachineSideEffect);
  } else if (vreg_of_[id] != no_id) {
    b_.begin(width_of((*f_)[id].type) == 3 ? Row::mov_r64_rm64 : Row::mov_r32_rm32).def(vreg_of_[id]).fixed(r).flags(MachineSideEffect);
  }
}

} // namespace lathe::codegen::x86
