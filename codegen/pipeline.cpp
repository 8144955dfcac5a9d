// Page one of the book: how a module of IR becomes assembly. Read this file first, then the folder of each call.
//
//   read_module            reader/     the skim: globals, types, attributes, where bodies lie
//   for every function, in parallel:
//     read_body            reader/     its instructions
//     legalize             legalize/   what the target cannot do becomes what it can
//     select               x86/        IR to machine instructions on virtual registers
//     allocate             regalloc/   virtual registers to registers and frame slots
//     emit                 x86/        machine instructions to assembly statements: the function's chunk
//     peephole             peephole/   better statements
//   join                   emit/       header, chunks in the order of the file, data
//   assemble               assembler/  an object's bytes are made as soon as a chunk has joined
//   print                  assembler/  in place of that, where text is wanted

#include "codegen/pipeline.h"

#include "assembler/assemble.h"
#include "codegen/emit/debug.h"
#include "codegen/emit/emit.h"
#include "codegen/emit/source_lines.h"
#include "codegen/machine/print.h"
#include "codegen/peephole/peephole.h"
#include "codegen/reader/metadata.h"
#include "codegen/reader/reader.h"
#include "codegen/target.h"
#include "common/in_order.h"
#include "common/output_file.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <optional>

#include <sys/stat.h>

namespace lathe::codegen {

namespace {

using assembler::StatementBuffer;
using Clock = std::chrono::steady_clock;

// The passes by name, each with the number and ending of its file for --save-stages.
struct Stage {
  std::string_view name, file;
};
constexpr Stage read_stage{"read", "10-read.ir"}, select_stage{"select", "40-select.txt"},
    regalloc_stage{"regalloc", "50-regalloc.txt"}, emit_stage{"emit", "60-emit.s"}, peephole_stage{"peephole", "70-peephole.s"};

// What one function leaves behind.
struct Chunk {
  StatementBuffer statements;
  Diagnostics diagnostics;
  std::vector<std::pair<std::string, std::string>> stages; // file of --save-stages, text
  std::string report;                                      // of --print-after
  peephole::Stats peephole;
  std::exception_ptr failure;                              // a mistake of ours
};

struct Times {
  double seconds[6] = {};
  void add(const Times& other) {
    for (size_t i = 0; i < std::size(seconds); ++i) seconds[i] += other.seconds[i];
  }
};
constexpr const char* time_names[] = {"read", "legalize", "select", "regalloc", "emit", "peephole"};

class Stopwatch {
public:
  Stopwatch(bool on, Times& times) : on_(on), times_(times), last_(on ? Clock::now() : Clock::time_point()) {}
  void lap(int which) {
    if (!on_) return;
    Clock::time_point now = Clock::now();
    times_.seconds[which] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

private:
  bool on_;
  Times& times_;
  Clock::time_point last_;
};

class Compilation {
public:
  // With a text wanted, statements() are complete after run(); otherwise finish() gives the object.
  Compilation(const SourceFile& source, const CompileOptions& options, bool to_text, Diagnostics& diagnostics)
      : source_(source), options_(options), to_text_(to_text), diagnostics_(diagnostics) {}

