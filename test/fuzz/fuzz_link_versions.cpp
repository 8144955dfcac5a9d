#include "link.h"

// Any text where a version script or a dynamic list is expected.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe::fuzz;
  static const std::vector<lathe::u8> names = assembled(R"(
  .globl foo, bar, _ZN3abcC1Ev, _Z1fi, _ZTI3abc, inner
  .symver inner, outer@@V1
foo: bar: _ZN3abcC1Ev: _Z1fi: _ZTI3abc: inner: ret
  .section .note.GNU-stack)");
  if (size == 0) return 0;
  std::vector<std::string> args = {"names.o"};
  if (data[size - 1] & 1) args.push_back("-shared");
  else args.insert(args.end(), {"-pie", "--no-dynamic-linker"});
  if (data[size - 1] & 2) args.push_back("--no-undefined-version");
  if (data[size - 1] & 4) args.push_back("--default-symver");
  constexpr const char* options[] = {"--version-script", "--dynamic-list", "--export-dynamic-symbol-list", "--retain-symbols-file"};
  args.insert(args.end(), {options[data[size - 1] >> 3 & 3], "in.ver"});
  link_with(args, {{"in.ver", bytes_of(data, size)}, {"names.o", names}});
  return 0;
}
