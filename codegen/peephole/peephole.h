#pragma once
// Front door of the peephole optimizer: statements in, better statements out. It works on the code generator's
// statements and on any parsed GAS text. What an instruction reads and writes comes from the instruction table;
// what a function holds that is not understood (inline assembly, data between instructions) is a barrier.

#include "assembler/statement.h"
#include "common/diag.h"

#include <string>
#include <vector>

namespace lathe::codegen::peephole {

struct Options {
  // The text is our code generator's: calls follow the psABI. In foreign text a call reads every register (a compiler
  // may keep values in caller-saved registers across a call of a function that it has seen).
  bool own_text = true;
  u32 max_rounds = 4;
};

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
