#pragma once
// GNU as's command line, as `lathe-as` takes it and as the driver hands it on from -Wa.

#include "assembler/assemble.h"

#include <string>
#include <vector>

namespace lathe {

struct AssemblerCommand {
  assembler::AssembleOptions options;
  std::vector<std::string> inputs; // none: standard input
  std::string output = "a.out";
  bool prints_listing = false;         // -al
  std::string listing_file;            // -al=FILE; empty: standard output
  bool prints_version = false;         // --version: and nothing else
  bool prints_short_version = false;   // -v: on standard error, then assemble
  bool prints_help = false;
  MessageStyle style = MessageStyle::Lathe;
};

// Unknown options, and those whose effect we do not have, are errors that name them.
void parse_assembler_options(const std::vector<std::string>& words, AssemblerCommand& command, Diagnostics& diagnostics);

// Assembles and, where one is asked for, writes the listing.
bool assemble(const SourceFile& source, const AssemblerCommand& command, std::vector<u8>& object, Diagnostics& diagnostics);

} // namespace lathe
