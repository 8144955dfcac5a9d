#include "utils/driver/invocation.h"

#include <algorithm>
#include <cstdlib>

namespace lathe::driver {
namespace {

struct LanguageRow {
  const char* name; // as -x calls it
  Language language;
  std::vector<const char*> extensions;
};

const std::vector<LanguageRow>& languages() {
  static const std::vector<LanguageRow> rows = {
      {"c", Language::Source, {"c"}},
      {"cpp-output", Language::Source, {"i"}},
      {"c++", Language::Source, {"cc", "cp", "cxx", "cpp", "c++", "C", "CPP"}},
      {"c++-cpp-output", Language::Source, {"ii"}},
      {"objective-c", Language::Source, {"m"}},
      {"objective-c++", Language::Source, {"mm", "M"}},
      {"c-header", Language::Header, {"h"}},
      {"c++-header", Language::Header, {"hh", "hpp", "H", "hxx", "h++", "hp", "HPP", "tcc"}},
      {"ir", Language::Ir, {"ll"}},
      {"bitcode", Language::Bitcode, {"bc"}},
      {"assembler", Language::Assembly, {"s"}},
      {"assembler-with-cpp", Language::AssemblyToPreprocess, {"S", "sx"}},
  };
  return rows;
}

const LanguageRow* row_of_extension(const std::string& path) {
  size_t dot = path.rfind('.');
  if (dot == std::string::npos || path.find('/', dot) != std::string::npos) return nullptr;
  std::string extension = path.substr(dot + 1);
  for (const LanguageRow& row : languages())
    for (const char* e : row.extensions)
      if (extension == e) return &row;
  return nullptr;
}

const LanguageRow* row_of_name(const std::string& name) {
  for (const LanguageRow& row : languages())
    if (name == row.name) return &row;
  return nullptr;
}

// The words as they go on to the front end: "-I dir" stays two words.
void to_front(Invocation& to, const Argument& argument) {
  to.front_words.insert(to.front_words.end(), argument.written.begin(), argument.written.end());
}

void add_linker_item(Invocation& to, std::string word) {
  LinkItem item;
  item.word = std::move(word);
  to.link_items.push_back(std::move(item));
}

class Interpreter {
public:
  Interpreter(const std::string& program, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    to_.program = program;
    read_program_name(program.substr(program.rfind('/') + 1));
  }

  Invocation run(const std::vector<Argument>& arguments) {
    for (const Argument& argument : arguments) {
      if (argument.is_input)
        take_input(argument.value);
      else if (!argument.row)
        take_unknown(argument);
      else
        take_option(argument);
    }
    finish();
    return std::move(to_);
  }

private:
  // "x86_64-linux-gnu-gcc": the target; a name that ends in "++": C++ (a version behind it does not count).
  void read_program_name(std::string name) {
    while (!name.empty() && (name.back() == '-' || name.back() == '.' || (name.back() >= '0' && name.back() <= '9')))
      name.pop_back();
    to_.cxx = ends_with(name, "++");
    size_t dash = name.rfind('-');
    if (dash != std::string::npos && name.find('-') != dash) set_target(name.substr(0, dash));
  }

  void set_target(const std::string& triple) {
    std::string machine = triple.substr(0, triple.find('-'));
    bool is_x86_64 = machine == "x86_64" || machine == "amd64" || machine == "x86-64";
    bool is_elf = triple.find("windows") == std::string::npos && triple.find("mingw") == std::string::npos &&
                  triple.find("darwin") == std::string::npos && triple.find("apple") == std::string::npos &&
                  !ends_with(triple, "gnux32");
    if (!is_x86_64 || !is_elf) {
      diagnostics_.error("target '" + triple + "' is not supported: only x86_64 ELF targets are");
      return;
    }
    to_.triple = triple.find('-') == std::string::npos ? "x86_64-linux-gnu" : triple;
  }

