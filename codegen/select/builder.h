#pragma once
// Builds machine code while blocks are walked backwards. What one IR instruction becomes is written forwards into
// a chunk; the chunks of a block are turned round when the function is finished. Nothing here knows a target.
//
//   b.begin(row).def_reuse(sum, 1).hidden_use(x).use_any(y)      add x, y

#include "codegen/machine/function_code.h"

#include <vector>

namespace lathe::codegen {

// An address on its way into an instruction: registers, not places.
struct AddressMode {
  VirtualRegister base = no_id, index = no_id;
  FrameSlotId slot = no_id;
  u8 scale = 1, segment = 0;
  bool pc_relative = false;
  u32 symbol = no_id;     // into MachineFunction::symbols
  i64 displacement = 0;
};

class MachineBuilder {
public:
  void reset(MachineFunction& f) {
    f_ = &f;
    pending_.clear();
    chunks_.clear();
  }
  MachineFunction& function() { return *f_; }

  // --- Chunks.
  u32 chunk_count() const { return static_cast<u32>(chunks_.size()); }
  void begin_chunk() { chunk_begin_ = static_cast<u32>(pending_.size()); }
  void end_chunk(u32 location, ir::InstId source = ir::none) {
    u32 end = static_cast<u32>(pending_.size());
    if (end == chunk_begin_) return;
    for (u32 i = chunk_begin_; i < end; ++i) pending_[i].location = location;
    chunks_.push_back({chunk_begin_, end, source});
    chunk_begin_ = end;
  }
  // Appends chunks [first, last) to the function, the last of them first.
  void write_chunks(u32 first, u32 last);

  // --- Registers.
  VirtualRegister new_register(RegisterClass rc, u8 size) {
    f_->vregs.push_back({.rc = rc, .spill_size = size});
    return static_cast<VirtualRegister>(f_->vregs.size() - 1);
  }
  VirtualRegister general(u8 size = 8) { return new_register(RegisterClass::General, size); }
  VirtualRegister vector(u8 size) { return new_register(RegisterClass::Vector, size); }
  void hint(VirtualRegister v, PhysicalRegister r) {
    if (f_->vregs[v].hint == 0xff) f_->vregs[v].hint = r;
  }

  static RegisterOperand make(VirtualRegister v, Access a, Point p, Constraint c, u8 fixed) {
    RegisterOperand r;
    r.vreg = v;
    r.access = a;
    r.point = p;
    r.constraint = c;
    r.fixed = fixed;
    return r;
  }

  // --- Instructions: begin(), then operands in the row's order.
  template <class Row> MachineBuilder& begin(Row row) {
    MachineInstruction i;
    i.row = static_cast<u16>(row);
    i.first_operand = static_cast<u32>(f_->operands.size());
    i.first_register = static_cast<u32>(f_->registers.size());
    pending_.push_back(i);
    return *this;
  }
  MachineBuilder& flags(u8 flags) {
    pending_.back().flags |= flags;
    return *this;
  }
  MachineBuilder& clobbers(RegisterMask mask);

  MachineBuilder& def(VirtualRegister v) { return shown(make(v, Access::Def, Point::Late, Constraint::Register, 0)); }
  // The definition takes the register of the use at `place`.
  MachineBuilder& def_reuse(VirtualRegister v, u8 place) {
    return shown(make(v, Access::Def, Point::Late, Constraint::Reuse, place));
  }
  MachineBuilder& use(VirtualRegister v) { return shown(make(v, Access::Use, Point::Early, Constraint::Register, 0)); }
  MachineBuilder& use_any(VirtualRegister v) { return shown(make(v, Access::Use, Point::Early, Constraint::Any, 0)); }
  MachineBuilder& use_fixed(VirtualRegister v, PhysicalRegister r) {
    return shown(make(v, Access::Use, Point::Early, Constraint::Fixed, r));
  }
  MachineBuilder& use_stack(VirtualRegister v) { return shown(make(v, Access::Use, Point::Early, Constraint::Stack, 0)); }
  MachineBuilder& def_stack(VirtualRegister v) { return shown(make(v, Access::Def, Point::Late, Constraint::Stack, 0)); }
  // Registers that no operand of the row names.
  MachineBuilder& hidden_use(VirtualRegister v) {
    add_register(make(v, Access::Use, Point::Early, Constraint::Register, 0));
    return *this;
  }
  MachineBuilder& hidden_use_fixed(VirtualRegister v, PhysicalRegister r) {
    add_register(make(v, Access::Use, Point::Early, Constraint::Fixed, r));
    return *this;
  }
  MachineBuilder& hidden_def_fixed(VirtualRegister v, PhysicalRegister r) {
    add_register(make(v, Access::Def, Point::Late, Constraint::Fixed, r));
    return *this;
  }
  u32 add_register(const RegisterOperand& r) {
    f_->registers.push_back(r);
    return pending_.back().register_count++;
  }
  MachineBuilder& place(u32 place) { return operand({.kind = OperandKind::Register, .payload = place}); }
  MachineBuilder& imm(i64 value) {
    if (value == static_cast<i32>(value))
      return operand({.kind = OperandKind::Immediate, .payload = static_cast<u32>(static_cast<i32>(value))});
    f_->wide_immediates.push_back(value);
    return operand({.kind = OperandKind::WideImmediate, .payload = static_cast<u32>(f_->wide_immediates.size() - 1)});
  }
  MachineBuilder& fixed(PhysicalRegister r) { return operand({.kind = OperandKind::FixedRegister, .payload = r}); }
  MachineBuilder& block(MachineBlockId b) { return operand({.kind = OperandKind::Block, .payload = b}); }
  MachineBuilder& symbol(u32 index) { return operand({.kind = OperandKind::SymbolValue, .payload = index}); }
  MachineBuilder& memory(const AddressMode& a) { return operand(make_address(a)); }
  MachineBuilder& indirect() {
    f_->operands.back().indirect = 1;
    return *this;
  }
  MachineBuilder& operand(Operand o) {
    f_->operands.push_back(o);
    ++pending_.back().operand_count;
    return *this;
  }
  // Adds the address's registers to the instruction, without an operand.
  Operand make_address(const AddressMode&);
  // The last instruction's only definition may be repeated.
  void rematerializable(VirtualRegister v) { f_->vregs[v].remat = true; }

private:
  MachineBuilder& shown(const RegisterOperand& r) {
    u32 at = add_register(r);
    return place(at);
  }
  struct Chunk {
    u32 begin, end;
    ir::InstId source;
  };
  MachineFunction* f_ = nullptr;
  std::vector<MachineInstruction> pending_;
  std::vector<Chunk> chunks_;
  u32 chunk_begin_ = 0;
};

} // namespace lathe::codegen
