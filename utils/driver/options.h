#pragma once
// The command line of `lathe` as a list of options and inputs: response files expanded, each word matched with
// its row of options.def. What the options mean together is invocation.h's.

#include "common/diag.h"
#include "common/int_types.h"

#include <string>
#include <string_view>
#include <vector>

namespace lathe::driver {

enum class Form : u8 { Flag, Joined, Separate, JoinedOrSeparate, Comma };
enum class Who : u8 { Front, Act, Both, Ignore, Refuse };

enum class Option : u8 {
  None, OnlyObject, OnlyAssembly, OnlyPreprocess, OnlyFrontEnd, EmitLlvm, Output, Language, Verbose, ShowOnly, Help,
  Version, Query, SaveTemps, SaveTempsWhere, SaveStages, StopAfter, PrintAfter, VerifyEach, Regalloc, ViaText, Direct,
  Time, Stats, Jobs, Peephole, NoPeephole, Clang, ExternalAs, OwnAs, ExternalLd, OwnLd, UseLd, LdPath,
  ExternalCodegen, OwnCodegen, Target, Sysroot,
  GccToolchain, GccInstallDir, ProgramPrefix, AsmDialect, IndirectBranch, Runtime, Coverage, DependencyFile, DependencyName,
  DependencyTarget, PreprocessorList, IncludePath, NoWarnings, NoIdent, Ident, Optimize, Debug, Pic, Pie, NoPic,
  FunctionSections, NoFunctionSections, DataSections, NoDataSections, VerboseAsm, NoVerboseAsm, OmitFramePointer,
  KeepFramePointer, RedZone, NoRedZone, CodeModel, JumpTables, NoJumpTables, Plt, NoPlt, FastMath, NoFastMath,
  FlushDenormals, KeepDenormals, OpenMp, Profile,
  AssemblerList, AssemblerWord, LinkerList, LinkerWord, Library, LibraryPath, LinkerPair, LinkerAsIs, Strip,
  Relocatable, Shared, Static, StaticPie, PieLink, NoPieLink, ExportDynamic, Symbolic, NoStdlib, NoStartFiles,
  NoDefaultLibs, NoLibc, NoStdlibCxx, StaticLibgcc, SharedLibgcc, StaticLibstdcxx, Stdlib, Rtlib, Pthread,
  UnusedQuiet, UnusedWarn, UnusedError, WarningsAreErrors, WarningsAreNoErrors, Colors, TimeTrace, OptimizationRecord,
  SplitDebug, Width, KeepLoops,
  // Why an ignored option is harmless:
  NoVectors, NoLto, NoCompression, GccTuning,
};

struct OptionRow {
  std::string_view spelling;
  Form form;
  Who who;
  Option id;
};

struct Argument {
  const OptionRow* row = nullptr;   // null: an input, or an option we do not know
  bool is_input = false;
  std::string value;                // the option's value; the path of an input
  std::vector<std::string> written; // the words as they stood
};

// Replaces each word "@file" by the words in that file, as gcc does; a file that cannot be read stays a word.
std::vector<std::string> expand_response_files(const std::vector<std::string>& words);

// Reports a missing value, but no unknown option.
std::vector<Argument> parse_arguments(const std::vector<std::string>& words, Diagnostics& diagnostics);

std::vector<std::string> split(std::string_view text, char separator);
bool starts_with(std::string_view text, std::string_view head);
bool ends_with(std::string_view text, std::string_view tail);

} // namespace lathe::driver
