#pragma once
// Questions about the compiler itself: --version, -print-…, -dump…, --help. Answered on standard output.

#include "utils/driver/frontend.h"
#include "utils/driver/toolchain.h"

#include <string>

namespace lathe::driver {

// "clang version 19.1.7 (Lathe 0.1.0)" and the lines clang prints below it; without a clang, "Lathe 0.1.0".
std::string version_text(const FrontEnd& front, const Toolchain& toolchain);
bool is_clang(const std::string& path);
// The exit status; the answer is on standard output.
int answer_query(const Invocation& invocation, const Toolchain& toolchain, Diagnostics& diagnostics);
const char* help_text();

} // namespace lathe::driver
