#pragma once
// The linker's command line for an invocation: start files, folders, inputs, libraries, in the order cc uses.

#include "utils/driver/toolchain.h"

#include <string>
#include <vector>

namespace lathe::driver {

// `objects[i]` is what stands for inputs[i]: its own path, or the name of the object made of it. Missing start files
// are an error here, not a message of the linker about a bare name.
std::vector<std::string> link_line(const Invocation& invocation, const Toolchain& toolchain,
                                   const std::vector<std::string>& objects, Diagnostics& diagnostics);

// The part of it that stands for the user's inputs, with the words for the linker among them.
void append_link_items(const Invocation& invocation, const std::vector<std::string>& objects, std::vector<std::string>& words);

} // namespace lathe::driver
