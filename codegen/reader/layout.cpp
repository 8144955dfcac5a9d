#include "codegen/reader/layout.h"

namespace lathe::reader {
namespace {

// The number at the front of `s`, taken off; 0 when there is none.
u32 take(std::string_view& s) {
  u64 n = 0;
  while (!s.empty() && s[0] >= '0' && s[0] <= '9' && n < 100000000) {
    n = n * 10 + static_cast<u64>(s[0] - '0');
    s.remove_prefix(1);
  }
  return static_cast<u32>(n);
}

bool take(std::string_view& s, char c) {
  if (s.empty() || s[0] != c) return false;
  s.remove_prefix(1);
  return true;
}

u32 bytes(u32 bits) { return bits / 8 ? bits / 8 : 1; }

void pointer(std::string_view s, ir::DataLayout& dl) {
  u32 space = take(s);
  if (!take(s, ':')) return;
  u32 size = take(s);
  if (size < 8 || size % 8) return;
  if (space == 0) {
    dl.pointer_size = size / 8;
    return;
  }
  for (auto& row : dl.spaces) {
    if (row.number != 0 && row.number != space) continue;
    row = {space, size / 8};
    return;
  }
}

} // namespace

ir::DataLayout parse_data_layout(std::string_view text, std::string_view triple) {
  ir::DataLayout dl;
  // A string that does not mention i64 means LLVM's own default.
  if (!text.empty()) dl.i64_align = 4;
  // i686: LLVM's strings say f64:32:64 and f80:32 themselves; the machine's own default helps bare modules.
  if (triple.size() > 4 && triple[0] == 'i' && triple.substr(2, 2) == "86") {
    dl.pointer_size = 4;
    if (text.empty()) dl.i64_align = dl.f64_align = dl.x86_fp80_align = 4;
  }
  while (!text.empty()) {
    size_t dash = text.find('-');
    std::string_view s = text.substr(0, dash);
    text = dash == std::string_view::npos ? std::string_view() : text.substr(dash + 1);
    if (s.empty()) continue;
    char kind = s[0];
    s.remove_prefix(1);
    switch (kind) {
    case 'e': dl.little_endian = true; break;
    case 'E': dl.little_endian = false; break;
    case 'S': dl.stack_align = bytes(take(s)); break;
    case 'p': pointer(s, dl); break;
    case 'i':
    case 'f': {
      u32 width = take(s);
      if (!take(s, ':')) break;
      u32 align = bytes(take(s));
      if (kind == 'i' && width == 64) dl.i64_align = align;
      if (kind == 'i' && width == 128) dl.i128_align = align;
      if (kind == 'f' && width == 64) dl.f64_align = align;
      if (kind == 'f' && width == 80) dl.x86_fp80_align = align;
      break;
    }
    }
  }
  return dl;
}

} // namespace lathe::reader
