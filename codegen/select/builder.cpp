#include "codegen/select/builder.h"

#include "common/diag.h"

namespace lathe::codegen {

MachineBuilder& MachineBuilder::clobbers(RegisterMask mask) {
  auto& masks = f_->clobber_masks;
  u32 i = 0;
  while (i < masks.size() && masks[i] != mask) ++i;
  if (i == masks.size()) masks.push_back(mask);
  pending_.back().clobbers = static_cast<u16>(i);
  return *this;
}

Operand MachineBuilder::make_address(const AddressMode& mode) {
  lathe_check(mode.displacement == static_cast<i32>(mode.displacement), "a displacement is out of range");
  Address a;
  auto add = [&](VirtualRegister v) {
    return static_cast<u8>(add_register(make(v, Access::Use, Point::Early, Constraint::Register, 0)));
  };
  if (mode.base != no_id) a.base = add(mode.base);
  if (mode.index != no_id) a.index = add(mode.index);
  lathe_check(pending_.back().register_count < Address::no_register, "an address has its registers too far behind");
  a.scale = mode.scale;
  a.segment = mode.segment;
  a.pc_relative = mode.pc_relative;
  a.slot = mode.slot;
  a.symbol = mode.symbol;
  a.displacement = static_cast<i32>(mode.displacement);
  f_->addresses.push_back(a);
  return {.kind = OperandKind::Address, .payload = static_cast<u32>(f_->addresses.size() - 1)};
}

void MachineBuilder::write_chunks(u32 first, u32 last) {
  auto& out = f_->instructions;
  while (last-- > first) {
    Chunk c = chunks_[last];
    u32 at = static_cast<u32>(out.size());
    out.insert(out.end(), pending_.begin() + c.begin, pending_.begin() + c.end);
    if (f_->keeps_sources) f_->sources.resize(out.size(), c.source);
    for (u32 i = at; i < out.size(); ++i)
      for (const RegisterOperand& r : f_->registers_of(out[i]))
        if (r.access == Access::Def) f_->vregs[r.vreg].definition = i;
  }
}

} // namespace lathe::codegen
