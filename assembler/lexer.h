#pragma once
// Character classes of GAS text and a small table from names to numbers, for the parser.

#include "common/short_text.h"

#include <array>
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

// Names given once, looked up often. The names must outlive the table.
class NameTable {
public:
  explicit NameTable(size_t expected) {
    while ((size_t{1} << bits_) < expected * 3) ++bits_;
    slots_.resize(size_t{1} << bits_);
  }
  void add(std::string_view name, u32 value) {
    ShortText words(name);
    u32 i = first(words, name.size());
    while (!slots_[i].name.empty()) i = (i + 1) & mask();
    slots_[i] = {words, name, value};
  }
  // -1 when there is no such name.
  i64 find(std::string_view name) const {
    ShortText words(name);
    for (u32 i = first(words, name.size()); !slots_[i].name.empty(); i = (i + 1) & mask()) {
      const Slot& s = slots_[i];
      if (s.words == words && s.name.size() == name.size() && (name.size() <= ShortText::limit || s.name == name)) return s.value;
    }
    return -1;
  }

private:
  u32 mask() const { return (1u << bits_) - 1; }
  u32 first(const ShortText& words, size_t size) const { return static_cast<u32>(words.hash(size) >> (64 - bits_)); }
  struct Slot {
    ShortText words{{}};
    std::string_view name;
    u32 value = 0;
  };
  std::vector<Slot> slots_;
  u32 bits_ = 4;
};

} // namespace lathe::assembler
