#pragma once
// Memory that is given out in pieces and freed at once. Objects in it are never destroyed, so they must be
// trivially destructible. Not thread-safe: one arena a function, a file or a thread.

#include "common/int_types.h"

#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lathe {

class Arena {
public:
  void* allocate(size_t size, size_t align) {
    auto at = (next_ + align - 1) & ~(align - 1);
    if (at + size > end_) [[unlikely]]
      return allocate_slow(size, align);
    next_ = at + size;
    return reinterpret_cast<void*>(at);
  }
  template <class T> T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T();
  }
  template <class T> std::span<T> make_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* p = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (p + i) T();
    return {p, count};
  }
  template <class T> std::span<T> copy(std::span<const T> from) {
    static_assert(std::is_trivially_copyable_v<T>);
    T* p = static_cast<T*>(allocate(from.size_bytes(), alignof(T)));
    if (!from.empty()) std::memcpy(p, from.data(), from.size_bytes());
    return {p, from.size()};
  }
  std::string_view copy(std::string_view text) {
    auto p = copy(std::span<const char>(text.data(), text.size()));
    return {p.data(), p.size()};
  }
  // Bytes given out so far, padding and unused tails included.
  size_t size() const { return total_; }

private:
  void* allocate_slow(size_t size, size_t align) {
    size_t block = total_ < 65536 ? 4096 : 65536;
    if (size + align > block) block = size + align;
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
    total_ += block;
    next_ = reinterpret_cast<std::uintptr_t>(blocks_.back().get());
    end_ = next_ + block;
    auto at = (next_ + align - 1) & ~(align - 1);
    next_ = at + size;
    return reinterpret_cast<void*>(at);
  }
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::uintptr_t next_ = 0, end_ = 0;
  size_t total_ = 0;
};

} // namespace lathe
