#include "utils/driver/jobs.h"

#include "common/output_file.h"
#include "common/temporary_files.h"
#include "utils/driver/backend.h"
#include "utils/driver/jobserver.h"
#include "utils/driver/object_text.h"
#include "utils/driver/process.h"
#include "utils/driver/queries.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace lathe::driver {

std::string step_line(const Invocation& invocation, const Job& job, const Step& step);
std::string link_step_line(const Plan& plan);

namespace {

using Clock = std::chrono::steady_clock;

const char* time_name(StepKind kind) {
  switch (kind) {
  case StepKind::ReadInput: return "map the input";
  case StepKind::RunForText:
  case StepKind::RunAlone: return "front end";
  case StepKind::CompileToText: return "code generation";
  case StepKind::CompileToObject: return "code generation and assembling";
  case StepKind::CompileToNothing: return "code generation, stopped early";
  case StepKind::OptimizeText: return "peephole";
  case StepKind::Assemble: return "assembling";
  case StepKind::AssembleOutside: return "outside assembler";
  case StepKind::WriteText:
  case StepKind::WriteObject: return "writing";
  }
  return "";
}

// What one job has made so far, and what it has to say.
struct State {
  Diagnostics diagnostics;
  std::unique_ptr<SourceFile> text;
  std::vector<u8> object;
  std::string foreign_errors; // an outside program's messages, when they were captured
  Report report;
  std::vector<std::pair<std::string, double>> times;
  bool failed = false, internal = false;
};

class Runner {
public:
  Runner(const Invocation& in, const Plan& plan, Diagnostics& diagnostics) : in_(in), plan_(plan), diagnostics_(diagnostics) {}

  int run() {
    states_ = std::vector<State>(plan_.jobs.size());
    size_t first = 0;
    if (plan_.has_verdict) {
      run_job(first);
      report(first);
      if (states_[first].failed) return 1;
      ++first;
    }
    // A failed input does not keep the next from being looked at, as in gcc; only the link is off.
    size_t threads = thread_count(plan_.jobs.size() - first);
    parallel_ = threads > 1;
    // Of -j N, what the inputs do not take goes to the functions of each.
    if (in_.jobs > 0) threads_each_ = static_cast<u32>(std::max<size_t>(1, static_cast<size_t>(in_.jobs) / std::max<size_t>(1, threads)));
    if (!parallel_) {
      for (size_t i = first; i < plan_.jobs.size(); ++i) {
        run_job(i);
        report(i);
      }
    } else {
      std::atomic<size_t> next = first;
      std::vector<std::thread> pool;
      for (size_t t = 0; t < threads; ++t)
        pool.emplace_back([&] {
          for (size_t i = next++; i < plan_.jobs.size(); i = next++) run_job(i);
        });
      for (std::thread& thread : pool) thread.join();
      for (size_t i = first; i < plan_.jobs.size(); ++i) report(i);
    }
    int status = 0;
    for (const State& state : states_) status = std::max(status, state.internal ? 70 : state.failed ? 1 : 0);
    if (status == 0 && plan_.links) status = link();
    if (in_.time) print_times();
    return status;
  }

private:
  // How many jobs run at once: as -j or LATHE_JOBS say; one when nothing is linked, for a build system then runs many of
  // us; under make as many as its jobserver has to give at this moment; else every core.
  size_t thread_count(size_t jobs) {
    // The steps of -v are shown in order, and so are dependencies on standard output.
    if (in_.verbose || jobs <= 1 || text_descriptor(in_) != 1) return std::min<size_t>(jobs, 1);
    if (in_.jobs > 0) return std::min(jobs, static_cast<size_t>(in_.jobs));
    if (in_.mode != Mode::Link) return 1;
    size_t cores = std::max(1u, std::thread::hardware_concurrency());
    size_t wanted = std::min(jobs, cores);
    if (!Jobserver::is_under_make()) return wanted;
    return 1 + static_cast<size_t>(jobserver_.take(static_cast<int>(wanted) - 1));
  }

