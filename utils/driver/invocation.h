#pragma once
// What one command line asks for: the inputs with their languages, the mode, and for each stage its settings. Every
// later part of the driver reads this and nothing of argv.

#include "utils/driver/options.h"

#include <optional>

namespace lathe::driver {

enum class Mode : u8 { Link, Object, Assembly, Preprocess, FrontEndOnly };

enum class Language : u8 {
  Source,               // anything the front end compiles; its name is in Input::front_language
  Header,               // a header: only the front end can do something with it
  Ir,                   // .ll
  Bitcode,              // .bc
  Assembly,             // .s
  AssemblyToPreprocess, // .S
  Object,               // for the linker, whatever it is
};

struct Input {
  std::string path; // "-" is standard input
  Language language = Language::Object;
  std::string front_language; // for the front end's -x; empty: it decides by the name itself
};

// What the linker gets between the CRT objects, in the order of the command line.
struct LinkItem {
  bool is_input = false;
  size_t input = 0; // index into inputs
  std::string word; // else a word for the linker
};

enum class LinkKind : u8 { Executable, PieExecutable, StaticExecutable, StaticPie, SharedLibrary, Relocatable };
enum class Relocation : u8 { FromModule, Static, Pie, Pic };

struct Invocation {
  std::string program;       // argv[0]
  bool cxx = false;          // called as lathe++: link with the C++ library
  Mode mode = Mode::Link;
  std::string output;        // empty: by the mode's own rule
  std::vector<Input> inputs;
  std::string triple;        // empty: the machine's own

  bool verbose = false, show_only = false, time = false, stats = false, no_warnings = false;
  std::optional<std::string> save_temps; // the folder, with its slash; empty: the current one
  std::string save_stages, stop_after, print_after, regalloc;
  bool verify_each = false;
  int jobs = 0; // 0: LATHE_JOBS, make's jobserver, or every core
  std::vector<std::string> ignored;      // with the reason: for -v
  std::vector<std::string> unused;       // "-shared", "-Wl,x": what they ask for does not happen without a link
  std::vector<std::string> unused_input; // the same for what would be an input of the linker
  enum class Unused : u8 { Warn, Error, Quiet } about_unused = Unused::Warn;
  std::optional<bool> colors;            // unset: when standard error is a terminal

  // Front end
  std::vector<std::string> front_words;
  std::vector<std::string> unknown; // the words among front_words that have no row: clang judges them
  std::string clang;                // -fclang=
  bool emits_llvm = false;          // -emit-llvm: the front end's own output is wanted
  bool writes_dependencies = false;
  std::string dependency_name;
  bool has_coverage = false, has_time_trace = false, has_optimization_record = false; // files named after the output
  bool has_dependency_target = false;

  // Our stages
  int optimize = 0;
  bool optimize_given = false, debug = false;
  Relocation relocation = Relocation::FromModule;
  bool function_sections = false, data_sections = false, verbose_asm = false, ident = true, jump_tables = true;
  bool no_plt = false;
  std::optional<bool> omit_frame_pointer, red_zone;
  std::string code_model;
  std::optional<bool> peephole; // unset: as -O says
  std::optional<bool> via_text;
  bool external_codegen = false; // what our code generator refuses goes to clang's
  bool external_as = false, external_ld = false;
  std::string external_as_path, external_ld_path;
  std::vector<std::string> assembler_words;
  bool has_assembler_options = false; // from -Wa and -Xassembler, not the include folders alone

  // Toolchain and linking
  std::string sysroot, gcc_toolchain, gcc_install_dir;
  std::vector<std::string> prefixes; // -B
  std::vector<std::string> library_paths;
  std::vector<LinkItem> link_items;
  std::vector<std::string> runtime_words; // -fsanitize=, --coverage, ...: clang knows what to link for them
  std::vector<std::string> linker_words; // -u, -T, -z, -e, ... : in front of the inputs
  LinkKind link_kind = LinkKind::PieExecutable;
  bool strip = false, export_dynamic = false, symbolic = false, pthread = false, openmp = false, profile = false;
  bool fast_math = false, no_start_files = false, no_default_libs = false, no_libc = false, no_cxx_library = false;
  bool static_libgcc = false, static_libstdcxx = false, shared_libgcc = false;
  std::string cxx_library = "stdc++";

  std::string query;        // the -print-… that was asked last; answered instead of compiling
  bool version = false, help = false;
};

// `words` is the command line behind argv[0]. Errors go to `diagnostics`; then the result is not to be used.
Invocation interpret(const std::string& program, const std::vector<std::string>& words, Diagnostics& diagnostics);

// "dir/name.c" -> "name": what the default output names are made of.
std::string stem_of(const std::string& path);
std::string with_extension(const std::string& path, const std::string& extension);

} // namespace lathe::driver
