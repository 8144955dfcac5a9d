#pragma once
// Short names as two machine words: equal size and words, equal text. For tables of names that are looked up often.

#include "common/int_types.h"

#include <cstring>
#include <string_view>

namespace lathe {

struct ShortText {
  static constexpr size_t limit = 16; // of the sizes for which the words tell all

  u64 head = 0, tail = 0;

  explicit ShortText(std::string_view s) {
    const char* p = s.data();
    size_t n = s.size();
    if (n >= 8) {
      std::memcpy(&head, p, 8);
      std::memcpy(&tail, p + n - 8, 8);
    } else if (n >= 4) {
      u32 low, high;
      std::memcpy(&low, p, 4);
      std::memcpy(&high, p + n - 4, 4);
      head = low | u64{high} << 32;
    } else if (n > 0) {
      head = static_cast<u8>(p[0]) | u64{static_cast<u8>(p[n / 2])} << 8 | u64{static_cast<u8>(p[n - 1])} << 16;
    }
  }
  bool operator==(const ShortText&) const = default;
  u64 hash(u64 seed) const {
    u64 h = (head ^ seed) * 0x9E3779B97F4A7C15u + tail * 0xC2B2AE3D27D4EB4Fu;
    return (h ^ h >> 29) * 0xBF58476D1CE4E5B9u;
  }
};

} // namespace lathe