  void take_input(const std::string& path) {
    Input input;
    input.path = path;
    const LanguageRow* row = language_ ? language_ : row_of_extension(path);
    if (row) {
      input.language = row->language;
      if (language_) input.front_language = row->name;
      // lathe++ takes C for C++, as g++ does.
      std::string name = row->name;
      if (to_.cxx && !language_ && (name == "c" || name == "c-header")) input.front_language = name == "c" ? "c++" : "c++-header";
      if (to_.cxx && !language_ && name == "cpp-output") input.front_language = "c++-cpp-output";
    } else if (!foreign_language_.empty()) {
      input.language = Language::Source;
      input.front_language = foreign_language_;
    }
    if (path == "-" && !row && foreign_language_.empty()) stdin_without_language_ = true;
    LinkItem item;
    item.is_input = true;
    item.input = to_.inputs.size();
    to_.inputs.push_back(std::move(input));
    to_.link_items.push_back(std::move(item));
  }

  void take_unknown(const Argument& argument) {
    to_front(to_, argument);
    to_.unknown.push_back(argument.written[0]);
  }

  void take_option(const Argument& argument) {
    switch (argument.row->who) {
    case Who::Front: to_front(to_, argument); break;
    case Who::Act: act(argument); break;
    case Who::Both:
      to_front(to_, argument);
      act(argument);
      break;
    case Who::Ignore: to_.ignored.push_back(argument.written[0] + reason_to_ignore(argument.row->id)); break;
    case Who::Refuse: refuse(argument); break;
    }
  }

  static const char* reason_to_ignore(Option id) {
    switch (id) {
    case Option::NoVectors: return " (the vectorizers stay off: general vectors are not compiled)";
    case Option::NoLto: return " (no optimization at link time: objects are ordinary ones)";
    case Option::GccTuning: return " (how gcc optimizes)";
    case Option::NoCompression: return " (debug sections are not compressed)";
    default: return "";
    }
  }

  void refuse(const Argument& argument) {
    std::string why;
    if (argument.row->id == Option::Width) why = ": only 64-bit x86 is";
    if (argument.row->id == Option::SplitDebug) why = ": debug information stays in the object, as with -g alone";
    diagnostics_.error(argument.written[0] + " is not supported" + why);
  }

  void act(const Argument& a) {
    if (act_on_mode(a) || act_on_stages(a) || act_on_code(a) || act_on_tools(a) || act_on_places(a) || act_on_messages(a)) return;
    if (act_on_link(a)) return note_if_unused(a);
    switch (a.row->id) {
    case Option::AsmDialect:
      if (a.value != "att") diagnostics_.error(a.written[0] + " is not supported: Lathe writes AT&T syntax");
      break;
    case Option::IndirectBranch: // gcc's spelling
      if (a.value == "thunk-extern")
        to_.front_words.push_back("-mretpoline-external-thunk");
      else if (a.value != "keep")
        diagnostics_.error(a.written[0] + " is not supported: only 'keep' and 'thunk-extern' are");
      break;
    case Option::KeepLoops: // gcc's spelling
      for (const char* word : {"-fno-builtin-memset", "-fno-builtin-memcpy", "-fno-builtin-memmove"}) to_.front_words.push_back(word);
      break;
    case Option::Coverage: to_.has_coverage = true; [[fallthrough]];
    case Option::Runtime: to_.runtime_words.push_back(a.written[0]); break;
    case Option::TimeTrace: to_.has_time_trace = true; break;
    case Option::OptimizationRecord: to_.has_optimization_record = true; break;
    default: break;
    }
  }

  // What is shown or kept of the stages' work.
  bool act_on_stages(const Argument& a) {
    switch (a.row->id) {
    case Option::SaveTemps: to_.save_temps = ""; break;
    case Option::SaveTempsWhere:
      if (a.value == "obj")
        save_temps_beside_output_ = true;
      else if (a.value != "cwd")
        diagnostics_.error("'" + a.written[0] + "': only 'cwd' and 'obj' are places");
      if (!to_.save_temps) to_.save_temps = "";
      break;
    case Option::SaveStages:
      if (a.value.empty()) diagnostics_.error(a.written[0] + " names no folder: it is --save-stages=DIR");
      to_.save_stages = a.value;
      break;
    case Option::StopAfter: to_.stop_after = a.value; break;
    case Option::PrintAfter: to_.print_after = a.value; break;
    case Option::VerifyEach: to_.verify_each = true; break;
    case Option::Regalloc: to_.regalloc = a.value; break;
    case Option::ViaText: to_.via_text = true; break;
    case Option::Direct: to_.via_text = false; break;
    case Option::Time: to_.time = true; break;
    case Option::Stats: to_.stats = true; break;
    case Option::Jobs: set_jobs(a.value); break;
    default: return false;
    }
    return true;
  }

