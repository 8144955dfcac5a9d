#pragma once
// Names as dense 32-bit ids: equal text, equal id; ids count from 0 in order of first sight, so that they may
// index arrays and order output.

#include "common/arena.h"

#include <span>
#include <string_view>
#include <vector>

namespace lathe {

u64 hash_bytes(std::string_view text); // xxHash, the same on every run

class Interner {
public:
  static constexpr u32 none = ~0u;

  // The text is copied.
  u32 intern(std::string_view text) { return intern(text, true); }
  // `text` must live as long as the interner (a mapped file does).
  u32 intern_view(std::string_view text) { return intern(text, false); }
  // `none` when the text was never interned.
  u32 find(std::string_view text) const;
  std::string_view text(u32 id) const { return texts_[id]; }
  u32 size() const { return static_cast<u32>(texts_.size()); }

private:
  u32 intern(std::string_view text, bool copy);
  void grow();
  struct Slot {
    u32 hash, id; // id + 1; 0 is an empty slot
  };
  std::vector<std::string_view> texts_;
  std::vector<Slot> slots_;
  Arena arena_;
};

} // namespace lathe
