// Type tables: structural types are hashed into an open-addressed table of ids; layouts of structures are
// computed once and kept beside the table that was asked. A module's table may be asked by many threads, so
// its layouts are guarded; a function's overlay keeps layouts of its own and needs no lock.

#include "codegen/ir/type.h"

#include "codegen/ir/hash.h"
#include "common/arena.h"
#include "common/diag.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace lathe::ir {

struct TypeTable::Layout {
  u64 size = 0, align = 1;
  std::vector<u64> offsets;
};

struct TypeTable::Impl {
  Arena memory;
  std::vector<u32> slots; // index into rows_ + 1
  u32 used = 0;
  std::recursive_mutex mutex; // guards `layouts` of a table without a base
  std::unordered_map<u32, Layout> layouts; // only looked up, never walked
};

namespace {

constexpr u64 saturated = u64(1) << 61; // bytes; larger sizes are cut to this, so that bits fit in 64 bits

u64 times(u64 a, u64 b) {
  u64 r;
  return __builtin_mul_overflow(a, b, &r) || r > saturated ? saturated : r;
}
u64 round_up(u64 value, u64 align) { return value >= saturated ? saturated : (value + align - 1) / align * align; }

u32 hash_type(const Type& t) {
  u64 h = static_cast<u64>(t.kind) | u64(t.packed) << 8 | u64(t.variadic) << 9 | u64(t.scalable) << 10;
  h = mix(h, u64(t.bits) << 32 | static_cast<u32>(t.element));
  h = mix(h, t.count);
  for (TypeId e : t.elements) h = mix(h, static_cast<u32>(e));
  if (t.kind == TypeKind::TargetExtension) h = mix(h, t.name);
  return static_cast<u32>(h);
}

bool same_type(const Type& a, const Type& b) {
  return a.kind == b.kind && a.packed == b.packed && a.variadic == b.variadic && a.scalable == b.scalable &&
         a.bits == b.bits && a.element == b.element && a.count == b.count && a.name == b.name &&
         std::ranges::equal(a.elements, b.elements);
}

} // namespace

TypeTable::TypeTable() {
  auto simple = [&](TypeKind kind, u32 bits = 0) {
    Type t;
    t.kind = kind;
    t.bits = bits;
    return t;
  };
  rows_.reserve(64);
  for (u32 k = 0; k <= static_cast<u32>(TypeKind::X86Amx); ++k) add(simple(static_cast<TypeKind>(k)));
  add(simple(TypeKind::Pointer));
  for (u32 bits : {1, 8, 16, 32, 64, 128}) add(simple(TypeKind::Integer, bits));
}

TypeTable::TypeTable(const TypeTable* base) : base_(base), first_(base->size()) {}
TypeTable::~TypeTable() { delete impl_; }

TypeTable::TypeTable(TypeTable&& o) noexcept
    : base_(o.base_), first_(o.first_), rows_(std::move(o.rows_)), impl_(std::exchange(o.impl_, nullptr)) {}

TypeTable& TypeTable::operator=(TypeTable&& o) noexcept {
  std::swap(base_, o.base_);
  std::swap(first_, o.first_);
  std::swap(rows_, o.rows_);
  std::swap(impl_, o.impl_);
  return *this;
}

TypeTable::Impl& TypeTable::impl() {
  if (!impl_) impl_ = new Impl;
  return *impl_;
}

TypeId TypeTable::add(const Type& t) {
  Impl& m = impl();
  if ((m.used + 1) * 2 > m.slots.size()) {
    m.slots.assign(m.slots.empty() ? 64 : m.slots.size() * 2, 0);
    for (u32 i = 0; i < rows_.size(); ++i) {
      if (rows_[i].name != ~0u && rows_[i].kind != TypeKind::TargetExtension) continue;
      size_t at = hash_type(rows_[i]) & (m.slots.size() - 1);
      while (m.slots[at]) at = (at + 1) & (m.slots.size() - 1);
      m.slots[at] = i + 1;
    }
  }
  rows_.push_back(t);
  rows_.back().elements = m.memory.copy(t.elements);
  bool identified = t.name != ~0u && t.kind != TypeKind::TargetExtension;
  if (!identified) {
    size_t at = hash_type(t) & (m.slots.size() - 1);
    while (m.slots[at]) at = (at + 1) & (m.slots.size() - 1);
    m.slots[at] = static_cast<u32>(rows_.size());
    ++m.used;
  }
  return static_cast<TypeId>(first_ + rows_.size() - 1);
}

TypeId TypeTable::intern(const Type& t) {
  u32 hash = hash_type(t);
  for (const TypeTable* table = this; table; table = table->base_) {
    const Impl* m = table->impl_;
    if (!m || m->slots.empty()) continue;
    size_t mask = m->slots.size() - 1;
    for (size_t at = hash & mask; m->slots[at]; at = (at + 1) & mask)
      if (same_type(table->rows_[m->slots[at] - 1], t))
        return static_cast<TypeId>(table->first_ + m->slots[at] - 1);
  }
  return add(t);
}

TypeId TypeTable::integer(u32 bits) {
  switch (bits) {
  case 1: return TypeId::I1;
  case 8: return TypeId::I8;
  case 16: return TypeId::I16;
  case 32: return TypeId::I32;
  case 64: return TypeId::I64;
  case 128: return TypeId::I128;
  }
  Type t;
  t.kind = TypeKind::Integer;
  t.bits = bits;
  return intern(t);
}

TypeId TypeTable::pointer(u32 address_space) {
  if (address_space == 0) return TypeId::Ptr;
  Type t;
  t.kind = TypeKind::Pointer;
  t.bits = address_space;
  return intern(t);
}

