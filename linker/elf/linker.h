#pragma once
// The ELF linker's front door: one call makes one output, driven by a GNU ld command line. The driver, the
// program `ld.lathe` and tests come in here; the other headers of this folder stay inside.

#include "common/diag.h"
#include "common/int_types.h"

#include <span>
#include <string>
#include <vector>

namespace lathe::linker {

// An object file made in this process; where `name` occurs among the arguments as an input, these bytes are
// linked in place of a file of that name.
struct MemoryInput {
  std::string name;
  std::vector<u8> bytes;
};

// `args` is a GNU ld command line without argv[0]. Text for standard output (--version, --help, -v, -t, -M) is
// appended to `text`. Returns false after reporting errors; then no output file was made or changed.
bool link(std::span<const std::string> args, std::vector<MemoryInput> memory, Diagnostics& diagnostics,
          std::string& text);

} // namespace lathe::linker