  // Fills `statements_`, or `stopped_` when --stop-after ends it early.
  bool run() {
    module_ = reader::read_module(source_, diagnostics_);
    if (!module_ || diagnostics_.has_errors()) return false;
    target_ = find_target(module_->target_triple);
    if (!target_) {
      diagnostics_.error({&source_, 0, 1}, "no code generator for the target '" + std::string(module_->target_triple) + "'");
      return false;
    }
    if (std::string what = target_->refuses(module_->layout); !what.empty())
      diagnostics_.error({&source_, 0, 1}, what + " is not supported");
    if (options_.kernel_code_model) module_->flags.code_model = ir::kernel_code_model;
    resolve_relocation_model();
    if (u32 model = module_->flags.code_model; model == ir::medium_code_model || model == ir::large_code_model)
      diagnostics_.error({&source_, 0, 1}, std::string("the code model '") + (model == ir::large_code_model ? "large" : "medium") + "' is not supported");
    refuse_comdats();
    if (diagnostics_.has_errors()) return false;
    retained_ = emit::retained_globals(*module_);
    list_functions();
    emit::ModuleContext context{*module_, options_, diagnostics_, pic_, pie_, &retained_};
    statements_.wants_comments = to_text_;
    statements_.source_name = source_.name();
    if (!to_text_ && !stops_early()) stream_.emplace(statements_, assemble_options_, diagnostics_);
    if (options_.verbose_asm && to_text_) source_lines_ = std::make_unique<emit::SourceLines>(*module_);
    if (!stops_early()) {
      emit::emit_module_begin(context, statements_);
      debug_ = emit::DebugInfo::make(context);
      if (debug_) debug_->emit_begin(statements_);
      debug_frame_ = debug_ && !has_unwind_tables();
      if (debug_frame_) statements_.directive(assembler::Directive::cfi_sections, {statements_.word(".debug_frame")});
    }
    compile_functions();
    if (!stops_early() && !diagnostics_.has_errors()) {
      emit::emit_variables(context, statements_);
      emit::emit_aliases(context, statements_);
      if (debug_) debug_->emit_end(functions_, one_section(), statements_);
      emit::emit_module_end(context, statements_);
      hand_on();
    }
    save_stages();
    report();
    report_times();
    return !diagnostics_.has_errors();
  }

  StatementBuffer& statements() { return statements_; }
  bool finish(std::vector<u8>& object) { return stream_->finish(object); }
  bool stops_early() const { return !options_.stop_after.empty() && options_.stop_after != peephole_stage.name; }
  // The text of the stage named by --stop-after.
  std::string& stopped() { return stopped_; }

private:
  // ELF's groups know but one way to choose among copies.
  void refuse_comdats() {
    constexpr std::string_view kinds[] = {"any", "exactmatch", "largest", "nodeduplicate", "samesize"};
    for (const ir::Global& g : module_->globals) {
      if (g.comdat == ir::none) continue;
      const ir::Comdat& c = module_->comdats[g.comdat];
      if (c.kind == ir::ComdatKind::Any || c.kind == ir::ComdatKind::NoDeduplicate) continue;
      diagnostics_.error({&source_, g.offset, 1}, "the comdat '" + std::string(c.name) + "' is of kind '" + std::string(kinds[static_cast<size_t>(c.kind)]) +
                                                      "', and ELF has only 'any' and 'nodeduplicate'");
    }
  }
  void resolve_relocation_model() {
    switch (options_.relocation) {
    case RelocationModel::FromModule:
      pie_ = module_->flags.pie_level != 0;
      pic_ = module_->flags.pic_level != 0 && !pie_;
      // A module that says nothing is compiled as the system's compilers do by default. The kernel's code model is
      // for absolute addresses.
      if (!pie_ && !pic_ && module_->flags.code_model != ir::kernel_code_model) pie_ = true;
      break;
    case RelocationModel::Static: break;
    case RelocationModel::Pie: pie_ = true; break;
    case RelocationModel::Pic: pic_ = true; break;
    }
  }

  void list_functions() {
    for (ir::GlobalId id = 0; id < module_->globals.size(); ++id) {
      const ir::Global& g = module_->globals[id];
      if (g.kind == ir::GlobalKind::Function && !g.is_declaration && g.linkage != ir::Linkage::AvailableExternally)
        functions_.push_back(id);
    }
    std::stable_sort(functions_.begin(), functions_.end(), [&](ir::GlobalId a, ir::GlobalId b) {
      return module_->globals[a].body_begin < module_->globals[b].body_begin;
    });
  }

