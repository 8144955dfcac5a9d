// Finding and opening inputs. Files are taken in command-line order; what each one is, is seen from its first
// bytes. Archives and libraries are looked at once, however often they are named: a symbol that an archive
// defines stays on offer until the end, so the order of archives does not matter.

#include "common/output_file.h"
#include "linker/elf/passes.h"
#include "linker/elf/target.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace lathe::linker {
namespace {

constexpr std::string_view archive_magic = "!<arch>\n", thin_magic = "!<thin>\n";

bool choose_target(Context& ctx) {
  if (ctx.options.emulation.empty()) return true;
  for (const Target* t : all_targets())
    for (std::string_view name : t->emulations)
      if (name == ctx.options.emulation) ctx.target = t;
  if (!ctx.target) ctx.diag.error(fmt::format("unrecognised emulation mode: {}", ctx.options.emulation));
  return ctx.target != nullptr;
}

bool exists(Context& ctx, const std::string& path) {
  struct stat info;
  return ctx.memory_inputs.contains(path) || (::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode));
}

// `=` or `$SYSROOT` in front of a directory stands for --sysroot.
std::string with_sysroot(const Context& ctx, const std::string& path) {
  if (path.starts_with('=')) return ctx.options.sysroot + path.substr(1);
  if (path.starts_with("$SYSROOT")) return ctx.options.sysroot + path.substr(8);
  return path;
}

// Another machine's library in the search path is passed over.
bool is_compatible(Context& ctx, const std::string& path) {
  if (!ctx.target) return true;
  std::string error;
  std::string_view data = find_memory_or_file(ctx, path, error);
  if (data.starts_with(archive_magic) && data.size() > 68) {
    // The first member that is an ELF file speaks for all.
    for (u64 at = 8; at + 60 <= data.size();) {
      std::string_view size_text = data.substr(at + 48, 10);
      u64 size = 0;
      for (char c : size_text)
        if (c >= '0' && c <= '9') size = size * 10 + static_cast<u64>(c - '0');
      std::string_view member = at + 60 < data.size() ? data.substr(at + 60) : std::string_view{};
      if (member.starts_with("\177ELF")) {
        data = member;
        break;
      }
      at += 60 + size + (size & 1);
    }
  }
  if (!data.starts_with("\177ELF") || data.size() < sizeof(Elf64_Ehdr)) return true;
  u16 machine;
  std::memcpy(&machine, data.data() + offsetof(Elf64_Ehdr, e_machine), 2);
  return machine == ctx.target->machine && data[EI_CLASS] == ELFCLASS64;
}

std::string find_library(Context& ctx, const InputItem& item) {
  bool exact = item.name.starts_with(':');
  std::vector<std::string> names;
  if (exact) names = {item.name.substr(1)};
  else if (item.static_only || ctx.options.is_static) names = {"lib" + item.name + ".a"};
  else names = {"lib" + item.name + ".so", "lib" + item.name + ".a"};
  for (const std::string& folder : ctx.options.library_paths)
    for (const std::string& name : names) {
      std::string path = with_sysroot(ctx, folder) + "/" + name;
      if (exists(ctx, path) && is_compatible(ctx, path)) return path;
    }
  return {};
}

void add_default_paths(Context& ctx) {
  if (ctx.options.no_stdlib) return;
  for (const std::string& folder : default_library_paths(ctx.options))
    ctx.options.library_paths.push_back(ctx.options.sysroot + folder);
}

void open_bytes(Context& ctx, const std::string& path, std::string_view data, const InputItem& item) {
  if (ctx.options.trace) *ctx.text += path + "\n";
  if (item.is_binary) return open_binary(ctx, path, data);
  if (item.just_symbols) return take_symbols(ctx, path, data);
  if (data.empty()) return; // to GNU ld a linker script without a command
  if (data.starts_with(archive_magic) || data.starts_with(thin_magic)) return open_archive(ctx, path, data, item);
  if (data.starts_with("\177ELF") && data.size() > EI_NIDENT + 2) {
    u16 type;
    std::memcpy(&type, data.data() + EI_NIDENT, 2);
    if (type == ET_DYN) {
      if (ctx.options.is_static && !ctx.options.shared)
        return ctx.diag.error(fmt::format("attempted static link of dynamic object '{}'", path));
      return parse_shared(ctx, path, data, item);
    }
    if (item.lazy) return open_lone_object(ctx, path, data);
    return parse_object(ctx, path, data, nullptr);
  }
  if (data.starts_with("BC\xC0\xDE") || data.starts_with("\xDE\xC0\x17\x0B"))
    return ctx.diag.error(fmt::format("'{}' holds LLVM bitcode, which is not supported here: compile it without -flto", path));
  if (item.is_script && !is_input_script(data)) return ctx.diag.error(fmt::format("'{}' is no linker script", path));
  if (is_input_script(data)) return open_input_script(ctx, path, data, item);
  ctx.diag.error(fmt::format("file format not recognized: '{}' is no ELF file, archive or linker script", path));
}

} // namespace

std::string_view find_memory_or_file(Context& ctx, const std::string& path, std::string& error) {
  auto [memory, is_new] = ctx.memory_inputs.try_emplace(path);
  if (!is_new) return memory->second;
  ctx.output_is_input |= is_same_file(path, ctx.options.output);
  auto file = SourceFile::open(path, error);
  if (!file) {
    ctx.memory_inputs.erase(memory);
    return {};
  }
  memory->second = file->text();
  ctx.sources.push_back(std::move(file));
  ctx.dependencies.push_back(path);
  return memory->second;
}

void open_input(Context& ctx, const InputItem& item) {
  std::string path = item.name;
  if (item.is_library) {
    path = find_library(ctx, item);
    if (path.empty()) return ctx.diag.error(fmt::format("cannot find -l{}: No such file or directory", item.name));
  } else {
    path = with_sysroot(ctx, path);
  }
  std::string error;
  std::string_view data = find_memory_or_file(ctx, path, error);
  if (!error.empty()) {
    if (error.find("No such file") != std::string::npos)
      return ctx.diag.error(fmt::format("cannot find {}: No such file or directory", path));
    return ctx.diag.error(error);
  }
  open_bytes(ctx, path, data, item);
  load_pending_members(ctx);
}

void load_pending_members(Context& ctx) {
  // Members may ask for further members; the list grows while it is read.
  for (size_t i = 0; i < ctx.pending_members.size(); ++i) {
    auto [archive, offset] = ctx.pending_members[i];
    load_member(ctx, *archive, offset);
  }
  ctx.pending_members.clear();
}

void open_inputs(Context& ctx) {
  if (!choose_target(ctx)) return;
  add_default_paths(ctx);
  for (const InputItem& item : ctx.options.inputs) {
    open_input(ctx, item);
    if (ctx.diag.is_full()) return;
  }
  Options& o = ctx.options;
  if (o.entry.empty() && !o.shared && !o.relocatable) o.entry = "_start";
  if (!ctx.target) ctx.target = all_targets()[0]; // only archives, and nothing was taken from them
  if (ctx.options.relocatable && !ctx.shared_files.empty())
    ctx.diag.error(fmt::format("shared library '{}' cannot be linked with -r", ctx.shared_files[0]->name));
}

} // namespace lathe::linker
