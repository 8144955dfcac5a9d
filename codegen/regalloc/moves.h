#pragma once
// Parallel moves put into a sequence. All allocators describe what must happen at one position as a set of moves
// that read before any of them writes; the resolver orders them, breaks every cycle and carries slot-to-slot
// moves through a register, without changing flags.

#include "codegen/regalloc/regalloc.h"

namespace lathe::codegen {

struct ParallelMove {
  Location from;          // Kind::None: `vreg` is rematerialized
  Location to;            // each place is written by one move
  RegisterClass rc = RegisterClass::General;
  u8 size = 8;            // bytes that a slot `to` wants
  u8 from_size = 8;       // bytes that a slot `from` holds
  VirtualRegister vreg = no_id;
};

class MoveResolver {
public:
  void start(MachineFunction& f, const RegisterFile& file, Allocation& out) {
    function_ = &f, file_ = &file, out_ = &out;
    for (auto& s : scratch_) s = no_id;
  }
  // Appends the edits of one position. `free` are registers that hold nothing there; those that the moves name
  // may be among them.
  void resolve(u32 position, std::span<ParallelMove> moves, RegisterMask free);
  static Edit plain(u32 position, const ParallelMove&);

private:
  u32 key(Location l) const { return l.is_register() ? l.reg : 64 + l.slot; }
  void emit(u32 position, const ParallelMove&);
  void through_register(u32 position, const ParallelMove&);
  void break_cycle(u32 position, std::span<ParallelMove> moves, u32 reader);
  Location temporary(RegisterClass rc, int which) const;
  PhysicalRegister pick(RegisterClass rc, RegisterMask avoid) const;
  FrameSlotId scratch(RegisterClass rc, int which);
  void grow();

  MachineFunction* function_ = nullptr;
  const RegisterFile* file_ = nullptr;
  Allocation* out_ = nullptr;
  RegisterMask free_ = 0;
  FrameSlotId scratch_[6];
  std::vector<u32> readers_, writer_; // by key; all zero and no_id between calls
  std::vector<u32> ready_;
  std::vector<u8> done_;
};

} // namespace lathe::codegen
