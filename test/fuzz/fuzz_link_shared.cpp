#include "link.h"

// Any bytes where a shared library is expected.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  using namespace lathe::fuzz;
  static const std::vector<lathe::u8> copier = assembled(R"(
  .globl _start
_start: call bar; movl baz(%rip), %eax; movl $bar, %eax; movq var@gottpoff(%rip), %rcx; call old
  .symver old, bar@V1
  .section .note.GNU-stack)");
  if (size == 0) return 0;
  std::vector<std::string> args = {"in.so"};
  if (data[size - 1] & 1) args.insert(args.begin(), "--as-needed");
  args.push_back(data[size - 1] & 2 ? "copier.o" : "user.o");
  if (data[size - 1] & 4) args.push_back("-shared");
  else if (data[size - 1] & 8) args.push_back("-pie");
  if (data[size - 1] & 16) args.push_back("--no-allow-shlib-undefined");
  link_with(args, {{"in.so", bytes_of(data, size)}, {"copier.o", copier}, {"user.o", user_object()}});
  return 0;
}
