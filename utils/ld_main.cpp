#include "common/diag.h"
#include "linker/elf/linker.h"
#include "utils/tools.h"

#include <cstdio>
#include <exception>

namespace lathe {

int ld_main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  Diagnostics diagnostics("ld.lathe");
  std::string text;
  bool done = false;
  try {
    done = linker::link(args, {}, diagnostics, text);
  } catch (const std::exception& e) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    diagnostics.flush();
    std::fprintf(stderr, "ld.lathe: internal error: %s\n", e.what());
    return 70;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  diagnostics.flush();
  return done ? 0 : 1;
}

} // namespace lathe
