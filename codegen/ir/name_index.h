#pragma once
// Global names of a module as GlobalIds. Named and numbered globals live apart: @0 is not @"0".

#include "codegen/ir/module.h"

namespace lathe::ir {

struct Module::NameIndex {
  virtual ~NameIndex() = default; // the reader hangs what bodies need beside it

  struct Slot {
    u32 hash = 0, id = none;
  };
  std::vector<Slot> slots;
  u32 used = 0;
  std::vector<GlobalId> numbered;

  GlobalId find(std::string_view name, const std::vector<Global>& globals) const;
  // The name must not be there yet. `globals` holds every id added so far.
  void add(std::string_view name, GlobalId id);
};

} // namespace lathe::ir
