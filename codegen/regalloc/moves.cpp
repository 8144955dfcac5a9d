#include "codegen/regalloc/moves.h"

#include <algorithm>

namespace lathe::codegen {

namespace {
constexpr RegisterMask bit(PhysicalRegister r) { return RegisterMask{1} << r; }
constexpr PhysicalRegister no_register = 0xff;
} // namespace

Edit MoveResolver::plain(u32 position, const ParallelMove& m) {
  Edit e;
  e.position = position;
  e.kind = m.from.kind == Location::Kind::None ? EditKind::Rematerialize : EditKind::Move;
  e.rc = m.rc;
  e.size = m.from.is_slot() ? m.from_size : m.to.is_slot() ? m.size : std::max(m.size, m.from_size);
  e.from = m.from, e.to = m.to, e.vreg = m.vreg;
  return e;
}

// A register that is free here; one whose first use would cost a save comes last.
PhysicalRegister MoveResolver::pick(RegisterClass rc, RegisterMask avoid) const {
  const RegisterMask able = free_ & file_->allocatable[size_t(rc)] & ~avoid;
  if (!able) return no_register;
  const RegisterMask cheap = able & ~(file_->callee_saved & ~out_->used);
  for (PhysicalRegister r : file_->order[size_t(rc)])
    if ((cheap ? cheap : able) & bit(r)) return r;
  return no_register;
}

// The first temporary carries slot-to-slot moves, the second holds what a cycle would lose.
Location MoveResolver::temporary(RegisterClass rc, int which) const {
  if (rc == RegisterClass::StackOnly) return {};
  const PhysicalRegister first = pick(rc, 0);
  if (first == no_register || which == 0)
    return first == no_register ? Location{} : Location::in_register(first);
  const PhysicalRegister second = pick(rc, bit(first));
  return second == no_register ? Location{} : Location::in_register(second);
}

FrameSlotId MoveResolver::scratch(RegisterClass rc, int which) {
  FrameSlotId& s = scratch_[size_t(rc) * 2 + size_t(which)];
  if (s == no_id) {
    FrameSlot slot;
    slot.kind = SlotKind::Spill;
    slot.size = rc == RegisterClass::General ? 8 : 16;
    slot.align = u32(slot.size);
    s = FrameSlotId(function_->slots.size());
    function_->slots.push_back(slot);
  }
  return s;
}

void MoveResolver::emit(u32 position, const ParallelMove& m) {
  if (m.from == m.to) return;
  const bool from_memory = m.from.is_slot() || m.from.kind == Location::Kind::None;
  if (m.to.is_slot() && from_memory && m.rc != RegisterClass::StackOnly) {
    through_register(position, m);
    return;
  }
  if (m.to.is_register()) out_->used |= bit(m.to.reg);
  out_->edits.push_back(plain(position, m));
}

void MoveResolver::through_register(u32 position, const ParallelMove& m) {
  Location carrier = temporary(m.rc, 0);
  ParallelMove in = m, out = m;
  if (carrier.is_register()) {
    in.to = out.from = carrier;
    emit(position, in);
    emit(position, out);
    return;
  }
  // Every register holds something: one is saved for the while.
  const PhysicalRegister victim = file_->order[size_t(m.rc)][0];
  carrier = Location::in_register(victim);
  const Location saved = Location::in_slot(scratch(m.rc, 1));
  const u8 all = m.rc == RegisterClass::General ? 8 : 16;
  ParallelMove save{carrier, saved, m.rc, all, all, no_id};
  emit(position, save);
  in.to = out.from = carrier;
  emit(position, in);
  emit(position, out);
  std::swap(save.from, save.to);
  emit(position, save);
}

void MoveResolver::grow() {
  const size_t n = 64 + function_->slots.size() + 6;
  if (readers_.size() < n) {
    readers_.resize(n + n / 2, 0);
    writer_.resize(n + n / 2, no_id);
  }
}

// `reader` reads a place that is to be overwritten and everything left is waiting: its source is saved.
void MoveResolver::break_cycle(u32 position, std::span<ParallelMove> moves, u32 reader) {
  ParallelMove& m = moves[reader];
  Location saved = temporary(m.rc, 1);
  if (!saved.is_register()) saved = Location::in_slot(scratch(m.rc, 0));
  ParallelMove save = m;
  save.to = saved;
  save.size = m.from.is_slot() ? m.from_size : std::max(m.size, m.from_size);
  m.from_size = save.size;
  emit(position, save);
  if (--readers_[key(m.from)] == 0) ready_.push_back(writer_[key(m.from)]);
  m.from = saved;
}

void MoveResolver::resolve(u32 position, std::span<ParallelMove> moves, RegisterMask free) {
  if (moves.size() == 1) {
    free_ = free;
    for (Location l : {moves[0].from, moves[0].to})
      if (l.is_register()) free_ &= ~bit(l.reg);
    emit(position, moves[0]);
    return;
  }
  grow();
  free_ = free;
  for (u32 i = 0; i < moves.size(); ++i) {
    const ParallelMove& m = moves[i];
    if (m.from.is_register()) free_ &= ~bit(m.from.reg);
    if (m.to.is_register()) free_ &= ~bit(m.to.reg);
    if (m.from == m.to) continue;
    lathe_check(writer_[key(m.to)] == no_id, "two parallel moves write one place");
    writer_[key(m.to)] = i;
    if (m.from.kind != Location::Kind::None) ++readers_[key(m.from)];
  }
  // A move to itself keeps its place from being overwritten early; nobody may write there, so nothing is to do.
  ready_.clear();
  u32 left = 0;
  for (u32 i = u32(moves.size()); i-- > 0;) {
    if (moves[i].from == moves[i].to || moves[i].from.kind == Location::Kind::None) continue;
    ++left;
    if (readers_[key(moves[i].to)] == 0) ready_.push_back(i);
  }
  u32 next_cycle = 0;
  done_.assign(moves.size(), 0);
  while (left) {
    while (!ready_.empty()) {
      const u32 i = ready_.back();
      ready_.pop_back();
      if (i == no_id || done_[i] || moves[i].from.kind == Location::Kind::None) continue;
      const ParallelMove m = moves[i];
      emit(position, m);
      done_[i] = 1;
      --left;
      const u32 from = key(m.from);
      if (from < readers_.size() && readers_[from] && --readers_[from] == 0 && writer_[from] != no_id)
        ready_.push_back(writer_[from]);
    }
    if (!left) break;
    while (done_[next_cycle] || moves[next_cycle].from == moves[next_cycle].to ||
           moves[next_cycle].from.kind == Location::Kind::None)
      ++next_cycle;
    break_cycle(position, moves, next_cycle);
    grow();
  }
  for (const ParallelMove& m : moves) {
    if (m.from.kind == Location::Kind::None) emit(position, m);
    writer_[key(m.to)] = no_id;
    readers_[key(m.to)] = 0;
    if (m.from.kind != Location::Kind::None) readers_[key(m.from)] = 0;
  }
}

} // namespace lathe::codegen
