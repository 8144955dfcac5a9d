#pragma once
// Constants, interned per table: equal constants have equal ids. Integers carry a width and no sign and are
// canonical (bits above the width are zero). A table may stand on a frozen one, as types do.

#include "codegen/ir/value.h"

namespace lathe::ir {

enum class ConstantKind : u8 {
  Integer,    // up to 64 bits: `bits`
  Words,      // integers and floats wider than 64 bits, little-endian words
  Float,      // half .. double: the IEEE bits in `bits`
  Null,       // pointer
  Undef, Poison,
  Zero,       // zeroinitializer of an aggregate or vector
  Aggregate,  // `operands`, one per element
  Bytes,      // array of i8: `bytes`
  Expression, // `op` over `operands`
  // operands: function (global). In a body's own table `bits` is the BlockId (the body's own function only);
  // in the module's table it is the index into Module::block_addresses.
  BlockAddress,
  DsoLocalEquivalent, NoCfi, TokenNone, PtrAuth,
};

struct Constant {
  ConstantKind kind{};
  TypeId type{};
  u64 bits = 0;                     // Integer, Float; Expression: Predicate of a compare
  std::span<const u64> words;       // Words
  std::string_view bytes;           // Bytes; BlockAddress: the block's name as written
  std::span<const Value> operands;  // Constant or Global values only
  Opcode op{};                      // Expression
  u16 flags = 0;                    // Expression: InstFlag bits
  TypeId source_type{};             // Expression GetElementPtr: source element type
};

class ConstantTable {
public:
  ConstantTable();
  explicit ConstantTable(const ConstantTable* base);
  ~ConstantTable();
  ConstantTable(ConstantTable&&) noexcept;
  ConstantTable& operator=(ConstantTable&&) noexcept;

  const Constant& operator[](ConstantId id) const { return id < first_ ? (*base_)[id] : rows_[id - first_]; }
  u32 size() const { return first_ + static_cast<u32>(rows_.size()); }

  // `bits` is cut to `width` (1..64), the width of `type`.
  ConstantId integer(TypeId type, u32 width, u64 bits);
  ConstantId intern(const Constant&); // copies what it refers to
  ConstantId intern_view(const Constant&); // the same, but `bytes` lives as long as the table and is not copied

private:
  struct Impl;
  Impl& impl();
  ConstantId intern(const Constant&, bool copy_bytes);
  ConstantId find(const Constant&, u32 hash) const;
  const ConstantTable* base_ = nullptr;
  u32 first_ = 0;
  std::vector<Constant> rows_;
  Impl* impl_ = nullptr;
};

} // namespace lathe::ir
