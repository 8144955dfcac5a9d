#pragma once
// Metadata as written, parsed when asked for: nodes are text until then. Enough is understood for line tables,
// compile units and subprograms, and for module flags and branch weights.

#include "codegen/ir/module.h"
#include "common/diag.h"

#include <optional>

namespace lathe::reader {

// The text of node `id` behind its '=', empty when there is no such node.
std::string_view metadata_text(const ir::Module&, ir::MetadataId);

// One field of a node. Text values are as written, without quotes and with escapes undone only by text().
struct MetadataField {
  std::string_view key;   // empty in !{...}
  std::string_view value; // !5, 12, "abc" (with quotes), DW_LANG_C11, i32 7, ...
};
struct MetadataNode {
  std::string_view tag;   // DILocation, DISubprogram, ...; empty for !{...}
  bool is_distinct = false;
  std::vector<MetadataField> fields;

  // Empty, 0, `none` when the field is absent or null.
  std::string_view raw(std::string_view key) const;
  std::string text(std::string_view key) const;
  u64 number(std::string_view key) const;
  bool flag(std::string_view key) const;
  ir::MetadataId node(std::string_view key) const;
};
// False when the text is malformed.
bool parse_metadata(std::string_view text, MetadataNode& out);
bool parse_metadata(const ir::Module&, ir::MetadataId, MetadataNode& out);
// The node that a value such as `!5` names; `none` for anything else.
ir::MetadataId metadata_reference(std::string_view value);

struct DebugLocation {
  u32 line = 0, column = 0;
  ir::MetadataId scope = ir::none, inlined_at = ir::none;
  bool implicit_code = false;
};
// `location` is an Instruction's; with a function also those written in place are found.
std::optional<DebugLocation> debug_location(const ir::Module&, u32 location, const ir::Function* = nullptr);

// "a.c:7:3", where the instruction that a pass looks at was written, or else the function; empty without debug locations.
std::string written_at(const ir::Function&);

// The same, or the place in the IR.
std::string written_somewhere(const ir::Function&);

// Reported where the source has what is wrong, if that is known.
struct SourceError : CompileError {
  SourceError(Place in_ir, const std::string& message, std::string source) : CompileError(in_ir, message), written_at(std::move(source)) {}
  std::string written_at;

  void report(Diagnostics& to) const {
    if (written_at.empty()) to.error(place, what());
    else to.report_at(Severity::Error, written_at, what());
  }
};

// Throws the SourceError "`what` is not supported, in function 'name'".
[[noreturn]] void unsupported(const ir::Function&, const std::string& what);

struct DebugFile {
  std::string name, directory, checksum_kind, checksum;
};
std::optional<DebugFile> debug_file(const ir::Module&, ir::MetadataId);

struct DebugSubprogram {
  std::string name, linkage_name;
  ir::MetadataId scope = ir::none, file = ir::none, unit = ir::none, type = ir::none, declaration = ir::none;
  u32 line = 0, scope_line = 0;
  bool is_definition = false, is_local = false, is_optimized = false, is_prototyped = false;
};
std::optional<DebugSubprogram> debug_subprogram(const ir::Module&, ir::MetadataId);

struct DebugCompileUnit {
  std::string language, producer, flags, emission_kind;
  ir::MetadataId file = ir::none;
  bool is_optimized = false;
};
std::optional<DebugCompileUnit> debug_compile_unit(const ir::Module&, ir::MetadataId);

// A scope is a subprogram, a lexical block or a block of another file; each names a file.
struct DebugScope {
  ir::MetadataId subprogram = ir::none; // of the scope, or the one around it
  ir::MetadataId file = ir::none;
};
std::optional<DebugScope> debug_scope(const ir::Module&, ir::MetadataId);

// The nodes that a named node such as llvm.dbg.cu lists.
std::vector<ir::MetadataId> named_metadata(const ir::Module&, std::string_view name);

// The weights of a `!prof` node's text; empty when it says something else.
void branch_weights(std::string_view text, std::vector<u32>& out);

// Fills Module::flags and ident.
void read_module_flags(ir::Module&);

} // namespace lathe::reader
