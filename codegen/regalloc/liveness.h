#pragma once
// Program points, uses and live ranges of a function's values, all in flat arrays that are reused from function
// to function.
//
// Positions: each block begins with a slot of its own (edge moves into the block, its parameters), then each
// instruction has one; terminators share one slot, and a block without terminators ends with an empty one. Slot k
// has an early point 2k and a late point 2k+1. Moves stand in the gap in front of a slot's early point; what
// moves bring about (a fixed operand, the copy for a two-address form, a Copy itself) is read in the gap: the
// value's range ends there, at 2k, and its result's begins there.

#include "codegen/regalloc/regalloc.h"

namespace lathe::codegen {

using Position = u32;
inline constexpr PhysicalRegister no_register = 0xff;

struct LiveRange {
  Position from = 0, to = 0; // [from, to)
  VirtualRegister vreg = 0;
};

enum class UseKind : u8 {
  Register, // must be in a register over [from, to)
  Any,      // better in one
  Gap,      // read or made by a move
  Edge,     // an edge's argument
};

// A use or definition. `from` lies inside the value's range, and [from, to) is the smallest piece that serves it.
struct UsePoint {
  Position from = 0, to = 0;
  float frequency = 1;
  VirtualRegister vreg = 0;
  VirtualRegister partner = no_id; // the other side of a tie, a copy or an edge
  UseKind kind = UseKind::Register;
  bool is_def : 1 = false;
  bool late : 1 = false;           // a fixed use's register is read at the late point too
  PhysicalRegister fixed = no_register;
};

// [from, to) of `reg` belongs to the fixed operand `vreg` of an instruction.
struct FixedRange {
  Position from, to;
  PhysicalRegister reg;
  VirtualRegister vreg;
};

struct Clobber {
  Position at;
  RegisterMask mask;
};

struct Liveness {
  void build(const MachineFunction&);

  Position early(InstructionIndex i) const { return of_instruction[i]; }
  u32 block_of(Position p) const { return block_at[p / 2]; }
  // Where an edit in the gap before `p` stands.
  u32 edit_position(Position p) const { return edit_at[p / 2]; }
  std::span<const LiveRange> ranges_of(VirtualRegister v) const {
    return {ranges.data() + range_first[v], range_first[v + 1] - range_first[v]};
  }
  std::span<const UsePoint> uses_of(VirtualRegister v) const {
    return {uses.data() + use_first[v], use_first[v + 1] - use_first[v]};
  }
  bool is_live(VirtualRegister v) const { return range_first[v] != range_first[v + 1]; }

  std::vector<Position> of_instruction;
  std::vector<Position> block_start, block_end; // [start, end) of each block
  std::vector<Position> edge_at;                // by block: the gap where a one-successor block's edge moves stand
  std::vector<u32> block_at, edit_at;           // by slot
  std::vector<float> frequency;                 // by block
  std::vector<UsePoint> uses;                   // by value, in order of `from`
  std::vector<u32> use_first;
  std::vector<LiveRange> ranges;                // by value, in order
  std::vector<u32> range_first;
  std::vector<Position> defined;                // by value: where its range begins
  std::vector<PhysicalRegister> defined_in;     // by value: register of a fixed definition
  std::vector<FixedRange> fixed;
  std::vector<Clobber> clobbers;                // in order
  Position end = 0;

private:
  void number(const MachineFunction&);
  void count_uses(const MachineFunction&);
  void collect_uses(const MachineFunction&);
  void collect_instruction(const MachineFunction&, InstructionIndex, float frequency);
  void collect_edges(const MachineFunction&, u32 block);
  void build_ranges(const MachineFunction&, VirtualRegister);
  void add(const UsePoint&);

  std::vector<u32> fill_;
  std::vector<u32> seen_, out_, list_, work_; // by block; epoch marks
  std::vector<Position> last_;
};

// A Copy that moves do instead of the instruction.
inline bool is_plain_copy(const MachineFunction& f, const MachineInstruction& m) {
  if (!(m.flags & MachineCopy) || m.register_count != 2) return false;
  const auto r = f.registers_of(m);
  auto plain = [](const RegisterOperand& o) {
    return o.constraint == Constraint::Register || o.constraint == Constraint::Any ||
           o.constraint == Constraint::Stack;
  };
  return plain(r[0]) && plain(r[1]) && r[0].access == Access::Def && r[1].access == Access::Use;
}

// The register of a definition that has to be in one register: fixed itself or tied to a fixed use.
inline PhysicalRegister fixed_register(const RegisterOperand& o, std::span<const RegisterOperand> all) {
  if (o.constraint == Constraint::Fixed) return o.fixed;
  if (o.constraint == Constraint::Reuse && all[o.fixed].constraint == Constraint::Fixed) return all[o.fixed].fixed;
  return no_register;
}

} // namespace lathe::codegen
