#pragma once
// One function's statements as the peephole's rules see them: lines, blocks, control flow, liveness. The target says
// what each statement does (effects); this file and the .cpp beside it know no instruction.

#include "codegen/peephole/peephole.h"

namespace lathe::codegen::peephole {

using assembler::Statement;
using assembler::StatementBuffer;
using assembler::SymbolId;

enum class Flow : u8 { None, Jump, Branch, Call, Exit };

struct Effects {
  u64 reads = 0, writes = 0; // register units; a partial write is in `writes` only
  u64 kills = 0;             // units whose whole old value is gone afterwards
  SymbolId target = assembler::no_id; // Jump, Branch: where to; no_id when that is not a plain symbol
  u8 flags_read = 0, flags_written = 0, flags_killed = 0;
  Flow flow = Flow::None;
  bool loads = false, stores = false;
  bool pinned = false;  // neither to be removed nor changed
  bool stays = false;   // a computed jump to one of the function's labels
  bool barrier = false; // may read and write anything; ends every fact
};

struct Region;

// The target's side. One object serves all functions and threads.
struct Live {
  u64 units = 0;
  u8 flags = 0;
  bool operator==(const Live&) const = default;
};

// The statement `at` is replaced by copies of the instructions in [begin, end).
struct Copy {
  u32 at, begin, end;
};

class Rules {
public:
  virtual ~Rules() = default;
  virtual Effects effects(const StatementBuffer&, const Statement&, const Options&) const = 0;
  // What may be read after the function is left by a jump to somewhere else.
  virtual Live live_at_exit(const Options&) const = 0;
  // What holds nothing of use at the entry of a function, arguments aside, and behind a call that returned.
  virtual Live unwritten_at_entry() const = 0;
  virtual Live unwritten_after_call() const = 0;
  // One round over the region; returns whether something changed.
  virtual bool round(Region&, Stats&) const = 0;
  // Before the first round: statements that are to be replaced by copies of others.
  virtual bool wants_copies(const StatementBuffer&, u32 begin, u32 end) const = 0;
  virtual void plan_copies(Region&, std::vector<Copy>&, Stats&) const = 0;
};
const Rules& x86_rules();

struct RegionBlock {
  u32 begin = 0, end = 0; // into Region::lines
  u32 first_successor = 0, successor_count = 0;
  bool falls_through = false;
  bool reachable_from_outside = false; // its label's address is taken, or it is the entry
  u32 predecessors = 0;                // edges from inside
  bool leaves = false;                 // control may go from its end to where no block of the region begins
  Live kills, reads;                   // of its lines together: in = (out & ~kills) | reads
  Live in, out;
};

struct Region {
  StatementBuffer& buffer;
  const Options& options;
  const Rules& rules;
  const std::vector<u8>& address_taken; // by SymbolId: named by anything but a direct jump
  u32 begin, end;                       // statements
  std::vector<u32> lines;               // instructions, labels and barriers, as statement indices
  std::vector<Effects> effects;         // parallel to lines
  std::vector<RegionBlock> blocks;
  std::vector<u32> successors;
  bool has_text = false;                // inline assembly

  Region(StatementBuffer& b, const Options& o, const Rules& r, const std::vector<u8>& taken, u32 from, u32 to)
      : buffer(b), options(o), rules(r), address_taken(taken), begin(from), end(to) {}

  Statement& statement(u32 line) { return buffer.statements[lines[line]]; }
  bool is_label(u32 line) { return statement(line).kind == assembler::StatementKind::Label; }
  bool is_instruction(u32 line) { return statement(line).kind == assembler::StatementKind::Instruction; }
  // Block that a label of this region starts, or no_id.
  u32 block_of(SymbolId) const;
  void kill(u32 line);   // the statement is removed
  void update(u32 line); // its operands or row changed: effects are asked for again
  // Reads the statements anew: lines, effects, blocks. False when the region is not for us (it counts bytes with '.').
  bool build();
  void compute_liveness();

private:
  void add_line(u32 index, const Effects&);
  void add_barrier(u32 index);
  void split_blocks();
  void add_edges();
  void summarize(RegionBlock&) const;
  std::vector<std::pair<SymbolId, u32>> labels_; // sorted: label, block
};

} // namespace lathe::codegen::peephole
