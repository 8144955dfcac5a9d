#pragma once
// The calling conventions of x86-64, in one place for caller, callee, register file and frame: a row says which registers
// carry arguments and which a callee preserves, classify() where every argument and returned value of an IR-level
// signature lies. What clang has lowered already (structs cut into eightbytes, sret, byval) is taken as it stands.

#include "codegen/ir/function.h"
#include "codegen/ir/module.h"
#include "codegen/reader/metadata.h"
#include "codegen/x86/machine.h"

#include <vector>

namespace lathe::codegen::x86 {

// LangRef's conventions differ in these facts; results lie in the same registers in all.
struct Convention {
  ir::CallingConvention id;
  std::span<const PhysicalRegister> general, vector; // of arguments
  // Argument k takes general[k] or vector[k], and none is wider than 8 bytes. Arguments that `...` stands for are
  // passed in general[k] too, and va_start gives a pointer to the shadow of the first of them.
  bool shares_positions = false;
  bool is_interrupt = false;     // called by the processor: its frame, then perhaps an error code
  u32 shadow = 0;                // bytes above the return address where the callee may keep its register arguments
  bool has_red_zone = true;
  RegisterMask callee_saved = 0; // but for those that carry a result
};
// Null for a convention that is not supported.
const Convention* find_convention(ir::CallingConvention);

// One register or stack slot's share of an argument. i128 has two, aggregates one (or two) a leaf.
struct AbiPart {
  ir::TypeId type{};             // of the leaf; i64 for the halves of an i128
  bool in_register = false;
  bool x87 = false;              // result in st0 (reg 0) or st1 (reg 1)
  PhysicalRegister reg = 0;
  i64 offset = 0;                // on the stack, from the first stack argument
};

struct AbiArgument {
  u32 first_part = 0, part_count = 0;
  const ir::AttributeSet* attributes = nullptr; // never null
  bool byval = false;            // the bytes lie on the stack at parts[first_part].offset
  u64 byval_size = 0, byval_align = 0;
};

struct AbiSignature {
  std::vector<AbiArgument> arguments;
  std::vector<AbiPart> parts;
  std::vector<AbiPart> results;
  const Convention* convention = nullptr;
  u64 stack_bytes = 0;           // of all stack arguments and the shadow, a multiple of 8
  u32 general_used = 0, vector_used = 0; // of the argument registers; of shared positions both count all arguments
  u32 sret = ir::none;           // index of the sret argument
  void clear() {
    arguments.clear(), parts.clear(), results.clear();
    stack_bytes = general_used = vector_used = 0;
    sret = ir::none;
  }
};

inline constexpr RegisterMask all_registers = 0xffffffffull & ~(RegisterMask(1) << reg::rsp);
inline constexpr RegisterMask callee_saved_sysv = 1u << reg::rbx | 1u << reg::rbp | 0xfu << reg::r12;
// What a call of a C function may change.
inline constexpr RegisterMask call_clobbers = all_registers & ~callee_saved_sysv;
RegisterMask result_registers(const AbiSignature&); // without the pointer that `sret` gives back in rax
// What a function of this signature leaves as it was.
RegisterMask preserved_registers(const AbiSignature&);

// Throws CompileError, with `what` in its message, where the convention or a type is not supported.
void classify(const ir::Function&, ir::CallingConvention, std::span<const ir::TypeId> arguments,
              std::span<const u32> argument_attributes, ir::TypeId result, AbiSignature&);

// A type in a register: its class and the bytes that matter.
struct ClassAndSize {
  RegisterClass rc;
  u8 size;
};
ClassAndSize class_of(const ir::Function&, ir::TypeId);

using reader::unsupported;

} // namespace lathe::codegen::x86
