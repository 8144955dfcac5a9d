// lathe-as: GNU as's command line over assembler/assemble.h.

#include "utils/tools.h"

#include "common/output_file.h"
#include "utils/assembler_options.h"
#include "utils/driver/options.h"

#include <cstdio>
#include <sys/resource.h>
#include <sys/stat.h>

namespace lathe {
namespace {

constexpr const char* help =
    "usage: lathe-as [option...] [file...]\n"
    "Assembles x86-64 assembly in AT&T or Intel syntax into an ELF object, as GNU as does.\n"
    "\n"
    "  -o FILE                the object; a.out when not given\n"
    "  -I DIR                 look here for .include and .incbin\n"
    "  --defsym NAME=VALUE    define a symbol first\n"
    "  -g, --gdwarf-N         line tables for text that has none\n"
    "  -L, --keep-locals      keep local symbols\n"
    "  -msyntax=att|intel     the syntax the text starts in\n"
    "  -al[n][=FILE]          list the text with addresses and bytes; n: not in pages\n"
    "  -W, --fatal-warnings   no warnings; warnings are errors\n"
    "  --noexecstack, --execstack    whether the stack is executable\n"
    "  --gnu-messages         messages in GNU as's form\n"
    "  --statistics, --version, -v, --help, @FILE\n"
    "lathe-as: supported targets: elf64-x86-64\n";

// GNU as reads several files as one.
std::unique_ptr<SourceFile> read_inputs(const std::vector<std::string>& inputs, std::string& error) {
  if (inputs.size() <= 1) return SourceFile::open(inputs.empty() ? "-" : inputs[0], error);
  std::string text;
  for (const std::string& input : inputs) {
    auto file = SourceFile::open(input, error);
    if (!file) return nullptr;
    text += file->text();
    if (!text.empty() && text.back() != '\n') text += '\n';
  }
  return SourceFile::from_memory(inputs[0], std::move(text));
}

int run(const AssemblerCommand& command, Diagnostics& diagnostics) {
  std::string error;
  for (const std::string& input : command.inputs)
    if (is_same_file(input, command.output)) {
      diagnostics.error("the input '" + input + "' and output '" + command.output + "' files are the same");
      return 1;
    }
  auto source = read_inputs(command.inputs, error);
  if (!source) {
    diagnostics.error(error);
    return 1;
  }
  diagnostics.set_warnings_are_errors(command.options.fatal_warnings);
  std::vector<u8> object;
  bool ok = assemble(*source, command, object, diagnostics);
  if (!command.options.warn) diagnostics.drop_warnings();
  if (!ok || diagnostics.has_errors()) {
    remove_output(command.output);
    return 1;
  }
  if (!write_file(command.output, object, 0666, error)) {
    diagnostics.error(error);
    return 1;
  }
  return 0;
}

void print_statistics(const std::string& output) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  struct stat info {};
  ::stat(output.c_str(), &info);
  std::fprintf(stderr, "lathe-as: total time in assembly: %.6f\nlathe-as: data size %lld\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
               static_cast<long long>(info.st_size));
}

} // namespace

int as_main(int argc, char** argv) {
  Diagnostics diagnostics("lathe-as");
  AssemblerCommand command;
  parse_assembler_options(driver::expand_response_files({argv + 1, argv + argc}), command, diagnostics);
  int status = 0;
  if (diagnostics.has_errors()) {
    status = 1;
  } else if (command.prints_help) {
    std::fputs(help, stdout);
  } else if (command.prints_version) {
    std::fputs("GNU assembler (Lathe) 2.40\nLathe " LATHE_VERSION "\nThis assembler was configured for a target of `x86_64-linux-gnu'.\n", stdout);
  } else {
    // perlasm reads the number behind "version".
    if (command.prints_short_version) std::fputs("GNU assembler version 2.40 (Lathe)\n", stderr);
    status = run(command, diagnostics);
    if (command.options.statistics) print_statistics(command.output);
  }
  diagnostics.flush(command.style);
  return status;
}

} // namespace lathe