  void run_job(size_t index) {
    const Job& job = plan_.jobs[index];
    State& state = states_[index];
    try {
      for (const Step& step : job.steps) {
        if (in_.verbose) print_line(step_line(in_, job, step));
        auto start = Clock::now();
        bool ok = run_step(job, step, state) && !state.diagnostics.has_errors();
        state.times.emplace_back(time_name(step.kind), std::chrono::duration<double>(Clock::now() - start).count());
        for (const codegen::StageTime& time : state.report.times) state.times.emplace_back(std::string("  ") + time.stage, time.seconds);
        state.report.times.clear();
        if (!ok) {
          state.failed = true;
          remove_outputs(job, step);
          return;
        }
      }
      if (!in_.save_stages.empty() && !state.object.empty() && !save_stage("80-object.txt", object_as_text(state.object), state.diagnostics))
        state.failed = true;
    } catch (const std::exception& e) {
      state.diagnostics.error(std::string("internal error: ") + e.what());
      state.failed = state.internal = true;
    }
  }

  // An output of an earlier run would look like this one's. What was written before the failure is what -save-temps asked
  // for, and the message may point into it.
  static void remove_outputs(const Job& job, const Step& failed) {
    for (auto step = job.steps.begin() + (&failed - job.steps.data()); step != job.steps.end(); ++step)
      if (step->kind == StepKind::WriteText || step->kind == StepKind::WriteObject) remove_output(step->path);
  }

  // Code generation writes its own stages into the folder; these are the driver's.
  bool save_stage(const char* name, const std::string& text, Diagnostics& diagnostics) const {
    ::mkdir(in_.save_stages.c_str(), 0777); // that it cannot be written to shows below
    std::string error;
    if (write_file(in_.save_stages + "/" + name, std::string_view(text), error)) return true;
    diagnostics.error(error);
    return false;
  }

  static void print_line(const std::string& line) {
    if (!line.empty()) std::fprintf(stderr, "%s\n", line.c_str());
  }

  void report(size_t index) {
    State& state = states_[index];
    std::fwrite(state.foreign_errors.data(), 1, state.foreign_errors.size(), stderr);
    if (in_.no_warnings) state.diagnostics.drop_warnings();
    state.diagnostics.flush();
    std::fwrite(state.report.text.data(), 1, state.report.text.size(), stderr);
  }

  bool run_step(const Job& job, const Step& step, State& state) {
    switch (step.kind) {
    case StepKind::ReadInput: return read_input(step.path, state);
    case StepKind::RunForText: return run_for_text(step, state);
    case StepKind::RunAlone: return run_alone(step, state);
    case StepKind::CompileToText: {
      Diagnostics refusal;
      std::string text;
      if (!compile_to_text(in_, threads_each_, *state.text, text, state.report, refusal)) return compile_outside(job, refusal, state);
      state.diagnostics.merge(std::move(refusal));
      state.text = SourceFile::from_memory(assembly_name(job), std::move(text));
      return true;
    }
    case StepKind::CompileToNothing:
    case StepKind::CompileToObject: {
      Diagnostics refusal;
      if (!compile_to_object(in_, threads_each_, *state.text, state.object, state.report, refusal))
        return compile_outside(job, refusal, state) && assemble_text(in_, *state.text, false, state.object, state.diagnostics);
      state.diagnostics.merge(std::move(refusal));
      return true;
    }
    case StepKind::OptimizeText: {
      std::string text;
      if (!optimize_text(in_, *state.text, text, state.report, state.diagnostics)) return false;
      state.text = SourceFile::from_memory(state.text->name(), std::move(text));
      return true;
    }
    case StepKind::Assemble: return assemble_text(in_, *state.text, job.is_foreign_assembly, state.object, state.diagnostics);
    case StepKind::AssembleOutside: return assemble_outside(step, state);
    case StepKind::WriteText: {
      std::string error;
      if (write_file(step.path, state.text->text(), error)) return true;
      state.diagnostics.error(error);
      return false;
    }
    case StepKind::WriteObject: {
      std::string error;
      if (write_file(step.path, state.object, 0666, error)) return true;
      state.diagnostics.error(error);
      return false;
    }
    }
    return false;
  }

