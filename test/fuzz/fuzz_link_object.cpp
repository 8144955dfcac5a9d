#include "link.h"

// Any bytes where an object is expected.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe::fuzz;
  if (size == 0) return 0;
  auto args = kind_of_output(data[size - 1]);
  args.push_back("in.o");
  if (data[size - 1] & 8) args.push_back("user.o");
  link_with(args, {{"in.o", bytes_of(data, size)}, {"user.o", user_object()}});
  return 0;
}
