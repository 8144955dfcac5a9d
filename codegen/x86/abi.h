#pragma once
// The System V AMD64 calling convention, in one place for caller and callee: where every argument and returned value
// of an IR-level signature lies. What clang has lowered already (structs cut into eightbytes, sret, byval) is taken
// as it stands.

#include "codegen/ir/function.h"
#include "codegen/ir/module.h"
#include "codegen/x86/machine.h"

#include <vector>

namespace lathe::codegen::x86 {

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
  u64 stack_bytes = 0;           // of all stack arguments, a multiple of 8
  u32 general_used = 0, vector_used = 0; // of the argument registers
  u32 sret = ir::none;           // index of the sret argument
  void clear() {
    arguments.clear(), parts.clear(), results.clear();
    stack_bytes = general_used = vector_used = 0;
    sret = ir::none;
  }
};

inline constexpr PhysicalRegister general_arguments[6] = {reg::rdi, reg::rsi, reg::rdx, reg::rcx, reg::r8, reg::r9};
// What a call may change: every vector register and the general ones that are not callee-saved.
inline constexpr RegisterMask call_clobbers =
    0xffffull << 16 | 1u << reg::rax | 1u << reg::rcx | 1u << reg::rdx | 1u << reg::rsi | 1u << reg::rdi |
    0xfu << reg::r8;

// Throws CompileError, with `what` in its message, where the convention or a type is not supported.
void classify(const ir::Function&, ir::CallingConvention, std::span<const ir::TypeId> arguments,
              std::span<const u32> argument_attributes, ir::TypeId result, AbiSignature&);

// A type in a register: its class and the bytes that matter.
struct ClassAndSize {
  RegisterClass rc;
  u8 size;
};
ClassAndSize class_of(const ir::Function&, ir::TypeId);

[[noreturn]] void unsupported(const ir::Function&, const std::string& what);

} // namespace lathe::codegen::x86
