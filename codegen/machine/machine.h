#pragma once
// Machine code before and after register allocation: rows of the target's instruction table over virtual
// registers in SSA form, blocks with parameters in place of phis. Selection builds it, regalloc/ reads it and
// answers with locations and edits, emission merges the two. The allocator sees only RegisterOperands and never
// an instruction's row; a row's operands name them by their place in the instruction's list.
//
//   add eax, [rbx+4*rcx+8]     row add_r32_rm32, operands: Register 0, Address #7 {base 2, index 3, scale 4, 8}
//                              registers: 0 Def v9 reuses 1, 1 Use v4, 2 Use v5, 3 Use v6
//
// Program points: instruction i has an early point 2i and a late point 2i+1. Uses are read at Early (a use that
// must not share a register with a late definition says Late), definitions are written at Late (an early-clobber
// definition says Early). Clobbers happen between: a clobbered register holds nothing across the instruction.

#include "codegen/ir/value.h"
#include "common/int_types.h"

#include <span>
#include <vector>

namespace lathe::codegen {

using VirtualRegister = u32;
using PhysicalRegister = u8;     // the target's register unit, 0..63: sub-registers share their unit
using RegisterMask = u64;        // a set of PhysicalRegister
using MachineBlockId = u32;
using FrameSlotId = u32;
using InstructionIndex = u32;    // into MachineFunction::instructions
inline constexpr u32 no_id = ~0u;

constexpr RegisterMask register_bit(PhysicalRegister r) { return RegisterMask{1} << r; }

enum class RegisterClass : u8 {
  General,
  Vector,    // floating point and SIMD
  StackOnly, // has no registers: every value lives in a frame slot (x87 values)
};

struct VirtualRegisterInfo {
  RegisterClass rc = RegisterClass::General;
  u8 spill_size = 8;             // bytes: 4, 8, 16
  bool remat = false;            // `definition` may be repeated instead of reloading: it reads no register and
                                 // writes nothing but this register (no flags)
  InstructionIndex definition = no_id; // the only one, or no_id for a block parameter
  PhysicalRegister hint = 0xff;  // where selection would like it; 0xff for anywhere
};

enum class Access : u8 { Use, Def };
enum class Point : u8 { Early, Late };
enum class Constraint : u8 {
  Register, // any register of the class
  Any,      // a register or a frame slot (the row takes memory here)
  Fixed,    // exactly `fixed`
  Reuse,    // Def only: the register of the Use at place `fixed` of the same instruction (two-address form)
  Stack,    // a frame slot (StackOnly values)
};

struct RegisterOperand {
  VirtualRegister vreg = 0;
  Access access : 1 = Access::Use;
  Point point : 1 = Point::Early;
  Constraint constraint : 3 = Constraint::Register;
  u8 fixed = 0;              // Fixed: PhysicalRegister; Reuse: place of the use
};

// An operand of an instruction's row, in the row's order.
enum class OperandKind : u8 {
  None,
  Register,      // payload: place in the instruction's RegisterOperands
  FixedRegister, // payload: PhysicalRegister that the allocator does not manage or that needs no tracking (rsp, rip)
  Immediate,     // payload: i32
  WideImmediate, // payload: index into MachineFunction::wide_immediates
  SymbolValue,   // payload: index into MachineFunction::symbols; an immediate or a call's target
  Address,       // payload: index into MachineFunction::addresses
  Block,         // payload: MachineBlockId, a branch target
};

struct Operand {
  OperandKind kind = OperandKind::None;
  u8 indirect : 1 = 0;   // `*` of jmp and call
  u8 high_byte : 1 = 0;  // Register: its bits 8..15 (ah)
  u8 unchecked : 1 = 0;  // of an indirect jump or call: branch protection does not look where it goes
  u8 returns_twice : 1 = 0; // of a call: it may come back through an indirect jump
  u8 width_override = 0; // Register of an inline-asm modifier; 0 means what the row says
  u32 payload = 0;
};
static_assert(sizeof(Operand) == 8);

// A symbol as an operand names it. `modifier` is the target's relocation operator (0: none).
struct SymbolRef {
  u32 symbol = 0;        // id in the emission's symbol names
  u8 modifier = 0;
  i64 addend = 0;
};

struct Address {
  // Places in the instruction's RegisterOperands, or no_register; a frame slot may stand in for the base.
  static constexpr u8 no_register = 0xff;
  u8 base = no_register, index = no_register;
  u8 scale = 1;          // 1, 2, 4, 8
  u8 segment = 0;        // the target's number, 0 for none
  bool pc_relative = false; // base is the instruction pointer
  FrameSlotId slot = no_id;
  u32 symbol = no_id;    // index into MachineFunction::symbols
  i32 displacement = 0;
};

struct MachineInstruction {
  u16 row = 0;            // of the target's table, or a MachinePseudo at and above `first_pseudo`
  u8 operand_count = 0;
  u8 flags = 0;           // MachineFlag
  u32 first_operand = 0;
  u32 first_register = 0;
  u16 register_count = 0;
  u16 clobbers = 0;       // index into MachineFunction::clobber_masks; 0 is the empty mask
  u32 location = no_id;   // debug location: a MetadataId
};

enum MachineFlag : u8 {
  MachineCopy = 1,        // registers: [Def, Use] of one class; the allocator tries to give both one place
  MachineCall = 2,
  MachineTerminator = 4,
  MachineReadsFlags = 8,  // nothing between it and what sets the flags may change them
  MachineSideEffect = 16,
  MachineLocked = 32,     // x86: with a lock prefix
  MachineRepeated = 64,   // x86: with a rep prefix
  MachineVolatile = 128,  // a volatile or atomic access: the peephole leaves it as it is
};

// Pseudo rows shared by all targets; a target adds its own behind them.
inline constexpr u16 first_pseudo = 0xf000;
enum class MachinePseudo : u16 {
  Copy = first_pseudo,   // registers [Def, Use]
  Undefined,             // registers [Def]: any value (undef, poison)
  InlineAsm,             // operand 0 payload: index into the target's table of asm statements
  FirstOfTarget,
};

// An edge: what each parameter of `block` becomes.
struct MachineEdge {
  MachineBlockId block = 0;
  u32 first_argument = 0; // into MachineFunction::edge_arguments; as many as `block` has parameters
};

struct MachineBlock {
  InstructionIndex begin = 0, end = 0;
  u32 first_parameter = 0, parameter_count = 0;   // into MachineFunction::parameters
  u32 first_edge = 0, edge_count = 0;             // into MachineFunction::edges
  u32 first_predecessor = 0, predecessor_count = 0; // into MachineFunction::predecessors
  u32 loop_depth = 0;
  float frequency = 1;   // relative to the entry's 1
  ir::BlockId source = no_id;
  bool address_taken = false;
};

enum class SlotKind : u8 { Local, Spill, Incoming, Outgoing };
struct FrameSlot {
  SlotKind kind = SlotKind::Local;
  u64 size = 0;
  u32 align = 1;          // bytes
  // Incoming: from the first stack argument (the return address is at -8); Outgoing: from the stack pointer at the
  // call. Both by selection; set for the others by the frame layout.
  i64 offset = 0;
  u32 name = no_id;       // IR instruction of an alloca, for -fverbose-asm
};

// Blocks are in layout order and so are their instructions. No critical edges: a block with several successors
// only leads to blocks with one predecessor, so an edge's moves have a place. Block 0 is the entry; its
// parameters are the function's register arguments only through instructions (Fixed definitions of the first one).
struct MachineFunction {
  std::vector<MachineInstruction> instructions;
  std::vector<Operand> operands;
  std::vector<RegisterOperand> registers;
  std::vector<Address> addresses;
  std::vector<SymbolRef> symbols;
  std::vector<i64> wide_immediates;
  std::vector<RegisterMask> clobber_masks{0};
  std::vector<MachineBlock> blocks;
  std::vector<VirtualRegister> parameters;
  std::vector<MachineEdge> edges;
  std::vector<VirtualRegister> edge_arguments;
  std::vector<MachineBlockId> predecessors;
  std::vector<VirtualRegisterInfo> vregs;
  std::vector<FrameSlot> slots;
  // For -fverbose-asm, else empty: the IR instruction that each instruction is a part of.
  bool keeps_sources = false;
  std::vector<ir::InstId> sources;

