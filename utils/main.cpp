// One program under several names: `lathe`, `lathe++` and any other name are the compiler driver, `lathe-as` the
// assembler, `ld.lathe` the linker.

#include "utils/tools.h"

#include "common/diag.h"
#include "common/temporary_files.h"

#include <cstdio>
#include <string>

namespace {

bool ends_with(const std::string& text, const char* tail) {
  std::string t = tail;
  return text.size() >= t.size() && text.compare(text.size() - t.size(), t.size(), t) == 0;
}

} // namespace

int main(int argc, char** argv) {
  std::string name = argc > 0 ? argv[0] : "lathe";
  name = name.substr(name.rfind('/') + 1);
  lathe::remove_temporary_files_on_signals();
  try {
    if (name == "as" || ends_with(name, "-as")) return lathe::as_main(argc, argv);
    // Plain `ld` and `as` are what gcc -B looks for.
    if (name == "ld" || ends_with(name, "ld.lathe") || ends_with(name, "-ld")) return lathe::ld_main(argc, argv);
    return lathe::driver_main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: internal error: %s\n", name.c_str(), e.what());
    return 70;
  }
}
