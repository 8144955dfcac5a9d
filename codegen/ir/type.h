#pragma once
// Types of the IR, interned: equal types have equal ids, the common ones have fixed ids. A table may stand on
// a frozen one (a function's overlay on its module's table): ids below base->size() belong to the base.

#include "common/int_types.h"

#include <span>
#include <string_view>
#include <vector>

namespace lathe::ir {

enum class TypeKind : u8 {
  Void, Label, Metadata, Token, Half, BFloat, Float, Double, X86Fp80, Fp128, PpcFp128, X86Amx, Pointer,
  Integer, Array, Vector, Struct, Opaque, Function, TargetExtension,
};

// Ids known without a look-up. `Ptr` is a pointer in address space 0; typed pointers are read as `Ptr`.
enum class TypeId : u32 {
  Void, Label, Metadata, Token, Half, BFloat, Float, Double, X86Fp80, Fp128, PpcFp128, X86Amx, Ptr,
  I1, I8, I16, I32, I64, I128,
  FirstOther,
};

struct Type {
  TypeKind kind = TypeKind::Void;
  bool packed = false;   // Struct
  bool variadic = false; // Function
  bool scalable = false; // Vector
  u32 bits = 0;          // Integer: width; Pointer: address space
  TypeId element{};      // Array, Vector: element; Function: return type
  u64 count = 0;         // Array, Vector: number of elements
  // Struct: fields; Function: parameters.
  std::span<const TypeId> elements;
  u32 name = ~0u;        // identified Struct and Opaque: id in Module::names
};

// What a `target datalayout` string says, in bytes.
struct DataLayout {
  bool little_endian = true;
  u32 pointer_size = 8;
  u32 stack_align = 16;
  u32 i64_align = 8;
  u32 f64_align = 8;
  u32 i128_align = 16;
  u32 x86_fp80_align = 16; // also its alloc size
  u32 max_vector_align = 0; // 0: a vector's natural alignment
  // Address spaces whose pointers differ from space 0's.
  struct Space { u32 number = 0, size = 0; };
  Space spaces[4];
  u32 pointer_size_in(u32 space) const {
    for (Space s : spaces)
      if (space != 0 && s.number == space) return s.size;
    return pointer_size;
  }
};

class TypeTable {
public:
  TypeTable();                              // holds the fixed ids
  explicit TypeTable(const TypeTable* base); // overlay; `base` must not change any more
  ~TypeTable();
  TypeTable(TypeTable&&) noexcept;
  TypeTable& operator=(TypeTable&&) noexcept;

  const Type& operator[](TypeId id) const {
    u32 i = static_cast<u32>(id);
    return i < first_ ? (*base_)[id] : rows_[i - first_];
  }
  u32 size() const { return first_ + static_cast<u32>(rows_.size()); }

  TypeId integer(u32 bits);
  TypeId pointer(u32 address_space = 0);
  TypeId array(TypeId element, u64 count);
  TypeId vector(TypeId element, u64 count, bool scalable = false);
  TypeId literal_struct(std::span<const TypeId> fields, bool packed = false);
  TypeId function(TypeId result, std::span<const TypeId> parameters, bool variadic);
  TypeId target_extension(u32 name); // `name` is the id of the type as written
  // Identified types are never merged; the body may be set later (forward references).
  TypeId named_struct(u32 name);
  void set_body(TypeId id, std::span<const TypeId> fields, bool packed);

  TypeKind kind(TypeId id) const { return (*this)[id].kind; }
  bool is_integer(TypeId id) const { return kind(id) == TypeKind::Integer; }
  bool is_pointer(TypeId id) const { return kind(id) == TypeKind::Pointer; }
  bool is_float(TypeId id) const { return id >= TypeId::Half && id <= TypeId::PpcFp128; }
  bool is_vector(TypeId id) const { return kind(id) == TypeKind::Vector; }
  bool is_aggregate(TypeId id) const { return kind(id) == TypeKind::Array || kind(id) == TypeKind::Struct; }
  u32 integer_bits(TypeId id) const { return (*this)[id].bits; }

  // Opaque structures are the only aggregates without a size.
  bool is_sized(TypeId) const;
  // LangRef's "Data Layout" rules. Sizes in bytes; size_in_bits gives i1 one bit.
  u64 size_in_bits(TypeId id, const DataLayout&) const;
  u64 store_size(TypeId id, const DataLayout&) const;
  u64 alloc_size(TypeId id, const DataLayout&) const;
  u64 abi_align(TypeId id, const DataLayout&) const;
  u64 field_offset(TypeId structure, u32 field, const DataLayout&) const;

private:
  struct Impl; // hash tables, memory, cached layouts
  struct Layout;
  Impl& impl();
  TypeId intern(const Type&);
  TypeId add(const Type&);
  const Layout& layout(TypeId, const DataLayout&) const; // computed at the first question
  const TypeTable* base_ = nullptr;
  u32 first_ = 0;
  std::vector<Type> rows_;
  Impl* impl_ = nullptr;
};

} // namespace lathe::ir
