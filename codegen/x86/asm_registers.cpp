// Whether the registers that statements of inline assembly ask for can be given to them all. Only at the end of
// selection is it known whether the frame keeps registers for itself, and the allocators take it for granted that
// every instruction's operands have places.

#include "codegen/x86/asm_constraints.h"
#include "codegen/x86/frame.h"

#include <algorithm>
#include <bit>

namespace lathe::codegen::x86 {

namespace {

// What one statement wants before it runs (inputs, early outputs) and behind it (outputs, late inputs).
class Demand {
public:
  Demand(const MachineFunction& m, const MachineInstruction& i) : m_(m) {
    for (const RegisterOperand& o : m.registers_of(i)) {
      bool def = o.access == Access::Def, late = o.point == Point::Late;
      any_late_use_ |= !def && late;
      if (o.constraint == Constraint::Fixed)
        fixed(o, def, late);
      else if (o.constraint == Constraint::Reuse)
        reused_.push_back(o.vreg);
      else if (o.constraint == Constraint::Register)
        (def ? late ? late_defs_ : early_defs_ : late ? late_uses_ : uses_).push_back(o.vreg);
    }
    clobbers_ = m.clobber_masks[i.clobbers];
  }

  // What cannot be met; empty otherwise.
  std::string_view unmet(RegisterMask general) const {
    if (!conflict_.empty()) return conflict_;
    if (fixed_early_defs_ & (fixed_uses_ | fixed_late_uses_) || fixed_late_defs_ & fixed_late_uses_)
      return "an input and an output that is written early in one register";
    for (RegisterClass rc : {RegisterClass::General, RegisterClass::Vector}) {
      RegisterMask all = rc == RegisterClass::General ? general : RegisterMask(0xffff) << reg::xmm0;
      RegisterMask before = all & ~(fixed_uses_ | fixed_late_uses_ | fixed_early_defs_);
      RegisterMask behind = all & ~(fixed_early_defs_ | fixed_late_defs_ | fixed_late_uses_ | clobbers_);
      if (any_late_use_ || !early_defs_.empty()) before &= behind;
      if (!fits(rc, {&uses_, &late_uses_, &early_defs_}, before) ||
          !fits(rc, {&late_defs_, &reused_, &early_defs_, &late_uses_}, behind) ||
          !fits(rc, {&reused_}, behind & ~fixed_uses_))
        return "more registers than there are";
    }
    return {};
  }

private:
  using Registers = std::vector<VirtualRegister>;

  void fixed(const RegisterOperand& o, bool def, bool late) {
    RegisterMask& defs = late ? fixed_late_defs_ : fixed_early_defs_;
    if (def && (fixed_early_defs_ | fixed_late_defs_) & register_bit(o.fixed)) conflict_ = "two outputs in one register";
    if (!def && (fixed_uses_ | fixed_late_uses_) & register_bit(o.fixed)) conflict_ = "two inputs in one register";
    (def ? defs : late ? fixed_late_uses_ : fixed_uses_) |= register_bit(o.fixed);
  }

  // One value asked for twice is in one register.
  bool fits(RegisterClass rc, std::initializer_list<const Registers*> lists, RegisterMask registers) const {
    Registers distinct;
    for (const Registers* list : lists)
      for (VirtualRegister v : *list)
        if (m_.vregs[v].rc == rc) distinct.push_back(v);
    std::sort(distinct.begin(), distinct.end());
    auto end = std::unique(distinct.begin(), distinct.end());
    return end - distinct.begin() <= std::popcount(registers);
  }

  const MachineFunction& m_;
  RegisterMask fixed_uses_ = 0, fixed_late_uses_ = 0, fixed_early_defs_ = 0, fixed_late_defs_ = 0, clobbers_ = 0;
  Registers uses_, late_uses_, early_defs_, late_defs_, reused_;
  bool any_late_use_ = false;
  std::string_view conflict_;
};

} // namespace

std::string_view unmet_asm_demand(const FunctionCode& code) {
  if (code.asm_statements.empty()) return {};
  for (const MachineInstruction& i : code.machine.instructions)
    if (i.row == static_cast<u16>(MachinePseudo::InlineAsm))
      if (auto unmet = Demand(code.machine, i).unmet(general_registers(code)); !unmet.empty()) return unmet;
  return {};
}

} // namespace lathe::codegen::x86