  bool has_unwind_tables() const {
    return options_.unwind_tables && std::any_of(functions_.begin(), functions_.end(), [&](ir::GlobalId id) {
      return emit::needs_unwind_table(module_->attributes[module_->globals[id].function_attributes]);
    });
  }

  // Whether all code lies in .text.
  bool one_section() const {
    return !options_.function_sections && std::all_of(functions_.begin(), functions_.end(), [&](ir::GlobalId id) {
      const ir::Global& g = module_->globals[id];
      const ir::AttributeSet& attributes = module_->attributes[g.function_attributes];
      return g.section.empty() && g.comdat == ir::none && !attributes.has(ir::Attribute::Cold) && !attributes.has(ir::Attribute::Hot);
    });
  }

  void hand_on() {
    if (stream_ && !diagnostics_.has_errors()) stream_->take();
  }

  void compile_functions() {
    hand_on();
    const u32 threads = std::clamp(std::min(options_.jobs, static_cast<u32>(functions_.size())), 1u, 256u);
    struct Worker {
      FunctionCode code;
      Times times;
    };
    std::vector<Worker> workers(threads);
    // Chunks that wait for a large function before them take memory: some 4 MiB of text a thread.
    work_in_order<Chunk>(
        static_cast<u32>(functions_.size()), threads, u64{threads} << 22,
        [&](u32 i) {
          const ir::Global& g = module_->globals[functions_[i]];
          return g.body_end - g.body_begin + u64{1024};
        },
        [&](u32 i, u32 thread, Chunk& chunk) { compile(i, workers[thread].code, workers[thread].times, chunk); },
        [&](Chunk& chunk) {
          take(chunk);
          return !diagnostics_.is_full();
        });
    for (const Worker& w : workers) times_.add(w.times);
  }

  // Runs in input order.
  void take(Chunk& chunk) {
    if (chunk.failure) std::rethrow_exception(chunk.failure);
    diagnostics_.merge(std::move(chunk.diagnostics));
    for (auto& [file, text] : chunk.stages) {
      auto at = std::find_if(stages_.begin(), stages_.end(), [&](const auto& s) { return s.first == file; });
      if (at == stages_.end()) at = stages_.insert(stages_.end(), {file, {}});
      at->second += text;
    }
    report_ += chunk.report;
    peephole_stats_.add(chunk.peephole);
    if (diagnostics_.has_errors() || stops_early()) return;
    emit::join(statements_, chunk.statements);
    hand_on();
  }

  void compile(u32 ordinal, FunctionCode& code, Times& times, Chunk& chunk) {
    const ir::Global& g = module_->globals[functions_[ordinal]];
    try {
      passes(functions_[ordinal], ordinal, code, times, chunk);
    } catch (const reader::SourceError& e) {
      e.report(chunk.diagnostics);
    } catch (const CompileError& e) {
      Place place = e.place;
      if (!place.file) place = {&source_, g.offset, 1};
      chunk.diagnostics.error(place, e.what());
    } catch (const InternalError& e) {
      chunk.failure = std::make_exception_ptr(
          InternalError(fmt::format("{}, while compiling '{}' of '{}'", e.what(), g.name, source_.name())));
    } catch (...) {
      chunk.failure = std::current_exception();
    }
  }

  // Shows the function after a pass to whoever asked; true when it is the last.
  template <class Print> bool after(const Stage& stage, Chunk& chunk, Print print) {
    bool stop = options_.stop_after == stage.name;
    bool show = options_.print_after == stage.name;
    if (!stop && !show && options_.save_stages.empty()) return false;
    // Without a text to give, --stop-after only does the work.
    if (stop && !to_text_ && !show && options_.save_stages.empty()) return true;
    std::string text = print();
    if (show) chunk.report += fmt::format("# after {}\n{}", stage.name, text);
    if (stop) chunk.stages.emplace_back("stop", text);
    if (!options_.save_stages.empty()) chunk.stages.emplace_back(stage.file, std::move(text));
    return stop;
  }

