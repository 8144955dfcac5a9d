#pragma once
// Links that need clang's run-time libraries (-fsanitize=, --coverage, -fprofile-generate, ...). What they need, and
// where it stands in the line, is clang's knowledge: its own link line is asked for (-###) and given to our linker,
// with our inputs in the place of clang's.

#include "utils/driver/frontend.h"
#include "utils/driver/toolchain.h"

namespace lathe::driver {

// The words for the linker; empty after reporting why there are none.
std::vector<std::string> runtime_link_line(const FrontEnd& front, const Invocation& invocation,
                                           const std::vector<std::string>& objects, Diagnostics& diagnostics);

} // namespace lathe::driver
