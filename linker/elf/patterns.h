#pragma once
// Many glob patterns matched at once: each set is compiled to one RE2::Set, so that a symbol is matched against
// all patterns in one pass over its name.

#include "common/int_types.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lathe::linker {

bool is_glob(std::string_view pattern);

class PatternSet {
public:
  PatternSet();
  ~PatternSet();
  PatternSet(PatternSet&&) noexcept;
  // Numbers patterns from 0; false when the pattern is malformed.
  bool add(std::string_view glob);
  // Call once after the last add().
  bool compile();
  bool empty() const { return count_ == 0; }
  // The numbers of all patterns that match the whole of `name`, ascending.
  void match(std::string_view name, std::vector<int>& out) const;
  bool matches(std::string_view name) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int count_ = 0;
};

} // namespace lathe::linker
