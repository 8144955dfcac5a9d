#include "utils/tools.h"

#include "common/message_colors.h"
#include "utils/driver/backend.h"
#include "utils/driver/jobs.h"
#include "utils/driver/queries.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace lathe {
namespace {

using namespace driver;

// Inputs that are not there are named at once, before anything is started.
void check_inputs(const Invocation& invocation, Diagnostics& diagnostics) {
  for (const Input& input : invocation.inputs)
    if (input.path != "-" && !(input.path.empty() && invocation.mode != Mode::Link) && ::access(input.path.c_str(), F_OK) != 0)
      diagnostics.error("no such file or directory: '" + input.path + "'");
}

bool has_link_words(const Invocation& invocation) {
  for (const LinkItem& item : invocation.link_items)
    if (!item.is_input) return true;
  return false;
}

// Without an input: unknown options get clang's verdict, then there is nothing to do.
int run_without_input(const Invocation& invocation, Diagnostics& diagnostics) {
  if (!invocation.unknown.empty()) {
    FrontEnd front = find_front_end(invocation, diagnostics);
    if (!front.path.empty()) {
      ProcessRequest request;
      request.words = {front.path};
      request.words.insert(request.words.end(), invocation.unknown.begin(), invocation.unknown.end());
      ProcessResult result = run_process(request);
      return result.started && result.status == 0 ? 0 : 1;
    }
  }
  diagnostics.error("no input files");
  diagnostics.flush();
  return 1;
}

int run(const Invocation& invocation, Diagnostics& diagnostics) {
  Toolchain toolchain = find_toolchain(invocation);
  if (invocation.help) {
    std::fputs(help_text(), stdout);
    return 0;
  }
  if (invocation.version || invocation.verbose || invocation.show_only) {
    FrontEnd front = find_front_end(invocation, diagnostics);
    std::string text = version_text(front, toolchain);
    std::FILE* to = invocation.version ? stdout : stderr;
    std::fputs(text.c_str(), to);
    if (to == stderr && !toolchain.gcc_folder.empty())
      std::fprintf(to, "Selected GCC installation: %s\n", toolchain.gcc_folder.c_str());
    if (to == stderr)
      for (const std::string& word : invocation.ignored) std::fprintf(to, "ignored: %s\n", word.c_str());
    if (to == stderr && invocation.mode != Mode::Link)
      for (const std::vector<std::string>* words : {&invocation.unused, &invocation.unused_input})
        for (const std::string& word : *words) std::fprintf(to, "ignored: %s (nothing is linked)\n", word.c_str());
    std::fflush(to);
    if (invocation.version) return 0;
  }
  if (!invocation.query.empty()) {
    int status = answer_query(invocation, toolchain, diagnostics);
    diagnostics.flush();
    return status;
  }
  if (invocation.inputs.empty() && !(invocation.mode == Mode::Link && has_link_words(invocation))) {
    if ((invocation.verbose || invocation.show_only) && invocation.unknown.empty() && !diagnostics.has_errors()) return 0;
    return run_without_input(invocation, diagnostics);
  }
  check_inputs(invocation, diagnostics);
  check_stage_options(invocation, diagnostics);
  Plan plan;
  if (!diagnostics.has_errors()) plan = make_plan(invocation, toolchain, diagnostics);
  if (invocation.no_warnings) diagnostics.drop_warnings();
  diagnostics.flush();
  if (diagnostics.has_errors()) return 1;
  if (invocation.show_only) {
    print_plan(invocation, plan);
    return 0;
  }
  int status = run_plan(invocation, plan, diagnostics);
  diagnostics.flush();
  return status;
}

} // namespace

int driver_main(int argc, char** argv) {
  Diagnostics diagnostics("lathe");
  std::vector<std::string> words(argv + 1, argv + argc);
  Invocation invocation = interpret(argv[0], words, diagnostics);
  if (!invocation.colors) invocation.colors = ::isatty(2) != 0 && std::getenv("NO_COLOR") == nullptr;
  set_message_colors(*invocation.colors);
  if (diagnostics.has_errors()) {
    diagnostics.flush();
    return 1;
  }
  return run(invocation, diagnostics);
}

} // namespace lathe
