#include "linker/elf/options.h"

#include <sys/mman.h>
#include <unistd.h>

// Any text as a response file. Only the command line is read: its inputs and outputs are not touched.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe;
  static const int fd = ::memfd_create("response", 0);
  if (fd < 0 || ::ftruncate(fd, 0) != 0 || ::pwrite(fd, data, size, 0) != static_cast<ssize_t>(size)) __builtin_trap();
  // A device behind another @ would be read to its end, which it may not have.
  for (size_t i = 0; i + 1 < size; ++i)
    if (data[i] == '@' && (data[i + 1] == '/' || data[i + 1] == '.' || data[i + 1] == '-')) return 0;
  std::vector<std::string> args = {"@/proc/self/fd/" + std::to_string(fd)};
  linker::Options options;
  Diagnostics diagnostics("ld.lathe");
  std::string text;
  auto result = linker::parse_options(args, options, diagnostics, text);
  if ((result == linker::ParseResult::Failed) != diagnostics.has_errors()) __builtin_trap();
  return 0;
}
