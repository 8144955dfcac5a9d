#pragma once
// From an invocation to work: a list of steps for each input and the link behind them. The same list is what -### and
// -v print and what is run, inputs in parallel.

#include "utils/driver/frontend.h"
#include "utils/driver/toolchain.h"

#include <string>
#include <vector>

namespace lathe::driver {

enum class StepKind : u8 {
  ReadInput,     // map the file
  RunForText,    // an outside program; its standard output is the text from here on
  RunAlone,      // an outside program that writes its own output
  CompileToText, // ours: IR -> assembly
  CompileToObject, // ours: IR -> object
  CompileToNothing, // ours: --stop-after without an output
  OptimizeText,  // ours: assembly -> assembly
  Assemble,      // ours: assembly -> object
  AssembleOutside, // the system's assembler, fed through a pipe
  WriteText,
  WriteObject,
};

struct Step {
  StepKind kind;
  std::vector<std::string> words; // an outside program's command
  std::string path;               // what is read or written
  std::string text_name;          // what diagnostics call the text that a program gives
  int text_descriptor = 1;        // where the program writes it
};

struct Job {
  size_t input = 0;
  std::vector<Step> steps;
  bool is_foreign_assembly = false;
  std::string object_name; // what the linker calls the object in memory; empty when nothing is linked
};

struct Plan {
  std::vector<Job> jobs;
  bool has_verdict = false; // the first job only lets the front end judge unknown options
  bool links = false;
  std::vector<std::string> link_words; // without the program
  std::string external_ld;             // empty: ours
  std::vector<std::string> refused_ir_words; // -fexternal-codegen: the command for IR that our code generator refuses
};

Plan make_plan(const Invocation& invocation, const Toolchain& toolchain, Diagnostics& diagnostics);
void print_plan(const Invocation& invocation, const Plan& plan);
// 0, 1 after errors, 70 after one of our own.
int run_plan(const Invocation& invocation, const Plan& plan, Diagnostics& diagnostics);

} // namespace lathe::driver
