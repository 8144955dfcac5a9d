#include "utils/driver/jobs.h"

#include "common/output_file.h"
#include "utils/driver/link_line.h"
#include "utils/driver/process.h"
#include "utils/driver/runtime_link.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace lathe::driver {
namespace {

class Planner {
public:
  Planner(const Invocation& in, const Toolchain& toolchain, Diagnostics& diagnostics)
      : in_(in), toolchain_(toolchain), diagnostics_(diagnostics) {}

  Plan run() {
    check_outputs();
    only_headers_ = !in_.inputs.empty();
    if (in_.mode == Mode::FrontEndOnly) {
      Job job;
      if (need_front_end()) job.steps.push_back({StepKind::RunAlone, pass_through_command(front_, in_), "", ""});
      plan_.jobs.push_back(std::move(job));
      return std::move(plan_);
    }
    for (size_t i = 0; i < in_.inputs.size() && !diagnostics_.has_errors(); ++i) plan_input(i);
    if (in_.mode == Mode::Link && in_.stop_after.empty() && !only_headers_) plan_link();
    if (!in_.unknown.empty() && !front_end_sees_options_ && need_front_end() && front_.is_clang) {
      plan_.jobs.insert(plan_.jobs.begin(), {0, {{StepKind::RunForText, verdict_command(front_, in_), "", "verdict"}}, false, ""});
      plan_.has_verdict = true;
    }
    return std::move(plan_);
  }

private:
  void check_outputs() {
    size_t outputs = 0;
    for (const Input& input : in_.inputs) {
      if (input.language == Language::Object) continue;
      ++outputs;
      refuse_overwriting(input, in_.output);
    }
    if (!in_.output.empty() && outputs > 1 && in_.mode != Mode::Link && in_.mode != Mode::FrontEndOnly)
      diagnostics_.error("cannot specify -o when generating multiple output files");
  }

  void refuse_overwriting(const Input& input, const std::string& output) const {
    if (is_same_file(input.path, output)) diagnostics_.error("input file '" + input.path + "' is the same as output file");
  }

  bool need_front_end() {
    if (!asked_) {
      asked_ = true;
      front_ = find_front_end(in_, diagnostics_);
    }
    if (front_.path.empty() && !diagnostics_.has_errors()) {
      diagnostics_.error("no clang and no gcc found to compile with");
      diagnostics_.note("install clang-19, or name one with -fclang=PATH");
    }
    return !front_.path.empty();
  }

  std::string output_of(const Input& input, const char* extension) const {
    if (!in_.output.empty() && in_.mode != Mode::Link) return in_.output;
    std::string name = stem_of(input.path) + "." + extension;
    refuse_overwriting(input, name);
    return name;
  }

  std::string saved(const Input& input, const char* extension) const {
    std::string stem = stem_of(input.path);
    if (!in_.output.empty() && in_.mode != Mode::Link) stem = stem_of(in_.output);
    return *in_.save_temps + stem + "." + extension;
  }

  void plan_input(size_t index) {
    const Input& input = in_.inputs[index];
    Job job;
    job.input = index;
    if (input.language == Language::Object) {
      if (in_.mode != Mode::Link && in_.about_unused != Invocation::Unused::Quiet)
        diagnostics_.warning(input.path + ": 'linker' input unused [-Wunused-command-line-argument]");
      if (in_.mode == Mode::Link) only_headers_ = false;
      return;
    }
    if (in_.mode == Mode::Preprocess)
      plan_preprocess(input, job);
    else if (input.language == Language::Header)
      plan_header(input, job);
    else
      plan_compile(input, job);
    plan_.jobs.push_back(std::move(job));
  }

  void plan_preprocess(const Input& input, Job& job) {
    if (input.language == Language::Ir || input.language == Language::Bitcode) {
      diagnostics_.warning(input.path + ": LLVM IR has nothing to preprocess");
      return;
    }
    if (!need_front_end()) return;
    front_end_sees_options_ = true;
    job.steps.push_back({StepKind::RunAlone, preprocess_command(front_, in_, input, in_.output, ""), "", ""});
  }

  // A header is compiled to what the front end keeps for itself, under the name that it looks for.
  void plan_header(const Input& input, Job& job) {
    if (!need_front_end()) return;
    front_end_sees_options_ = true;
    std::vector<std::string> words = preprocess_command(front_, in_, input, in_.output.empty() ? input.path + (front_.is_clang ? ".pch" : ".gch") : in_.output, "");
    words.erase(std::find(words.begin(), words.end(), "-E"));
    job.steps.push_back({StepKind::RunAlone, std::move(words), "", ""});
  }

