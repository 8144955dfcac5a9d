#pragma once
// What a function's "target-features" and its module's flags ask of code generation for x86-64.

#include "codegen/ir/ir.h"

namespace lathe::codegen::x86 {

struct Features {
  bool sse = true, x87 = true;                              // -mno-sse, -mgeneral-regs-only
  bool popcnt = false, sse41 = false, cx16 = false, prefetchw = false;
  bool indirect_tls = false; // no access through a segment but that of the thread pointer itself
  bool retpoline_calls = false, retpoline_branches = false; // indirect jumps go through __x86_indirect_thunk_r11
};

// Throws CompileError for what code generation would have to know and does not.
Features features_of(const ir::Function&);

inline constexpr std::string_view indirect_thunk = "__x86_indirect_thunk_r11";

} // namespace lathe::codegen::x86
