#include "utils/driver/runtime_link.h"

#include "utils/driver/link_line.h"

#include <algorithm>

namespace lathe::driver {
namespace {

// An input that is always there and never a source: it marks the place of our inputs in clang's line.
constexpr const char* place_holder = "/dev/null";

std::vector<std::string> question(const FrontEnd& front, const Invocation& in) {
  std::vector<std::string> words = {front.path, "-###"};
  auto add = [&](bool wanted, const char* word) {
    if (wanted) words.push_back(word);
  };
  add(in.cxx, "--driver-mode=g++");
  if (!in.triple.empty()) words.push_back("--target=" + in.triple);
  if (!in.sysroot.empty()) words.push_back("--sysroot=" + in.sysroot);
  if (!in.gcc_toolchain.empty()) words.push_back("--gcc-toolchain=" + in.gcc_toolchain);
  if (!in.gcc_install_dir.empty()) words.push_back("--gcc-install-dir=" + in.gcc_install_dir);
  for (const std::string& prefix : in.prefixes) words.push_back("-B" + prefix);
  for (const std::string& path : in.library_paths) words.push_back("-L" + path);
  words.insert(words.end(), in.runtime_words.begin(), in.runtime_words.end());
  switch (in.link_kind) {
  case LinkKind::Executable: words.push_back("-no-pie"); break;
  case LinkKind::PieExecutable: words.push_back("-pie"); break;
  case LinkKind::StaticExecutable: words.push_back("-static"); break;
  case LinkKind::StaticPie: words.push_back("-static-pie"); break;
  case LinkKind::SharedLibrary: words.push_back("-shared"); break;
  case LinkKind::Relocatable: words.push_back("-r"); break;
  }
  add(in.strip, "-s");
  add(in.export_dynamic, "-rdynamic");
  add(in.pthread, "-pthread");
  add(in.openmp, "-fopenmp");
  add(in.profile, "-pg");
  add(in.fast_math, "-mdaz-ftz");
  add(in.no_start_files, "-nostartfiles");
  add(in.no_default_libs, "-nodefaultlibs");
  add(in.no_libc, "-nolibc");
  add(in.no_cxx_library, "-nostdlib++");
  add(in.static_libgcc, "-static-libgcc");
  add(in.shared_libgcc, "-shared-libgcc");
  add(in.static_libstdcxx, "-static-libstdc++");
  if (in.cxx) words.push_back(in.cxx_library == "c++" ? "-stdlib=libc++" : "-stdlib=libstdc++");
  words.insert(words.end(), {"-Qunused-arguments", "-o", in.output.empty() ? "a.out" : in.output, place_holder});
  return words;
}

// The words of a line of -###: each in double quotes, with backslashes before the characters that need one.
std::vector<std::string> quoted_words(const std::string& line) {
  std::vector<std::string> words;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '"') continue;
    std::string word;
    for (++i; i < line.size() && line[i] != '"'; ++i) {
      if (line[i] == '\\' && i + 1 < line.size()) ++i;
      word += line[i];
    }
    words.push_back(std::move(word));
  }
  return words;
}

} // namespace

std::vector<std::string> runtime_link_line(const FrontEnd& front, const Invocation& invocation,
                                           const std::vector<std::string>& objects, Diagnostics& diagnostics) {
  ProcessRequest request;
  request.words = question(front, invocation);
  request.captures_output = request.captures_errors = true;
  ProcessResult result = run_process(request);
  if (!result.started || result.status != 0) {
    for (const std::string& line : split(result.errors, '\n'))
      if (size_t at = line.find("error: "); at != std::string::npos) diagnostics.error(line.substr(at + 7));
    if (!diagnostics.has_errors()) diagnostics.error("'" + front.path + "' does not say how it links");
    return {};
  }
  while (!result.errors.empty() && result.errors.back() == '\n') result.errors.pop_back();
  std::vector<std::string> theirs = quoted_words(result.errors.substr(result.errors.rfind('\n') + 1)), words;
  for (size_t i = 1; i < theirs.size(); ++i) {
    if (theirs[i] == place_holder && theirs[i - 1] != "-o")
      append_link_items(invocation, objects, words);
    else
      words.push_back(theirs[i]);
  }
  return words;
}

} // namespace lathe::driver