  // Which programs do the work.
  bool act_on_tools(const Argument& a) {
    switch (a.row->id) {
    case Option::Clang: to_.clang = a.value; break;
    case Option::ExternalAs:
      to_.external_as = true;
      to_.external_as_path = a.value;
      break;
    case Option::OwnAs: to_.external_as = false; break;
    case Option::ExternalLd:
      to_.external_ld = true;
      to_.external_ld_path = a.value;
      break;
    case Option::OwnLd: to_.external_ld = false; break;
    case Option::UseLd:
      to_.external_ld = a.value != "lathe";
      to_.external_ld_path = a.value.find('/') != std::string::npos || !to_.external_ld ? a.value : "ld." + a.value;
      note_if_unused(a);
      break;
    case Option::LdPath:
      to_.external_ld = true;
      to_.external_ld_path = a.value;
      note_if_unused(a);
      break;
    case Option::ExternalCodegen: to_.external_codegen = true; break;
    case Option::OwnCodegen: to_.external_codegen = false; break;
    default: return false;
    }
    return true;
  }

  bool act_on_places(const Argument& a) {
    switch (a.row->id) {
    case Option::Target: set_target(a.value); break;
    case Option::Sysroot: to_.sysroot = a.value; break;
    case Option::GccToolchain: to_.gcc_toolchain = a.value; break;
    case Option::GccInstallDir: to_.gcc_install_dir = a.value; break;
    case Option::ProgramPrefix: to_.prefixes.push_back(a.value); break;
    default: return false;
    }
    return true;
  }

  // Whether a warning about it, or an error, follows is known when the whole line is.
  void note_if_unused(const Argument& a) {
    std::string text = a.written[0];
    if (a.written.size() > 1) text += " " + a.written[1];
    switch (a.row->id) {
    case Option::LinkerList: case Option::LinkerWord: case Option::Library: case Option::Relocatable:
      to_.unused_input.push_back(text);
      break;
    // clang says nothing about these.
    case Option::Static: case Option::NoStdlib: case Option::NoDefaultLibs: case Option::NoStdlibCxx:
    case Option::Pthread: case Option::OpenMp: case Option::Profile:
      break;
    case Option::LinkerPair:
      (a.written[0] == "-z" ? to_.unused_input : to_.unused).push_back(text);
      break;
    default: to_.unused.push_back(text);
    }
  }

  bool act_on_messages(const Argument& a) {
    using Unused = Invocation::Unused;
    const std::string& word = a.written[0];
    switch (a.row->id) {
    case Option::Verbose: to_.verbose = true; break;
    case Option::ShowOnly: to_.show_only = true; break;
    case Option::Help: to_.help = true; break;
    case Option::Version: to_.version = true; break;
    case Option::Query: to_.query = word.substr(word.find_first_not_of('-')); break;
    case Option::NoWarnings: to_.no_warnings = true; break;
    case Option::UnusedQuiet: to_.about_unused = Unused::Quiet; break;
    case Option::UnusedWarn: to_.about_unused = Unused::Warn; break;
    case Option::UnusedError: to_.about_unused = Unused::Error; break;
    case Option::WarningsAreErrors:
      if (to_.about_unused == Unused::Warn) to_.about_unused = Unused::Error;
      break;
    case Option::WarningsAreNoErrors:
      if (to_.about_unused == Unused::Error) to_.about_unused = Unused::Warn;
      break;
    case Option::Colors:
      if (ends_with(word, "=auto"))
        to_.colors.reset();
      else
        to_.colors = !starts_with(word, "-fno-") && !ends_with(word, "=never");
      break;
    default: return false;
    }
    return true;
  }

  void set_jobs(const std::string& value) {
    to_.jobs = std::atoi(value.c_str());
    if (to_.jobs < 1) diagnostics_.error("'-j " + value + "' asks for no thread");
  }

