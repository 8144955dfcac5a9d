#include "link.h"

// Any text where a linker script is expected: by -T, as a library's stand-in, and as --defsym's expression.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe::fuzz;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> args = {"user.o", "--noinhibit-exec"};
  switch (data[size - 1] % 3) {
  case 0: args.insert(args.end(), {"-T", "in.ld"}); break;
  case 1: args.push_back("in.ld"); break;
  default: args.insert(args.end(), {"--defsym", "defined=" + text});
  }
  link_with(args, {{"in.ld", bytes_of(data, size)}, {"user.o", user_object()}, {"m.o", user_object()}});
  return 0;
}
