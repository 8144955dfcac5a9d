#pragma once
// Look-up of keywords: small open-addressed tables built once from rows of (spelling, value).

#include "codegen/ir/hash.h"

#include <initializer_list>
#include <vector>

namespace lathe::reader {

template <class T> class WordTable {
public:
  struct Row {
    std::string_view text;
    T value;
  };
  WordTable(std::initializer_list<Row> rows) : WordTable(std::vector<Row>(rows)) {}
  explicit WordTable(const std::vector<Row>& rows) {
    size_t size = 16;
    while (size < rows.size() * 4) size *= 2;
    slots_.resize(size);
    for (const Row& r : rows) {
      size_t at = ir::hash_name(r.text) & (size - 1);
      while (!slots_[at].text.empty()) at = (at + 1) & (size - 1);
      slots_[at] = r;
    }
  }
  // Null when the word is not in the table.
  const T* find(std::string_view word) const {
    if (word.empty()) return nullptr;
    size_t mask = slots_.size() - 1;
    for (size_t at = ir::hash_name(word) & mask; !slots_[at].text.empty(); at = (at + 1) & mask)
      if (slots_[at].text == word) return &slots_[at].value;
    return nullptr;
  }

private:
  std::vector<Row> slots_;
};

} // namespace lathe::reader
