#include "codegen/ir/module.h"

#include "codegen/ir/hash.h"
#include "codegen/ir/name_index.h"

namespace lathe::ir {

const std::string_view* AttributeSet::find(std::string_view key) const {
  for (const auto& [k, value] : strings)
    if (k == key) return &value;
  return nullptr;
}

GlobalId Module::NameIndex::find(std::string_view name, const std::vector<Global>& globals) const {
  if (slots.empty()) return none;
  u32 hash = hash_name(name);
  size_t mask = slots.size() - 1;
  for (size_t at = hash & mask; slots[at].id != none; at = (at + 1) & mask)
    if (slots[at].hash == hash && globals[slots[at].id].name == name) return slots[at].id;
  return none;
}

void Module::NameIndex::add(std::string_view name, GlobalId id) {
  auto place = [&](Slot s) {
    size_t mask = slots.size() - 1, at = s.hash & mask;
    while (slots[at].id != none) at = (at + 1) & mask;
    slots[at] = s;
  };
  if (++used * 2 > slots.size()) {
    std::vector<Slot> old = std::move(slots);
    slots.assign(old.empty() ? 64 : old.size() * 2, {});
    for (Slot s : old)
      if (s.id != none) place(s);
  }
  place({hash_name(name), id});
}

GlobalId Module::find(std::string_view name) const {
  return name_index ? name_index->find(name, globals) : none;
}

} // namespace lathe::ir
