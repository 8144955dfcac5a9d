#include "common/intern.h"

#include <xxhash.h>

namespace lathe {

u64 hash_bytes(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

bool Interner::is_numbered(std::string_view text, Numbered& out) {
  size_t n = text.size();
  if (n < 2 || text[n - 1] < '0' || text[n - 1] > '9') return false;
  u32 number = 0, unit = 1;
  size_t first = n;
  while (first > 0 && text[first - 1] >= '0' && text[first - 1] <= '9') {
    if (n - first == 9) return false;
    number += static_cast<u32>(text[--first] - '0') * unit;
    unit *= 10;
  }
  if (first == 0 || first > ShortText::limit || (text[first] == '0' && n - first > 1)) return false;
  out = {text.substr(0, first), number};
  return true;
}

Interner::PageSlot& Interner::page_slot(const ShortText& prefix, size_t prefix_size, u32 page) {
  size_t mask = page_slots_.size() - 1;
  for (size_t i = prefix.hash(u64{page} << 8 | prefix_size) >> 32 & mask;; i = (i + 1) & mask) {
    PageSlot& s = page_slots_[i];
    if (!s.prefix_size || (s.number == page && s.prefix == prefix && s.prefix_size == prefix_size)) return s;
  }
}

const Interner::PageSlot* Interner::find_page(const Numbered& n) const {
  if (page_slots_.empty()) return nullptr;
  const PageSlot& s = const_cast<Interner*>(this)->page_slot(ShortText(n.prefix), n.prefix.size(), n.number >> page_bits);
  return s.prefix_size ? &s : nullptr;
}

void Interner::grow_pages() {
  std::vector<PageSlot> old = std::move(page_slots_);
  page_slots_.assign(old.empty() ? 64 : old.size() * 2, PageSlot{});
  for (const PageSlot& s : old)
    if (s.prefix_size) page_slot(s.prefix, s.prefix_size, s.number) = s;
}

u32 Interner::intern_numbered(const Numbered& n, std::string_view text, bool copy) {
  if (page_count_ * 2 >= page_slots_.size()) grow_pages();
  ShortText prefix(n.prefix);
  PageSlot& s = page_slot(prefix, n.prefix.size(), n.number >> page_bits);
  u32 low = n.number & ((1u << page_bits) - 1);
  if (s.prefix_size) {
    if (u32 id = page_ids_[(size_t{s.page} << page_bits) + low]) return id - 1;
  }
  std::string_view kept = copy ? arena_.copy(text) : text;
  if (!s.prefix_size) {
    s.prefix = prefix, s.prefix_size = n.prefix.size() & 0xff, s.number = n.number >> page_bits, s.page = page_count_++ & 0xffffff;
    page_ids_.resize(size_t{page_count_} << page_bits);
  }
  texts_.push_back(kept);
  page_ids_[(size_t{s.page} << page_bits) + low] = size();
  return size() - 1;
}

u32 Interner::find(std::string_view text) const {
  if (Numbered n; is_numbered(text, n)) {
    const PageSlot* s = find_page(n);
    return s ? page_ids_[(size_t{s->page} << page_bits) + (n.number & ((1u << page_bits) - 1))] - 1 : none;
  }
  if (slots_.empty()) return none;
  auto hash = static_cast<u32>(hash_bytes(text));
  for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].id == 0) return none;
    if (slots_[i].hash == hash && texts_[slots_[i].id - 1] == text) return slots_[i].id - 1;
  }
}

u32 Interner::intern(std::string_view text, bool copy) {
  if (Numbered n; is_numbered(text, n)) return intern_numbered(n, text, copy);
  if (hashed_ * 2 >= slots_.size()) grow();
  auto hash = static_cast<u32>(hash_bytes(text));
  size_t i = hash & (slots_.size() - 1);
  for (; slots_[i].id != 0; i = (i + 1) & (slots_.size() - 1))
    if (slots_[i].hash == hash && texts_[slots_[i].id - 1] == text) return slots_[i].id - 1;
  texts_.push_back(copy ? arena_.copy(text) : text);
  slots_[i] = {hash, size()};
  ++hashed_;
  return size() - 1;
}

void Interner::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 64 : old.size() * 2, Slot{0, 0});
  for (Slot s : old) {
    if (s.id == 0) continue;
    size_t i = s.hash & (slots_.size() - 1);
    while (slots_[i].id != 0) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = s;
  }
}

} // namespace lathe