  void plan_compile(const Input& input, Job& job) {
    only_headers_ = false;
    if (input.language == Language::Assembly || input.language == Language::AssemblyToPreprocess) {
      plan_assembly(input, job);
      return;
    }
    bool is_ir = true;
    if (input.language == Language::Source) {
      if (!need_front_end()) return;
      is_ir = front_.is_clang;
      plan_front_end(input, job);
    } else if (input.language == Language::Bitcode) {
      std::string program = find_program("llvm-dis-19");
      if (program.empty()) program = find_program("llvm-dis");
      if (program.empty()) {
        diagnostics_.error("'" + input.path + "' is bitcode, and there is no llvm-dis to make text of it");
        diagnostics_.note("write LLVM IR as text (clang -S -emit-llvm), or install llvm-19");
        return;
      }
      job.steps.push_back({StepKind::RunForText, {program, "-o", "-", input.path}, "", "<IR of " + input.path + ">"});
    } else {
      job.steps.push_back({StepKind::ReadInput, {}, input.path, ""});
    }
    if (!in_.stop_after.empty()) {
      // The stage's text goes where -o says; without -o only the work is done.
      job.steps.push_back({in_.output.empty() ? StepKind::CompileToNothing : StepKind::CompileToText, {}, "", ""});
      if (!in_.output.empty()) job.steps.push_back({StepKind::WriteText, {}, in_.output, ""});
      return;
    }
    if (is_ir && in_.external_codegen && need_front_end() && front_.is_clang) plan_.refused_ir_words = refused_ir_command(front_, in_);
    bool wants_text = in_.mode == Mode::Assembly || in_.save_temps || in_.external_as || in_.has_assembler_options || in_.via_text.value_or(false);
    if (!is_ir) {
      plan_rest_of_assembly(input, job);
    } else if (wants_text) {
      job.steps.push_back({StepKind::CompileToText, {}, "", ""});
      plan_rest_of_assembly(input, job);
    } else {
      job.steps.push_back({StepKind::CompileToObject, {}, "", ""});
      plan_object(input, job);
    }
  }

  void plan_front_end(const Input& input, Job& job) {
    front_end_sees_options_ = true;
    std::string final_output = output_of(input, in_.mode == Mode::Assembly ? "s" : "o");
    bool needs_preprocessing = !ends_with(input.path, ".i") && !ends_with(input.path, ".ii");
    if (in_.save_temps && needs_preprocessing && input.path != "-") {
      std::string extension = in_.cxx || input.front_language == "c++" ? "ii" : "i";
      job.steps.push_back({StepKind::RunAlone, preprocess_command(front_, in_, input, saved(input, extension.c_str()), final_output), "", ""});
    }
    std::string name = (front_.is_clang ? "<IR of " : "<assembly of ") + input.path + ">";
    job.steps.push_back({StepKind::RunForText, compile_command(front_, in_, input, final_output, in_.mode == Mode::Link), "", name, text_descriptor(in_)});
    if (in_.save_temps && front_.is_clang) job.steps.push_back({StepKind::WriteText, {}, saved(input, "ll"), ""});
  }

  void plan_assembly(const Input& input, Job& job) {
    job.is_foreign_assembly = true;
    bool optimizes = in_.peephole.value_or(in_.mode == Mode::Assembly && in_.optimize > 0);
    // As with cc, assembly is assembly already.
    if (in_.mode == Mode::Assembly && !optimizes && in_.output.empty() && input.language == Language::Assembly) return;
    if (input.language == Language::AssemblyToPreprocess) {
      if (!need_front_end()) return;
      front_end_sees_options_ = true;
      std::string final_output = output_of(input, in_.mode == Mode::Assembly ? "s" : "o");
      std::vector<std::string> words = preprocess_command(front_, in_, input, "-", final_output);
      job.steps.push_back({StepKind::RunForText, std::move(words), "", input.path, text_descriptor(in_)});
    } else {
      job.steps.push_back({StepKind::ReadInput, {}, input.path, ""});
    }
    if (optimizes) job.steps.push_back({StepKind::OptimizeText, {}, "", ""});
    plan_rest_of_assembly(input, job);
  }

  // From assembly text on.
  void plan_rest_of_assembly(const Input& input, Job& job) {
    if (in_.mode == Mode::Assembly) {
      // What is only preprocessed goes to standard output, as with cc.
      bool only_preprocessed = in_.output.empty() && input.language == Language::AssemblyToPreprocess && job.steps.back().kind == StepKind::RunForText;
      job.steps.push_back({StepKind::WriteText, {}, only_preprocessed ? "-" : output_of(input, "s"), ""});
      return;
    }
    if (in_.save_temps && input.language != Language::Assembly)
      job.steps.push_back({StepKind::WriteText, {}, saved(input, "s"), ""});
    if (in_.external_as) {
      std::string program = outside_program(in_.external_as_path.empty() ? "as" : in_.external_as_path);
      if (program.empty()) {
        diagnostics_.error("-fexternal-as: no assembler found");
        return;
      }
      Step step{StepKind::AssembleOutside, {program, "--64"}, "", ""};
      if (in_.debug && job.is_foreign_assembly) step.words.push_back("-g");
      step.words.insert(step.words.end(), in_.assembler_words.begin(), in_.assembler_words.end());
      job.steps.push_back(std::move(step));
    } else {
      job.steps.push_back({StepKind::Assemble, {}, "", ""});
    }
    plan_object(input, job);
  }

