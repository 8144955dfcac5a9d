#pragma once
// The driver's view of our own stages: the one place that knows their options and calls their front doors.

#include "codegen/pipeline.h"
#include "common/source.h"
#include "utils/driver/invocation.h"

#include <string>
#include <vector>

namespace lathe::driver {

// The names of stages and of a register allocator must be known ones.
void check_stage_options(const Invocation& invocation, Diagnostics& diagnostics);

// What code generation has to say beside its diagnostics.
struct Report {
  std::string text; // --stats and --print-after
  std::vector<codegen::StageTime> times;
};

// IR to text, or straight to an object.
bool compile_to_text(const Invocation& invocation, u32 threads, const SourceFile& ir, std::string& text, Report& report,
                     Diagnostics& diagnostics);
bool compile_to_object(const Invocation& invocation, u32 threads, const SourceFile& ir, std::vector<u8>& object, Report& report,
                       Diagnostics& diagnostics);
// The peephole alone, on foreign text.
bool optimize_text(const Invocation& invocation, const SourceFile& assembly, std::string& text, Report& report,
                   Diagnostics& diagnostics);
// `is_foreign`: the user's own assembly, for which -g asks for line tables of the assembly itself.
bool assemble_text(const Invocation& invocation, const SourceFile& assembly, bool is_foreign, std::vector<u8>& object,
                   Diagnostics& diagnostics);

struct NamedObject {
  std::string name;
  std::vector<u8> bytes;
};
bool link_objects(const std::vector<std::string>& words, std::vector<NamedObject> objects, Diagnostics& diagnostics);

} // namespace lathe::driver