  // -fexternal-codegen: clang makes the assembly of what our code generator refused.
  bool compile_outside(const Job& job, Diagnostics& refusal, State& state) {
    if (plan_.refused_ir_words.empty()) {
      const auto& said = refusal.all();
      bool clang_may_know = std::any_of(said.begin(), said.end(), [](const Diagnostic& d) {
        return d.severity == Severity::Error && d.message.find(" is not supported") != std::string::npos;
      });
      state.diagnostics.merge(std::move(refusal));
      if (clang_may_know && in_.inputs[job.input].language == Language::Source && in_.stop_after.empty())
        state.diagnostics.note("-fexternal-codegen gives such a file to clang's code generator");
      return false;
    }
    if (in_.verbose) {
      std::fprintf(stderr, "%s (in this process) code generation refuses %s: handed to clang's\n",
                   refusal.format().c_str(), in_.inputs[job.input].path.c_str());
      print_line(shell_line(plan_.refused_ir_words));
    }
    ProcessRequest request;
    request.words = plan_.refused_ir_words;
    request.input = state.text->text();
    request.feeds_input = request.captures_output = true;
    request.captures_errors = parallel_;
    ProcessResult result = run_process(request);
    Step step{StepKind::RunForText, request.words, "", ""};
    if (!finish_process(step, result, state)) return false;
    state.text = SourceFile::from_memory(assembly_name(job), std::move(result.output));
    return true;
  }

  std::string assembly_name(const Job& job) const { return "<assembly of " + in_.inputs[job.input].path + ">"; }

  bool read_input(const std::string& path, State& state) {
    std::string error;
    state.text = SourceFile::open(path, error);
    if (!state.text) state.diagnostics.error(error);
    return state.text != nullptr;
  }

  bool finish_process(const Step& step, ProcessResult& result, State& state) {
    state.foreign_errors += result.errors;
    if (!result.started) {
      state.diagnostics.error(result.failure);
      return false;
    }
    if (result.status >= 128)
      state.diagnostics.error("'" + step.words[0] + "' was ended by signal " + std::to_string(result.status - 128));
    return result.status == 0;
  }

  bool run_for_text(const Step& step, State& state) {
    bool is_verdict = step.text_name == "verdict";
    ProcessRequest request;
    request.words = step.words;
    request.captures_output = true;
    request.output_descriptor = step.text_descriptor;
    request.captures_errors = parallel_ || is_verdict;
    ProcessResult result = run_process(request);
    // The question is only whether the options are good; what clang would run is of no interest.
    if (is_verdict && result.status == 0) return true;
    if (is_verdict) result.errors = error_lines(result.errors);
    if (!finish_process(step, result, state)) {
      if (!is_verdict) doubt_front_end(step, state);
      return false;
    }
    if (result.output.empty() && starts_with(step.text_name, "<IR of ")) {
      state.diagnostics.error("'" + step.words[0] + "' gave nothing to compile");
      doubt_front_end(step, state);
      return false;
    }
    state.text = SourceFile::from_memory(step.text_name, std::move(result.output));
    return in_.save_stages.empty() || is_verdict || save_stage("00-front-end.txt", std::string(state.text->text()), state.diagnostics);
  }

  // A program that was named as the clang to use and is none may say nothing at all.
  void doubt_front_end(const Step& step, State& state) const {
    if (step.words[0] == find_program(named_front_end(in_)) && !is_clang(step.words[0])) state.diagnostics.error("'" + step.words[0] + "' is not a clang");
  }

  static std::string error_lines(const std::string& text) {
    std::string out;
    for (const std::string& line : split(text, '\n'))
      if (line.find("error: ") != std::string::npos) out += line + "\n";
    return out;
  }

  bool run_alone(const Step& step, State& state) {
    ProcessRequest request;
    request.words = step.words;
    request.captures_errors = parallel_;
    ProcessResult result = run_process(request);
    return finish_process(step, result, state);
  }

