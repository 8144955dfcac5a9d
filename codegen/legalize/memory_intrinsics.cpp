// memcpy, memmove, memset: a few loads and stores when the length is a small constant, else the C library's
// function. Lengths between powers of two end with an access that overlaps the one before (15 = 8 at 0, 8 at 7).

#include "codegen/legalize/context.h"

#include <algorithm>
#include <bit>

namespace lathe::legalize {

namespace {

struct Piece {
  u64 offset, size;
};

constexpr u32 most_inline_pieces = 1024; // for those that must be inline

bool plan(u64 length, u64 widest, bool overlap, size_t most, std::vector<Piece>& pieces) {
  for (u64 at = 0; at < length;) {
    if (pieces.size() == most) return false;
    u64 rest = length - at, size = std::min(widest, std::bit_floor(rest));
    u64 above = std::bit_ceil(rest);
    if (overlap && rest < widest && above != rest && above <= widest && above <= length) {
      pieces.push_back({length - above, above});
      return true;
    }
    pieces.push_back({at, size});
    at += size;
  }
  return true;
}

TypeId type_of_size(u64 size) {
  switch (size) {
  case 1: return TypeId::I8;
  case 2: return TypeId::I16;
  case 4: return TypeId::I32;
  case 8: return TypeId::I64;
  default: return TypeId::Fp128;
  }
}

u32 align_at(u64 align, u64 offset) {
  u64 a = offset ? std::min(align, offset & (~offset + 1)) : align;
  return static_cast<u32>(std::clamp<u64>(a, 1, 64));
}

u64 pointer_align(const Function& f, InstId call, u32 argument) {
  const CallInfo& info = f.call_info(call);
  if (argument >= info.argument_attributes.size()) return 1;
  return std::max<u64>(1, f.attributes(info.argument_attributes[argument]).align);
}

class MemoryExpansion {
public:
  MemoryExpansion(Context& c, Emitter& e, InstId call, Intrinsic which)
      : context(c), f(c.f), b(e), id(call), intrinsic(which) {
    to = f.operand(id, 1);
    from = f.operand(id, 2);
    length = f.operand(id, 3);
    u64 is_volatile = 0;
    constant_bits(f, f.operand(id, 4), is_volatile);
    flags = is_volatile ? FlagVolatile : 0;
    sets = which == Intrinsic::Memset || which == Intrinsic::MemsetInline;
    must_inline = which == Intrinsic::MemcpyInline || which == Intrinsic::MemsetInline;
  }

  void run() {
    u64 bytes;
    bool known = constant_bits(f, length, bytes);
    if (known && bytes == 0) return;
    if (known && plan_pieces(bytes)) {
      if (sets) set();
      else copy();
      return;
    }
    if (must_inline) unsupported(f, sets ? "a memset.inline this long" : "a memcpy.inline this long");
    check_address_space(to);
    if (!sets) check_address_space(from);
    Value size = b.zext_or_trunc(length, context.target.word_bits == 64 ? TypeId::I64 : TypeId::I32);
    if (sets) {
      call_named(b, "memset", TypeId::Ptr, {to, b.zext(from, TypeId::I32), size});
    } else {
      bool move = intrinsic == Intrinsic::Memmove;
      call_named(b, move ? "memmove" : "memcpy", TypeId::Ptr, {to, from, size});
    }
  }

private:
  bool plan_pieces(u64 bytes) {
    u64 value;
    constant_set = sets && constant_bits(f, from, value);
    byte = constant_set ? value & 0xff : 0;
    bool wide = context.target.copies_16_bytes && !context.has(Attribute::NoImplicitFloat) && (!sets || constant_set);
    u64 widest = wide ? 16 : context.target.word_bits / 8;
    bool small = context.has(Attribute::OptSize) || context.has(Attribute::MinSize);
    size_t most = must_inline ? most_inline_pieces : small ? context.target.copy_stores_small : context.target.copy_stores;
    return plan(bytes, widest, flags == 0, most, pieces);
  }

  void check_address_space(Value v) {
    if (f.type_of(v) != TypeId::Ptr) unsupported(f, "copying memory of this length in another address space");
  }

  void copy() {
    u64 to_align = pointer_align(f, id, 0), from_align = pointer_align(f, id, 1);
    std::vector<Value> loaded;
    for (const Piece& p : pieces) {
      Value v = b.load(type_of_size(p.size), b.byte_offset(from, static_cast<i64>(p.offset)),
                       align_at(from_align, p.offset), flags);
      // memcpy's ranges are the same or apart, memmove's may overlap: all is read before the first store.
      if (intrinsic == Intrinsic::Memmove) loaded.push_back(v);
      else put(v, p, to_align);
    }
    for (size_t i = 0; i < loaded.size(); ++i) put(loaded[i], pieces[i], to_align);
  }

  void put(Value v, const Piece& p, u64 align) {
    b.store(v, b.byte_offset(to, static_cast<i64>(p.offset)), align_at(align, p.offset), flags);
  }

  void set() {
    u64 align = pointer_align(f, id, 0);
    Value pattern; // of a variable byte, as wide as the widest piece
    for (const Piece& p : pieces) {
      TypeId type = type_of_size(p.size);
      u64 word = byte * 0x0101010101010101u;
      Value v;
      if (!constant_set) {
        if (!pattern) pattern = splat(pieces[0].size);
        v = b.trunc(pattern, type);
      } else if (type == TypeId::Fp128) {
        u64 words[] = {word, word};
        Constant c;
        c.kind = ConstantKind::Words;
        c.type = type;
        c.words = words;
        v = constant_value(f.constants.intern(c));
      } else {
        v = b.integer(type, word);
      }
      put(v, p, align);
    }
  }

  Value splat(u64 size) {
    TypeId type = type_of_size(size);
    if (size == 1) return from;
    return b.mul(b.zext(from, type), b.integer(type, 0x0101010101010101u));
  }

  Context& context;
  Function& f;
  Emitter& b;
  InstId id;
  Intrinsic intrinsic;
  Value to, from, length;
  u16 flags = 0;
  bool sets = false, must_inline = false, constant_set = false;
  u64 byte = 0;
  std::vector<Piece> pieces;
};

} // namespace

bool expand_memory_intrinsic(Context& c, Emitter& b, InstId id, Intrinsic which) {
  MemoryExpansion(c, b, id, which).run();
  return true;
}

} // namespace lathe::legalize
