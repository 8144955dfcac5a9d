#include "utils/assembler_options.h"

#include "common/output_file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lathe {
namespace {

enum class Effect : u8 {
  Nothing, // accepted: what it asks for is what we do, or GNU as ignores it too
  Refuse,
  Processor, Tune, // only the name is checked: every instruction is known
  Output, IncludePath, Definition, DebugLines, Dwarf, NoExecStack, ExecStack, NoWarnings, Warnings, FatalWarnings,
  KeepLocals, StripLocalAbsolute, Alternate, RelaxRelocations, SttCommon, Syntax, Statistics, Version, ShortVersion, Help, GnuMessages,
  VexLength, VexW, EvexLength, EvexW, EvexRounding, // one of the words in `only`, by its number
};

struct Row {
  std::string_view spelling; // one that ends in '=' or is marked joined takes the rest of the word
  bool joined, separate;
  Effect effect;
  std::string_view only; // the single value that is accepted, when there is but one
};

constexpr Row rows[] = {
    {"-o", true, true, Effect::Output, ""},
    {"-I", true, true, Effect::IncludePath, ""},
    {"--defsym", false, true, Effect::Definition, ""},
    {"--defsym=", true, false, Effect::Definition, ""},
    {"-g", false, false, Effect::DebugLines, ""},
    {"--gen-debug", false, false, Effect::DebugLines, ""},
    {"--gdwarf2", false, false, Effect::DebugLines, ""},
    {"--gdwarf-2", false, false, Effect::Dwarf, ""},
    {"--gdwarf-3", false, false, Effect::Dwarf, ""},
    {"--gdwarf-4", false, false, Effect::Dwarf, ""},
    {"--gdwarf-5", false, false, Effect::Dwarf, ""},
    {"-gdwarf2", false, false, Effect::DebugLines, ""},
    {"-gdwarf-2", false, false, Effect::Dwarf, ""},
    {"-gdwarf-3", false, false, Effect::Dwarf, ""},
    {"-gdwarf-4", false, false, Effect::Dwarf, ""},
    {"-gdwarf-5", false, false, Effect::Dwarf, ""},
    {"--gdwarf-cie-version=", true, false, Effect::Refuse, "1"},
    {"--noexecstack", false, false, Effect::NoExecStack, ""},
    {"--execstack", false, false, Effect::ExecStack, ""},
    {"-W", false, false, Effect::NoWarnings, ""},
    {"--no-warn", false, false, Effect::NoWarnings, ""},
    {"--warn", false, false, Effect::Warnings, ""},
    {"--fatal-warnings", false, false, Effect::FatalWarnings, ""},
    {"-L", false, false, Effect::KeepLocals, ""},
    {"--keep-locals", false, false, Effect::KeepLocals, ""},
    {"--strip-local-absolute", false, false, Effect::StripLocalAbsolute, ""},
    {"--alternate", false, false, Effect::Alternate, ""},
    {"--no-pad-sections", false, false, Effect::Nothing, ""}, // they are padded only where their text says so
    {"-msyntax=", true, false, Effect::Syntax, ""},
    {"-mmnemonic=", true, false, Effect::Refuse, "att"},
    {"-mnaked-reg", false, false, Effect::Nothing, ""},
    {"--statistics", false, false, Effect::Statistics, ""},
    {"--version", false, false, Effect::Version, ""},
    {"-V", false, false, Effect::ShortVersion, ""},
    {"-v", false, false, Effect::ShortVersion, ""},
    {"-version", false, false, Effect::Version, ""},
    {"--help", false, false, Effect::Help, ""},
    {"--target-help", false, false, Effect::Help, ""},
    {"--gnu-messages", false, false, Effect::GnuMessages, ""},
    {"--64", false, false, Effect::Nothing, ""},
    {"--32", false, false, Effect::Refuse, ""},
    {"--x32", false, false, Effect::Refuse, ""},
    {"-march=", true, false, Effect::Processor, ""},
    {"-mtune=", true, false, Effect::Tune, ""},
    {"-msse-check=", true, false, Effect::Nothing, ""},
    {"-moperand-check=", true, false, Effect::Nothing, ""},
    {"-mrelax-relocations=", true, false, Effect::RelaxRelocations, ""},
    {"-mavxscalar=", true, false, Effect::VexLength, "128 256"},
    {"-mvexwig=", true, false, Effect::VexW, "0 1"},
    {"-mevexlig=", true, false, Effect::EvexLength, "128 256 512"},
    {"-mevexwig=", true, false, Effect::EvexW, "0 1"},
    {"-mevexrcig=", true, false, Effect::EvexRounding, "rne rd ru rz"},
    {"-mx86-used-note=", true, false, Effect::Refuse, "no"},
    {"-mlfence-after-load=", true, false, Effect::Refuse, "no"},
    {"-mlfence-before-indirect-branch=", true, false, Effect::Refuse, "none"},
    {"-mlfence-before-ret=", true, false, Effect::Refuse, "none"},
    {"-mfence-as-lock-add=", true, false, Effect::Refuse, "no"},
    {"-momit-lock-prefix=", true, false, Effect::Refuse, "no"},
    {"--divide", false, false, Effect::Nothing, ""},
    {"--size-check=", true, false, Effect::Nothing, ""},
    {"--elf-stt-common=", true, false, Effect::SttCommon, ""},
    {"--generate-missing-build-notes=", true, false, Effect::Refuse, "no"},
    {"--multibyte-handling=", true, false, Effect::Refuse, "allow"},
    {"--compress-debug-sections=", true, false, Effect::Refuse, "none"},
    {"--nocompress-debug-sections", false, false, Effect::Nothing, ""},
    {"--hash-size=", true, false, Effect::Nothing, ""},
    {"--reduce-memory-overheads", false, false, Effect::Nothing, ""},
    {"--traditional-format", false, false, Effect::Nothing, ""},
    {"-O0", false, false, Effect::Nothing, ""},
    {"-D", false, false, Effect::Nothing, ""},
    {"-J", false, false, Effect::Nothing, ""},
    {"-K", true, false, Effect::Nothing, ""},
    {"-Qn", false, false, Effect::Nothing, ""},
    {"-Qy", false, false, Effect::Nothing, ""},
    {"-X", false, false, Effect::Nothing, ""},
    {"-f", false, false, Effect::Nothing, ""},
    {"-k", false, false, Effect::Nothing, ""},
    {"-nocpp", false, false, Effect::Nothing, ""},
    {"-q", false, false, Effect::Nothing, ""},
    {"-s", false, false, Effect::Nothing, ""},
    {"-w", false, false, Effect::Nothing, ""},
};

// -a's letters: l the text with its bytes, n without pages.
void listing_option(const std::string& word, AssemblerCommand& to, Diagnostics& diagnostics) {
  size_t equals = std::min(word.find('='), word.size());
  std::string letters = word.substr(2, equals - 2);
  if (letters.empty() || letters.find_first_not_of("ln") != std::string::npos) {
    diagnostics.error("option '" + word + "' is not supported: of listings there are -al and -aln");
    return;
  }
  if (letters.find('n') != std::string::npos) to.options.listing_pages = false;
  if (letters.find('l') != std::string::npos) to.prints_listing = true;
  if (equals < word.size()) to.listing_file = word.substr(equals + 1);
}

const Row* find_row(std::string_view word) {
  const Row* best = nullptr;
  for (const Row& row : rows) {
    bool fits = word == row.spelling || (row.joined && word.substr(0, row.spelling.size()) == row.spelling);
    if (fits && (!best || row.spelling.size() > best->spelling.size())) best = &row;
  }
  return best;
}

// The names of GNU as: processors with 64-bit code, and older ones, for which -mtune= may still optimize.
constexpr std::string_view processors[] = {
    "generic64", "nocona", "core2", "corei7", "k8", "opteron", "amdfam10", "bdver1", "bdver2", "bdver3", "bdver4", "btver1", "btver2",
    "znver1", "znver2", "znver3", "znver4", "znver5",
};
constexpr std::string_view older_processors[] = {
    "generic32", "i386", "i486", "i586", "i686", "pentium", "pentiumpro", "pentiumii", "pentiumiii", "pentium4", "prescott", "core",
    "iamcu", "k6", "k6_2", "athlon",
};

template <class List> bool contains(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// A processor with extensions behind it, "generic64+avx+nosse4a"; or extensions alone.
void check_processor(const std::string& word, const std::string& value, Diagnostics& diagnostics) {
  std::string name = value.substr(0, value.find('+'));
  bool only_extensions = name.empty() && !value.empty();
  if (!only_extensions && !contains(processors, name)) diagnostics.error("option '" + word + "' names no processor with 64-bit code");
}

// Which of the words in `list` a value is.
u8 choice(const std::string& value, std::string_view list, const std::string& word, Diagnostics& diagnostics) {
  std::string_view rest = list;
  for (u8 number = 0; !rest.empty(); ++number) {
    size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == value) return number;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  diagnostics.error("option '" + word + "': it is one of " + std::string(list));
  return 0;
}

void apply(const Row& row, const std::string& word, const std::string& value, AssemblerCommand& to, Diagnostics& diagnostics) {
  switch (row.effect) {
  case Effect::Nothing: break;
  case Effect::Processor: check_processor(word, value, diagnostics); break;
  case Effect::Tune:
    if (!contains(processors, value) && !contains(older_processors, value)) diagnostics.error("option '" + word + "' names no processor");
    break;
  case Effect::Refuse:
    if (row.only.empty() || value != row.only) diagnostics.error("option '" + word + "' is not supported");
    break;
  case Effect::Output: to.output = value; break;
  case Effect::IncludePath: to.options.include_paths.push_back(value); break;
  case Effect::Definition: {
    size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0)
      diagnostics.error("bad defsym '" + value + "': it is --defsym NAME=VALUE");
    else
      to.options.definitions.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    break;
  }
  case Effect::Dwarf: to.options.dwarf_version = static_cast<u8>(word.back() - '0'); [[fallthrough]];
  case Effect::DebugLines: to.options.debug_lines = true; break;
  case Effect::NoExecStack: to.options.no_exec_stack = true; break;
  case Effect::ExecStack: to.options.exec_stack = true; break;
  case Effect::NoWarnings: to.options.warn = false; break;
  case Effect::Warnings: to.options.warn = true; break;
  case Effect::FatalWarnings: to.options.fatal_warnings = true; break;
  case Effect::KeepLocals: to.options.keep_locals = true; break;
  case Effect::StripLocalAbsolute: to.options.strip_local_absolute = true; break;
  case Effect::Alternate: to.options.alternate_macros = true; break;
  case Effect::RelaxRelocations: case Effect::SttCommon:
    if (value != "yes" && value != "no") diagnostics.error("option '" + word + "': it is yes or no");
    (row.effect == Effect::SttCommon ? to.options.stt_common : to.options.relax_relocations) = value == "yes";
    break;
  case Effect::Syntax:
    if (value != "att" && value != "intel") diagnostics.error("option '" + word + "': the syntaxes are att and intel");
    to.options.intel_syntax = value == "intel";
    break;
  case Effect::Statistics: to.options.statistics = true; break;
  case Effect::Version: to.prints_version = true; break;
  case Effect::ShortVersion: to.prints_short_version = true; break;
  case Effect::Help: to.prints_help = true; break;
  case Effect::VexLength: to.options.vex_scalar_length = choice(value, row.only, word, diagnostics); break;
  case Effect::VexW: to.options.vex_w = choice(value, row.only, word, diagnostics); break;
  case Effect::EvexLength: to.options.evex_scalar_length = choice(value, row.only, word, diagnostics); break;
  case Effect::EvexW: to.options.evex_w = choice(value, row.only, word, diagnostics); break;
  case Effect::EvexRounding: to.options.evex_rounding = choice(value, row.only, word, diagnostics); break;
  case Effect::GnuMessages: to.style = MessageStyle::GnuAs; break;
  }
}

} // namespace

