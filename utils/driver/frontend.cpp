#include "utils/driver/frontend.h"

#include "utils/driver/toolchain.h"

#include <cstdlib>
#include <dirent.h>
#include <unistd.h>

namespace lathe::driver {
namespace {

// True for a link that leads back to this very program: Lathe may be installed under the name clang.
bool is_ourselves(const std::string& path) {
  char real[4096], own[4096];
  return ::realpath(path.c_str(), real) && ::realpath("/proc/self/exe", own) && std::string(real) == own;
}

// The clang-N with the greatest N on PATH, then plain clang.
std::string newest_clang() {
  std::string best;
  int best_version = -1;
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path ? path : "", ':')) {
    DIR* d = ::opendir(folder.empty() ? "." : folder.c_str());
    if (!d) continue;
    while (dirent* entry = ::readdir(d)) {
      std::string name = entry->d_name;
      if (!starts_with(name, "clang")) continue;
      bool plain = name == "clang";
      if (!plain && (name.size() < 7 || name[5] != '-' || name.find_first_not_of("0123456789", 6) != std::string::npos)) continue;
      int version = plain ? 0 : std::atoi(name.c_str() + 6);
      std::string candidate = folder + "/" + name;
      if (version <= best_version || !is_executable_file(candidate) || is_ourselves(candidate)) continue;
      best_version = version;
      best = candidate;
    }
    ::closedir(d);
  }
  return best;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& words) {
  to.insert(to.end(), words.begin(), words.end());
}

void append_input(std::vector<std::string>& to, const Input& input) {
  if (!input.front_language.empty()) append(to, {"-x", input.front_language});
  else if (input.language == Language::AssemblyToPreprocess) append(to, {"-x", "assembler-with-cpp"});
  // A file that is named like an option must not be read as one.
  bool is_dashed = input.path.size() > 1 && input.path[0] == '-';
  to.push_back(is_dashed ? "./" + input.path : input.path);
}

std::vector<std::string> start_of_command(const FrontEnd& front, const Invocation& invocation) {
  std::vector<std::string> words = {front.path};
  if (front.is_clang && !invocation.triple.empty()) words.push_back("--target=" + invocation.triple);
  if (invocation.verbose) words.push_back("-v");
  // Its messages may come through a pipe.
  if (front.is_clang && invocation.colors.value_or(false)) words.push_back("-fcolor-diagnostics");
  append(words, invocation.front_words);
  return words;
}

bool is_standard_output(const std::string& name) {
  return name == "-" || name == "/dev/stdout" || name == "/dev/fd/1" || name == "/proc/self/fd/1";
}

// True when a later input writes the same dependency file. As with cc the last one wins; inputs that run at once must
// not write there together.
bool is_dependency_file_of_later_input(const Invocation& invocation, const Input& input) {
  bool is_shared = !invocation.dependency_name.empty() || (invocation.mode == Mode::Link && !invocation.output.empty());
  if (!is_shared || is_standard_output(invocation.dependency_name)) return false;
  for (const Input* later = &input + 1; later <= &invocation.inputs.back(); ++later)
    if (later->language == Language::Source || later->language == Language::AssemblyToPreprocess) return true;
  return false;
}

// clang would take these names from its own -o, which is a pipe here.
void append_dependency_names(std::vector<std::string>& words, const Invocation& invocation, const Input& input,
                             const std::string& final_output) {
  if (!invocation.writes_dependencies) return;
  if (is_dependency_file_of_later_input(invocation, input)) {
    append(words, {"-MF", "/dev/null"});
  } else if (is_standard_output(invocation.dependency_name)) {
    append(words, {"-MF", "-"}); // into a pipe, clang writes nothing under the other names
  } else if (invocation.dependency_name.empty()) {
    std::string name = invocation.output.empty() || invocation.output == "-"
                           ? stem_of(input.path) + ".d"
                           : with_extension(invocation.output, "d");
    append(words, {"-MF", name});
  }
  if (!invocation.has_dependency_target)
    append(words, {"-MQ", invocation.output.empty() ? stem_of(input.path) + ".o" : final_output});
}

// The same holds for what else clang names after its output.
void append_side_files(std::vector<std::string>& words, const Invocation& invocation, const Input& input, const std::string& final_output) {
  std::string base = final_output.empty() || final_output == "-" ? stem_of(input.path) : final_output;
  if (invocation.has_optimization_record) words.push_back("-foptimization-record-file=" + with_extension(base, "opt.yaml"));
  // Two programs made of one source keep theirs apart: prog-a.gcno.
  if (invocation.mode == Mode::Link) base = (invocation.output.empty() ? "a" : invocation.output) + "-" + stem_of(input.path) + ".o";
  if (invocation.has_coverage) {
    char folder[4096];
    std::string prefix = base[0] != '/' && ::getcwd(folder, sizeof folder) ? std::string(folder) + "/" : "";
    append(words, {"-Xclang", "-coverage-notes-file=" + prefix + with_extension(base, "gcno")});
    append(words, {"-Xclang", "-coverage-data-file=" + prefix + with_extension(base, "gcda")});
  }
  if (invocation.has_time_trace) words.push_back("-ftime-trace=" + with_extension(base, "json"));
}

