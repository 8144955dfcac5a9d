#include "codegen/x86/frame.h"

#include <algorithm>

namespace lathe::codegen::x86 {

namespace {

constexpr u64 stack_align = 16;
constexpr u64 red_zone_size = 128;

u64 round_up(u64 n, u64 align) { return (n + align - 1) & ~(align - 1); }

u64 largest_align(const FunctionCode& code) {
  u64 align = 1;
  for (const FrameSlot& s : code.machine.slots)
    if (s.kind == SlotKind::Local || s.kind == SlotKind::Spill) align = std::max<u64>(align, s.align);
  return align;
}

bool realigns(const FunctionCode& code) { return code.frame.realign || largest_align(code) > stack_align; }

bool lives_here(const FrameSlot& s) { return s.kind == SlotKind::Local || s.kind == SlotKind::Spill; }

// How often each slot is named, weighted by the frequency of the block: small displacements go to the busy ones.
// Slots nobody names get no room.
class SlotUses {
public:
  SlotUses(const FunctionContext& context, const Allocation& allocation)
      : machine_(context.code.machine), uses_(machine_.slots.size(), 0.f) {
    auto edit = allocation.edits.begin();
    for (const MachineBlock& block : machine_.blocks) {
      float weight = std::max(block.frequency, 1e-3f);
      for (InstructionIndex i = block.begin; i < block.end; ++i) {
        for (; edit != allocation.edits.end() && edit->position < 2 * i + 2; ++edit) {
          count(edit->from, weight);
          count(edit->to, weight);
          if (edit->kind == EditKind::Rematerialize) count_operands(machine_.vregs[edit->vreg].definition, weight);
        }
        count_operands(i, weight);
        const MachineInstruction& instruction = machine_.instructions[i];
        for (u32 r = 0; r < instruction.register_count; ++r)
          count(allocation.locations[instruction.first_register + r], weight);
      }
    }
    for (; edit != allocation.edits.end(); ++edit) {
      count(edit->from, 1);
      count(edit->to, 1);
    }
    if (context.code.frame.register_save_area != no_id) uses_[context.code.frame.register_save_area] += 1;
  }
  float operator[](FrameSlotId id) const { return uses_[id]; }

private:
  void count(const Location& l, float weight) {
    if (l.is_slot()) uses_[l.slot] += weight;
  }
  void count_operands(InstructionIndex i, float weight) {
    for (const Operand& o : machine_.operands_of(machine_.instructions[i]))
      if (o.kind == OperandKind::Address)
        if (FrameSlotId slot = machine_.addresses[o.payload].slot; slot != no_id) uses_[slot] += weight;
  }
  const MachineFunction& machine_;
  std::vector<float> uses_;
};

// A stack protector wants arrays next to the guard, so that overrunning one hits it before anything else.
bool is_array(const FunctionContext& context, const FrameSlot& slot) {
  if (slot.name == no_id || slot.name >= context.ir.instructions.size()) return slot.size > 8;
  const ir::Instruction& i = context.ir[slot.name];
  if (i.op != ir::Opcode::Alloca) return slot.size > 8;
  return context.ir.types.is_aggregate(ir::TypeId{i.aux}) || slot.size > 8;
}

// Gives out room in one direction, filling the gaps that alignment leaves.
class Room {
public:
  explicit Room(u64 begin) : end_(begin) {}
  u64 take(u64 size, u64 align) {
    for (Gap& g : gaps_) {
      u64 at = round_up(g.begin, align);
      if (at + size > g.end) continue;
      u64 result = at;
      Gap rest{at + size, g.end};
      g.end = at;
      if (rest.begin < rest.end) add_gap(rest);
      return result;
    }
    u64 at = round_up(end_, align);
    if (at > end_) add_gap({end_, at});
    end_ = at + size;
    return at;
  }
  u64 end() const { return end_; }

private:
  struct Gap {
    u64 begin, end;
  };
  void add_gap(Gap g) {
    if (gaps_.size() < 16) gaps_.push_back(g);
  }
  u64 end_;
  std::vector<Gap> gaps_;
};

RegisterMask clobbered(const MachineFunction& f) {
  RegisterMask all = 0;
  for (const MachineInstruction& i : f.instructions)
    if (i.clobbers) all |= f.clobber_masks[i.clobbers];
  return all;
}

// Slots in the order in which they get room, the first next to the base register.
std::vector<FrameSlotId> slot_order(const FunctionContext& context, const SlotUses& uses) {
  const auto& slots = context.code.machine.slots;
  std::vector<FrameSlotId> order;
  for (FrameSlotId id = 0; id < slots.size(); ++id)
    if (lives_here(slots[id]) && uses[id] > 0) order.push_back(id);
  auto density = [&](FrameSlotId id) { return uses[id] / static_cast<float>(std::max<u64>(slots[id].size, 1)); };
  std::stable_sort(order.begin(), order.end(),
                   [&](FrameSlotId a, FrameSlotId b) { return density(a) > density(b); });
  return order;
}

} // namespace

bool uses_frame_pointer(const FunctionCode& code) {
  if (code.frame.naked) return false;
  return code.frame.needs_frame_pointer || code.frame.has_dynamic_alloca || realigns(code);
}

bool uses_base_pointer(const FunctionCode& code) {
  return !code.frame.naked && code.frame.has_dynamic_alloca && realigns(code);
}

RegisterMask general_registers(const FunctionCode& code) {
  RegisterMask general = 0xffff & ~(RegisterMask(1) << reg::rsp);
  if (uses_frame_pointer(code)) general &= ~(RegisterMask(1) << reg::rbp);
  if (uses_base_pointer(code)) general &= ~(RegisterMask(1) << reg::rbx);
  return general;
}

namespace {

class FrameBuilder {
public:
  FrameBuilder(FunctionContext& c, const Allocation& a)
      : context(c), allocation_(a), needs(c.code.frame), slots(c.code.machine.slots) {}
  FrameLayout run();

private:
  FunctionContext& context;
  const Allocation& allocation_;
  const FrameNeeds& needs;
  std::vector<FrameSlot>& slots;
  FrameLayout layout;
  RegisterMask saved_ = 0;
  u64 pushed_ = 0, above_ = 0; // bytes between CFA and what is below the pushes, below all saved registers
  bool from_top_ = false;      // rbp-relative: busy slots at the top
  bool in_red_zone_ = false;
  // Depth of each slot's lower end below the CFA when counted from the top, its height above rsp otherwise.
  std::vector<u64> place_;

