#pragma once
// The object being built: sections made of chunks (one a subsection), chunks of fragments. A fragment is fixed bytes
// in its chunk's data followed by a part whose size is known after layout only: a jump, an alignment, a LEB128...

#include "assembler/memory_block.h"
#include "assembler/statement.h"

#include <map>
#include <memory>

namespace lathe::assembler {

// Bytes that only grow; written through a raw pointer after reserve().
class ByteBuffer {
public:
  u8* reserve(size_t n) { // room for n more bytes, at the end
    if (size_ + n > capacity_) grow(n);
    return data_.get() + size_;
  }
  void advance(size_t n) { size_ += n; }
  void append(const void* from, size_t n) {
    if (n) std::memcpy(reserve(n), from, n);
    size_ += n;
  }
  void fill(u8 value, size_t n) {
    if (n) std::memset(reserve(n), value, n);
    size_ += n;
  }
  void little_endian(u64 value, unsigned n) {
    std::memcpy(reserve(8), &value, 8);
    size_ += n;
  }
  size_t size() const { return size_; }
  u8* data() { return data_.get(); }
  const u8* data() const { return data_.get(); }

private:
  void grow(size_t n) {
    size_t c = capacity_ ? capacity_ * 2 : 256;
    while (c < size_ + n + 16) c *= 2;
    auto d = std::make_unique_for_overwrite<u8[]>(c);
    if (size_) std::memcpy(d.get(), data_.get(), size_);
    data_ = std::move(d);
    capacity_ = c;
  }
  std::unique_ptr<u8[]> data_;
  size_t size_ = 0, capacity_ = 0;
};

// DWARF's variable-length numbers.
inline u32 uleb_size(u64 v) {
  u32 n = 1;
  while (v >>= 7) ++n;
  return n;
}
inline void uleb(ByteBuffer& b, u64 v) {
  do {
    u8 byte = v & 0x7f;
    v >>= 7;
    b.fill(static_cast<u8>(byte | (v ? 0x80 : 0)), 1);
  } while (v);
}
inline void sleb(ByteBuffer& b, i64 v) {
  for (;;) {
    u8 byte = v & 0x7f;
    v >>= 7;
    bool last = (v == 0 && !(byte & 0x40)) || (v == -1 && (byte & 0x40));
    b.fill(static_cast<u8>(byte | (last ? 0 : 0x80)), 1);
    if (last) return;
  }
}

inline constexpr u64 large_flag = 0x10000000; // SHF_X86_64_LARGE
inline constexpr u64 longest_jump = 6;        // bytes of a near jcc, without prefixes

enum class FragKind : u8 {
  None,       // nothing behind the fixed part; the last of a chunk, and where a symbol needed a border
  Branch,     // jmp or jcc: short or near; opcode in `opcode`
  Align,      // to 1 << power, with `fill`
  Org,        // to the value of an expression
  Leb,        // ULEB or SLEB of an expression
  Space,      // as many bytes as an expression says
  Nops,       // .nops
};

struct Frag {
  u64 address = 0;   // of the fixed part, from the section's start
  u32 start = 0;     // of the fixed part in the chunk's data
  u32 fixed = 0;
  u32 size = 0;      // of the variable part, as laid out so far
  FragKind kind = FragKind::None;
  u8 opcode = 0;     // Branch: the short form's; Leb: 1 when signed; Align: fill bytes' count (0: NOPs)
  u8 power = 0;      // Align
  bool near = false;  // Branch: the long form; Leb: settled, `addend` is the value
  bool marker = false, is_jump = false, code = false;
  bool bnd = false;
  u32 maximum = 0;   // Align: skip when more bytes would be needed (0: no limit); Nops: longest
  SymbolId symbol = no_id; // Branch's target; others: the symbol that holds the expression
  SymbolId minus = no_id;  // Leb: symbol - minus + addend
  i64 addend = 0;    // Branch, Leb; Align and Org and Space: the fill value
  u32 region = 0;
  u32 place = 0;
  Modifier modifier = Modifier::None;
};
static_assert(sizeof(Frag) == 64);

enum class FixupKind : u8 {
  Data,          // a data directive's value
  Absolute32S,   // sign-extended displacement or immediate
  Absolute32,    // zero-extended or 32-bit operation
  PcRelative,    // an operand or a branch
  Branch,        // call and jump: PLT32 for symbols that are not local
};

struct Fixup {
  u32 offset;     // in the chunk's data
  u32 frag;
  SymbolId add = no_id, sub = no_id;
  i64 addend = 0;
  u32 place = 0;
  u32 explicit_type = 0; // .reloc: type + 1; `sub` is then a label that `offset` counts from
  u8 size;
  FixupKind kind;
  Modifier modifier = Modifier::None;
  u8 flags = 0;    // FixupFlag
  u8 trailing = 0; // bytes of the instruction behind the field
  bool keeps = false; // the relocation is against the symbol itself
  bool of_layout() const { return frag == no_id && !explicit_type; } // of a jump that leaves its section
};
enum FixupFlag : u8 { GotRelaxable = 1, HasRex = 2, WasUndefined = 4, SignedField = 8 };

struct LineEntry {
  u32 frag, offset; // of the instruction: offset in the chunk's data
  u32 file, line, column;
  u32 discriminator;
  u32 view = 0;     // the symbol of view NAME, or no_id; 0 means none asked
  u16 isa;
  u8 flags;         // LineFlag
};
enum LineFlag : u8 { IsStmt = 1, BasicBlock = 2, PrologueEnd = 4, EpilogueBegin = 8, ViewReset = 16, EndsFragment = 32 };

struct CfiFrame;

struct Chunk {
  u32 section = 0;
  i64 number = 0;      // the subsection's
  ByteBuffer data;     // for NOBITS sections, zeroes that are not kept
  std::vector<Frag> frags;
  std::vector<Fixup> fixups;
  std::vector<LineEntry> lines;
  MemoryBlock memory;
  CfiFrame* frame = nullptr; // the open one
  u32 region = 0;
};

struct Section {
  std::string name;
  u32 type = 1;        // SHT_
  u64 flags = 0;       // SHF_
  u64 entry_size = 0;
  u64 align = 1;
  u32 info = 0;
  SymbolId group = no_id; // the signature
  bool comdat = false;
  std::string linked_to;  // of SHF_LINK_ORDER
  bool link_zero = false;
  std::vector<u32> chunks; // ordered by subsection number
  u64 size = 0;
  u32 number = 0;      // in the section header table
  u32 order = 0;
  SymbolId symbol = no_id; // the section symbol
  bool laid_out = false;
  bool depends = false; // on places of sections that had no layout yet
  bool is_code() const { return flags & 4; }
  bool nobits() const { return type == 8; }
  std::vector<u8> bytes; // after layout
};

enum class SymbolKind : u8 { Undefined, Label, Absolute, Equated, Common };
enum class Visibility : u8 { Default, Internal, Hidden, Protected };

struct Symbol {
  SymbolKind kind = SymbolKind::Undefined;
  u8 type = 0; // STT_
  Visibility visibility = Visibility::Default;
  bool global : 1 = false, weak : 1 = false, local : 1 = false, unique : 1 = false;
  bool by_set : 1 = false;      // defined by .set: may be set again
  bool read_again : 1 = false;  // defined by .eqv: its expression is evaluated at each use
  bool used : 1 = false;        // in the symbol chain: mentioned where a symbol is made
  bool referenced : 1 = false;  // an expression named it
  bool in_relocation : 1 = false;
  bool off_chain : 1 = false;   // a local label that no relocation has kept so far
  bool is_section : 1 = false;
  bool names_section : 1 = false; // written as a name, but means the section
  bool is_file : 1 = false;
  bool weakref : 1 = false;     // .weakref: an alias for `target`
  bool weakref_target : 1 = false; // named by .weakref, which is no reference
  bool weakly_referenced : 1 = false; // through such an alias: weak, unless it is also referenced by its own name
  bool loop_reported : 1 = false;
  bool resolving : 1 = false;   // on the way of an equated chain
  bool large : 1 = false, tls : 1 = false;
  u32 chunk = 0, frag = 0;
  i64 value = 0;            // Label: offset in the fragment; Absolute: the value; Common: the size
  u32 expression = no_id;   // Equated: in the assembler's own pool
  u32 size_expression = no_id;
  u64 size = 0, align = 0;
  u32 index = 0;            // in the output's symbol table
  u32 place = 0;
  u32 target = no_id;       // weakref: what it stands for
};
static_assert(sizeof(Symbol) == 64); // big inputs have hundreds of thousands

} // namespace lathe::assembler