std::string text_file(const Invocation& invocation) {
  int descriptor = text_descriptor(invocation);
  return descriptor == 1 ? "-" : "/dev/fd/" + std::to_string(descriptor);
}

FrontEnd search_front_end(const Invocation& invocation, Diagnostics& diagnostics) {
  FrontEnd front;
  std::string wanted = named_front_end(invocation);
  if (!wanted.empty()) {
    front.path = find_program(wanted);
    if (front.path.empty()) diagnostics.error("the clang to use, '" + wanted + "', is not an executable file");
    return front;
  }
  front.path = newest_clang();
  if (!front.path.empty()) return front;
  front.is_clang = false;
  std::string gcc = find_program(invocation.cxx ? "g++" : "gcc");
  if (gcc.empty() || is_ourselves(gcc)) gcc = find_program(invocation.cxx ? "g++-12" : "gcc-12");
  if (!gcc.empty() && !is_ourselves(gcc)) front.path = gcc;
  return front;
}

} // namespace

std::string named_front_end(const Invocation& invocation) {
  const char* variable = std::getenv("LATHE_CLANG");
  return !invocation.clang.empty() ? invocation.clang : variable ? variable : "";
}

FrontEnd find_front_end(const Invocation& invocation, Diagnostics& diagnostics) {
  FrontEnd front = search_front_end(invocation, diagnostics);
  // A script called gcc or clang may lead back to us; without this check each call would start the next.
  static const bool started_by_ourselves = std::getenv("LATHE_STARTED_FRONT_END") != nullptr;
  if (!front.path.empty() && started_by_ourselves) {
    diagnostics.error("the front end '" + front.path + "' leads back to Lathe");
    diagnostics.note("name a compiler of its own with -fclang=PATH");
    front.path.clear();
  }
  ::setenv("LATHE_STARTED_FRONT_END", "1", 1);
  return front;
}

int text_descriptor(const Invocation& invocation) { return invocation.writes_dependencies && is_standard_output(invocation.dependency_name) ? 3 : 1; }

std::vector<std::string> compile_command(const FrontEnd& front, const Invocation& invocation, const Input& input,
                                         const std::string& final_output, bool link_follows) {
  std::vector<std::string> words = start_of_command(front, invocation);
  if (front.is_clang)
    // Behind -O, or clang would turn them on again: Lathe takes scalar IR only.
    append(words, {"-fno-vectorize", "-fno-slp-vectorize", "-S", "-emit-llvm"});
  else
    append(words, {"-S"});
  // Names make the assembly readable; they change no code.
  if (front.is_clang && invocation.mode == Mode::Assembly) words.push_back("-fno-discard-value-names");
  // A pattern that fits no pass: clang then says where each instruction comes from, without debug information.
  if (front.is_clang && invocation.mode == Mode::Assembly && invocation.verbose_asm) words.push_back("-Rpass=^$");
  append_dependency_names(words, invocation, input, link_follows && !invocation.output.empty() ? invocation.output : final_output);
  if (front.is_clang) append_side_files(words, invocation, input, final_output);
  append(words, {"-o", text_file(invocation)});
  append_input(words, input);
  return words;
}

std::vector<std::string> refused_ir_command(const FrontEnd& front, const Invocation& invocation) {
  std::vector<std::string> words = start_of_command(front, invocation);
  // The optimizer has run. Options of the front end have no meaning for IR, which is no mistake of the user's.
  append(words, {"-Qunused-arguments", "-Wno-override-module", "-fno-addrsig", "-Xclang", "-disable-llvm-passes", "-S", "-o", "-", "-x", "ir", "-"});
  return words;
}

std::vector<std::string> preprocess_command(const FrontEnd& front, const Invocation& invocation, const Input& input,
                                            const std::string& output, const std::string& final_output) {
  std::vector<std::string> words = start_of_command(front, invocation);
  words.push_back("-E");
  if (!final_output.empty()) append_dependency_names(words, invocation, input, final_output);
  if (!output.empty()) append(words, {"-o", output == "-" ? text_file(invocation) : output});
  append_input(words, input);
  return words;
}

std::vector<std::string> pass_through_command(const FrontEnd& front, const Invocation& invocation) {
  std::vector<std::string> words = start_of_command(front, invocation);
  if (invocation.emits_llvm && front.is_clang) append(words, {"-fno-vectorize", "-fno-slp-vectorize"});
  if (!invocation.output.empty()) append(words, {"-o", invocation.output});
  for (const Input& input : invocation.inputs) append_input(words, input);
  return words;
}

std::vector<std::string> verdict_command(const FrontEnd& front, const Invocation& invocation) {
  std::vector<std::string> words = {front.path, "-###"};
  append(words, invocation.unknown);
  append(words, {"-c", "-x", "c", "/dev/null"});
  return words;
}

} // namespace lathe::driver
