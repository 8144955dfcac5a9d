#pragma once
// Front door of module-level emission: what stands before, between and behind the functions of an assembly file.
// Target folders write the functions themselves (codegen/target.h). Everything is appended to statement buffers,
// so that text and object come from one source.

#include "assembler/statement.h"
#include "codegen/ir/ir.h"
#include "codegen/machine/function_code.h"
#include "codegen/pipeline.h"

#include <map>

namespace lathe::codegen::emit {

using assembler::StatementBuffer;
using assembler::SymbolId;

// One module on its way; `ordinals` counts the functions that have bodies in the order of the file.
struct ModuleContext {
  ir::Module& module;
  const CompileOptions& options;
  Diagnostics& diagnostics;
  bool pic = false, pie = false;
  const std::vector<u8>* retained = nullptr; // by GlobalId, see retained_globals()
};

// --- sections.cpp: where a global goes, as clang and GNU as agree on it.

struct Section {
  std::string name, flags, type; // ".data.x", "aw", "progbits"
  u64 entry_size = 0;            // of merge sections
  std::string group;
  bool comdat = false;           // the group is deduplicated
  bool operator==(const Section&) const = default;
};
enum class SectionKind : u8 { Text, ReadOnly, RelocatedReadOnly, Data, Bss, ThreadData, ThreadBss, Merge, MergeString };

// The globals that llvm.used names.
std::vector<u8> retained_globals(const ir::Module&);
Section section_of_function(const ModuleContext&, const ir::Function&);
// Where jump tables and literals of a function lie.
Section read_only_section_of_function(const ModuleContext&, const ir::Function&);
Section literal_section(u64 size);
struct DataPlace {
  SectionKind kind{};
  Section section;
};
DataPlace place_of_variable(const ModuleContext&, const ir::Global&);
void enter(StatementBuffer&, const Section&);

// --- data.cpp: variables and their initial values.

bool is_zero(const ir::Module&, ir::Value);
bool needs_relocation(const ir::Module&, ir::Value);
// .globl/.weak/.hidden and their like, as the linkage says.
void emit_linkage(const ModuleContext&, const ir::Global&, SymbolId, StatementBuffer&);
// Bytes of a constant; `owner` is named in errors.
void emit_value(const ModuleContext&, const ir::Global& owner, ir::Value, StatementBuffer&);
void emit_variables(ModuleContext&, StatementBuffer&);
void emit_aliases(ModuleContext&, StatementBuffer&);

// --- module.cpp

void emit_module_begin(ModuleContext&, StatementBuffer&);
void emit_module_end(ModuleContext&, StatementBuffer&);
inline bool needs_unwind_table(const ir::AttributeSet& of_function) {
  return of_function.has(ir::Attribute::UwTable) || !of_function.has(ir::Attribute::NoUnwind);
}
// -fpatchable-function-entry: one-byte nops before and behind the function's label.
struct PatchableEntry {
  u32 before = 0, behind = 0;
};
PatchableEntry patchable_entry(const ir::Module&, const ir::Global&);
// The numbers of a function's attachment such as !kcfi_type.
std::vector<u32> attached_numbers(const ir::Module&, const ir::Global&, std::string_view kind);
// How -fsanitize=kcfi writes the hash of a type: what would read as endbr64 or endbr32 may not stand in code.
u32 kcfi_hash(u32 type);
u64 function_alignment(const ir::Module&, const ir::Global&);
// Section, literals, linkage, alignment and type: all that stands before a function's label.
void emit_function_begin(const ModuleContext&, const ir::Function&, const FunctionCode&, StatementBuffer&);
// Jump tables.
void emit_function_end(const ModuleContext&, const ir::Function&, const FunctionCode&, StatementBuffer&);
// --- exceptions.cpp

// .cfi_personality and .cfi_lsda of a function that has an exception table.
void emit_exception_directives(const ModuleContext&, const ir::Global& function, const FunctionCode&, StatementBuffer&);
void emit_exception_table(const FunctionCode&, StatementBuffer&);
void emit_personalities(const ModuleContext&, StatementBuffer&);

// Appends a copy of `from`; symbols are matched by name.
void join(StatementBuffer& to, const StatementBuffer& from);

} // namespace lathe::codegen::emit