void parse_assembler_options(const std::vector<std::string>& words, AssemblerCommand& command, Diagnostics& diagnostics) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.empty()) continue;
    if (word == "-" || word == "--" || word[0] != '-') {
      command.inputs.push_back(word == "--" ? "-" : word);
      continue;
    }
    const Row* row = find_row(word);
    if (!row && word.starts_with("-a")) {
      listing_option(word, command, diagnostics);
      continue;
    }
    if (!row) {
      diagnostics.error("unrecognized option '" + word + "'");
      continue;
    }
    std::string value = word.substr(row->spelling.size());
    if (row->separate && value.empty()) {
      if (i + 1 == words.size()) {
        diagnostics.error("option '" + word + "' requires an argument");
        continue;
      }
      value = words[++i];
    }
    apply(*row, word, value, command, diagnostics);
  }
}

bool assemble(const SourceFile& source, const AssemblerCommand& command, std::vector<u8>& object, Diagnostics& diagnostics) {
  assembler::AssembleOptions options = command.options;
  std::string listing, error;
  if (command.prints_listing) options.listing = &listing;
  if (!assembler::assemble(source, options, object, diagnostics)) return false;
  if (command.listing_file.empty()) return std::fwrite(listing.data(), 1, listing.size(), stdout) == listing.size();
  if (write_file(command.listing_file, listing, error)) return true;
  diagnostics.error(error);
  return false;
}

} // namespace lathe
