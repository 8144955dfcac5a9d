#pragma once
// Front door of code generation: LLVM IR text in, GAS text or an ELF object out. The passes stand in order in
// pipeline.cpp.

#include "codegen/verify.h"
#include "common/diag.h"

#include <string>
#include <vector>

namespace lathe::codegen {

enum class RelocationModel : u8 { FromModule, Static, Pie, Pic };
enum class FramePointer : u8 { FromAttributes, All, Omit };

struct StageTime {
  const char* stage;
  double seconds; // summed over the threads
};

struct CompileOptions {
  u32 opt_level = 0;                    // 0, 1, 2
  RelocationModel relocation = RelocationModel::FromModule;
  bool kernel_code_model = false;       // also where the module's flags do not say so
  FramePointer frame_pointer = FramePointer::FromAttributes;
  bool red_zone = true;
  bool function_sections = false, data_sections = false;
  bool jump_tables = true;
  bool ident = true;                    // who compiled it, in .comment
  bool verbose_asm = false;
  bool via_text = false;                // compile_to_object: print and parse the text in between
  bool peephole = true;                 // at -O1 and above
  bool unwind_tables = true;
  bool stats = false;
  std::string* report = nullptr;        // what --stats and --print-after write
  std::vector<StageTime>* times = nullptr; // --time
  u32 jobs = 1;
  bool verify_each = verify_by_default; // prove the result of every pass
  std::string allocator;                // "", "linear", "local", "none" (--regalloc=)
  std::string stop_after, print_after;  // pass names
  std::string save_stages;              // folder, empty for none
};

// What --stop-after and --print-after may name, in order; what --regalloc= may.
std::vector<std::string_view> stage_names();
std::vector<std::string_view> allocator_names();

// Both return false after reporting; what they fill in is then empty.
bool compile_to_text(const SourceFile& ir, const CompileOptions&, std::string& assembly, Diagnostics&);
bool compile_to_object(const SourceFile& ir, const CompileOptions&, std::vector<u8>& object, Diagnostics&);

} // namespace lathe::codegen
