#pragma once
// A linker script's SECTIONS, MEMORY and PHDRS as data. layout_script.cpp reads them, script_rules.cpp chooses a
// rule for each section, script_layout.cpp gives addresses. Expressions stay text, since what they yield changes
// from one round of layout to the next.

#include "linker/elf/context.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::linker {

// An expression's text, with the file it stands in for messages.
struct ExpressionText {
  std::string_view text;
  const SourceFile* file = nullptr;
  u64 offset = 0;
  explicit operator bool() const { return file != nullptr; }
};

enum class SortKey : u8 { None, Name, Alignment, InitPriority };

// One pattern of *(EXCLUDE_FILE(x.o) SORT(.text.*) .rodata).
struct SectionPattern {
  std::string_view name;
  std::vector<std::string_view> excluded_files;
  SortKey first = SortKey::None, second = SortKey::None;
};

struct InputRule {
  std::string_view file; // "*", "x.o", "libx.a:y.o"
  std::vector<std::string_view> excluded_files;
  std::vector<SectionPattern> sections;
  u64 wanted_flags = 0, refused_flags = 0; // INPUT_SECTION_FLAGS
  bool keep = false;
  std::vector<std::pair<InputSection*, u32>> members; // with the pattern that chose them
};

enum class StatementKind : u8 { Assign, Input, Data, Fill, Assert };

struct ScriptStatement {
  StatementKind kind = StatementKind::Assign;
  std::string_view symbol;        // Assign: "." or a name
  char operation = '=';           // of += and the like; '<' and '>' are shifts
  bool provide = false, hidden = false;
  ExpressionText expression;      // Assign, Data, Fill, Assert
  std::string_view message;       // Assert
  u32 width = 0;                  // Data
  InputRule* rule = nullptr;      // Input
  SyntheticSection* data = nullptr;
  Symbol* target = nullptr;       // Assign: null while a PROVIDE is not wanted
};

struct MemoryRegion {
  std::string_view name;
  u64 origin = 0, length = 0, reached = 0;
  u64 wanted_flags = 0, refused_flags = 0; // SHF_ bits of sections that go here unasked
  bool read_only = false, chooses = false; // `r`; whether attributes were given at all
};

struct ScriptSegment {
  std::string_view name;
  u32 type = PT_NULL;
  bool file_header = false, program_headers = false;
  ExpressionText address, flags;
};

enum class Constraint : u8 { None, ReadOnly, Writable };

// An output section's description. A discarded one has the name /DISCARD/.
struct OutputRule {
  std::string_view name;
  ExpressionText address, load_address, align, subalign, fill;
  std::optional<u32> type; // (TYPE=SHT_...)
  bool read_only = false, no_load = false, not_allocated = false, align_with_input = false, disabled = false;
  Constraint constraint = Constraint::None;
  std::string_view region, load_region;
  std::vector<std::string_view> segments;
  std::vector<ScriptStatement> statements;
  OutputSection* output = nullptr;
  u64 address_if_empty = 0, load_address_if_empty = 0; // where it would stand
  bool is_discard() const { return name == "/DISCARD/"; }
};

// One line of SECTIONS: an output section or a statement between two.
struct ScriptItem {
  OutputRule* output = nullptr;
  ScriptStatement statement;
};

struct LayoutScript {
  std::vector<ScriptItem> items;
  std::deque<OutputRule> outputs;
  std::deque<InputRule> inputs;
  std::deque<MemoryRegion> regions;
  std::vector<std::pair<std::string_view, MemoryRegion*>> aliases;
  std::vector<ScriptSegment> segments;
  std::unordered_set<std::string> asked_segments; // by SEGMENT_START
  u64 relro_start = 0, relro_end = 0; // DATA_SEGMENT_ALIGN to DATA_SEGMENT_RELRO_END
  MemoryRegion* region(std::string_view name);
  OutputRule* find(std::string_view name);
};

// layout_script.cpp: reads one command (SECTIONS, MEMORY, PHDRS, REGION_ALIAS, ASSERT, PROVIDE and their like) whose
// name ends at `offset`; returns where the next one begins, or the end of the file after an error.
u64 read_layout_command(Context&, const SourceFile&, std::string_view command, u64 offset);
bool is_layout_command(std::string_view word);

void define_script_symbol(Context&, ScriptStatement&);

// script_layout.cpp: a number that needs no addresses.
u64 script_number(Context&, const ExpressionText&);

// script_rules.cpp
bool glob_matches(std::string_view pattern, std::string_view name);

} // namespace lathe::linker