  struct PassObserver {
    Compilation& self;
    Chunk& chunk;
    u32 number = 0;
  };
  static void after_legalization(const ir::Function& f, std::string_view pass, void* data) {
    auto& observer = *static_cast<PassObserver*>(data);
    auto names = legalize::pass_names();
    auto at = static_cast<size_t>(std::find(names.begin(), names.end(), pass) - names.begin());
    std::string file = fmt::format("{:02}-{}.ir", 15 + std::min<size_t>(at, 24), pass);
    observer.self.after({pass, file}, observer.chunk, [&] { return ir::print(f); });
  }

  void passes(ir::GlobalId id, u32 ordinal, FunctionCode& code, Times& times, Chunk& chunk) {
    Stopwatch watch(options_.times != nullptr, times);
    std::unique_ptr<ir::Function> f = reader::read_body(*module_, id, chunk.diagnostics);
    if (!f || chunk.diagnostics.has_errors()) return;
    watch.lap(0);
    if (after(read_stage, chunk, [&] { return ir::print(*f); })) return;

    PassObserver observer{*this, chunk};
    bool watched = !options_.save_stages.empty() || !options_.print_after.empty() || !options_.stop_after.empty();
    legalize::LegalizeOptions legalize_options{.opt_level = options_.opt_level,
                                               .jump_tables = options_.jump_tables,
                                               .stop_after = options_.stop_after,
                                               .verify = options_.verify_each,
                                               .after_pass = watched ? after_legalization : nullptr,
                                               .after_pass_data = &observer};
    if (!legalize::legalize(*f, target_->legal(*f, options_), legalize_options, chunk.diagnostics)) return;
    watch.lap(1);
    auto names = legalize::pass_names();
    if (std::find(names.begin(), names.end(), options_.stop_after) != names.end()) return;
    if (options_.verify_each && !ir::verify(*f, chunk.diagnostics))
      internal_error("legalization made invalid IR: " + chunk.diagnostics.format());

    code.clear();
    code.ordinal = ordinal;
    FunctionContext context{*f, options_, code, chunk.diagnostics, pic_, pie_, debug_frame_, debug_.get(), source_lines_.get()};
    target_->select(context);
    if (chunk.diagnostics.has_errors()) return;
    watch.lap(2);
    if (after(select_stage, chunk, [&] { return fmt::format("function {}\n", module_->globals[id].name) + print_machine(code, target_->names()); })) return;

    RegisterFile registers = target_->registers(context);
    Allocation allocation = allocate(code.machine, registers, allocator());
    watch.lap(3);
    if (after(regalloc_stage, chunk, [&] { return fmt::format("function {}\n", module_->globals[id].name) + print_machine(code, target_->names(), &allocation); })) return;
    Diagnostics proof;
    if (options_.verify_each && !check_allocation(code.machine, registers, allocation, proof))
      internal_error("register allocation is wrong: " + proof.format());

    chunk.statements.wants_comments = to_text_ || options_.print_after == emit_stage.name;
    emit::ModuleContext module_context{*module_, options_, chunk.diagnostics, pic_, pie_, &retained_};
    emit::emit_function_begin(module_context, *f, code, chunk.statements);
    target_->emit(context, allocation, chunk.statements);
    emit::emit_function_end(module_context, *f, code, chunk.statements);
    watch.lap(4);
    if (after(emit_stage, chunk, [&] { return assembler::print(chunk.statements); })) return;

    if (!options_.peephole || options_.opt_level == 0) return;
    const ir::AttributeSet& attributes = module_->attributes[module_->globals[id].function_attributes];
    bool small = attributes.has(ir::Attribute::OptSize) || attributes.has(ir::Attribute::MinSize);
    // Only C's calling convention is known there, and nothing of where calls lead that throw.
    auto origin = code.frame.other_conventions || !code.exceptions.pads.empty() ? peephole::Origin::Unknown : peephole::Origin::Own;
    peephole::optimize(chunk.statements, {.origin = origin, .whole = false, .level = small ? 1 : options_.opt_level, .verify = options_.verify_each}, chunk.peephole);
    watch.lap(5);
    after(peephole_stage, chunk, [&] { return assembler::print(chunk.statements); });
  }