  bool act_on_mode(const Argument& a) {
    switch (a.row->id) {
    case Option::OnlyObject: strengthen(Mode::Object); break;
    case Option::OnlyAssembly: strengthen(Mode::Assembly); break;
    case Option::OnlyPreprocess: strengthen(Mode::Preprocess); break;
    case Option::OnlyFrontEnd:
      only_checks_ = a.row->spelling == "-fsyntax-only";
      strengthen(Mode::FrontEndOnly);
      break;
    case Option::EmitLlvm: to_.emits_llvm = true; break;
    case Option::Output:
      if (a.value.empty()) diagnostics_.error("output filename may not be empty");
      to_.output = a.value;
      break;
    case Option::Language:
      language_ = a.value == "none" ? nullptr : row_of_name(a.value);
      foreign_language_.clear();
      if (a.value != "none" && !language_) {
        // A language that only the front end knows; it also says so when nobody does.
        foreign_language_ = a.value;
        if (a.value != "objective-c-header" && a.value != "objective-c++-header")
          diagnostics_.error("language not recognized: '" + a.value + "'");
      }
      break;
    case Option::DependencyFile: to_.writes_dependencies = true; break;
    case Option::DependencyName: to_.dependency_name = a.value; break;
    case Option::DependencyTarget: to_.has_dependency_target = true; break;
    case Option::PreprocessorList: take_preprocessor_list(a.value); break;
    case Option::IncludePath: to_.assembler_words.push_back("-I" + a.value); break;
    default: return false;
    }
    return true;
  }

  // The mode that stops earliest wins, as in gcc.
  void strengthen(Mode mode) { to_.mode = std::max(to_.mode, mode); }

  // -Wp,-MD,file is Kbuild's way to say -MD -MF file.
  void take_preprocessor_list(const std::string& list) {
    std::vector<std::string> words = split(list, ',');
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if ((word == "-MD" || word == "-MMD") && i + 1 < words.size()) {
        to_.writes_dependencies = true;
        to_.dependency_name = words[i + 1];
        to_.front_words.insert(to_.front_words.end(), {word, "-MF", words[++i]});
      } else if ((word == "-MT" || word == "-MQ") && i + 1 < words.size()) {
        to_.has_dependency_target = true;
        to_.front_words.insert(to_.front_words.end(), {word, words[++i]});
      } else {
        to_.front_words.push_back("-Wp," + word);
      }
    }
  }

  bool act_on_code(const Argument& a) {
    switch (a.row->id) {
    case Option::Optimize: set_optimize(a.written[0] == "--optimize" ? "1" : a.value); break;
    case Option::Debug: to_.debug = a.value != "0" && a.value != "no-debug"; break;
    case Option::Pic: to_.relocation = Relocation::Pic; break;
    case Option::Pie: to_.relocation = Relocation::Pie; break;
    case Option::NoPic: to_.relocation = Relocation::Static; break;
    case Option::FunctionSections: to_.function_sections = true; break;
    case Option::NoFunctionSections: to_.function_sections = false; break;
    case Option::DataSections: to_.data_sections = true; break;
    case Option::NoDataSections: to_.data_sections = false; break;
    case Option::VerboseAsm: to_.verbose_asm = true; break;
    case Option::NoVerboseAsm: to_.verbose_asm = false; break;
    case Option::Ident: to_.ident = true; break;
    case Option::NoIdent: to_.ident = false; break;
    case Option::OmitFramePointer: to_.omit_frame_pointer = true; break;
    case Option::KeepFramePointer: to_.omit_frame_pointer = false; break;
    case Option::RedZone: to_.red_zone = true; break;
    case Option::NoRedZone: to_.red_zone = false; break;
    case Option::CodeModel:
      to_.code_model = a.value;
      if (a.value != "small" && a.value != "kernel" && a.value != "default")
        diagnostics_.error(a.written[0] + " is not supported: the code models are small and kernel");
      break;
    case Option::JumpTables: to_.jump_tables = true; break;
    case Option::NoJumpTables: to_.jump_tables = false; break;
    case Option::Plt: to_.no_plt = false; break;
    case Option::NoPlt: to_.no_plt = true; break;
    case Option::Peephole: to_.peephole = true; break;
    case Option::NoPeephole: to_.peephole = false; break;
    case Option::FastMath: fast_math_ = true; break;
    case Option::NoFastMath: fast_math_ = false; break;
    case Option::FlushDenormals: flushes_denormals_ = true; break;
    case Option::KeepDenormals: flushes_denormals_ = false; break;
    case Option::AssemblerList:
      for (std::string& word : split(a.value, ',')) add_assembler_word(std::move(word));
      break;
    case Option::AssemblerWord: add_assembler_word(a.value); break;
    default: return false;
    }
    return true;
  }

