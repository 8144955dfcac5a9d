// Constant tables. Small integers of the common widths stand at computed places at the head of every table
// that has no base, so that most literals of a body cost no look-up at all.

#include "codegen/ir/constant.h"

#include "codegen/ir/hash.h"
#include "common/arena.h"
#include "common/intern.h"

#include <algorithm>
#include <utility>

namespace lathe::ir {
namespace {

// Rows 0, 1: i1. Then for i8, i16, i32, i64 the values -64 .. 191.
constexpr u32 small_below = 64, small_count = 256;
constexpr TypeId small_types[] = {TypeId::I8, TypeId::I16, TypeId::I32, TypeId::I64};
constexpr u32 small_widths[] = {8, 16, 32, 64};

u64 cut(u64 bits, u32 width) { return width >= 64 ? bits : bits & ((u64(1) << width) - 1); }

// The place of a small integer, `none` when it has none. `bits` is cut.
u32 small_place(TypeId type, u32 width, u64 bits) {
  if (type == TypeId::I1) return static_cast<u32>(bits);
  if (type < TypeId::I8 || type > TypeId::I64) return none;
  u64 at = cut(bits + small_below, width);
  if (at >= small_count) return none;
  return 2 + (static_cast<u32>(type) - static_cast<u32>(TypeId::I8)) * small_count + static_cast<u32>(at);
}

u32 hash_constant(const Constant& c) {
  u64 h = static_cast<u64>(c.kind) | static_cast<u64>(c.op) << 8 | u64(c.flags) << 16 |
          static_cast<u64>(c.type) << 32;
  h = mix(h, c.bits);
  h = mix(h, static_cast<u32>(c.source_type));
  for (u64 w : c.words) h = mix(h, w);
  for (Value v : c.operands) h = mix(h, v.bits);
  if (!c.bytes.empty()) h = mix(h, hash_bytes(c.bytes));
  return static_cast<u32>(h ^ h >> 31);
}

bool same_constant(const Constant& a, const Constant& b) {
  return a.kind == b.kind && a.type == b.type && a.bits == b.bits && a.op == b.op && a.flags == b.flags &&
         a.source_type == b.source_type && std::ranges::equal(a.words, b.words) && a.bytes == b.bytes &&
         std::ranges::equal(a.operands, b.operands);
}

} // namespace

struct ConstantTable::Impl {
  Arena memory;
  struct Slot {
    u32 hash = 0, row = 0; // row + 1
  };
  std::vector<Slot> slots;
  u32 used = 0;

  void insert(u32 hash, u32 row) {
    if ((used + 1) * 2 > slots.size()) {
      std::vector<Slot> old = std::exchange(slots, std::vector<Slot>(slots.empty() ? 64 : slots.size() * 2));
      for (Slot s : old)
        if (s.row) place(s);
    }
    place({hash, row + 1});
    ++used;
  }
  void place(Slot s) {
    size_t mask = slots.size() - 1, at = s.hash & mask;
    while (slots[at].row) at = (at + 1) & mask;
    slots[at] = s;
  }
};

ConstantTable::ConstantTable() {
  rows_.reserve(2 + 4 * small_count + 64);
  auto add = [&](TypeId type, u64 bits) {
    Constant c;
    c.kind = ConstantKind::Integer;
    c.type = type;
    c.bits = bits;
    rows_.push_back(c);
  };
  add(TypeId::I1, 0);
  add(TypeId::I1, 1);
  for (u32 t = 0; t < 4; ++t)
    for (u32 i = 0; i < small_count; ++i) add(small_types[t], cut(u64(i) - small_below, small_widths[t]));
}

ConstantTable::ConstantTable(const ConstantTable* base) : base_(base), first_(base->size()) {}
ConstantTable::~ConstantTable() { delete impl_; }

ConstantTable::ConstantTable(ConstantTable&& o) noexcept
    : base_(o.base_), first_(o.first_), rows_(std::move(o.rows_)), impl_(std::exchange(o.impl_, nullptr)) {}

ConstantTable& ConstantTable::operator=(ConstantTable&& o) noexcept {
  std::swap(base_, o.base_);
  std::swap(first_, o.first_);
  std::swap(rows_, o.rows_);
  std::swap(impl_, o.impl_);
  return *this;
}

ConstantTable::Impl& ConstantTable::impl() {
  if (!impl_) impl_ = new Impl;
  return *impl_;
}

ConstantId ConstantTable::find(const Constant& c, u32 hash) const {
  if (!impl_ || impl_->slots.empty()) return none;
  size_t mask = impl_->slots.size() - 1;
  for (size_t at = hash & mask; impl_->slots[at].row; at = (at + 1) & mask)
    if (impl_->slots[at].hash == hash && same_constant(rows_[impl_->slots[at].row - 1], c))
      return first_ + impl_->slots[at].row - 1;
  return none;
}

ConstantId ConstantTable::integer(TypeId type, u32 width, u64 bits) {
  bits = cut(bits, width);
  if (u32 at = small_place(type, width, bits); at != none) return at;
  Constant c;
  c.kind = ConstantKind::Integer;
  c.type = type;
  c.bits = bits;
  return intern(c);
}

ConstantId ConstantTable::intern(const Constant& c) { return intern(c, true); }
ConstantId ConstantTable::intern_view(const Constant& c) { return intern(c, false); }

ConstantId ConstantTable::intern(const Constant& c, bool copy_bytes) {
  if (c.kind == ConstantKind::Integer && c.type >= TypeId::I1 && c.type <= TypeId::I64) {
    u32 width = c.type == TypeId::I1 ? 1 : small_widths[static_cast<u32>(c.type) - static_cast<u32>(TypeId::I8)];
    if (u32 at = small_place(c.type, width, c.bits); at != none) return at;
  }
  u32 hash = hash_constant(c);
  for (const ConstantTable* t = this; t; t = t->base_)
    if (ConstantId id = t->find(c, hash); id != none) return id;
  Impl& m = impl();
  Constant row = c;
  row.words = m.memory.copy(c.words);
  if (copy_bytes) row.bytes = m.memory.copy(c.bytes);
  row.operands = m.memory.copy(c.operands);
  m.insert(hash, static_cast<u32>(rows_.size()));
  rows_.push_back(row);
  return size() - 1;
}

} // namespace lathe::ir