  AllocatorKind allocator() const {
    if (options_.allocator == "linear") return AllocatorKind::Linear;
    if (options_.allocator == "local") return AllocatorKind::Local;
    if (options_.allocator == "none") return AllocatorKind::None;
    return options_.opt_level == 0 ? AllocatorKind::Local : AllocatorKind::Linear;
  }

  void save_stages() {
    auto stop = std::find_if(stages_.begin(), stages_.end(), [](const auto& s) { return s.first == "stop"; });
    if (stop != stages_.end()) {
      stopped_ = std::move(stop->second);
      stages_.erase(stop);
    }
    if (options_.save_stages.empty()) return;
    ::mkdir(options_.save_stages.c_str(), 0777); // that it cannot be written to shows below
    for (const auto& [file, text] : stages_) {
      std::string error;
      if (!write_file(options_.save_stages + "/" + file, std::string_view(text), error)) {
        diagnostics_.error(error);
        return;
      }
    }
  }

  void report() {
    if (!options_.report) return;
    *options_.report += report_;
    if (options_.stats) *options_.report += peephole_stats_.format();
  }

  void report_times() const {
    if (!options_.times) return;
    for (size_t i = 0; i < std::size(time_names); ++i) options_.times->push_back({time_names[i], times_.seconds[i]});
  }

  const SourceFile& source_;
  const CompileOptions& options_;
  bool to_text_;
  std::unique_ptr<emit::SourceLines> source_lines_;
  bool debug_frame_ = false; // call-frame information goes to .debug_frame: no function has an unwind table
  Diagnostics& diagnostics_;
  std::unique_ptr<ir::Module> module_;
  const Target* target_ = nullptr;
  std::unique_ptr<emit::DebugInfo> debug_;
  bool pic_ = false, pie_ = false;
  std::vector<u8> retained_;
  std::vector<ir::GlobalId> functions_;
  StatementBuffer statements_;
  assembler::AssembleOptions assemble_options_;
  std::optional<assembler::Stream> stream_;
  std::vector<std::pair<std::string, std::string>> stages_;
  std::string report_, stopped_;
  peephole::Stats peephole_stats_;
  Times times_;
};

} // namespace

std::vector<std::string_view> stage_names() {
  std::vector<std::string_view> names{read_stage.name};
  for (std::string_view name : legalize::pass_names()) names.push_back(name);
  for (const Stage& stage : {select_stage, regalloc_stage, emit_stage, peephole_stage}) names.push_back(stage.name);
  return names;
}

std::vector<std::string_view> allocator_names() { return {"linear", "local", "none"}; }

bool compile_to_text(const SourceFile& ir, const CompileOptions& options, std::string& assembly, Diagnostics& diagnostics) {
  assembly.clear();
  Compilation compilation(ir, options, true, diagnostics);
  if (!compilation.run()) return false;
  if (compilation.stops_early())
    assembly = std::move(compilation.stopped());
  else
    assembler::print(compilation.statements(), assembly);
  return true;
}

bool compile_to_object(const SourceFile& ir, const CompileOptions& options, std::vector<u8>& object, Diagnostics& diagnostics) {
  object.clear();
  Compilation compilation(ir, options, options.via_text, diagnostics);
  if (!compilation.run() || compilation.stops_early()) return !diagnostics.has_errors();
  if (!options.via_text) return compilation.finish(object);
  auto text = SourceFile::from_memory(ir.name() + ".s", assembler::print(compilation.statements()));
  return assembler::assemble(*text, {}, object, diagnostics);
}

} // namespace lathe::codegen
