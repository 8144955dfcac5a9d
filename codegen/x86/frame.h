#pragma once
// The stack frame of one x86-64 function: which registers are saved, where every slot lies, what prologue and
// epilogue do. Laid out after register allocation; emit.cpp writes the statements.
//
//   higher    incoming stack arguments     CFA + offset
//             return address               CFA - 8
//             saved rbp                    CFA - 16      with a frame pointer
//             callee-saved registers       pushed one by one
//             callee-saved vectors         stored behind the adjustment of rsp, where a convention has such
//             stack protector's guard
//             arrays (with a protector), over-aligned slots, other slots
//   rsp ->    outgoing stack arguments     SlotKind::Outgoing: rsp + offset
//             red zone                     leaf functions: slots stay below rsp, 128 bytes
//
// Over-aligned slots need `and $-N, %rsp` and a frame pointer; slots are then found from rsp, or from rbx when
// dynamic allocas move rsp as well.

#include "codegen/target.h"
#include "codegen/x86/machine.h"

namespace lathe::codegen::x86 {

// Known before allocation, so that registers() can keep rbp and rbx away from the allocator: selection creates
// every slot that can ask for more than the stack's alignment.
bool uses_frame_pointer(const FunctionCode&);
bool uses_base_pointer(const FunctionCode&);
RegisterMask general_registers(const FunctionCode&); // those left to the allocator

struct SlotAddress {
  PhysicalRegister base = reg::rsp;
  i32 displacement = 0;
};

struct FrameLayout {
  bool frame_pointer = false, base_pointer = false, realigned = false;
  std::vector<PhysicalRegister> pushed; // in push order, without rbp as the frame pointer
  // Vector registers that the convention preserves, with their place; all CFA-relative, 16 bytes each.
  std::vector<std::pair<PhysicalRegister, i64>> saved_vectors;
  u64 adjust = 0;                       // subtracted from rsp after the pushes
  u64 align = 16;                       // what rsp is aligned to when `realigned`
  u64 total = 0;                        // from CFA to rsp in the body, when not realigned
  FrameSlotId guard = no_id;            // stack protector
  std::vector<SlotAddress> slots;       // by FrameSlotId

  SlotAddress operator[](FrameSlotId id) const { return slots[id]; }
};

// Throws CompileError when the frame is larger than what a displacement can reach.
FrameLayout lay_out_frame(FunctionContext&, const Allocation&);

} // namespace lathe::codegen::x86
