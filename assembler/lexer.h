#pragma once
// Character classes of GAS text and a small table from names to numbers, for the parser.

#include "common/int_types.h"

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace lathe::assembler {

enum CharClass : u8 { NameStart = 1, NamePart = 2, DigitChar = 4, BlankChar = 8, HexChar = 16 };

constexpr std::array<u8, 256> make_char_classes() {
  std::array<u8, 256> t{};
  for (int c = 0; c < 256; ++c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool digit = c >= '0' && c <= '9';
    u8 k = 0;
    if (letter || c == '_' || c == '.' || c == '$' || c >= 128) k |= NameStart | NamePart;
    if (digit) k |= NamePart | DigitChar | HexChar;
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) k |= HexChar;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f') k |= BlankChar;
    t[static_cast<size_t>(c)] = k;
  }
  return t;
}
inline constexpr std::array<u8, 256> char_classes = make_char_classes();
inline bool is_class(char c, u8 k) { return char_classes[static_cast<u8>(c)] & k; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline u64 short_hash(std::string_view s) {
  u64 a = 0, b = 0;
  size_t n = s.size();
  if (n >= 8) {
    std::memcpy(&a, s.data(), 8);
    std::memcpy(&b, s.data() + n - 8, 8);
  } else {
    for (size_t i = 0; i < n; ++i) a |= static_cast<u64>(static_cast<u8>(s[i])) << (8 * i);
  }
  u64 h = (a ^ n) * 0x9E3779B97F4A7C15u + b * 0xC2B2AE3D27D4EB4Fu;
  return (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9u;
}

// Names given once, looked up often. The names must outlive the table.
class NameTable {
public:
  explicit NameTable(size_t expected) {
    while ((size_t{1} << bits_) < expected * 3) ++bits_;
    slots_.resize(size_t{1} << bits_);
  }
  void add(std::string_view name, u32 value) {
    u32 i = first(name);
    while (!slots_[i].name.empty()) i = (i + 1) & mask();
    slots_[i] = {name, value};
  }
  // -1 when there is no such name.
  i64 find(std::string_view name) const {
    for (u32 i = first(name); !slots_[i].name.empty(); i = (i + 1) & mask())
      if (slots_[i].name == name) return slots_[i].value;
    return -1;
  }

private:
  u32 mask() const { return (1u << bits_) - 1; }
  u32 first(std::string_view name) const { return static_cast<u32>(short_hash(name) >> (64 - bits_)); }
  struct Slot {
    std::string_view name;
    u32 value = 0;
  };
  std::vector<Slot> slots_;
  u32 bits_ = 4;
};

} // namespace lathe::assembler
