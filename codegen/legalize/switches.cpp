// Switches: cases are sorted and neighbours with one target joined to ranges; dense groups become jump tables, small
// groups with few targets tests of a bit mask; what is left is a balanced tree of compares. Linear but for
// the sort. Gives: legalize.h (11).
//
//     switch i32 %x, label %d [1 -> %a, 2 -> %b, 3 -> %a, 4 -> %c, 900 -> %e]
//   =>
//     %c = icmp slt i32 %x, 900               table: %j = zext i32 %i to i64
//     br %c, left, right                             switch i64 %j, label %a [0 -> %a, 1 -> %b, 2 -> %a, 3 -> %c]
//   left: %i = sub i32 %x, 1                  right: %e9 = icmp eq i32 %x, 900
//     %o = icmp ugt i32 %i, 3                        br %e9, %e, %d
//     br %o, %d, table

#include "codegen/legalize/context.h"

#include <algorithm>

namespace lathe::legalize {

namespace {

// Consecutive values, as signed numbers.
struct Cluster {
  enum Kind : u8 { Range, Table, Bits };
  i64 low, high;
  BlockId target = none;
  Kind kind = Range;
  u32 first = 0, count = 0; // Table, Bits: ranges it is made of
};

constexpr u32 lookahead = 512; // ranges tried beyond the last dense group: bounds the work on hostile cases

u64 span_of(i64 low, i64 high) { return static_cast<u64>(high) - static_cast<u64>(low); } // one less than the values

class SwitchRewriter {
public:
  explicit SwitchRewriter(Context& c) : context(c), f(c.f), b(c.f) {
    use_tables_ = c.options.jump_tables && c.target.has_jump_tables && !has_no_tables();
  }

  void run() {
    std::vector<InstId> switches;
    for (BlockId k = f.first_block; k != none; k = f.blocks[k].next)
      if (InstId last = f.blocks[k].last; f[last].op == Opcode::Switch) switches.push_back(last);
    for (InstId id : switches) lower(id);
    if (!switches.empty()) remove_unreachable_blocks(context);
  }

private:
  bool has_no_tables() const {
    const Global& g = f.global(f.self);
    const std::string_view* v = f.attributes(g.function_attributes).find("no-jump-tables");
    return v && *v == "true";
  }

  void lower(InstId id) {
    x_ = f.operand(id, 0);
    type_ = f.type_of(x_);
    bits_ = f.types.integer_bits(type_);
    from_ = f[id].block;
    default_ = f.operand(id, 1).index();
    InstId first = f.blocks[default_].first;
    default_unreachable_ = context.optimize() && f[first].op == Opcode::Unreachable;
    edges_.clear();
    tail_ = from_;
    std::vector<Value> operands(f.operands_of(id).begin(), f.operands_of(id).end());
    b.location = f[id].location;
    f.remove(id);
    if (bits_ > 64) lower_wide(operands);
    else lower_cases(operands);
    fix_phis(operands);
  }

  void collect(std::span<const Value> operands) {
    ranges_.clear();
    for (size_t i = 2; i + 1 < operands.size(); i += 2) {
      u64 raw = 0;
      constant_bits(f, operands[i], raw);
      BlockId target = operands[i + 1].index();
      if (target == default_) continue;
      i64 v = sign_extend(raw, bits_);
      ranges_.push_back({v, v, target});
    }
    std::sort(ranges_.begin(), ranges_.end(), [](const Cluster& l, const Cluster& r) { return l.low < r.low; });
    size_t out = 0;
    for (size_t i = 0; i < ranges_.size(); ++i) {
      if (out && ranges_[out - 1].target == ranges_[i].target && ranges_[out - 1].high + 1 == ranges_[i].low)
        ranges_[out - 1].high = ranges_[i].high;
      else ranges_[out++] = ranges_[i];
    }
    ranges_.resize(out);
  }

  void lower_cases(std::span<const Value> operands) {
    collect(operands);
    b.at_end(from_);
    if (ranges_.empty()) {
      go(default_);
      return;
    }
    form_tables();
    i64 least = sign_extend(u64(1) << (bits_ - 1), bits_), most = ~least;
    tree(0, clusters_.size(), least, most);
  }

  // --- Groups.