  bool assemble_outside(const Step& step, State& state) {
    std::string path = make_temporary_file(".o");
    if (path.empty()) {
      state.diagnostics.error("cannot make a temporary file");
      return false;
    }
    ProcessRequest request;
    request.words = step.words;
    request.words.insert(request.words.end(), {"-o", path, "-"});
    request.input = state.text->text();
    request.feeds_input = true;
    request.captures_errors = parallel_;
    ProcessResult result = run_process(request);
    if (!finish_process(step, result, state)) {
      remove_temporary_file(path);
      return false;
    }
    std::string error;
    auto object = SourceFile::open(path, error);
    remove_temporary_file(path);
    if (!object) {
      state.diagnostics.error(error);
      return false;
    }
    state.object.assign(object->text().begin(), object->text().end());
    return true;
  }

  int link() {
    if (in_.verbose) print_line(link_step_line(plan_));
    auto start = Clock::now();
    bool ok = plan_.external_ld.empty() ? link_inside() : link_outside();
    link_time_ = std::chrono::duration<double>(Clock::now() - start).count();
    return ok ? 0 : 1;
  }

  bool link_inside() {
    std::vector<NamedObject> objects;
    for (size_t i = 0; i < plan_.jobs.size(); ++i)
      if (!plan_.jobs[i].object_name.empty()) objects.push_back({plan_.jobs[i].object_name, std::move(states_[i].object)});
    Diagnostics diagnostics("ld.lathe");
    bool ok = link_objects(plan_.link_words, std::move(objects), diagnostics);
    if (in_.no_warnings) diagnostics.drop_warnings();
    diagnostics.flush();
    return ok;
  }

  bool link_outside() {
    std::vector<std::string> words = plan_.link_words, temporaries;
    bool ok = name_objects(words, temporaries) && run_outside_linker(words);
    for (const std::string& path : temporaries) remove_temporary_file(path);
    return ok;
  }

  // The objects in memory become files; their names in `words` are replaced.
  bool name_objects(std::vector<std::string>& words, std::vector<std::string>& temporaries) {
    for (size_t i = 0; i < plan_.jobs.size(); ++i) {
      const std::string& name = plan_.jobs[i].object_name;
      if (name.empty()) continue;
      std::string path = make_temporary_file(".o"), error;
      if (!path.empty()) temporaries.push_back(path);
      if (path.empty() || !write_file(path, states_[i].object, 0666, error)) {
        diagnostics_.error(path.empty() ? "cannot make a temporary file" : error);
        return false;
      }
      std::replace(words.begin(), words.end(), name, path);
    }
    return true;
  }

  bool run_outside_linker(const std::vector<std::string>& words) {
    ProcessRequest request;
    request.words = {plan_.external_ld};
    request.words.insert(request.words.end(), words.begin(), words.end());
    ProcessResult result = run_process(request);
    if (!result.started) diagnostics_.error(result.failure);
    if (result.started && result.status != 0)
      diagnostics_.error("the linker '" + plan_.external_ld + "' failed with status " + std::to_string(result.status));
    return result.started && result.status == 0;
  }

  void print_times() const {
    std::vector<std::pair<std::string, double>> sums;
    auto add = [&](const std::string& name, double seconds) {
      auto found = std::find_if(sums.begin(), sums.end(), [&](const auto& s) { return s.first == name; });
      if (found == sums.end())
        sums.emplace_back(name, seconds);
      else
        found->second += seconds;
    };
    for (const State& state : states_)
      for (const auto& [name, seconds] : state.times) add(name, seconds);
    if (plan_.links) add("linking", link_time_);
    std::fprintf(stderr, "time in seconds, by stage:\n");
    for (const auto& [name, seconds] : sums) std::fprintf(stderr, "  %9.4f  %s\n", seconds, name.c_str());
  }

  const Invocation& in_;
  const Plan& plan_;
  Diagnostics& diagnostics_;
  std::vector<State> states_;
  Jobserver jobserver_;
  u32 threads_each_ = 1;
  bool parallel_ = false;
  double link_time_ = 0;
};

} // namespace

int run_plan(const Invocation& invocation, const Plan& plan, Diagnostics& diagnostics) {
  return Runner(invocation, plan, diagnostics).run();
}

} // namespace lathe::driver
