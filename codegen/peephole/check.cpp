// Forward data flow: what is unwritten on some way to a block's begin. Statements keep their index while the rules
// work, so before and after can be compared statement by statement. A rule may read the source of a copy in place of
// the copy; when that source was never written, another statement read it so before: `anywhere` allows for that.
// Blocks that nothing reaches count for nothing: of two, one may go (unreachable_code) and the other fall through.

#include "codegen/peephole/check.h"

namespace lathe::codegen::peephole {

using assembler::no_id;

namespace {

Live operator|(Live a, Live b) { return {a.units | b.units, static_cast<u8>(a.flags | b.flags)}; }
Live operator&(Live a, Live b) { return {a.units & b.units, static_cast<u8>(a.flags & b.flags)}; }
Live without(Live a, Live b) { return {a.units & ~b.units, static_cast<u8>(a.flags & ~b.flags)}; }
bool is_empty(Live a) { return !a.units && !a.flags; }

class UnwrittenFlow {
public:
  explicit UnwrittenFlow(Region& region) : region_(region), after_call_(region.rules.unwritten_after_call()) {}

  UnwrittenReads run() {
    in_.assign(region_.blocks.size(), {});
    reached_.assign(region_.blocks.size(), false);
    for (u32 b = 0; b < in_.size(); ++b) reached_[b] = region_.blocks[b].reachable_from_outside;
    in_[0] = region_.rules.unwritten_at_entry();
    settle();
    UnwrittenReads reads;
    reads.by_statement.resize(region_.end - region_.begin);
    for (u32 b = 0; b < in_.size(); ++b) {
      if (!reached_[b]) continue;
      Live unwritten = in_[b];
      for (u32 i = region_.blocks[b].begin; i < region_.blocks[b].end; ++i) {
        const Effects& e = region_.effects[i];
        Live read = Live{e.reads, e.flags_read} & unwritten;
        if (!e.barrier && !is_empty(read)) {
          reads.by_statement[region_.lines[i] - region_.begin] = read;
          if (e.flow != Flow::Call && e.flow != Flow::Exit) reads.anywhere = reads.anywhere | read;
        }
        step(e, unwritten);
      }
    }
    return reads;
  }

private:
  void step(const Effects& e, Live& unwritten) const {
    if (e.barrier) unwritten = {};
    else if (e.flow == Flow::Call) unwritten = without(unwritten, {e.writes, 0}) | after_call_;
    else unwritten = without(unwritten, {e.writes, e.flags_written});
  }

  void settle() {
    Live indirect; // at any jump whose target is not known
    for (bool changed = true; changed;) {
      changed = false;
      auto join = [&](Live& into, Live what) {
        Live joined = into | what;
        if (joined == into) return;
        into = joined;
        changed = true;
      };
      for (u32 b = 0; b < in_.size(); ++b) {
        if (!reached_[b]) continue;
        const RegionBlock& block = region_.blocks[b];
        if (block.reachable_from_outside) join(in_[b], indirect);
        Live out = in_[b];
        for (u32 i = block.begin; i < block.end; ++i) step(region_.effects[i], out);
        const Effects& last = region_.effects[block.end - 1];
        if (last.flow == Flow::Jump && last.target == no_id) join(indirect, out);
        for (u32 s = 0; s < block.successor_count; ++s) {
          const u32 to = region_.successors[block.first_successor + s];
          if (!reached_[to]) reached_[to] = changed = true;
          join(in_[to], out);
        }
      }
    }
  }

  Region& region_;
  Live after_call_;
  std::vector<Live> in_;
  std::vector<bool> reached_;
};

} // namespace

UnwrittenReads find_unwritten_reads(Region& region) { return UnwrittenFlow(region).run(); }

u32 first_lost_write(Region& region, const UnwrittenReads& before, Live& what) {
  UnwrittenReads after = find_unwritten_reads(region);
  for (u32 i = 0; i < after.by_statement.size(); ++i) {
    what = without(without(after.by_statement[i], before.by_statement[i]), before.anywhere);
    if (!is_empty(what)) return region.begin + i;
  }
  return no_id;
}

} // namespace lathe::codegen::peephole