  std::span<const RegisterOperand> registers_of(const MachineInstruction& i) const {
    return {registers.data() + i.first_register, i.register_count};
  }
  std::span<const Operand> operands_of(const MachineInstruction& i) const {
    return {operands.data() + i.first_operand, i.operand_count};
  }
  std::span<const VirtualRegister> parameters_of(const MachineBlock& b) const {
    return {parameters.data() + b.first_parameter, b.parameter_count};
  }
  std::span<const MachineEdge> edges_of(const MachineBlock& b) const {
    return {edges.data() + b.first_edge, b.edge_count};
  }
  std::span<const VirtualRegister> arguments_of(const MachineEdge& e) const {
    return {edge_arguments.data() + e.first_argument, blocks[e.block].parameter_count};
  }
  std::span<const MachineBlockId> predecessors_of(const MachineBlock& b) const {
    return {predecessors.data() + b.first_predecessor, b.predecessor_count};
  }
  void clear(); // keeps the memory for the next function
};

// The first of the terminators that end the block, or its end. The group is one program point for the allocator:
// no edit stands inside it. A block with one successor has no register operands in its terminators, because its
// edge's moves stand before them; every block has an instruction.
InstructionIndex first_terminator(const MachineFunction&, const MachineBlock&);
// Where the moves of a one-successor block's edge stand, as an edit's position.
u32 edge_position(const MachineFunction&, const MachineBlock&);

} // namespace lathe::codegen
