#pragma once
// The local names of one body: numbered ones in an array, named ones in a hash table. The memory is reused from
// body to body.

#include "codegen/ir/hash.h"
#include "codegen/ir/value.h"

#include <vector>

namespace lathe::reader {

// A name is unknown (no value), used before its definition (kind None, index: place in the reader's list of
// forward references + 1) or defined.
struct Local {
  ir::Value value;
  ir::TypeId type{};
};

class LocalNames {
public:
  void clear() {
    numbered.clear();
    named_.clear();
    if (used_ * 8 > slots_.size() || slots_.size() > 4096) slots_.assign(64, {});
    else for (u32 at : touched_) slots_[at] = {};
    touched_.clear();
    used_ = 0;
  }
  Local& number(u32 n) {
    if (n >= numbered.size()) numbered.resize(n + 1);
    return numbered[n];
  }
  // The reference holds until the next name is added.
  Local& name(std::string_view text) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    u32 hash = ir::hash_name(text);
    size_t mask = slots_.size() - 1, at = hash & mask;
    for (; slots_[at].id; at = (at + 1) & mask)
      if (slots_[at].hash == hash && named_[slots_[at].id - 1].text == text) return named_[slots_[at].id - 1].local;
    named_.push_back({text, {}});
    slots_[at] = {hash, static_cast<u32>(named_.size())};
    touched_.push_back(static_cast<u32>(at));
    ++used_;
    return named_.back().local;
  }
  std::vector<Local> numbered;

private:
  struct Named {
    std::string_view text;
    Local local;
  };
  struct Slot {
    u32 hash = 0, id = 0; // id: index into named_ + 1
  };
  void grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.size() < 64 ? 64 : old.size() * 2, {});
    touched_.clear();
    for (Slot s : old) {
      if (!s.id) continue;
      size_t at = s.hash & (slots_.size() - 1);
      while (slots_[at].id) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = s;
      touched_.push_back(static_cast<u32>(at));
    }
  }
  std::vector<Named> named_;
  std::vector<Slot> slots_;
  std::vector<u32> touched_;
  u32 used_ = 0;
};

} // namespace lathe::reader
