// Archives, regular and thin. The archive's own index of symbols puts its members on offer; a member is read
// when a symbol asks for it. An archive without an index is indexed here, from its members' symbol tables.

#include "linker/elf/definitions.h"
#include "linker/elf/passes.h"

#include <fmt/format.h>

namespace lathe::linker {
namespace {

struct Member {
  std::string_view name, data;
  u64 next = 0;
  u64 inner = 0; // thin: where in the archive `name` the member stands
  bool ok = false;
};

constexpr u64 header_size = 60;

u64 parse_decimal(std::string_view text) {
  u64 n = 0;
  for (char c : text) {
    if (c < '0' || c > '9') break;
    n = n * 10 + static_cast<u64>(c - '0');
    if (n > (u64{1} << 48)) return u64{1} << 48;
  }
  return n;
}

bool is_index(std::string_view name) { return name == "/" || name == "/SYM64/" || name.starts_with("__.SYMDEF"); }

// Reads the member header at `offset`; a thin archive's members lie in files of their own and have no data here.
Member read_member(const Archive& a, u64 offset, bool wants_name = true) {
  Member m;
  if (offset > a.data.size() || a.data.size() - offset < header_size) return m;
  std::string_view header = a.data.substr(offset, header_size);
  if (header[58] != '`' || header[59] != '\n') return m;
  u64 size = parse_decimal(header.substr(48, 10));
  std::string_view name = header.substr(0, 16);
  name = name.substr(0, name.find_last_not_of(' ') + 1);
  u64 start = offset + header_size;
  bool inside = !a.thin || is_index(name) || name == "//";
  if (inside && size > a.data.size() - start) return m;
  if (inside) m.data = a.data.substr(start, size);
  m.next = start + (inside ? size + (size & 1) : 0);
  if (name.starts_with("#1/") && inside) { // BSD: the name stands in front of the data
    u64 length = parse_decimal(name.substr(3));
    if (length > m.data.size()) return m;
    name = m.data.substr(0, length);
    name = name.substr(0, name.find('\0'));
    m.data.remove_prefix(length);
  } else if (name.size() > 1 && name[0] == '/' && name[1] >= '0' && name[1] <= '9' && wants_name) {
    u64 at = parse_decimal(name.substr(1));
    if (size_t colon = name.find(':'); colon != std::string_view::npos && a.thin) m.inner = parse_decimal(name.substr(colon + 1));
    if (at >= a.long_names.size()) return m;
    name = a.long_names.substr(at);
    name = name.substr(0, name.find('\n'));
    if (name.ends_with('/')) name.remove_suffix(1);
  } else if (!is_index(name) && name != "//" && name.ends_with('/')) {
    name.remove_suffix(1);
  }
  m.name = name;
  m.ok = true;
  return m;
}

u64 read_big_endian(std::string_view data, u64 at, u32 width) {
  u64 n = 0;
  for (u32 i = 0; i < width; ++i) n = n << 8 | static_cast<u8>(data[at + i]);
  return n;
}

void read_index(Context& ctx, Archive& a, std::string_view data, u32 width) {
  auto damaged = [&] { ctx.diag.error(fmt::format("{}: archive index is damaged", a.name)); };
  if (data.size() < width) return damaged();
  u64 count = read_big_endian(data, 0, width);
  if (count > (data.size() - width) / width) return damaged();
  std::string_view names = data.substr(width + count * width);
  if (count && (names.empty() || names.back() != 0)) {
    size_t last = names.rfind('\0');
    if (last == std::string_view::npos) return damaged();
    names = names.substr(0, last + 1);
  }
  for (u64 i = 0; i < count; ++i) {
    if (names.empty()) return damaged();
    std::string_view name(names.data());
    names.remove_prefix(name.size() + 1);
    resolve_lazy_symbol(ctx, name, a, read_big_endian(data, width + i * width, width));
  }
}

std::string_view member_data(Context& ctx, const Archive& a, const Member& m, std::string& error) {
  if (!a.thin) return m.data;
  std::string path = m.name.starts_with('/') ? std::string(m.name) : a.folder + std::string(m.name);
  std::string_view data = find_memory_or_file(ctx, path, error);
  if (m.inner == 0 || !error.empty()) return data;
  Archive holder;
  holder.name = path;
  holder.data = data;
  Member inner = data.starts_with("!<arch>\n") ? read_member(holder, m.inner, false) : Member{};
  if (!inner.ok) error = fmt::format("no member at offset {} of archive {}", m.inner, path);
  return inner.data;
}

bool is_excluded(const Context& ctx, std::string_view path) {
  std::string_view base = path.substr(path.rfind('/') + 1);
  for (const std::string& name : ctx.options.exclude_libs)
    if (name == "ALL" || name == base || (base.starts_with("lib") && name == base.substr(3)) ||
        (base.ends_with(".a") && name == base.substr(0, base.size() - 2)))
      return true;
  return false;
}

} // namespace

void open_archive(Context& ctx, std::string name, std::string_view data, const InputItem& item) {
  bool whole = item.whole_archive;
  for (Archive& a : ctx.archives)
    if (a.data.data() == data.data() && (a.whole || !whole)) return; // everything in it is on offer already
  Archive& a = ctx.archives.emplace_back();
  a.name = std::move(name);
  a.data = data;
  a.thin = data.starts_with("!<thin>\n");
  a.whole = whole;
  a.excluded_from_export = is_excluded(ctx, a.name);
  a.folder = a.name.substr(0, a.name.rfind('/') + 1);
  bool indexed = false;
  u64 at = 8;
  while (at < data.size()) {
    Member m = read_member(a, at);
    if (!m.ok) return ctx.diag.error(fmt::format("{}: archive member header at offset {} is damaged", a.name, at));
    if (m.name == "//") a.long_names = m.data;
    else if (is_index(m.name)) {
      if (!whole && m.name[0] == '/') {
        read_index(ctx, a, m.data, m.name == "/" ? 4 : 8);
        indexed = true;
      }
    } else {
      if (indexed) return; // the rest is read on demand
      if (whole) {
        load_member(ctx, a, at);
      } else {
        std::string error;
        u64 offset = at;
        for_each_definition(member_data(ctx, a, m, error), [&](std::string_view symbol, const Elf64_Sym&) {
          resolve_lazy_symbol(ctx, symbol, a, offset);
        });
        if (!error.empty()) return ctx.diag.error(fmt::format("{}: {}", a.name, error));
      }
    }
    at = m.next;
  }
}

void open_lone_object(Context& ctx, std::string name, std::string_view data) {
  Archive& a = ctx.archives.emplace_back();
  a.name = std::move(name);
  a.data = data;
  for_each_definition(data, [&](std::string_view symbol, const Elf64_Sym&) { resolve_lazy_symbol(ctx, symbol, a, 0); });
}

void load_member(Context& ctx, Archive& a, u64 offset) {
  if (!a.loaded.try_emplace(offset, 1).second) return;
  if (offset == 0) return parse_object(ctx, a.name, a.data, &a); // between --start-lib and --end-lib
  if (a.long_names.empty())
    for (u64 at = 8; at < a.data.size();) { // the table of long names stands behind the index
      Member m = read_member(a, at);
      if (m.name == "//") a.long_names = m.data;
      if (!is_index(m.name) || m.next <= at) break;
      at = m.next;
    }
  Member m = read_member(a, offset);
  if (!m.ok) return ctx.diag.error(fmt::format("{}: archive index points at offset {}, where no member is", a.name, offset));
  std::string error;
  std::string_view data = member_data(ctx, a, m, error);
  if (!error.empty()) return ctx.diag.error(fmt::format("{}: {}", a.name, error));
  std::string name = fmt::format("{}({})", a.name, m.name);
  if (ctx.options.trace) *ctx.text += name + "\n";
  if (data.starts_with("BC\xC0\xDE")) return ctx.diag.error(fmt::format("'{}' holds LLVM bitcode, which is not supported here", name));
  if (!data.starts_with("\177ELF")) {
    if (!a.whole) ctx.diag.error(fmt::format("{}: archive member is no ELF file", name));
    return;
  }
  parse_object(ctx, std::move(name), data, &a);
}

bool member_defines_strongly(Context& ctx, Archive& a, u64 offset, std::string_view symbol) {
  std::string error;
  Member m = offset ? read_member(a, offset) : Member{};
  std::string_view data = offset ? (m.ok ? member_data(ctx, a, m, error) : std::string_view{}) : a.data;
  bool found = false;
  for_each_definition(data, [&](std::string_view name, const Elf64_Sym& esym) {
    if (name == symbol && esym.st_shndx != SHN_COMMON && ELF64_ST_BIND(esym.st_info) != STB_WEAK) found = true;
  });
  return found;
}

} // namespace lathe::linker