  void form_tables() {
    clusters_.clear();
    std::vector<Cluster> rest;
    if (!use_tables_ || ranges_.size() < context.options.jump_table_cases) {
      rest = ranges_;
      for (u32 i = 0; i < rest.size(); ++i) rest[i].first = i;
    } else {
      for (u32 i = 0; i < ranges_.size();) {
        u32 last = dense_group(i);
        Cluster c = ranges_[i];
        c.first = i;
        if (last != none) {
          c.kind = Cluster::Table;
          c.high = ranges_[last].high;
          c.count = last - i + 1;
          i = last;
        }
        rest.push_back(c);
        ++i;
      }
    }
    if (!context.optimize()) {
      clusters_ = std::move(rest);
      return;
    }
    for (size_t i = 0; i < rest.size();) {
      size_t last = bit_group(rest, i);
      Cluster c = rest[i];
      if (last != i) {
        c.kind = Cluster::Bits;
        c.high = rest[last].high;
        c.count = static_cast<u32>(last - i + 1);
        i = last;
      }
      clusters_.push_back(c);
      ++i;
    }
  }

  // The last range of the longest table that starts at range i, `none` if there is none.
  u32 dense_group(u32 i) const {
    const LegalizeOptions& o = context.options;
    u32 best = none;
    u64 values = 0;
    for (u32 j = i; j < ranges_.size() && j - (best == none ? i : best) <= lookahead; ++j) {
      u64 span = span_of(ranges_[i].low, ranges_[j].high);
      if (span >= o.jump_table_range) break;
      values += span_of(ranges_[j].low, ranges_[j].high) + 1;
      if (j - i + 1 >= o.jump_table_cases && values * 100 >= (span + 1) * o.jump_table_density) best = j;
    }
    return best;
  }

  // Ranges i..result fit one machine word and have so few targets that masks beat compares.
  size_t bit_group(const std::vector<Cluster>& rest, size_t i) const {
    size_t best = i;
    std::vector<BlockId> targets;
    u32 compares = 0;
    for (size_t j = i; j < rest.size() && rest[j].kind == Cluster::Range; ++j) {
      if (span_of(rest[i].low, rest[j].high) >= 64) break;
      if (std::find(targets.begin(), targets.end(), rest[j].target) == targets.end()) targets.push_back(rest[j].target);
      if (targets.size() > 3) break;
      compares += rest[j].low == rest[j].high ? 1 : 2;
      u32 needed = targets.size() == 1 ? 3 : targets.size() == 2 ? 5 : 6;
      if (j > i && compares >= needed) best = j;
    }
    return best;
  }

  // --- Emission. `b` stands at the end of an open block; what is known: least <= x <= most.

  BlockId new_block() { return tail_ = f.insert_block_after(tail_); }
  Value constant(i64 v) { return b.integer(type_, static_cast<u64>(v)); }

  void go(BlockId target) {
    edges_.push_back({target, b.block});
    b.br(target);
  }
  void go(Value condition, BlockId if_true, BlockId if_false) {
    edges_.push_back({if_true, b.block});
    edges_.push_back({if_false, b.block});
    b.br(condition, if_true, if_false);
  }

  void tree(size_t begin, size_t end, i64 least, i64 most) {
    if (end - begin <= 2) return chain(begin, end, least, most);
    size_t middle = begin + (end - begin) / 2;
    i64 pivot = clusters_[middle].low;
    BlockId left = new_block(), right = new_block();
    b.br(b.icmp(Predicate::ISlt, x_, constant(pivot)), left, right);
    b.at_end(left);
    tree(begin, middle, least, pivot - 1);
    b.at_end(right);
    tree(middle, end, pivot, most);
  }

  // One cluster after the other; the last one's miss is the default.
  void chain(size_t begin, size_t end, i64 least, i64 most) {
    for (size_t i = begin; i < end; ++i) {
      const Cluster& c = clusters_[i];
      bool last = i + 1 == end;
      // With nothing left to tell apart no compare is needed.
      bool all = c.low <= least && c.high >= most;
      if (last && (all || default_unreachable_) && c.kind == Cluster::Range) return go(c.target);
      BlockId miss = last ? default_ : new_block();
      test(c, miss, least, most, last && (all || default_unreachable_));
      if (c.low <= least && c.high < most && c.high >= least) least = c.high + 1;
      if (!last) b.at_end(miss);
    }
  }

  void test(const Cluster& c, BlockId miss, i64 least, i64 most, bool must_hit) {
    if (c.kind == Cluster::Range) {
      Value hit;
      if (c.low == c.high) hit = b.icmp(Predicate::IEq, x_, constant(c.low));
      else if (c.low <= least) hit = b.icmp(Predicate::ISle, x_, constant(c.high));
      else if (c.high >= most) hit = b.icmp(Predicate::ISge, x_, constant(c.low));
      else hit = b.icmp(Predicate::IUle, b.sub(x_, constant(c.low)), constant(static_cast<i64>(span_of(c.low, c.high))));
      return go(hit, c.target, miss);
    }
    Value index = b.sub(x_, constant(c.low));
    if (!must_hit) {
      Value out = b.icmp(Predicate::IUgt, index, constant(static_cast<i64>(span_of(c.low, c.high))));
      BlockId inside = new_block();
      edges_.push_back({miss, b.block});
      b.br(out, miss, inside);
      b.at_end(inside);
    }
    index = b.zext_or_trunc(index, TypeId::I64);
    if (c.kind == Cluster::Table) table(c, index);
    else bit_tests(c, index, miss);
  }

