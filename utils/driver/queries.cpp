#include "utils/driver/queries.h"

#include <cstdio>

namespace lathe::driver {
namespace {

// The output of `program words...`, without the last newline.
std::string ask(const std::string& program, std::vector<std::string> words) {
  ProcessRequest request;
  request.words = {program};
  request.words.insert(request.words.end(), words.begin(), words.end());
  request.captures_output = request.captures_errors = true;
  ProcessResult result = run_process(request);
  if (!result.started || result.status != 0) return {};
  while (!result.output.empty() && result.output.back() == '\n') result.output.pop_back();
  return result.output;
}

// "Debian clang version 19.1.7 (3~deb12u1)" -> "19.1.7"
std::string clang_version(const std::string& text) {
  size_t at = text.find("clang version ");
  if (at == std::string::npos) return {};
  at += 14;
  return text.substr(at, text.find_first_of(" \n+-(~", at) - at);
}

std::string program_path(const Invocation& invocation, const Toolchain& toolchain, const std::string& name) {
  std::vector<std::string> folders = toolchain.prefixes;
  folders.insert(folders.end(), toolchain.program_folders.begin(), toolchain.program_folders.end());
  std::string given = name.find('/') == std::string::npos && !toolchain.prefixes.empty() ? find_program(name, toolchain.prefixes) : "";
  if (!given.empty()) return given;
  std::string own;
  if (name == "ld" && !invocation.external_ld) own = own_folder() + "/ld.lathe";
  if (name == "as" && !invocation.external_as) own = own_folder() + "/lathe-as";
  if (!own.empty() && is_executable_file(own)) return own;
  std::string path = find_program(name, folders);
  return path.empty() ? name : path;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ":") + word;
  return out;
}

} // namespace

bool is_clang(const std::string& path) { return !clang_version(ask(path, {"--version"})).empty(); }

std::string version_text(const FrontEnd& front, const Toolchain& toolchain) {
  std::string theirs = front.is_clang && !front.path.empty() ? ask(front.path, {"--version"}) : "";
  std::string version = clang_version(theirs);
  if (version.empty()) return "Lathe " LATHE_VERSION "\nTarget: " + toolchain.triple + "\nThread model: posix\n";
  size_t line = theirs.find('\n');
  return "clang version " + version + " (Lathe " LATHE_VERSION ")" + (line == std::string::npos ? "" : theirs.substr(line)) + "\n";
}

int answer_query(const Invocation& invocation, const Toolchain& toolchain, Diagnostics& diagnostics) {
  std::string query = invocation.query, value;
  size_t equals = query.find('=');
  if (equals != std::string::npos) {
    value = query.substr(equals + 1);
    query.resize(equals);
  }
  std::string answer;
  auto clang = [&](const std::string& word) {
    FrontEnd front = find_front_end(invocation, diagnostics);
    return front.is_clang && !front.path.empty() ? ask(front.path, {word}) : std::string();
  };
  if (query == "dumpversion" || query == "dumpfullversion") {
    answer = clang_version(clang("--version"));
    if (answer.empty()) answer = LATHE_VERSION;
  } else if (query == "dumpmachine" || query == "print-target-triple" || query == "print-effective-triple") {
    answer = toolchain.triple;
  } else if (query == "print-multiarch") {
    answer = toolchain.multiarch;
  } else if (query == "print-multi-os-directory") {
    answer = "../lib";
  } else if (query == "print-multi-directory") {
    answer = ".";
  } else if (query == "print-multi-lib") {
    answer = ".;@m64";
  } else if (query == "print-sysroot") {
    answer = toolchain.sysroot;
  } else if (query == "print-libgcc-file-name") {
    answer = find_file(toolchain, "libgcc.a");
  } else if (query == "print-resource-dir" || query == "print-runtime-dir") {
    answer = clang("-" + query);
  } else if (query == "print-prog-name") {
    answer = program_path(invocation, toolchain, value);
  } else if (query == "print-file-name") {
    answer = find_file(toolchain, value);
    // The headers' folder and the like are the front end's.
    if (answer == value || value == "include" || value == "plugin") {
      std::string theirs = clang("-print-file-name=" + value);
      if (!theirs.empty()) answer = theirs;
    }
  } else if (query == "print-search-dirs") {
    std::vector<std::string> programs = toolchain.prefixes;
    programs.insert(programs.end(), toolchain.program_folders.begin(), toolchain.program_folders.end());
    programs.push_back(own_folder());
    std::vector<std::string> libraries = toolchain.prefixes;
    libraries.insert(libraries.end(), toolchain.library_folders.begin(), toolchain.library_folders.end());
    answer = "programs: =" + joined(programs) + "\nlibraries: =" + joined(libraries);
  }
  if (diagnostics.has_errors()) return 1;
  std::printf("%s\n", answer.c_str());
  return 0;
}

const char* help_text() {
  return "usage: lathe [options] file...\n"
         "Compiles C, C++ (through clang) and LLVM IR, assembles, and links, as cc does. Called as lathe-as it is the\n"
         "assembler, as ld.lathe the linker.\n"
         "\n"
         "Inputs: .c .i .cc .cpp .ii (front end), .ll (LLVM IR), .s (assembly), .S (assembly to preprocess),\n"
         "        .o .a .so and everything else (linker); - is standard input, with -x.\n"
         "\n"
         "  -c -S -E -fsyntax-only      stop after the object, the assembly, the preprocessor, the front end\n"
         "  -o FILE                     where the result goes; a.out, x.o, x.s when not given\n"
         "  -x LANGUAGE                 c, c++, cpp-output, c++-cpp-output, ir, assembler, assembler-with-cpp, none\n"
         "  -O0 -O1 -O2 -O3 -Os         effort of the front end and of code generation; -O0 is the default\n"
         "  -g                          line tables\n"
         "  -fPIC -fPIE -fno-pic        relocation model; the default is PIE\n"
         "  -shared -static -static-pie -pie -no-pie -r    what to link\n"
         "  -l -L -Wl,... -Xlinker -T -u -z -e -s -rdynamic -nostdlib -nostartfiles -nodefaultlibs -pthread\n"
         "                              as in cc\n"
         "  -v, -###                    show every step and which tool does it; -### runs none\n"
         "  -save-temps                 keep x.i, x.ll, x.s and x.o\n"
         "  --save-stages=DIR           write each stage of code generation as text\n"
         "  --stop-after=STAGE          stop there (read, select, regalloc, emit, peephole, ...); -o FILE gets the stage's\n"
         "                              text, and nothing is written without it\n"
         "  --print-after=STAGE         the same text on standard error, and go on\n"
         "  -fverbose-asm               explain the frame, spills and names in the assembly\n"
         "  -fpeephole, -fno-peephole   run, or do not run, the optimizer of assembly text\n"
         "  --via-text                  hand assembly over as text where it would go as statements\n"
         "  --time, --stats             report times of the stages; counters of the peephole rules\n"
         "  -j N                        threads (LATHE_JOBS)\n"
         "  -fclang=PATH                the clang to use (LATHE_CLANG); else the newest on PATH\n"
         "  -fexternal-as[=PATH], -fexternal-ld[=PATH]     use the system's assembler or linker\n"
         "  -fexternal-codegen          give IR that is refused to clang's code generator\n"
         "  -fsanitize=, --coverage, -fprofile-generate, -pg    as in clang, whose run-time libraries are linked\n"
         "  --target=x86_64, --sysroot=DIR, -B DIR\n"
         "  --help, --version           this list; what it is, in clang's form\n"
         "Options that are not Lathe's own are clang's.\n";
}

} // namespace lathe::driver
