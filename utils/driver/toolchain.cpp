#include "utils/driver/toolchain.h"

#include "utils/driver/process.h"

#include <algorithm>
#include <cstdlib>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe::driver {
namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool is_folder(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::vector<std::string> entries_of(const std::string& folder) {
  std::vector<std::string> names;
  if (DIR* d = ::opendir(folder.c_str())) {
    while (dirent* entry = ::readdir(d))
      if (entry->d_name[0] != '.') names.push_back(entry->d_name);
    ::closedir(d);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// "12" < "12.2" < "13": numbers between dots, compared one by one; no number sorts lowest.
std::vector<int> version_of(const std::string& name) {
  std::vector<int> numbers;
  for (const std::string& part : split(name, '.')) {
    if (part.empty() || part.find_first_not_of("0123456789") != std::string::npos) return {};
    numbers.push_back(std::atoi(part.c_str()));
  }
  return numbers;
}

// Names under which distributions file gcc for x86-64, Debian's first.
constexpr const char* triple_names[] = {
    "x86_64-linux-gnu",        "x86_64-pc-linux-gnu",   "x86_64-redhat-linux", "x86_64-suse-linux",
    "x86_64-unknown-linux-gnu", "x86_64-slackware-linux", "x86_64-linux-musl",   "x86_64-alpine-linux-musl",
};

// The newest gcc installation that has start files, under any of the usual names.
std::string find_gcc_folder(const Invocation& invocation) {
  if (!invocation.gcc_install_dir.empty()) return invocation.gcc_install_dir;
  std::string best;
  std::vector<int> best_version;
  std::vector<std::string> roots;
  if (!invocation.gcc_toolchain.empty())
    roots = {invocation.gcc_toolchain};
  else
    roots = {invocation.sysroot + "/usr"};
  for (const std::string& root : roots)
    for (const char* library : {"/lib/gcc/", "/lib64/gcc/", "/lib/gcc-cross/"})
      for (const char* triple : triple_names) {
        std::string base = root + library + triple;
        for (const std::string& name : entries_of(base)) {
          std::vector<int> version = version_of(name);
          if (version.empty() || version <= best_version || !exists(base + "/" + name + "/crtbegin.o")) continue;
          best_version = version;
          best = base + "/" + name;
        }
      }
  return best;
}

void add_folder(std::vector<std::string>& folders, const std::string& folder) {
  if (is_folder(folder) && std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
}

} // namespace

std::string own_folder() {
  char path[4096];
  ssize_t n = ::readlink("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0) return {};
  std::string text(path, static_cast<size_t>(n));
  return text.substr(0, text.rfind('/'));
}

Toolchain find_toolchain(const Invocation& invocation) {
  Toolchain t;
  bool musl = invocation.triple.find("musl") != std::string::npos;
  t.triple = invocation.triple.empty() ? "x86_64-pc-linux-gnu" : invocation.triple;
  // clang fills in the vendor that Debian's triples leave out.
  if (t.triple == "x86_64-linux-gnu") t.triple = "x86_64-pc-linux-gnu";
  t.multiarch = musl ? "x86_64-linux-musl" : "x86_64-linux-gnu";
  t.sysroot = invocation.sysroot;
  t.prefixes = invocation.prefixes;
  t.gcc_folder = find_gcc_folder(invocation);
  t.dynamic_linker = musl ? "/lib/ld-musl-x86_64.so.1" : "/lib64/ld-linux-x86-64.so.2";
  if (!t.gcc_folder.empty()) {
    add_folder(t.library_folders, t.gcc_folder);
    add_folder(t.library_folders, t.gcc_folder + "/../../../../lib64");
  }
  for (const char* folder : {"/lib/", "/usr/lib/"}) {
    add_folder(t.library_folders, t.sysroot + folder + t.multiarch);
    add_folder(t.library_folders, t.sysroot + folder + "../lib64");
  }
  add_folder(t.library_folders, t.sysroot + "/lib");
  add_folder(t.library_folders, t.sysroot + "/usr/lib");
  if (const char* folders = std::getenv("COMPILER_PATH"))
    for (const std::string& folder : split(folders, ':')) t.program_folders.push_back(folder);
  return t;
}

std::string find_file(const Toolchain& toolchain, const std::string& name) {
  for (const std::string& prefix : toolchain.prefixes) {
    if (exists(prefix + "/" + name)) return prefix + (prefix.back() == '/' ? "" : "/") + name;
    if (exists(prefix + name)) return prefix + name;
  }
  for (const std::string& folder : toolchain.library_folders)
    if (exists(folder + "/" + name)) return folder + "/" + name;
  return name;
}

std::vector<std::string> library_path_variable() {
  std::vector<std::string> out;
  const char* text = std::getenv("LIBRARY_PATH");
  if (text && *text)
    for (const std::string& folder : split(text, ':')) out.push_back(folder.empty() ? "." : folder);
  return out;
}

} // namespace lathe::driver
