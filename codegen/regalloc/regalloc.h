#pragma once
// Front door of register allocation. allocate() changes nothing in the function but its list of frame slots
// (spill slots are added); it answers with one location per RegisterOperand and a list of edits. check.cpp
// proves an answer against the input.

#include "codegen/machine/machine.h"
#include "common/diag.h"

namespace lathe::codegen {

struct Location {
  enum class Kind : u8 { None, Register, Slot };
  Kind kind = Kind::None;
  PhysicalRegister reg = 0;
  FrameSlotId slot = 0;

  static Location in_register(PhysicalRegister r) { return {Kind::Register, r, 0}; }
  static Location in_slot(FrameSlotId s) { return {Kind::Slot, 0, s}; }
  bool is_register() const { return kind == Kind::Register; }
  bool is_slot() const { return kind == Kind::Slot; }
  bool operator==(const Location&) const = default;
};

// A move that emission inserts. Edits at one position happen one after another in list order; parallel moves are
// already put into a sequence with cycles broken. No edit changes the flags. A move never has two slots, except for
// StackOnly values.
enum class EditKind : u8 {
  Move,      // from -> to, for values of class `rc`
  Rematerialize, // repeat the definition of `vreg` with `to` as its register
};
struct Edit {
  u32 position = 0;  // 2*i: before instruction i; 2*i+1: after it
  EditKind kind = EditKind::Move;
  RegisterClass rc = RegisterClass::General;
  u8 size = 8;       // bytes that matter
  Location from, to;
  VirtualRegister vreg = no_id;
};

// A Copy whose two locations are equal is done already and emits nothing; so does an instruction in `dead`.
struct Allocation {
  std::vector<Location> locations; // parallel to MachineFunction::registers
  std::vector<Edit> edits;         // sorted by position, stable
  RegisterMask used = 0;           // every register that holds a value or is a move's target
  std::vector<InstructionIndex> dead; // sorted: rematerialized definitions whose own result nothing reads
  u32 spilled_values = 0, reloads = 0, moves = 0;
};

// What the allocator must know of a target and a function's options.
struct RegisterFile {
  RegisterMask allocatable[3] = {};  // by RegisterClass
  RegisterMask callee_saved = 0;
  // Within a class, registers are tried in this order (cheap encodings and caller-saved ones first).
  std::span<const PhysicalRegister> order[3];
};

enum class AllocatorKind : u8 {
  Linear, // linear scan over SSA intervals with holes and splitting
  Local,  // -O0: inside blocks, values that live across blocks have homes in the frame
  None,   // Local with every value in its home between any two instructions: what the others are compared with
};

Allocation allocate(MachineFunction&, const RegisterFile&, AllocatorKind);

// Symbolic proof that `allocation` computes what the function says; every violation is reported.
bool check_allocation(const MachineFunction&, const RegisterFile&, const Allocation&, Diagnostics&);

} // namespace lathe::codegen