  void add_assembler_word(std::string word) {
    if (word.empty()) return;
    to_.has_assembler_options = true;
    to_.assembler_words.push_back(std::move(word));
  }

  void set_optimize(const std::string& level) {
    to_.optimize_given = true;
    if (level == "0")
      to_.optimize = 0;
    else if (level.empty() || level == "1" || level == "g")
      to_.optimize = 1;
    else if (level == "2" || level == "s" || level == "z")
      to_.optimize = 2;
    else
      to_.optimize = 3;
    is_fast_level_ = level == "fast";
  }

  bool act_on_link(const Argument& a) {
    switch (a.row->id) {
    case Option::LinkerList:
      for (std::string& word : split(a.value, ','))
        if (!word.empty()) add_linker_item(to_, std::move(word));
      break;
    case Option::LinkerWord: add_linker_item(to_, a.value); break;
    case Option::Library: add_linker_item(to_, "-l" + a.value); break;
    case Option::LibraryPath: to_.library_paths.push_back(a.value); break;
    case Option::LinkerPair:
      to_.linker_words.push_back(std::string(a.row->spelling));
      to_.linker_words.push_back(a.value);
      break;
    case Option::LinkerAsIs: to_.linker_words.push_back(a.written[0]); break;
    case Option::Strip: to_.strip = true; break;
    case Option::Relocatable: relocatable_ = true; break;
    case Option::Shared: shared_ = true; break;
    case Option::Static: static_ = true; break;
    case Option::StaticPie: static_pie_ = true; break;
    case Option::PieLink: pie_ = true; break;
    case Option::NoPieLink: pie_ = false; break;
    case Option::ExportDynamic: to_.export_dynamic = true; break;
    case Option::Symbolic: to_.symbolic = true; break;
    case Option::NoStdlib: to_.no_start_files = to_.no_default_libs = true; break;
    case Option::NoStartFiles: to_.no_start_files = true; break;
    case Option::NoDefaultLibs: to_.no_default_libs = true; break;
    case Option::NoLibc: to_.no_libc = true; break;
    case Option::NoStdlibCxx: to_.no_cxx_library = true; break;
    case Option::StaticLibgcc: to_.static_libgcc = true; break;
    case Option::SharedLibgcc: to_.shared_libgcc = true; break;
    case Option::StaticLibstdcxx: to_.static_libstdcxx = true; break;
    case Option::Stdlib:
      if (a.value != "libstdc++" && a.value != "libc++" && a.value != "platform")
        diagnostics_.error("no C++ library is called '" + a.value + "'");
      to_.cxx_library = a.value == "libc++" ? "c++" : "stdc++";
      break;
    case Option::Rtlib:
      if (a.value != "libgcc" && a.value != "platform")
        diagnostics_.error(a.written[0] + " is not supported: the run-time library is libgcc");
      break;
    case Option::Pthread: to_.pthread = true; break;
    case Option::OpenMp: to_.openmp = true; break;
    case Option::Profile: to_.profile = true; break;
    default: return false;
    }
    return true;
  }