  bool has_guard() const { return layout.guard != no_id; }
  bool is_leaf() const { return !needs.has_calls && !needs.has_dynamic_alloca; }
  void choose();
  void save_registers();
  std::vector<FrameSlotId> order() const;
  u64 place_from_top(const std::vector<FrameSlotId>&);
  u64 place_from_bottom(const std::vector<FrameSlotId>&);
  void check_size(u64) const;
  void adjust(u64 size);
  void address(FrameSlotId);
};

void FrameBuilder::choose() {
  layout.slots.resize(slots.size());
  layout.frame_pointer = uses_frame_pointer(context.code);
  layout.base_pointer = uses_base_pointer(context.code);
  layout.align = std::max({largest_align(context.code), needs.realign, stack_align});
  layout.realigned = realigns(context.code) && !needs.naked;
  from_top_ = layout.frame_pointer && !layout.realigned;
  if (needs.stack_protector) {
    layout.guard = static_cast<FrameSlotId>(slots.size());
    slots.push_back({.kind = SlotKind::Local, .size = 8, .align = 8});
    layout.slots.emplace_back();
  }
  place_.assign(slots.size(), 0);
}

void FrameBuilder::save_registers() {
  saved_ = ((allocation_.used | clobbered(context.code.machine)) & needs.callee_saved) | needs.always_saved;
  if (has_guard()) saved_ |= RegisterMask(1) << reg::r11 & needs.callee_saved; // the check's scratch register
  if (layout.base_pointer) saved_ |= RegisterMask(1) << reg::rbx;
  if (layout.frame_pointer) saved_ &= ~(RegisterMask(1) << reg::rbp);
  if (needs.naked) saved_ = 0;
  for (PhysicalRegister r : {reg::rbp, reg::r15, reg::r14, reg::r13, reg::r12, reg::rdi, reg::rsi, reg::rbx, reg::rax,
                             reg::rcx, reg::rdx, reg::r8, reg::r9, reg::r10, reg::r11})
    if (saved_ >> r & 1) layout.pushed.push_back(r);
  above_ = pushed_ = 8 + (layout.frame_pointer ? 8 : 0) + 8 * layout.pushed.size();
  for (PhysicalRegister r = reg::xmm0; r < reg::xmm0 + 16; ++r)
    if (saved_ >> r & 1) {
      above_ = round_up(above_, 16) + 16;
      layout.saved_vectors.emplace_back(r, -static_cast<i64>(above_));
    }
}

// With a guard, arrays stand between it and the other slots.
std::vector<FrameSlotId> FrameBuilder::order() const {
  SlotUses uses(context, allocation_);
  std::vector<FrameSlotId> order = slot_order(context, uses);
  if (has_guard())
    std::stable_partition(order.begin(), order.end(),
                          [&](FrameSlotId id) { return from_top_ == is_array(context, slots[id]); });
  return order;
}

// Depths grow downward: a slot's address is CFA - depth, so depth must be a multiple of its alignment. Both give the
// bytes of slots and outgoing area.
u64 FrameBuilder::place_from_top(const std::vector<FrameSlotId>& order) {
  u64 depth = above_;
  auto take = [&](FrameSlotId id) {
    depth = round_up(depth + slots[id].size, slots[id].align);
    place_[id] = depth;
  };
  if (has_guard()) {
    take(layout.guard);
    for (FrameSlotId id : order) take(id);
  } else {
    // Without a guard order is free: gaps are filled. Room counts from the CFA downward in aligned pieces.
    Room room(above_);
    for (FrameSlotId id : order) {
      u64 align = slots[id].align, bytes = round_up(std::max<u64>(slots[id].size, 1), align);
      place_[id] = room.take(bytes, align) + bytes;
    }
    depth = room.end();
  }
  return depth - above_ + round_up(needs.outgoing_bytes, 8);
}

u64 FrameBuilder::place_from_bottom(const std::vector<FrameSlotId>& order) {
  Room room(round_up(needs.outgoing_bytes, 8));
  for (FrameSlotId id : order) place_[id] = room.take(slots[id].size, slots[id].align);
  u64 end = room.end();
  if (!has_guard()) return end;
  place_[layout.guard] = round_up(end, 8);
  return place_[layout.guard] + 8;
}

void FrameBuilder::check_size(u64 size) const {
  if (size <= 0x7fffff00 && above_ + size <= 0x7fffff00) return;
  const ir::Global& self = context.ir.module.globals[context.ir.self];
  throw CompileError({context.ir.module.source, self.offset, 1},
                     "the stack frame of '" + std::string(self.name) + "' takes " + std::to_string(size) +
                         " bytes, but at most 2 GiB can be addressed");
}

// How far rsp goes down for `size` bytes.
void FrameBuilder::adjust(u64 size) {
  if (needs.naked) {
    layout.adjust = 0;
    layout.total = 8;
    return;
  }
  if (layout.realigned) {
    // Before `and` rsp is at CFA - above - adjust; what `and` removes is unknown but at most align - 16.
    layout.adjust = round_up(size + (above_ - pushed_), layout.align);
    layout.total = pushed_ + layout.adjust;
    return;
  }
  bool leaf = is_leaf();
  in_red_zone_ = leaf && above_ == pushed_ && needs.red_zone && context.options.red_zone && size <= red_zone_size;
  // A leaf keeps slots aligned too when they ask for 16 bytes.
  bool align_it = !leaf || largest_align(context.code) > 8;
  u64 total = above_ + size;
  if (size != 0 || !leaf) total = align_it ? round_up(total, stack_align) : round_up(total, 8);
  layout.total = total;
  layout.adjust = total - pushed_;
  if (in_red_zone_ && layout.adjust > red_zone_size) in_red_zone_ = false;
  if (in_red_zone_) layout.adjust = 0; // slots keep their distance from the CFA; rsp stays above them
}

void FrameBuilder::address(FrameSlotId id) {
  FrameSlot& slot = slots[id];
  SlotAddress& address = layout.slots[id];
  i64 place = static_cast<i64>(place_[id]);
  if (slot.kind == SlotKind::Outgoing) {
    address = {reg::rsp, static_cast<i32>(slot.offset)};
    return;
  }
  if (slot.kind != SlotKind::Incoming) {
    if (layout.realigned) {
      address = {layout.base_pointer ? reg::rbx : reg::rsp, static_cast<i32>(place)};
      slot.offset = place;
      return;
    }
    slot.offset = from_top_ ? -place : place - static_cast<i64>(layout.total);
  }
  i64 rsp_depth = static_cast<i64>(in_red_zone_ ? above_ : layout.total); // CFA - rsp
  i64 displacement = layout.frame_pointer ? slot.offset + 16 : slot.offset + rsp_depth;
  address = {layout.frame_pointer ? reg::rbp : reg::rsp, static_cast<i32>(displacement)};
}

FrameLayout FrameBuilder::run() {
  choose();
  save_registers();
  std::vector<FrameSlotId> in_order = order();
  u64 size = from_top_ ? place_from_top(in_order) : place_from_bottom(in_order);
  check_size(size);
  adjust(size);
  for (FrameSlotId id = 0; id < slots.size(); ++id) address(id);
  return std::move(layout);
}

} // namespace

FrameLayout lay_out_frame(FunctionContext& context, const Allocation& allocation) {
  return FrameBuilder(context, allocation).run();
}

} // namespace lathe::codegen::x86
