#pragma once
// Files with names of their own that must not outlive the process: an output before it is renamed, the output of an
// outside program. A signal that ends the process (Ctrl-C in a parallel make) removes those that are still there.

#include "common/int_types.h"

#include <string>

namespace lathe {

// Creates and opens a new file "<prefix>XXXXXX<suffix>", whose path is put in `path`. Returns its descriptor, or -1
// with errno set.
int create_temporary_file(const std::string& prefix, const std::string& suffix, u32 mode, std::string& path);
// The file has been renamed, or the caller removes it: signals leave the name alone from now on.
void forget_temporary_file(const std::string& path);
void remove_temporary_file(const std::string& path);
// For programs, once at their start: SIGINT, SIGTERM, SIGHUP and SIGQUIT remove what is there, then end the process.
void remove_temporary_files_on_signals();

} // namespace lathe
