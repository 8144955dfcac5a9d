// Addresses: chains of getelementptr become [base + index*scale + displacement]; symbols, thread-local ones included,
// become what the relocation model wants.

#include "codegen/analysis/analysis.h"
#include "codegen/machine/names.h"
#include "codegen/x86/selector.h"

namespace lathe::codegen::x86 {

using legalize::Intrinsic;

namespace {
// Frame slots and symbols lie anywhere within 2 GiB; a displacement beside them must leave room.
constexpr i64 small_displacement = 1 << 28;

u32 scale_of(ir::TypeId type) {
  switch (type) {
  case ir::TypeId::I8: return 1;
  case ir::TypeId::I16: return 2;
  case ir::TypeId::I32: return 4;
  case ir::TypeId::I64: return 8;
  default: return 0;
  }
}

bool fits_i32(i64 v) { return v == static_cast<i32>(v); }
} // namespace

bool Selector::is_static_alloca(InstId id) const {
  const ir::Instruction& i = (*f_)[id];
  if (i.block != f_->first_block) return false;
  const ir::Constant* count = f_->integer_constant(f_->operand(id, 0));
  if (!count) return false;
  // The legal dynamic form counts bytes; a static one of that shape is as good as any.
  return count->bits < (u64(1) << 31);
}

FrameSlotId Selector::slot_of(InstId id) {
  if (vreg_of_[id] != no_id) return vreg_of_[id];
  const ir::Instruction& i = (*f_)[id];
  u64 size = f_->types.alloc_size(TypeId{i.aux}, f_->module.layout) * f_->integer_constant(f_->operand(id, 0))->bits;
  m_->slots.push_back({.kind = SlotKind::Local, .size = size, .align = 1u << i.align_log2, .name = id});
  return vreg_of_[id] = static_cast<FrameSlotId>(m_->slots.size() - 1);
}

FrameSlotId Selector::byval_slot(u32 argument) {
  u32& slot = argument_vreg_[argument];
  if (slot == no_id) {
    const AbiArgument& a = signature_.arguments[argument];
    m_->slots.push_back({.kind = SlotKind::Incoming, .size = a.byval_size, .align = 8,
                         .offset = signature_.parts[a.first_part].offset});
    slot = static_cast<FrameSlotId>(m_->slots.size() - 1);
  }
  return slot;
}

FrameSlotId Selector::scratch_slot(u64 size) {
  FrameSlotId& slot = scratch_[size > 8];
  if (slot == no_id) {
    m_->slots.push_back({.kind = SlotKind::Local, .size = size > 8 ? 16u : 8u, .align = size > 8 ? 16u : 8u});
    slot = static_cast<FrameSlotId>(m_->slots.size() - 1);
  }
  return slot;
}

AddressMode Selector::slot_address(FrameSlotId slot, i64 offset) const {
  AddressMode a;
  a.slot = slot;
  a.displacement = offset;
  return a;
}

// x*size as the index: constants added to x move into the displacement, shifts into the scale.
bool Selector::scaled_index(Value v, u32 size, AddressMode& a) {
  for (int depth = 0; depth < 4 && v.is_instruction() && vreg_of_[v.index()] == no_id; ++depth) {
    const ir::Instruction& i = (*f_)[v.index()];
    i64 c;
    if ((i.op == Opcode::Add || (i.op == Opcode::Or && (i.flags & ir::FlagDisjoint))) &&
        constant(f_->operand(v.index(), 1), c)) {
      i64 total = a.displacement + c * static_cast<i64>(size);
      if (c != static_cast<i32>(c) || total > small_displacement || total < -small_displacement) break;
      a.displacement = total;
      v = f_->operand(v.index(), 0);
    } else if (i.op == Opcode::Shl && constant(f_->operand(v.index(), 1), c) && c >= 0 && c <= 3 && size << c <= 8) {
      size <<= c;
      v = f_->operand(v.index(), 0);
    } else {
      break;
    }
  }
  i64 c;
  if (constant(v, c)) {
    a.displacement += c * static_cast<i64>(size);
    return true;
  }
  a.index = reg(v);
  a.scale = static_cast<u8>(size);
  return true;
}

AddressMode Selector::address(Value p) {
  AddressMode a;
  for (;;) {
    if (p.is_instruction()) {
      InstId id = p.index();
      const ir::Instruction& i = (*f_)[id];
      if (i.op == Opcode::Alloca && is_static_alloca(id)) {
        a.slot = slot_of(id);
        break;
      }
      if (vreg_of_[id] != no_id && i.op != Opcode::Call) break;
      if (i.op == Opcode::GetElementPtr && i.operand_count == 2) {
        u32 size = scale_of(TypeId{i.aux});
        Value index = f_->operand(id, 1);
        i64 c;
        if (size == 0 && constant(index, c))
          size = static_cast<u32>(f_->types.alloc_size(TypeId{i.aux}, f_->module.layout));
        lathe_check(size != 0 || c == 0, "a getelementptr was not made simple");
        if (constant(index, c)) {
          i64 total = a.displacement + c * static_cast<i64>(size);
          if (c < small_displacement && c > -small_displacement && total < small_displacement &&
              total > -small_displacement) {
            a.displacement = total;
          } else if (a.index == no_id) {
            a.index = integer_register(c * static_cast<i64>(size), true);
          } else {
            break;
          }
          p = f_->operand(id, 0);
          continue;
        }
        if (a.index == no_id && (size == 1 || size == 2 || size == 4 || size == 8)) {
          scaled_index(index, size, a);
          p = f_->operand(id, 0);
          continue;
        }
        break;
      }
      // Local-exec addresses are cheap enough to be made anew by each user.
      if (i.op == Opcode::Call && vreg_of_[id] == no_id && intrinsic(id) == Intrinsic::ThreadlocalAddress &&
          (i.uses == 1 || ((!pic_ || pie_) && f_->operand(id, 1).is_global() &&
                           is_direct(f_->global(f_->operand(id, 1).index()))))) {
        p = f_->operand(id, 1);
        continue;
      }
      break;
    }
    if (p.is_argument() && signature_.arguments[p.index()].byval) {
      a.slot = byval_slot(p.index());
      break;
    }
    if (p.is_constant()) {
      ir::GlobalId global;
      i64 offset;
      const ir::Constant& c = f_->constants[p.index()];
      if (c.kind == ir::ConstantKind::BlockAddress) {
        u32 symbol;
        if (c.operands.empty() || c.operands[0].index() == f_->self)
          symbol = symbol_ref(block_address_label(code_->ordinal, static_cast<BlockId>(c.bits)), SymbolModifier::None);
        else
          symbol = symbol_ref(module_block_address_label(static_cast<u32>(c.bits)), SymbolModifier::None);
        AddressMode s;
        s.symbol = symbol;
        s.pc_relative = true;
        if (a.index == no_id) {
          s.displacement = a.displacement;
          return s;
        }
        a.base = load_address(s);
        return a;
      }
      if (analysis::as_symbol_offset(*f_, p, global, offset)) {
        address_symbol(global, offset, a);
        return a;
      }
      i64 value;
      if (constant(p, value) && fits_i32(value + a.displacement)) {
        a.displacement += value;
        return a;
      }
      if (c.kind == ir::ConstantKind::Expression && c.op == Opcode::IntToPtr && constant(c.operands[0], value)) {
        if (fits_i32(value + a.displacement))
          a.displacement += value;
        else
          a.base = integer_register(value, true);
        return a;
      }
      if (c.kind == ir::ConstantKind::DsoLocalEquivalent || c.kind == ir::ConstantKind::NoCfi) {
        address_symbol(c.operands[0].index(), 0, a);
        return a;
      }
      if (c.kind == ir::ConstantKind::Expression)
        unsupported(*f_, "a constant expression of '" + std::string(ir::spelling(c.op)) + "' as an address");
      break;
    }
    if (p.is_global()) {
      address_symbol(p.index(), 0, a);
      return a;
    }
    break;
  }
  if (a.slot == no_id) a.base = reg(p);
  return a;
}

Vreg Selector::load_address(const AddressMode& a) {
  if (a.base != no_id && a.index == no_id && a.slot == no_id && a.symbol == no_id && a.displacement == 0 && !a.segment)
    return a.base;
  Vreg r = b_.general();
  if (a.symbol != no_id && a.pc_relative && !pic_ && !pie_) {
    // The address is known to fit: mov takes fewer bytes than lea.
    SymbolRef ref = m_->symbols[a.symbol];
    if (ref.modifier == 0) {
      ref.addend += a.displacement;
      m_->symbols.push_back(ref);
      b_.begin(kernel_ ? Row::mov_rm64_i32 : Row::mov_r32_i32).def(r).symbol(static_cast<u32>(m_->symbols.size() - 1));
      b_.rematerializable(r);
      return r;
    }
  }
  if (a.base == no_id && a.index == no_id && a.slot == no_id && a.symbol == no_id)
    return integer_register(a.displacement, true);
  lea_into(r, a);
  return r;
}

void Selector::lea_into(Vreg result, AddressMode a) {
  if (a.segment) {
    // The segment's base is at its offset 0.
    Vreg base = b_.general();
    AddressMode at_zero;
    at_zero.segment = a.segment;
    b_.begin(Row::mov_r64_rm64).def(base).memory(at_zero);
    b_.rematerializable(base);
    a.segment = 0;
    if (a.base != no_id && a.index != no_id) {
      Vreg sum = b_.general();
      b_.begin(Row::lea_r64_m).def(sum).memory(a);
      a = {};
      a.index = sum;
    } else if (a.base != no_id) {
      a.index = a.base;
    }
    a.base = base;
  }
  b_.begin(Row::lea_r64_m).def(result).memory(a);
  if (a.base == no_id && a.index == no_id) b_.rematerializable(result);
}

// --- Symbols

u32 Selector::symbol_ref(std::string_view name, SymbolModifier modifier, i64 addend) {
  m_->symbols.push_back({code_->symbols.intern(name), static_cast<u8>(modifier), addend});
  return static_cast<u32>(m_->symbols.size() - 1);
}

u32 Selector::global_ref(ir::GlobalId global, SymbolModifier modifier, i64 addend) {
  // Few different globals are named near each other: the cache has one place per low bits of the id.
  constexpr u32 places = 64;
  if (global_symbols_.empty()) global_symbols_.assign(places, {ir::none, 0});
  auto& cached = global_symbols_[global % places];
  if (cached.first != global) cached = {global, code_->symbols.intern(symbol_name(f_->global(global)))};
  m_->symbols.push_back({cached.second, static_cast<u8>(modifier), addend});
  return static_cast<u32>(m_->symbols.size() - 1);
}

bool Selector::is_direct(const ir::Global& g) const {
  if (g.linkage == ir::Linkage::Internal || g.linkage == ir::Linkage::Private) return true;
  if (g.linkage == ir::Linkage::ExternalWeak) return !pic_ && !pie_ && g.dso_local;
  if (g.dso_local) return true;
  if (g.visibility != ir::Visibility::Default) return true;
  return false;
}

void Selector::address_symbol(ir::GlobalId global, i64 offset, AddressMode& a) {
  const ir::Global& g = f_->global(global);
  if (g.tls != ir::TlsModel::None) {
    thread_local_address(global, offset, &a);
    return;
  }
  offset += a.displacement;
  // base + offset, however large; nothing else is the base yet, because a symbol ends the chain.
  auto far_from = [&](Vreg base) {
    if (fits_i32(offset)) {
      a.base = base;
      a.displacement = offset;
      return;
    }
    Vreg distance = integer_register(offset, true);
    a.displacement = 0;
    if (a.index == no_id) {
      a.base = base;
      a.index = distance;
      return;
    }
    AddressMode sum;
    sum.base = base;
    sum.index = distance;
    a.base = load_address(sum);
  };
  if (!is_direct(g)) {
    // The address comes from the global offset table.
    Vreg r = hoisted(HoistKind::GotEntry, global);
    if (r == no_id) {
      AddressMode got;
      got.symbol = global_ref(global, SymbolModifier::GotPcRel);
      got.pc_relative = true;
      r = b_.general();
      b_.begin(Row::mov_r64_rm64).def(r).memory(got);
      b_.rematerializable(r);
    }
    far_from(r);
    return;
  }
  if (offset >= small_displacement || offset < -small_displacement) {
    AddressMode s;
    s.symbol = global_ref(global, SymbolModifier::None);
    s.pc_relative = true;
    far_from(load_address(s));
    return;
  }
  if (a.index == no_id && a.base == no_id) {
    a.symbol = global_ref(global, SymbolModifier::None);
    a.pc_relative = true;
    a.displacement = offset;
    return;
  }
  if (!pic_ && !pie_) {
    a.symbol = global_ref(global, SymbolModifier::None);
    a.displacement = offset;
    return;
  }
  a.base = hoisted(HoistKind::Symbol, global);
  if (a.base == no_id) symbol_into(a.base = b_.general(), global);
  a.displacement = offset;
}

// lea sym(%rip), result
void Selector::symbol_into(Vreg result, ir::GlobalId global) {
  AddressMode s;
  s.symbol = global_ref(global, SymbolModifier::None);
  s.pc_relative = true;
  lea_into(result, s);
}

// --- Thread-local storage

Vreg Selector::thread_local_address(ir::GlobalId global, i64 offset, AddressMode* fold) {
  const ir::Global& g = f_->global(global);
  bool local = is_direct(g);
  bool shared = pic_ && !pie_;
  ir::TlsModel model = shared ? (local ? ir::TlsModel::LocalDynamic : ir::TlsModel::GeneralDynamic)
                              : (local ? ir::TlsModel::LocalExec : ir::TlsModel::InitialExec);
  if (static_cast<u8>(g.tls) > static_cast<u8>(model)) model = g.tls;
  AddressMode& a = *fold;
  i64 total = offset + a.displacement;
  auto add_base = [&](Vreg base, i64 displacement) {
    if (a.base == no_id) {
      a.base = base;
    } else if (a.index == no_id) {
      a.index = base;
    } else {
      AddressMode inner;
      inner.base = a.base;
      inner.index = base;
      a.base = load_address(inner);
    }
    a.displacement = displacement;
  };
  auto thread_pointer = [&] {
    Vreg r = b_.general();
    AddressMode tp;
    tp.segment = static_cast<u8>(Segment::Fs);
    b_.begin(Row::mov_r64_rm64).def(r).memory(tp);
    b_.rematerializable(r);
    return r;
  };
  auto offset_from = [&](Vreg base, SymbolModifier modifier) {
    AddressMode s;
    s.base = base;
    s.symbol = global_ref(global, modifier, total);
    if (a.index == no_id && a.base == no_id) {
      a = s;
      return;
    }
    Vreg r = b_.general();
    b_.begin(Row::lea_r64_m).def(r).memory(s);
    add_base(r, 0);
  };
  switch (model) {
  case ir::TlsModel::LocalExec: {
    if (features_.indirect_tls) {
      offset_from(thread_pointer(), SymbolModifier::TpOff);
      return no_id;
    }
    // %fs:sym@tpoff; whoever wants the address itself adds the thread pointer (lea_into).
    a.segment = static_cast<u8>(Segment::Fs);
    a.symbol = global_ref(global, SymbolModifier::TpOff, total);
    a.displacement = 0;
    return no_id;
  }
  case ir::TlsModel::InitialExec: {
    Vreg tp = thread_pointer(), r = b_.general();
    AddressMode got;
    got.symbol = global_ref(global, SymbolModifier::GotTpOff);
    got.pc_relative = true;
    b_.begin(Row::add_r64_rm64).def_reuse(r, 1).hidden_use(tp).memory(got);
    add_base(r, total);
    return no_id;
  }
  case ir::TlsModel::LocalDynamic: {
    Vreg module = b_.general();
    code_->frame.has_calls = true;
    b_.begin(Pseudo::TlsLocalDynamic)
        .symbol(global_ref(global, SymbolModifier::TlsLd))
        .hidden_def_fixed(module, reg::rax)
        .clobbers(call_clobbers & ~(RegisterMask(1) << reg::rax))
        .flags(MachineCall | MachineSideEffect);
    offset_from(module, SymbolModifier::DtpOff);
    return no_id;
  }
  default: {
    Vreg r = b_.general();
    code_->frame.has_calls = true;
    b_.begin(Pseudo::TlsGeneralDynamic)
        .symbol(global_ref(global, SymbolModifier::TlsGd))
        .hidden_def_fixed(r, reg::rax)
        .clobbers(call_clobbers & ~(RegisterMask(1) << reg::rax))
        .flags(MachineCall | MachineSideEffect);
    add_base(r, total);
    return no_id;
  }
  }
}

// --- Loads folded into their only user

bool Selector::can_fold_load(Value v) const {
  if (!v.is_instruction()) return false;
  const ir::Instruction& i = (*f_)[v.index()];
  return i.op == Opcode::Load && i.uses == 1 && i.block == block_ && vreg_of_[v.index()] == no_id &&
         !(i.flags & ir::FlagVolatile) && i.sub == 0 && epoch_[v.index()] == root_epoch_;
}

bool Selector::fold_load(Value v, AddressMode& a) {
  if (!can_fold_load(v)) return false;
  a = address(f_->operand(v.index(), 0));
  return true;
}

} // namespace lathe::codegen::x86
