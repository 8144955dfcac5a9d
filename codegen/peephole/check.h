#pragma once
// The proof after the peephole: no statement reads a register or flag that nothing wrote on some way to it, unless it
// did so before. What a call does not give back counts as unwritten, and so does what a caller need not provide.

#include "codegen/peephole/region.h"

namespace lathe::codegen::peephole {

struct UnwrittenReads {
  std::vector<Live> by_statement; // from Region::begin
  Live anywhere;                  // read so by a statement other than a call or a way out: arguments, undefined values
};

// Needs a region that was built.
UnwrittenReads find_unwritten_reads(Region&);

// The first statement that reads what `before` says was written; no_id when all is well. `what` is then those units.
u32 first_lost_write(Region&, const UnwrittenReads& before, Live& what);

} // namespace lathe::codegen::peephole
