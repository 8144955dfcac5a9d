#pragma once
// The assembler's front door: GAS text or a statement buffer in, an ELF relocatable object out. Both ways give the
// same bytes, those of GNU as 2.40. Errors are collected in the Diagnostics; with any, there is no object.

#include "assembler/statement.h"
#include "common/diag.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lathe::assembler {

struct AssembleOptions {
  bool debug_lines = false;        // -g: line information for text that has none of its own
  u8 dwarf_version = 0;            // --gdwarf-N; 0: as the text asks
  bool no_exec_stack = false;      // --noexecstack
  bool exec_stack = false;
  bool warn = true;                // -W turns it off
  bool fatal_warnings = false;
  bool keep_locals = false;        // -L: .L symbols stay in the symbol table
  bool strip_local_absolute = false; // local symbols that are numbers stay out of the symbol table
  bool alternate_macros = false;   // as if the text began with .altmacro
  bool relax_relocations = true;   // GOTPCRELX where it may stand
  bool stt_common = false;         // common symbols are STT_COMMON
  bool intel_syntax = false;       // -msyntax=intel -mnaked-reg
  bool statistics = false;
  // What stands in bits that the processor ignores: L and W of VEX and EVEX, the rounding of {sae}.
  u8 vex_scalar_length = 0, vex_w = 0, evex_scalar_length = 0, evex_w = 0, evex_rounding = 0;
  std::string* listing = nullptr;  // -al: where the text with its addresses and bytes goes
  bool listing_pages = true;       // -an: without headings and form feeds
  u64 expansion_limit = u64(8) << 30; // bytes that macros and repetitions may come to
  std::vector<std::string> include_paths;                     // -I
  std::vector<std::pair<std::string, std::string>> definitions; // --defsym NAME=VALUE
};

bool assemble(const SourceFile& source, const AssembleOptions& options, std::vector<u8>& object, Diagnostics& diagnostics);
bool assemble(StatementBuffer& statements, const AssembleOptions& options, std::vector<u8>& object, Diagnostics& diagnostics);

// An object out of statements that come piece by piece: the buffer is filled, taken, and filled again.
class Assembler;
class Stream {
public:
  Stream(StatementBuffer&, const AssembleOptions&, Diagnostics&);
  ~Stream();
  void take(); // assembles and clears the buffer's statements; its symbols stay
  bool finish(std::vector<u8>& object);

private:
  StatementBuffer& buffer_;
  std::unique_ptr<Assembler> assembler_;
};

// Text into statements, nothing expanded: macros and conditionals and what uses them become Text statements.
bool parse(const SourceFile& source, StatementBuffer& statements, Diagnostics& diagnostics);

// AT&T text that parses back to the same statements.
std::string print(const StatementBuffer& statements);
void print(const StatementBuffer& statements, std::string& out);
std::string print_statement(const StatementBuffer& statements, u32 index);

} // namespace lathe::assembler