  void plan_object(const Input& input, Job& job) {
    if (in_.mode == Mode::Object) {
      job.steps.push_back({StepKind::WriteObject, {}, output_of(input, "o"), ""});
      return;
    }
    if (in_.save_temps) job.steps.push_back({StepKind::WriteObject, {}, saved(input, "o"), ""});
    job.object_name = unused_name(stem_of(input.path));
  }

  // The linker knows objects in memory by name, so no file of the command line may have the same.
  std::string unused_name(std::string stem) {
    if (stem[0] == '-') stem = "stdin" + stem.substr(1); // or it would read as an option
    std::string name = stem + ".o";
    auto taken = [&](const std::string& n) {
      if (names_.count(n)) return true;
      for (const Input& input : in_.inputs)
        if (input.path == n) return true;
      return false;
    };
    for (int i = 2; taken(name); ++i) name = stem + "-" + std::to_string(i) + ".o";
    names_.insert(name);
    return name;
  }

  std::string outside_program(const std::string& name) {
    std::vector<std::string> folders = toolchain_.prefixes;
    folders.insert(folders.end(), toolchain_.program_folders.begin(), toolchain_.program_folders.end());
    return find_program(name, folders);
  }

  void plan_link() {
    std::vector<std::string> objects;
    for (const Input& input : in_.inputs) objects.push_back(input.path);
    for (const Job& job : plan_.jobs)
      if (!job.object_name.empty()) objects[job.input] = job.object_name;
    plan_.links = true;
    if (in_.runtime_words.empty())
      plan_.link_words = link_line(in_, toolchain_, objects, diagnostics_);
    else if (need_front_end() && front_.is_clang)
      plan_.link_words = runtime_link_line(front_, in_, objects, diagnostics_);
    else
      diagnostics_.error(in_.runtime_words[0] + " needs clang, whose run-time library it links");
    if (!in_.save_stages.empty()) plan_.link_words.push_back("-Map=" + in_.save_stages + "/90-layout.txt");
    if (!in_.external_ld) return;
    plan_.external_ld = outside_program(in_.external_ld_path.empty() ? "ld" : in_.external_ld_path);
    if (plan_.external_ld.empty())
      diagnostics_.error("no linker '" + (in_.external_ld_path.empty() ? "ld" : in_.external_ld_path) + "' found");
  }

  const Invocation& in_;
  const Toolchain& toolchain_;
  Diagnostics& diagnostics_;
  FrontEnd front_;
  bool asked_ = false, front_end_sees_options_ = false, only_headers_ = true;
  std::set<std::string> names_;
  Plan plan_;
};

std::string level_words(const Invocation& in) { return "-O" + std::to_string(in.optimize); }

} // namespace

Plan make_plan(const Invocation& invocation, const Toolchain& toolchain, Diagnostics& diagnostics) {
  return Planner(invocation, toolchain, diagnostics).run();
}

// One line a step, as cc prints its programs; what happens in this process says so.
std::string step_line(const Invocation& invocation, const Job& job, const Step& step) {
  const std::string& path = invocation.inputs.empty() ? invocation.program : invocation.inputs[job.input].path;
  switch (step.kind) {
  case StepKind::RunForText:
  case StepKind::RunAlone: return shell_line(step.words);
  case StepKind::AssembleOutside: {
    std::vector<std::string> words = step.words;
    words.push_back("-");
    return shell_line(words);
  }
  case StepKind::CompileToText: return " (in this process) generate code " + level_words(invocation) + " as text: " + path;
  case StepKind::CompileToObject: return " (in this process) generate code " + level_words(invocation) + " and assemble: " + path;
  case StepKind::CompileToNothing: return " (in this process) generate code, stop after " + invocation.stop_after + ": " + path;
  case StepKind::OptimizeText: return " (in this process) optimize the assembly: " + path;
  case StepKind::Assemble: return " (in this process) assemble: " + path;
  case StepKind::WriteText:
  case StepKind::WriteObject: return " (in this process) write: " + step.path;
  case StepKind::ReadInput: break;
  }
  return {};
}

std::string link_step_line(const Plan& plan) {
  std::vector<std::string> words = {plan.external_ld.empty() ? own_folder() + "/ld.lathe" : plan.external_ld};
  words.insert(words.end(), plan.link_words.begin(), plan.link_words.end());
  return shell_line(words);
}

void print_plan(const Invocation& invocation, const Plan& plan) {
  for (const Job& job : plan.jobs)
    for (const Step& step : job.steps) {
      std::string line = step_line(invocation, job, step);
      if (!line.empty()) std::fprintf(stderr, "%s\n", line.c_str());
    }
  if (plan.links) std::fprintf(stderr, "%s\n", link_step_line(plan).c_str());
}

} // namespace lathe::driver
