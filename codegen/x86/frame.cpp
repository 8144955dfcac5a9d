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

FrameLayout lay_out_frame(FunctionContext& context, const Allocation& allocation) {
  MachineFunction& f = context.code.machine;
  const FrameNeeds& needs = context.code.frame;
  FrameLayout layout;
  layout.slots.resize(f.slots.size());
  layout.frame_pointer = uses_frame_pointer(context.code);
  layout.base_pointer = uses_base_pointer(context.code);
  layout.align = std::max({largest_align(context.code), needs.realign, stack_align});
  layout.realigned = realigns(context.code) && !needs.naked;

  if (needs.stack_protector) {
    layout.guard = static_cast<FrameSlotId>(f.slots.size());
    f.slots.push_back({.kind = SlotKind::Local, .size = 8, .align = 8});
    layout.slots.emplace_back();
  }

  RegisterMask saved = ((allocation.used | clobbered(f)) & needs.callee_saved) | needs.always_saved;
  if (layout.guard != no_id) saved |= RegisterMask(1) << reg::r11 & needs.callee_saved; // the check's scratch register
  if (layout.base_pointer) saved |= RegisterMask(1) << reg::rbx;
  if (layout.frame_pointer) saved &= ~(RegisterMask(1) << reg::rbp);
  if (needs.naked) saved = 0;
  for (PhysicalRegister r : {reg::rbp, reg::r15, reg::r14, reg::r13, reg::r12, reg::rdi, reg::rsi, reg::rbx, reg::rax,
                             reg::rcx, reg::rdx, reg::r8, reg::r9, reg::r10, reg::r11})
    if (saved >> r & 1) layout.pushed.push_back(r);

  // Bytes between CFA and what is below the pushes, then below all saved registers.
  const u64 pushed = 8 + (layout.frame_pointer ? 8 : 0) + 8 * layout.pushed.size();
  u64 above = pushed;
  for (PhysicalRegister r = reg::xmm0; r < reg::xmm0 + 16; ++r)
    if (saved >> r & 1) {
      above = round_up(above, 16) + 16;
      layout.saved_vectors.emplace_back(r, -static_cast<i64>(above));
    }
  SlotUses uses(context, allocation);
  std::vector<FrameSlotId> order = slot_order(context, uses);
  bool leaf = !needs.has_calls && !needs.has_dynamic_alloca;
  bool from_top = layout.frame_pointer && !layout.realigned; // rbp-relative: busy slots at the top

  // Depth of each slot's lower end below the CFA when counted from the top, its height above rsp otherwise.
  u64 outgoing = round_up(needs.outgoing_bytes, 8);
  u64 size = 0; // of slots and outgoing area
  std::vector<u64> place(f.slots.size(), 0);
  auto protected_array = [&](FrameSlotId id) { return layout.guard != no_id && is_array(context, f.slots[id]); };
  if (layout.guard != no_id)
    std::stable_partition(order.begin(), order.end(),
                          [&](FrameSlotId id) { return from_top == protected_array(id); });
  bool in_red_zone = false;
  if (from_top) {
    // Depths grow downward: a slot's address is CFA - depth, so depth must be a multiple of its alignment.
    u64 depth = above;
    auto take = [&](FrameSlotId id) {
      depth = round_up(depth + f.slots[id].size, f.slots[id].align);
      place[id] = depth;
    };
    if (layout.guard != no_id) take(layout.guard);
    if (layout.guard == no_id) {
      // Without a guard order is free: gaps are filled. Room counts from the CFA downward in aligned pieces.
      Room room(above);
      for (FrameSlotId id : order) {
        u64 align = f.slots[id].align, bytes = round_up(std::max<u64>(f.slots[id].size, 1), align);
        place[id] = room.take(bytes, align) + bytes;
      }
      depth = room.end();
    } else {
      for (FrameSlotId id : order) take(id);
    }
    size = depth - above + outgoing;
  } else {
    Room room(outgoing);
    for (FrameSlotId id : order) place[id] = room.take(f.slots[id].size, f.slots[id].align);
    u64 end = room.end();
    if (layout.guard != no_id) {
      end = round_up(end, 8);
      place[layout.guard] = end;
      end += 8;
    }
    size = end;
  }
  if (size > 0x7fffff00 || above + size > 0x7fffff00)
    throw CompileError({context.ir.module.source, context.ir.module.globals[context.ir.self].offset, 1},
                       "the stack frame of '" + std::string(context.ir.module.globals[context.ir.self].name) +
                           "' takes " + std::to_string(size) + " bytes, but at most 2 GiB can be addressed");

  if (needs.naked) {
    layout.adjust = 0;
    layout.total = 8;
  } else if (layout.realigned) {
    // Before `and` rsp is at CFA - above - adjust; what `and` removes is unknown but at most align - 16.
    layout.adjust = round_up(size + (above - pushed), layout.align);
    layout.total = pushed + layout.adjust;
  } else {
    in_red_zone = leaf && above == pushed && needs.red_zone && context.options.red_zone && size <= red_zone_size;
    // A leaf keeps slots aligned too when they ask for 16 bytes.
    bool align_it = !leaf || largest_align(context.code) > 8;
    u64 total = above + size;
    if (size != 0 || !leaf) total = align_it ? round_up(total, stack_align) : round_up(total, 8);
    layout.total = total;
    layout.adjust = total - pushed;
    if (in_red_zone && layout.adjust > red_zone_size) in_red_zone = false;
    if (in_red_zone) {
      // Slots keep their distance from the CFA; rsp stays above them.
      layout.adjust = 0;
    }
  }

  for (FrameSlotId id = 0; id < f.slots.size(); ++id) {
    FrameSlot& slot = f.slots[id];
    SlotAddress& address = layout.slots[id];
    i64 from_cfa = 0;
    i64 rsp_depth = static_cast<i64>(in_red_zone ? above : layout.total); // CFA - rsp
    if (slot.kind == SlotKind::Incoming) {
      from_cfa = slot.offset;
    } else if (slot.kind == SlotKind::Outgoing) {
      address = {reg::rsp, static_cast<i32>(slot.offset)};
      continue;
    } else if (layout.realigned) {
      address = {layout.base_pointer ? reg::rbx : reg::rsp, static_cast<i32>(place[id])};
      slot.offset = static_cast<i64>(place[id]);
      continue;
    } else if (from_top) {
      from_cfa = -static_cast<i64>(place[id]);
    } else {
      from_cfa = static_cast<i64>(place[id]) - static_cast<i64>(layout.total);
    }
    if (slot.kind != SlotKind::Incoming) slot.offset = from_cfa;
    i64 displacement = layout.frame_pointer ? from_cfa + 16 : from_cfa + rsp_depth;
    address = {layout.frame_pointer ? reg::rbp : reg::rsp, static_cast<i32>(displacement)};
  }
  return layout;
}

} // namespace lathe::codegen::x86
