#include "common/intern.h"

#include <xxhash.h>

namespace lathe {

u64 hash_bytes(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

u32 Interner::find(std::string_view text) const {
  if (slots_.empty()) return none;
  auto hash = static_cast<u32>(hash_bytes(text));
  for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].id == 0) return none;
    if (slots_[i].hash == hash && texts_[slots_[i].id - 1] == text) return slots_[i].id - 1;
  }
}

u32 Interner::intern(std::string_view text, bool copy) {
  if (texts_.size() * 2 >= slots_.size()) grow();
  auto hash = static_cast<u32>(hash_bytes(text));
  size_t i = hash & (slots_.size() - 1);
  for (; slots_[i].id != 0; i = (i + 1) & (slots_.size() - 1))
    if (slots_[i].hash == hash && texts_[slots_[i].id - 1] == text) return slots_[i].id - 1;
  texts_.push_back(copy ? arena_.copy(text) : text);
  slots_[i] = {hash, size()};
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