  void table(const Cluster& c, Value index) {
    u64 entries = span_of(c.low, c.high) + 1;
    std::vector<Value> operands{index, block_value(ranges_[c.first].target)};
    std::vector<BlockId> targets(entries, default_);
    for (u32 i = c.first; i < c.first + c.count; ++i)
      for (u64 v = span_of(c.low, ranges_[i].low); v <= span_of(c.low, ranges_[i].high); ++v) targets[v] = ranges_[i].target;
    for (u64 v = 0; v < entries; ++v) {
      operands.push_back(b.word(v));
      operands.push_back(block_value(targets[v]));
    }
    for (size_t i = 1; i < operands.size(); i += 2) edges_.push_back({operands[i].index(), b.block});
    b.emit(Opcode::Switch, TypeId::Void, operands);
  }

  void bit_tests(const Cluster& c, Value index, BlockId miss) {
    struct Mask {
      BlockId target;
      u64 bits;
    };
    std::vector<Mask> masks;
    u64 covered = 0;
    for (u32 i = c.first; i < ranges_.size() && ranges_[i].low <= c.high; ++i) {
      u64 from = span_of(c.low, ranges_[i].low), count = span_of(ranges_[i].low, ranges_[i].high) + 1;
      u64 bits = low_mask(static_cast<u32>(count)) << from;
      auto at = std::find_if(masks.begin(), masks.end(), [&](const Mask& m) { return m.target == ranges_[i].target; });
      if (at == masks.end()) masks.push_back({ranges_[i].target, bits});
      else at->bits |= bits;
      covered |= bits;
    }
    bool whole = covered == low_mask(static_cast<u32>(span_of(c.low, c.high) + 1)) || default_unreachable_;
    for (size_t i = 0; i < masks.size(); ++i) {
      bool last = i + 1 == masks.size();
      if (last && whole) return go(masks[i].target);
      BlockId next = last ? miss : new_block();
      Value hit = b.trunc(b.lshr(b.word(masks[i].bits), index), TypeId::I1);
      go(hit, masks[i].target, next);
      b.at_end(next);
    }
  }

  // Conditions wider than 64 bits: one compare after the other.
  void lower_wide(std::span<const Value> operands) {
    b.at_end(from_);
    for (size_t i = 2; i + 1 < operands.size(); i += 2) {
      BlockId next = i + 3 < operands.size() ? new_block() : default_;
      go(b.icmp(Predicate::IEq, x_, operands[i]), operands[i + 1].index(), next);
      if (next != default_) b.at_end(next);
    }
    if (operands.size() == 2) go(default_);
  }

  // --- Phis of the targets: entries from the switch's block are replaced by one for each new edge.

  void fix_phis(std::span<const Value> operands) {
    std::vector<BlockId> targets;
    for (size_t i = 1; i < operands.size(); i += 2) targets.push_back(operands[i].index());
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    std::stable_sort(edges_.begin(), edges_.end(), [](const auto& l, const auto& r) { return l.first < r.first; });
    size_t at = 0;
    for (BlockId target : targets) {
      while (at < edges_.size() && edges_[at].first < target) ++at;
      size_t end = at;
      while (end < edges_.size() && edges_[end].first == target) ++end;
      for (InstId phi = f.blocks[target].first; phi != none && f[phi].op == Opcode::Phi; phi = f[phi].next) {
        std::vector<Value> kept;
        Value incoming;
        auto entries = f.operands_of(phi);
        for (size_t i = 0; i + 1 < entries.size(); i += 2) {
          if (entries[i + 1] == block_value(from_)) incoming = entries[i];
          else kept.insert(kept.end(), {entries[i], entries[i + 1]});
        }
        for (size_t i = at; i < end; ++i) kept.insert(kept.end(), {incoming, block_value(edges_[i].second)});
        f.set_operands(phi, kept);
      }
      at = end;
    }
  }

  Context& context;
  Function& f;
  Emitter b;
  bool use_tables_;
  Value x_;
  TypeId type_ = TypeId::Void;
  u32 bits_ = 0;
  BlockId from_ = none, default_ = none, tail_ = none;
  bool default_unreachable_ = false;
  std::vector<Cluster> ranges_, clusters_;
  std::vector<std::pair<BlockId, BlockId>> edges_; // target, source
};

} // namespace

void legalize_switches(Context& c) { SwitchRewriter(c).run(); }

} // namespace lathe::legalize
