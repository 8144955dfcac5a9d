#pragma once
// The front end: clang, which turns C, C++ and preprocessor input into LLVM IR text read through a pipe; or gcc, which
// turns it into assembly, when there is no clang. Options that Lathe has no row for are handed on as they stand, so
// that an unknown one fails with the front end's own message.

#include "utils/driver/invocation.h"
#include "utils/driver/process.h"

#include <string>
#include <vector>

namespace lathe::driver {

struct FrontEnd {
  std::string path; // empty: there is none
  bool is_clang = true;
};

// -fclang=, LATHE_CLANG, the newest clang on PATH, gcc on PATH. What -fclang= and LATHE_CLANG name must be there.
FrontEnd find_front_end(const Invocation& invocation, Diagnostics& diagnostics);

// What -fclang= or LATHE_CLANG say; empty when neither does.
std::string named_front_end(const Invocation& invocation);

// Where the front end writes the text that we read back: standard output, or descriptor 3 when `-MF -` or `-MF /dev/stdout`
// asks for the dependencies there.
int text_descriptor(const Invocation& invocation);

// The command that writes IR (clang) or assembly (gcc) of one input to the text descriptor.
// `final_output` is the file that the dependency file speaks of; it may be empty.
std::vector<std::string> compile_command(const FrontEnd& front, const Invocation& invocation, const Input& input,
                                         const std::string& final_output, bool link_follows);
// IR on standard input that our code generator refused, to assembly on standard output (-fexternal-codegen).
std::vector<std::string> refused_ir_command(const FrontEnd& front, const Invocation& invocation);
// -E: to `output`; empty is standard output, "-" the text descriptor.
std::vector<std::string> preprocess_command(const FrontEnd& front, const Invocation& invocation, const Input& input,
                                            const std::string& output, const std::string& final_output);
// Modes that only the front end knows (-fsyntax-only, -M, -emit-llvm, headers): all inputs at once.
std::vector<std::string> pass_through_command(const FrontEnd& front, const Invocation& invocation);
// Lets the front end judge the unknown options alone.
std::vector<std::string> verdict_command(const FrontEnd& front, const Invocation& invocation);

} // namespace lathe::driver
