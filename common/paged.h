#pragma once
// A growing array whose elements never move: pages of equal size. Growing copies nothing, and references stay good.

#include "common/int_types.h"

#include <memory>
#include <vector>

namespace lathe {

template <class T, unsigned page_bits = 10> class Paged {
public:
  T& operator[](size_t i) { return pages_[i >> page_bits][i & mask]; }
  const T& operator[](size_t i) const { return pages_[i >> page_bits][i & mask]; }
  size_t size() const { return size_; }
  T& back() { return (*this)[size_ - 1]; }
  T& emplace_back() {
    grow_to(size_ + 1);
    return back();
  }
  void grow_to(size_t n) {
    while (pages_.size() << page_bits < n) pages_.push_back(std::make_unique<T[]>(size_t{1} << page_bits));
    if (n > size_) size_ = n;
  }

private:
  static constexpr size_t mask = (size_t{1} << page_bits) - 1;
  std::vector<std::unique_ptr<T[]>> pages_;
  size_t size_ = 0;
};

} // namespace lathe
