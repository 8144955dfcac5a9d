// Webs: values that would be copied into each other are given one piece of storage if they are never live at the
// same time, the hottest copies first. In SSA form a copy's two sides often share their value while both live;
// they stay apart, as one of them may be spilled.

#include "codegen/regalloc/linear_allocator.h"

#include <algorithm>

namespace lathe::codegen {

namespace {
// Beyond this many ranges only a merge that appends is tried: merging stays linear.
constexpr u32 max_merged_ranges = 1024;
} // namespace

void LinearAllocator::make_webs() {
  const u32 n = u32(f_->vregs.size());
  web_of_.resize(n), parent_.resize(n);
  webs_.assign(n, Web{});
  ranges_.assign(live_.ranges.begin(), live_.ranges.end());
  for (VirtualRegister v = 0; v < n; ++v) {
    web_of_[v] = parent_[v] = v;
    Web& w = webs_[v];
    w.rc = f_->vregs[v].rc, w.spill_size = f_->vregs[v].spill_size;
    w.range_first = live_.range_first[v];
    w.range_count = w.range_capacity = live_.range_first[v + 1] - w.range_first;
  }
  merge_webs();
  collect_web_uses();
}

void LinearAllocator::append_ranges(Web& to, const Web& from) {
  const u32 count = to.range_count + from.range_count;
  auto grow = [&](u32 capacity) {
    const u32 first = u32(ranges_.size());
    ranges_.resize(first + capacity);
    std::copy_n(ranges_.begin() + to.range_first, to.range_count, ranges_.begin() + first);
    to.range_first = first, to.range_capacity = capacity;
  };
  const LiveRange& last = ranges_[to.range_first + to.range_count - 1];
  const bool appends = last.to <= ranges_[from.range_first].from;
  if (to.range_capacity < count) grow(count < 4 ? 4 : count + count / 2);
  auto begin = ranges_.begin() + to.range_first;
  std::copy_n(ranges_.begin() + from.range_first, from.range_count, begin + to.range_count);
  if (!appends)
    std::inplace_merge(begin, begin + to.range_count, begin + count,
                       [](const LiveRange& a, const LiveRange& b) { return a.from < b.from; });
  to.range_count = count;
}

bool LinearAllocator::try_merge(WebId a, WebId b) {
  a = web_of(a), b = web_of(b);
  if (a == b) return true;
  Web *x = &webs_[a], *y = &webs_[b];
  if (x->rc != y->rc || !x->range_count || !y->range_count) return false;
  if (x->range_count < y->range_count) std::swap(a, b), std::swap(x, y);
  auto first_of = [&](const Web& w) { return ranges_.begin() + w.range_first; };
  auto last_of = [&](const Web& w) { return ranges_.begin() + w.range_first + w.range_count; };
  const auto xf = first_of(*x), xl = last_of(*x);
  if ((xl - 1)->to > first_of(*y)->from) {
    if (x->range_count + y->range_count > max_merged_ranges) return false;
    auto at = xf;
    for (auto r = first_of(*y); r != last_of(*y); ++r) {
      at = std::partition_point(at, xl, [&](const LiveRange& k) { return k.to <= r->from; });
      if (at == xl) break;
      if (at->from < r->to) return false;
    }
  }
  append_ranges(*x, *y);
  x->spill_size = std::max(x->spill_size, y->spill_size);
  y->range_count = 0;
  parent_[b] = a;
  return true;
}

void LinearAllocator::merge_webs() {
  candidates_.clear();
  for (u32 k = 0; k < live_.uses.size(); ++k) {
    const UsePoint& u = live_.uses[k];
    if (u.partner == no_id || u.is_def) continue;
    candidates_.push_back({u.frequency, u.vreg, u.partner});
  }
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  for (const Candidate& c : candidates_) try_merge(c.a, c.b);
}

void LinearAllocator::collect_web_uses() {
  const u32 n = u32(f_->vregs.size());
  scratch_.assign(n + 1, 0);
  for (VirtualRegister v = 0; v < n; ++v)
    if (live_.is_live(v)) webs_[web_of(v)].use_count += u32(live_.uses_of(v).size());
  u32 at = 0;
  for (Web& w : webs_) {
    w.use_first = at;
    at += w.use_count;
    w.use_count = 0;
  }
  uses_.resize(at);
  for (VirtualRegister v = 0; v < n; ++v) {
    if (!live_.is_live(v)) continue;
    const WebId id = web_of_[v] = web_of(v);
    Web& w = webs_[id];
    for (UsePoint u : live_.uses_of(v)) {
      // What an instruction writes to memory is as wide as the value, its web's slot may be wider.
      if (u.is_def && u.kind == UseKind::Any && f_->vregs[v].spill_size < w.spill_size) u.kind = UseKind::Register;
      uses_[w.use_first + w.use_count++] = u;
    }
    scratch_[id] += 1;
  }
  auto before = [](const UsePoint& a, const UsePoint& b) {
    return a.from != b.from ? a.from < b.from : a.is_def > b.is_def;
  };
  for (WebId id = 0; id < n; ++id) {
    Web& w = webs_[id];
    const auto begin = uses_.begin() + w.use_first, end = begin + w.use_count;
    if (scratch_[id] > 1 && !std::is_sorted(begin, end, before)) std::stable_sort(begin, end, before);
  }
}

} // namespace lathe::codegen