  void finish() {
    const char* variable = std::getenv("LATHE_JOBS");
    if (to_.jobs == 0 && variable) to_.jobs = std::max(0, std::atoi(variable));
    if (to_.emits_llvm && (to_.mode == Mode::Object || to_.mode == Mode::Assembly)) {
      to_.front_words.push_back(to_.mode == Mode::Object ? "-c" : "-S");
      to_.mode = Mode::FrontEndOnly;
    }
    if (to_.emits_llvm && to_.mode == Mode::Link && !to_.inputs.empty()) diagnostics_.error("-emit-llvm cannot be used when linking");
    if (only_checks_ && to_.mode == Mode::FrontEndOnly) check_ir_here();
    if (to_.mode != Mode::Link && !to_.inputs.empty()) report_unused();
    if (stdin_without_language_) name_standard_input();
    to_.link_kind = link_kind();
    // crtfastmath.o makes the processor flush denormals: with fast math, but not for a library's users.
    to_.fast_math = flushes_denormals_.value_or(!shared_ && (fast_math_ || is_fast_level_));
    if (to_.save_temps && save_temps_beside_output_ && to_.output.find('/') != std::string::npos)
      to_.save_temps = to_.output.substr(0, to_.output.rfind('/') + 1);
  }

  // -fsyntax-only of IR is our own reader's work: clang has no such check for it.
  void check_ir_here() {
    bool all_ir = !to_.inputs.empty() && std::all_of(to_.inputs.begin(), to_.inputs.end(), [](const Input& input) {
      return input.language == Language::Ir || input.language == Language::Bitcode;
    });
    if (!all_ir) return;
    to_.mode = Mode::Object;
    to_.stop_after = "read";
    to_.output.clear();
  }

  // Without a name or -x, only the preprocessor and the front end know what to make of it: C.
  void name_standard_input() {
    if (to_.mode == Mode::Preprocess || to_.mode == Mode::FrontEndOnly) {
      for (Input& input : to_.inputs)
        if (input.path == "-" && input.language == Language::Object) {
          input.language = Language::Source;
          input.front_language = to_.cxx ? "c++" : "c";
        }
    } else if (!to_.version && to_.query.empty()) {
      diagnostics_.error("-E or -x required when input is from standard input");
    }
  }

  LinkKind link_kind() const {
    if (relocatable_) return LinkKind::Relocatable;
    if (shared_) return LinkKind::SharedLibrary;
    if (static_pie_ || (static_ && pie_.value_or(false))) return LinkKind::StaticPie;
    if (static_) return LinkKind::StaticExecutable;
    return pie_.value_or(true) ? LinkKind::PieExecutable : LinkKind::Executable;
  }

  void report_unused() {
    if (to_.about_unused == Invocation::Unused::Quiet || to_.no_warnings) return;
    bool is_error = to_.about_unused == Invocation::Unused::Error;
    std::string tail = is_error ? " [-Werror,-Wunused-command-line-argument]" : " [-Wunused-command-line-argument]";
    auto say = [&](const std::string& text) { is_error ? diagnostics_.error(text + tail) : diagnostics_.warning(text + tail); };
    for (const std::string& word : to_.unused_input) say(word + ": 'linker' input unused");
    for (const std::string& word : to_.unused) say("argument unused during compilation: '" + word + "'");
  }

  Invocation to_;
  Diagnostics& diagnostics_;
  const LanguageRow* language_ = nullptr;
  std::string foreign_language_;
  bool stdin_without_language_ = false, only_checks_ = false, save_temps_beside_output_ = false;
  bool relocatable_ = false, shared_ = false, static_ = false, static_pie_ = false;
  std::optional<bool> pie_, flushes_denormals_;
  bool fast_math_ = false, is_fast_level_ = false;
};

} // namespace

Invocation interpret(const std::string& program, const std::vector<std::string>& words, Diagnostics& diagnostics) {
  std::vector<Argument> arguments = parse_arguments(expand_response_files(words), diagnostics);
  return Interpreter(program, diagnostics).run(arguments);
}

std::string stem_of(const std::string& path) {
  if (path == "-") return "-";
  std::string name = path.substr(path.rfind('/') + 1);
  size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string with_extension(const std::string& path, const std::string& extension) {
  size_t slash = path.rfind('/'), dot = path.rfind('.');
  bool has_one = dot != std::string::npos && (slash == std::string::npos || dot > slash + 1) && dot != 0;
  return (has_one ? path.substr(0, dot) : path) + "." + extension;
}

} // namespace lathe::driver
