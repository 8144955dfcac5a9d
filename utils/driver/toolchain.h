#pragma once
// What stands on this machine: the C library's start files, libgcc, the library folders (multiarch too), found by
// looking at the file system; and the outside programs that may be asked for.

#include "utils/driver/invocation.h"

#include <string>
#include <vector>

namespace lathe::driver {

struct Toolchain {
  std::string triple;     // "x86_64-pc-linux-gnu": what -dumpmachine answers
  std::string multiarch;  // "x86_64-linux-gnu"
  std::string sysroot;
  std::string gcc_folder; // where crtbegin.o and libgcc.a are; empty when there is no gcc installation
  std::vector<std::string> library_folders; // searched in this order; existing ones only
  std::vector<std::string> prefixes;        // -B
  std::vector<std::string> program_folders; // COMPILER_PATH
  std::string dynamic_linker;
};

Toolchain find_toolchain(const Invocation& invocation);

// The path of a file that links need ("crt1.o", "libgcc.a"); the bare name when it is nowhere.
std::string find_file(const Toolchain& toolchain, const std::string& name);
// LIBRARY_PATH, which searches behind everything else.
std::vector<std::string> library_path_variable();
// The folder our own executable is in.
std::string own_folder();

} // namespace lathe::driver
