#pragma once
// Front door of the peephole optimizer: statements in, better statements out. It works on the code generator's
// statements and on any parsed GAS text. What an instruction reads and writes comes from the instruction table;
// what a function holds that is not understood (inline assembly, data between instructions) is a barrier.

#include "codegen/verify.h"
#include "assembler/statement.h"
#include "common/diag.h"

#include <string>
#include <vector>

namespace lathe::codegen::peephole {

// Who wrote the text, and so what may be believed of calls and returns.
enum class Origin : u8 {
  Own,      // our code generator: calls and returns follow the psABI
  Compiler, // another compiler (an .ident says so): a call reads every register, since a value may be kept in a
            // caller-saved one across a call of a function that the compiler has seen; flags cross no border
  Unknown,  // by hand: calls and returns read everything
};

struct Options {
  Origin origin = Origin::Own; // Unknown becomes Compiler where the text names its compiler
  bool whole = true;           // false for one function of our generator's: data elsewhere may name its labels
  u32 level = 2; // -O: at 1 a single round, and nothing that makes the code larger
  bool verify = codegen::verify_by_default; // prove that no write that is read is gone
};

// Bit of Statement::reserved: a volatile or atomic access, neither to be removed nor changed.
inline constexpr u16 pinned_flag = 1u << 15;
// Another: a computed jump that does not leave the function.
inline constexpr u16 inside_flag = 1u << 14;

// How often each rule fired, in the order of rules.def, summed over calls.
struct Stats {
  std::vector<u64> fired;
  u64 instructions_before = 0, instructions_after = 0;
  void add(const Stats&);
  std::string format() const; // a line for each rule that fired: name, count, what makes it sound
};

// Optimizes every function found in `buffer` (a label that a .size directive closes) and removes what became dead.
void optimize(assembler::StatementBuffer& buffer, const Options&, Stats&);

} // namespace lathe::codegen::peephole
