#pragma once
// Names as dense 32-bit ids: equal text, equal id; ids count from 0 in order of first sight, so that they may
// index arrays and order output.

#include "common/arena.h"
#include "common/short_text.h"

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
  // Names that end in a number (.LVL1234) are kept in pages of neighbours: who asks for them in order, as assembly
  // text does, stays in the cache, and no text is looked at again.
  struct Numbered {
    std::string_view prefix;
    u32 number = 0;
  };
  static constexpr u32 page_bits = 6;
  struct PageSlot {
    ShortText prefix{{}};
    u32 number = 0, prefix_size : 8 = 0, page : 24 = 0; // number: of the page; no prefix is an empty slot
  };
  static bool is_numbered(std::string_view text, Numbered& out);
  PageSlot& page_slot(const ShortText& prefix, size_t prefix_size, u32 page);
  const PageSlot* find_page(const Numbered& n) const;
  u32 intern_numbered(const Numbered& n, std::string_view text, bool copy);
  void grow_pages();
  std::vector<PageSlot> page_slots_;
  std::vector<u32> page_ids_; // id + 1, pages of 1 << page_bits
  u32 page_count_ = 0;

  u32 intern(std::string_view text, bool copy);
  void grow();
  struct Slot {
    u32 hash, id; // id + 1; 0 is an empty slot
  };
  std::vector<std::string_view> texts_;
  u32 hashed_ = 0; // names in slots_
  std::vector<Slot> slots_;
  Arena arena_;
};

} // namespace lathe
