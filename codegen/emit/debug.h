#pragma once
// Debug information from the IR's metadata: line tables through .file and .loc, and the compile units and
// subprograms that debuggers need to find functions by name. It never changes a byte of code.

#include "codegen/emit/emit.h"

#include <memory>
#include <unordered_map>

namespace lathe::codegen::emit {

class DebugInfo {
public:
  // Null when the module asks for no debug information.
  static std::unique_ptr<DebugInfo> make(const ModuleContext&);

  struct Line {
    u32 file = 0, line = 0, column = 0;
    bool operator==(const Line&) const = default;
  };
  // False for a location that cannot be understood; its instruction keeps the line of the one before.
  bool find(const ir::Function&, u32 location, Line&) const;
  // The line of a function's opening, false when it has no subprogram.
  bool find_function(const ir::Function&, Line&) const;

  void emit_begin(StatementBuffer&) const; // .file directives; the section is .text
  // `functions` are those that were compiled, in order; each has a label function_end_label(ordinal) behind it.
  void emit_end(const std::vector<ir::GlobalId>& functions, bool one_section, StatementBuffer&) const;

private:
  explicit DebugInfo(const ModuleContext&);
  struct File {
    std::string directory, name, md5;
  };
  struct Unit {
    ir::MetadataId id;
    std::string name, directory, producer;
    u32 language = 0;
  };
  u32 file_number(ir::MetadataId) const;

  const ir::Module& module_;
  u32 version_ = 5;
  std::vector<Unit> units_;
  std::vector<File> files_;                    // the first is number 0 (DWARF 5) or 1
  std::vector<u32> file_numbers_;              // by MetadataId, ~0u for what is no file
  bool has_checksums_ = false;
};

std::string function_end_label(u32 ordinal);

} // namespace lathe::codegen::emit
