#pragma once
// What the constraints of an inline-asm statement ask for: one place per operand. A pure function of the statement,
// so that the blocks an `asm goto` leads to find the same registers as the statement itself.

#include "codegen/ir/ir.h"
#include "codegen/machine/function_code.h"
#include "codegen/x86/machine.h"

#include <functional>
#include <string>
#include <vector>

namespace lathe::codegen::x86 {

struct AsmOperand {
  enum class Kind : u8 {
    Register,  // `rc`, `fixed` when it must be a certain one; a pair rdx:rax when the value is wider
    X87,       // `fixed`: st0 + i, or 0xff for the next free place
    Memory,    // `value` is the address
    Spilled,   // a value that must lie in memory: it is stored first
    Immediate, // `immediate`
    Symbol,    // `global` + `immediate`
    CodeLabel, // `value`, the address of a block
    Flag,      // output: 1 when `condition` holds
    Label,     // where asm goto leads: `value`, a block
  };
  Kind kind = Kind::Register;
  RegisterClass rc = RegisterClass::General;
  PhysicalRegister fixed = 0xff;
  RegisterMask choices = 0;        // registers of which one must be taken; 0: any
  bool is_output = false, early = false, indirect = false, may_be_memory = false;
  Condition condition = Condition::E;
  i32 tied = -1;                   // input: the output whose place it shares
  u32 tied_by = ~0u;               // output: the input that shares its place
  ir::TypeId type{};               // of the value, or of what `value` points to when `indirect`
  ir::Value value;
  i64 immediate = 0;
  ir::GlobalId global = ir::none;
  u8 width = 8;                    // bytes
  bool is_direct_output() const { return is_output && !indirect; }
};

struct AsmPlan {
  std::vector<AsmOperand> operands; // in the order of the template's numbers
  RegisterMask clobbered = 0;
  u32 x87_clobbered = 0;            // bit i: st(i)
  bool any_early = false;
};

struct AsmContext {
  const ir::Function& function;
  ir::InstId statement = ir::none;            // a call or callbr
  std::span<const ir::TypeId> result_types;   // one per output that is a result
  bool pic = false;
  std::function<bool(ir::Value, i64&)> constant;
  std::function<bool(const ir::Global&)> is_direct; // its address needs no table
  std::function<void(const std::string&)> fail;     // does not return
};

AsmPlan plan_asm(const AsmContext&);

// asm_registers.cpp: what a statement of a selected function asks of the registers that they cannot give, or nothing.
std::string_view unmet_asm_demand(const FunctionCode&);

} // namespace lathe::codegen::x86
