#pragma once
// Where GNU as ends a fragment because a block of its memory is full. It keeps each subsection's bytes, and the headers of
// its fragments between them, in blocks of some 4 KiB; what does not fit the block goes to a new fragment, whether or not
// the text asks for one. One thing in the object tells: a `.loc ... view -0` at the start of a fragment gets its own
// DW_LNE_set_address when the line before it stands at the end of another. To write the same .debug_line, the room in
// the block is followed here. The numbers are those of GNU as 2.40 for x86-64, as Debian builds it.

#include "common/int_types.h"

#include <algorithm>

namespace lathe::assembler {

class MemoryBlock {
public:
  // Where the block is full, as an offset in the subsection's data; only code has lines, nothing else is followed.
  u64 end() const { return end_; }
  bool is_followed() const { return end_ != ~u64{0}; }
  void follow() { begin(0, block_size); }

  // Makes room for n bytes at `at` in one fragment. Whether the fragment before had to end.
  bool grow(u64 at, u64 n) {
    if (end_ - at >= n) return false;
    u64 wanted = std::max(block_size, fragment_header + n + std::min(n, most_spare));
    do open_fragment(at, wanted);
    while (end_ - at < n);
    return true;
  }
  // The same for a byte that is put alone; this leaves a block's last byte unused.
  bool grow_by_byte(u64 at) {
    if (end_ - at > 1) return false;
    open_fragment(at, block_size);
    return true;
  }
  // A part of n bytes in memory for which there are `in_data` in the data; they end where the next fragment begins.
  void close_fragment(u64 at, u64 n, u64 in_data = 0) {
    end_ = end_ - n + in_data;
    open_fragment(at + in_data, block_size);
  }

private:
  static constexpr u64 block_size = 4064, block_header = 16, fragment_header = 160, fragment_alignment = 8;
  static constexpr u64 most_spare = 0x10000;

  void begin(u64 at, u64 size) {
    size_ = size;
    end_ = at + size - block_header - fragment_header;
  }
  void open_fragment(u64 at, u64 new_size) {
    u64 room = end_ - at;
    room -= std::min(room, (room - size_) % fragment_alignment); // what the address of the next header skips
    if (room < fragment_header) return begin(at, new_size);
    end_ = at + room - fragment_header;
  }

  u64 end_ = ~u64{0}, size_ = 0;
};

} // namespace lathe::assembler
