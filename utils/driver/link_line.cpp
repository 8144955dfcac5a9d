#include "utils/driver/link_line.h"

namespace lathe::driver {
namespace {

struct Builder {
  const Invocation& in;
  const Toolchain& toolchain;
  Diagnostics& diagnostics;
  std::vector<std::string> words;

  void add(std::initializer_list<std::string> more) { words.insert(words.end(), more); }
  void add(const std::vector<std::string>& more) { words.insert(words.end(), more.begin(), more.end()); }

  bool is_static() const { return in.link_kind == LinkKind::StaticExecutable || in.link_kind == LinkKind::StaticPie; }

  void start_file(const std::string& name) {
    std::string path = find_file(toolchain, name);
    if (path == name) {
      bool from_gcc = name.substr(0, 7) == "crtbegi" || name.substr(0, 6) == "crtend";
      diagnostics.error("cannot find the start file '" + name + "'");
      diagnostics.note(from_gcc ? "it belongs to gcc's libraries: apt-get install libgcc-12-dev"
                                : "it belongs to the C library: apt-get install libc6-dev");
    }
    words.push_back(path);
  }

  void kind_words() {
    if (in.strip) add({"-s"});
    add({"--hash-style=gnu", "--build-id", "--eh-frame-hdr", "-m", "elf_x86_64"});
    if (in.export_dynamic) add({"-export-dynamic"});
    if (in.symbolic) add({"-Bsymbolic"});
    switch (in.link_kind) {
    case LinkKind::Executable: add({"-dynamic-linker", toolchain.dynamic_linker}); break;
    case LinkKind::PieExecutable: add({"-pie", "-dynamic-linker", toolchain.dynamic_linker}); break;
    case LinkKind::StaticExecutable: add({"-static"}); break;
    case LinkKind::StaticPie: add({"-static", "-pie", "--no-dynamic-linker", "-z", "text"}); break;
    case LinkKind::SharedLibrary: add({"-shared"}); break;
    case LinkKind::Relocatable: add({"-r"}); break;
    }
  }

  bool wants_start_files() const { return !in.no_start_files && in.link_kind != LinkKind::Relocatable; }
  bool wants_libraries() const { return !in.no_default_libs && in.link_kind != LinkKind::Relocatable; }

  void first_files() {
    if (!wants_start_files()) return;
    switch (in.link_kind) {
    case LinkKind::PieExecutable: start_file(in.profile ? "gcrt1.o" : "Scrt1.o"); break;
    case LinkKind::StaticPie: start_file("rcrt1.o"); break;
    case LinkKind::SharedLibrary: break;
    default: start_file(in.profile ? "gcrt1.o" : "crt1.o"); break;
    }
    start_file("crti.o");
    if (in.link_kind == LinkKind::StaticExecutable)
      start_file("crtbeginT.o");
    else
      start_file(in.link_kind == LinkKind::Executable ? "crtbegin.o" : "crtbeginS.o");
    if (in.fast_math) {
      std::string path = find_file(toolchain, "crtfastmath.o");
      if (path != "crtfastmath.o") words.push_back(path);
    }
  }

  void last_files() {
    if (!wants_start_files()) return;
    bool position_dependent = in.link_kind == LinkKind::Executable || in.link_kind == LinkKind::StaticExecutable;
    start_file(position_dependent ? "crtend.o" : "crtendS.o");
    start_file("crtn.o");
  }

  void folders() {
    for (const std::string& path : in.library_paths) add({"-L" + path});
    for (const std::string& prefix : in.prefixes) add({"-L" + prefix});
    for (const std::string& folder : toolchain.library_folders) add({"-L" + folder});
    for (const std::string& folder : library_path_variable()) add({"-L" + folder});
  }

  void libgcc() {
    if (in.static_libgcc)
      add({"-lgcc", "-lgcc_eh"});
    else if (in.shared_libgcc || in.cxx)
      add({"-lgcc_s", "-lgcc"});
    else
      add({"-lgcc", "--as-needed", "-lgcc_s", "--no-as-needed"});
  }

  void libraries() {
    if (!wants_libraries()) return;
    if (in.cxx && !in.no_cxx_library) {
      bool bracket = in.static_libstdcxx && !is_static();
      if (bracket) add({"-Bstatic"});
      add({"-l" + in.cxx_library});
      if (bracket) add({"-Bdynamic"});
      add({"-lm"});
    }
    if (in.openmp) add({"-lomp"});
    if (is_static()) {
      add({"--start-group", "-lgcc", "-lgcc_eh"});
      if (in.pthread) add({"-lpthread"});
      if (!in.no_libc) add({"-lc"});
      add({"--end-group"});
      return;
    }
    libgcc();
    if (in.pthread) add({"-lpthread"});
    if (!in.no_libc) add({"-lc"});
    libgcc();
  }
};

} // namespace

void append_link_items(const Invocation& invocation, const std::vector<std::string>& objects, std::vector<std::string>& words) {
  words.insert(words.end(), invocation.linker_words.begin(), invocation.linker_words.end());
  for (const LinkItem& item : invocation.link_items) words.push_back(item.is_input ? objects[item.input] : item.word);
}

std::vector<std::string> link_line(const Invocation& invocation, const Toolchain& toolchain,
                                   const std::vector<std::string>& objects, Diagnostics& diagnostics) {
  Builder builder{invocation, toolchain, diagnostics, {}};
  builder.kind_words();
  builder.add({"-o", invocation.output.empty() ? "a.out" : invocation.output});
  builder.first_files();
  builder.folders();
  append_link_items(invocation, objects, builder.words);
  builder.libraries();
  builder.last_files();
  return std::move(builder.words);
}

} // namespace lathe::driver