TypeId TypeTable::array(TypeId element, u64 count) {
  Type t;
  t.kind = TypeKind::Array;
  t.element = element;
  t.count = count;
  return intern(t);
}

TypeId TypeTable::vector(TypeId element, u64 count, bool scalable) {
  Type t;
  t.kind = TypeKind::Vector;
  t.element = element;
  t.count = count;
  t.scalable = scalable;
  return intern(t);
}

TypeId TypeTable::literal_struct(std::span<const TypeId> fields, bool packed) {
  Type t;
  t.kind = TypeKind::Struct;
  t.packed = packed;
  t.elements = fields;
  return intern(t);
}

TypeId TypeTable::function(TypeId result, std::span<const TypeId> parameters, bool variadic) {
  Type t;
  t.kind = TypeKind::Function;
  t.element = result;
  t.elements = parameters;
  t.variadic = variadic;
  return intern(t);
}

TypeId TypeTable::target_extension(u32 name) {
  Type t;
  t.kind = TypeKind::TargetExtension;
  t.name = name;
  return intern(t);
}

TypeId TypeTable::named_struct(u32 name) {
  Type t;
  t.kind = TypeKind::Opaque;
  t.name = name;
  return add(t);
}

void TypeTable::set_body(TypeId id, std::span<const TypeId> fields, bool packed) {
  lathe_check(static_cast<u32>(id) >= first_, "a type of the base table is set");
  Type& t = rows_[static_cast<u32>(id) - first_];
  t.kind = TypeKind::Struct;
  t.packed = packed;
  t.elements = impl().memory.copy(fields);
}

// --- Layout

// The reader has refused types that contain themselves and chains that are too long, so this ends.
bool TypeTable::is_sized(TypeId id) const {
  const Type& t = (*this)[id];
  switch (t.kind) {
  case TypeKind::Void: case TypeKind::Label: case TypeKind::Metadata: case TypeKind::Token:
  case TypeKind::Function: case TypeKind::Opaque: return false;
  case TypeKind::Array: return is_sized(t.element);
  default: return true;
  }
}

u64 TypeTable::size_in_bits(TypeId id, const DataLayout& dl) const {
  const Type& t = (*this)[id];
  switch (t.kind) {
  case TypeKind::Half: case TypeKind::BFloat: return 16;
  case TypeKind::Float: return 32;
  case TypeKind::Double: return 64;
  case TypeKind::X86Fp80: return 80;
  case TypeKind::Fp128: case TypeKind::PpcFp128: return 128;
  case TypeKind::X86Amx: return 8192;
  case TypeKind::Pointer: return u64(dl.pointer_size_in(t.bits)) * 8;
  case TypeKind::Integer: return t.bits;
  case TypeKind::Vector: return times(t.count, size_in_bits(t.element, dl));
  case TypeKind::Array: return times(times(t.count, alloc_size(t.element, dl)), 8);
  case TypeKind::Struct: return times(layout(id, dl).size, 8);
  default: return 0;
  }
}

u64 TypeTable::store_size(TypeId id, const DataLayout& dl) const { return (size_in_bits(id, dl) + 7) / 8; }

u64 TypeTable::alloc_size(TypeId id, const DataLayout& dl) const {
  return round_up(store_size(id, dl), abi_align(id, dl));
}

u64 TypeTable::abi_align(TypeId id, const DataLayout& dl) const {
  const Type& t = (*this)[id];
  switch (t.kind) {
  case TypeKind::Half: case TypeKind::BFloat: return 2;
  case TypeKind::Float: return 4;
  case TypeKind::Double: return dl.f64_align;
  case TypeKind::X86Fp80: return dl.x86_fp80_align;
  case TypeKind::Fp128: case TypeKind::PpcFp128: return 16;
  case TypeKind::X86Amx: return 64;
  case TypeKind::Pointer: return dl.pointer_size_in(t.bits);
  case TypeKind::Integer:
    // An odd width has the alignment of the next specified one, beyond the widest that of the widest.
    if (t.bits <= 8) return 1;
    if (t.bits <= 16) return 2;
    if (t.bits <= 32) return 4;
    return t.bits <= 64 ? dl.i64_align : dl.i128_align;
  case TypeKind::Vector: {
    u64 align = std::bit_ceil(std::max<u64>(store_size(id, dl), 1));
    return dl.max_vector_align ? std::min<u64>(align, dl.max_vector_align) : align;
  }
  case TypeKind::Array: return abi_align(t.element, dl);
  case TypeKind::Struct: return layout(id, dl).align;
  default: return 1;
  }
}

u64 TypeTable::field_offset(TypeId structure, u32 field, const DataLayout& dl) const {
  return layout(structure, dl).offsets[field];
}

const TypeTable::Layout& TypeTable::layout(TypeId id, const DataLayout& dl) const {
  Impl& m = const_cast<TypeTable*>(this)->impl();
  std::unique_lock lock(m.mutex, std::defer_lock);
  if (!base_) lock.lock();
  if (auto found = m.layouts.find(static_cast<u32>(id)); found != m.layouts.end()) return found->second;
  const Type& t = (*this)[id];
  Layout l;
  l.offsets.reserve(t.elements.size());
  for (TypeId e : t.elements) {
    u64 align = t.packed ? 1 : abi_align(e, dl);
    l.size = round_up(l.size, align);
    l.align = std::max(l.align, align);
    l.offsets.push_back(l.size);
    l.size = std::min(saturated, l.size + alloc_size(e, dl));
  }
  l.size = round_up(l.size, l.align);
  return m.layouts.emplace(static_cast<u32>(id), std::move(l)).first->second; // node-based: stays in place
}

} // namespace lathe::ir
