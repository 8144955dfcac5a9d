#pragma once
// Hashing of small keys made of words, for the tables of the IR. The same on every run.

#include "common/int_types.h"

#include <cstring>
#include <string_view>

namespace lathe::ir {

constexpr u64 mix(u64 h, u64 word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 32;
}

// A name's hash; short names cost a few instructions, none is read beyond its end.
inline u32 hash_name(std::string_view s) {
  auto load = [](const char* p, auto word) {
    std::memcpy(&word, p, sizeof word);
    return static_cast<u64>(word);
  };
  u64 h = s.size() * 0x51ed270b0a2b3c4du;
  const char* p = s.data();
  size_t n = s.size();
  if (n >= 8) {
    const char* last = p + n - 8;
    for (; p < last; p += 8) h = mix(h, load(p, u64()));
    h = mix(h, load(last, u64()));
  } else if (n >= 4) {
    h = mix(h, load(p, u32()) << 32 | load(p + n - 4, u32()));
  } else if (n > 0) {
    h = mix(h, static_cast<u64>(static_cast<u8>(p[0])) << 16 | static_cast<u64>(static_cast<u8>(p[n / 2])) << 8 |
                   static_cast<u8>(p[n - 1]));
  }
  return static_cast<u32>(h ^ h >> 29);
}

} // namespace lathe::ir
