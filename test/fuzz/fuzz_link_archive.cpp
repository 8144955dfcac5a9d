#include "link.h"

// Any bytes where an archive is expected; members of a thin one are looked for among the inputs.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe::fuzz;
  static const std::vector<lathe::u8> member = assembled(".globl bar, baz; bar: call deep; baz: ret; .comm shared, 32; .section .note.GNU-stack");
  if (size < 8) return 0;
  auto args = kind_of_output(data[size - 1]);
  args.push_back("user.o");
  if (data[size - 1] & 8) args.push_back("--whole-archive");
  if (data[size - 1] & 16) args.insert(args.end(), {"--exclude-libs", "ALL", "-u", "other"});
  args.push_back("in.a");
  link_with(args, {{"in.a", bytes_of(data, size)}, {"m.o", member}, {"user.o", user_object()}});
  return 0;
}
