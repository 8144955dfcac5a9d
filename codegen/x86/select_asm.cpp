// Inline assembly: every operand is put into the place that its constraint asks for (asm_constraints.cpp), the
// template goes along for emission to fill in, and results are taken from where the statement leaves them.
//
// asm goto ends its block, so nothing stands behind it there: its outputs are in certain registers, and each block it
// leads to begins with Pseudo::Received, which defines them (legalize/asm_goto.cpp has made those blocks).

#include "codegen/x86/asm_constraints.h"
#include "codegen/x86/selector.h"

#include <algorithm>

namespace lathe::codegen::x86 {

class AsmSelection {
public:
  // `result`: the instruction whose value the outputs are; none for the callbr itself.
  AsmSelection(Selector& selector, InstId statement, InstId result)
      : s(selector), b_(selector.b_), f_(*selector.f_), m_(*selector.m_), statement_(statement), result_(result) {
    plan();
  }

  void select_call() {
    inputs();
    outputs();
    begin_statement(false);
    finish();
  }

  void select_goto() {
    s.materialize_edges(s.machine_block_);
    for (const AsmOperand& o : plan_.operands)
      if (o.kind == Kind::X87) fail("an x87 operand of 'asm goto'");
    inputs();
    begin_statement(true);
    auto operands = f_.operands_of(statement_);
    auto is_block = [](Value v) { return v.is_block(); };
    Value otherwise = *std::find_if(operands.begin(), operands.end(), is_block);
    s.jump(s.plan_.target(s.block_, otherwise.index()));
  }

  void receive() {
    outputs();
    b_.begin(Pseudo::Received).flags(MachineSideEffect);
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.kind != Kind::Register || !o.is_direct_output()) continue;
      b_.add_register(MachineBuilder::make(at_[k].output, Access::Def, Point::Early, Constraint::Fixed, o.fixed));
      if (at_[k].output_high != no_id)
        b_.add_register(MachineBuilder::make(at_[k].output_high, Access::Def, Point::Early, Constraint::Fixed, reg::rdx));
    }
    finish();
  }

private:
  using Kind = AsmOperand::Kind;

  // Where an operand is.
  struct Placed {
    Vreg input = no_id, input_high = no_id, output = no_id, output_high = no_id;
    AddressMode memory;
    u32 place = no_id;     // in the instruction's registers
    Vreg wanted = no_id;   // output: where the result is asked for
  };

  [[noreturn]] void fail(const std::string& what) const { s.refuse(statement_, "inline assembly: " + what); }
  bool is_wide(TypeId t) const { return s.bits_of(t) > 64 && f_.types.is_integer(t); }

  void plan() {
    TypeId type = f_[statement_].type;
    if (type != TypeId::Void) {
      if (f_.types.is_aggregate(type)) {
        std::vector<legalize::Leaf> leaves;
        legalize::leaves_of(f_, type, leaves);
        for (const auto& l : leaves) result_types_.push_back(l.type);
      } else {
        result_types_.push_back(type);
      }
    }
    AsmContext c{f_, statement_, result_types_, s.pic_, [this](Value v, i64& out) { return s.constant(v, out); },
                 [this](const ir::Global& g) { return s.is_direct(g); }, [this](const std::string& what) { fail(what); }};
    plan_ = plan_asm(c);
    at_.resize(plan_.operands.size());
  }

  // --- Before the statement

  Vreg into_class(Value v, TypeId type, RegisterClass rc) {
    RegisterClass own = class_of(f_, type).rc;
    Vreg from = s.reg(v);
    if (own == rc) return from;
    bool wide = s.bits_of(type) > 32;
    Vreg r = b_.new_register(rc, wide ? 8 : 4);
    if (rc == RegisterClass::General)
      b_.begin(wide ? Row::movq_rm64_x : Row::movd_rm32_x).def(r).use(from);
    else
      b_.begin(wide ? Row::movq_x_rm64 : Row::movd_x_rm32).def(r).use_any(from);
    return r;
  }

  AddressMode spilled(const AsmOperand& o) {
    u32 size = o.width <= 8 ? 8 : 16;
    m_.slots.push_back({.kind = SlotKind::Local, .size = size, .align = size});
    AddressMode a = s.slot_address(static_cast<FrameSlotId>(m_.slots.size() - 1));
    if (o.type == TypeId::X86Fp80) {
      s.fp80_load(o.value);
      b_.begin(Row::fstp_m80).memory(a).flags(MachineSideEffect);
    } else if (is_wide(o.type)) {
      Vreg low, high;
      s.wide_parts(o.value, low, high);
      s.store_register(a, TypeId::I64, low);
      a.displacement += 8;
      s.store_register(a, TypeId::I64, high);
      a.displacement -= 8;
    } else {
      s.store_register(a, o.type, s.reg(o.value));
    }
    return a;
  }

  void inputs() {
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      AsmOperand& o = plan_.operands[k];
      Placed& p = at_[k];
      if (o.kind == Kind::Memory && o.tied < 0) {
        p.memory = s.address(o.value);
      } else if (o.kind == Kind::Spilled && o.tied < 0) {
        p.memory = spilled(o);
      } else if (o.kind == Kind::Register && !o.is_direct_output()) {
        if (is_wide(o.type))
          s.wide_parts(o.value, p.input, p.input_high);
        else
          p.input = into_class(o.value, o.type, o.rc);
        if (o.tied >= 0) p.input = of_its_own(k, p.input);
      } else if (o.kind == Kind::X87 && !o.is_output) {
        if (o.type != TypeId::X86Fp80) p.input = s.reg(o.value);
        x87_inputs_.push_back(k);
      }
    }
    fill_memory();
    push_x87();
    relieve_pressure();
  }

  // One value tied to two outputs is in two registers.
  Vreg of_its_own(u32 k, Vreg v) {
    for (u32 j = 0; j < k; ++j) {
      if (plan_.operands[j].tied < 0 || at_[j].input != v) continue;
      Vreg second = b_.new_register(m_.vregs[v].rc, m_.vregs[v].spill_size);
      s.copy(second, v);
      return second;
    }
    return v;
  }

  // A value tied to an output in memory is what the statement finds there. (An indirect input is there already.)
  void fill_memory() {
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.tied < 0 || o.kind != Kind::Memory || o.indirect) continue;
      if (is_wide(o.type)) fail("a wide value tied to memory");
      // No more than the output holds: gcc and clang take a pointer for an output of 32 bits.
      TypeId held = plan_.operands[static_cast<u32>(o.tied)].type;
      ClassAndSize to = class_of(*s.f_, held), from = class_of(*s.f_, o.type);
      bool narrows = to.rc == from.rc && to.size < from.size;
      s.store_register(at_[static_cast<u32>(o.tied)].memory, narrows ? held : o.type, s.reg(o.value));
    }
  }

  // x87: inputs that name no place take the next free ones; they are pushed from the deepest up.
  void push_x87() {
    u32 taken = 0;
    for (u32 k : x87_inputs_)
      if (plan_.operands[k].fixed != 0xff) taken |= 1u << (plan_.operands[k].fixed - reg::st0);
    for (u32 k : x87_inputs_) {
      AsmOperand& o = plan_.operands[k];
      if (o.fixed != 0xff) continue;
      u32 place = static_cast<u32>(std::countr_one(taken));
      taken |= 1u << place;
      o.fixed = static_cast<PhysicalRegister>(reg::st0 + place);
    }
    std::sort(x87_inputs_.begin(), x87_inputs_.end(),
              [&](u32 a, u32 b) { return plan_.operands[a].fixed > plan_.operands[b].fixed; });
    for (size_t k = 0; k < x87_inputs_.size(); ++k)
      if (plan_.operands[x87_inputs_[k]].fixed != reg::st0 + x87_inputs_.size() - 1 - k)
        fail("x87 inputs with a gap between them");
    for (u32 k : x87_inputs_) {
      const AsmOperand& o = plan_.operands[k];
      if (o.type == TypeId::X86Fp80) {
        s.fp80_load(o.value);
        continue;
      }
      if (o.type != TypeId::Float && o.type != TypeId::Double) fail("an x87 operand that is not floating point");
      AddressMode a = s.slot_address(s.scratch_slot(8));
      s.store_register(a, o.type, at_[k].input);
      b_.begin(o.type == TypeId::Double ? Row::fld_m64 : Row::fld_m32).memory(a);
    }
  }

  // General registers that must be there at once. Addresses give up their second register where it gets tight.
  void relieve_pressure() {
    auto needed = [&] {
      u32 n = static_cast<u32>(std::popcount(plan_.clobbered & 0xffff));
      for (u32 k = 0; k < plan_.operands.size(); ++k) {
        const AsmOperand& o = plan_.operands[k];
        bool is_register = o.kind == Kind::Register && o.rc == RegisterClass::General;
        if (is_register && !o.is_direct_output() && !o.may_be_memory) n += is_wide(o.type) ? 2 : 1;
        if (is_register && o.is_direct_output() && o.early && o.tied_by == ~0u) ++n;
        n += (at_[k].memory.base != no_id) + (at_[k].memory.index != no_id);
      }
      return n;
    };
    constexpr u32 comfortable = 13; // rsp, a frame pointer and a base pointer are never free
    for (u32 k = 0; k < plan_.operands.size() && needed() > comfortable; ++k)
      if (AddressMode& a = at_[k].memory; a.index != no_id) {
        Vreg whole = s.load_address(a);
        a = {};
        a.base = whole;
      }
  }

  // --- The statement

  void outputs() {
    u32 part = 0;
    bool multi = result_ != ir::none && s.is_multi(f_[result_].type);
    u32 asked = result_ == ir::none ? no_id : s.vreg_of_[result_];
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (!o.is_direct_output()) continue;
      Placed& p = at_[k];
      auto next_part = [&] { return asked == no_id ? no_id : multi ? s.parts_[asked + part++] : asked; };
      p.wanted = next_part();
      if (o.kind == Kind::X87) {
        x87_outputs_.push_back(k);
      } else if (o.kind == Kind::Register && is_wide(o.type)) {
        Vreg high = next_part();
        p.output = p.wanted != no_id ? p.wanted : b_.general();
        p.output_high = high != no_id ? high : b_.general();
        p.wanted = no_id;
      } else if (o.kind == Kind::Register) {
        ClassAndSize own = class_of(f_, o.type);
        bool direct = p.wanted != no_id && own.rc == o.rc && o.type != TypeId::I1;
        p.output = direct ? p.wanted : b_.new_register(o.rc, own.rc == RegisterClass::StackOnly ? 8 : own.size);
        if (direct) p.wanted = no_id;
      }
    }
  }

  bool has_free_inputs() const {
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.kind == Kind::Register && !o.is_direct_output() && o.tied < 0 && o.fixed == 0xff) return true;
      if (at_[k].memory.base != no_id || at_[k].memory.index != no_id) return true;
    }
    return false;
  }

  void begin_statement(bool is_goto) {
    const ir::InlineAsm& source = f_.asms[f_.operand(statement_, 0).index()];
    AsmStatement record;
    record.text = source.text;
    record.origin = reader::written_somewhere(f_);
    record.intel = source.intel;
    record.align_stack = source.align_stack;
    record.operands.resize(plan_.operands.size());
    b_.begin(MachinePseudo::InlineAsm);
    b_.operand({.kind = OperandKind::Immediate, .payload = static_cast<u32>(s.code_->asm_statements.size())});
    RegisterMask clobbered = plan_.clobbered;
    if (is_goto)
      for (const AsmOperand& o : plan_.operands)
        if (o.is_direct_output() && o.kind == Kind::Register)
          clobbered |= register_bit(o.fixed) | (is_wide(o.type) ? register_bit(reg::rdx) : 0);
    // An input in no certain register must not be in one that the statement overwrites before it has read it.
    bool late = plan_.any_early || (is_goto && clobbered);
    add_inputs(late ? Point::Late : Point::Early);
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      record.operands[k].width = plan_.operands[k].width;
      show(k, record.operands[k], record, late);
      if (plan_.operands[k].is_direct_output() && plan_.operands[k].fixed != 0xff && !is_goto)
        clobbered &= ~register_bit(plan_.operands[k].fixed);
    }
    if (!is_goto && !late && has_free_inputs()) clobbered = define_early(clobbered);
    s.code_->asm_statements.push_back(std::move(record));
    b_.clobbers(clobbered).flags(MachineSideEffect);
    if (is_goto) b_.flags(MachineTerminator);
  }

  // Inputs come first, so that outputs can name the place of the one they are tied to.
  void add_inputs(Point point) {
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.kind != Kind::Register || o.is_direct_output()) continue;
      bool fixed = o.fixed != 0xff;
      bool ends = o.tied >= 0 || (fixed && (plan_.clobbered >> o.fixed & 1 || is_late_output(o.fixed)));
      Point at = ends ? Point::Early : point;
      Constraint constraint = fixed               ? Constraint::Fixed
                              : o.may_be_memory ? Constraint::Any
                                                  : Constraint::Register;
      at_[k].place = b_.add_register(
          MachineBuilder::make(at_[k].input, Access::Use, at, constraint, fixed ? o.fixed : PhysicalRegister(0)));
      if (at_[k].input_high != no_id)
        b_.add_register(MachineBuilder::make(at_[k].input_high, Access::Use, Point::Early, Constraint::Fixed, reg::rdx));
    }
  }

  // Whether the register is overwritten, but only after the inputs have been read.
  bool is_late_output(PhysicalRegister r) const {
    return std::any_of(plan_.operands.begin(), plan_.operands.end(), [&](const AsmOperand& o) {
      return o.kind == Kind::Register && o.is_direct_output() && !o.early && o.fixed == r;
    });
  }

  // Clobbers as early definitions of nothing. What cannot be one stays in the mask that is returned.
  RegisterMask define_early(RegisterMask clobbered) {
    for (const AsmOperand& o : plan_.operands)
      if (o.kind == Kind::Register && o.fixed != 0xff) {
        clobbered &= ~(o.is_direct_output() ? register_bit(o.fixed) : 0);
        if (is_wide(o.type)) clobbered &= ~register_bit(reg::rdx);
      }
    RegisterMask left = clobbered;
    for (PhysicalRegister r = 0; r < 32; ++r) {
      bool is_input = std::any_of(plan_.operands.begin(), plan_.operands.end(), [&](const AsmOperand& o) {
        return o.kind == Kind::Register && !o.is_direct_output() && o.fixed == r;
      });
      if (!(clobbered >> r & 1) || is_input) continue;
      Vreg nothing = r < reg::xmm0 ? b_.general() : b_.vector(8);
      b_.add_register(MachineBuilder::make(nothing, Access::Def, Point::Early, Constraint::Fixed, r));
      left &= ~(RegisterMask(1) << r);
    }
    return left;
  }

  void show(u32 k, AsmStatement::Operand& shown, const AsmStatement& record, bool late) {
    const AsmOperand& o = plan_.operands[k];
    Placed& p = at_[k];
    switch (o.kind) {
    case Kind::Register:
      if (o.is_direct_output()) output(o, p);
      // The outputs of asm goto are defined elsewhere.
      shown.operand = p.place == no_id ? Operand{.kind = OperandKind::FixedRegister, .payload = o.fixed}
                                       : Operand{.kind = OperandKind::Register, .payload = p.place};
      break;
    case Kind::X87: shown.operand = {.kind = OperandKind::FixedRegister, .payload = o.fixed}; break;
    case Kind::Memory:
    case Kind::Spilled: {
      shown.is_memory = true;
      if (o.tied >= 0) {
        shown.operand = record.operands[static_cast<u32>(o.tied)].operand;
        break;
      }
      u32 first = static_cast<u32>(m_.registers.size());
      shown.operand = b_.make_address(p.memory);
      if (late)
        for (u32 r = first; r < m_.registers.size(); ++r) m_.registers[r].point = Point::Late;
      break;
    }
    case Kind::Immediate: shown.operand = immediate(o.immediate); break;
    case Kind::Symbol:
      shown.operand = {.kind = OperandKind::SymbolValue,
                       .payload = s.global_ref(o.global, SymbolModifier::None, o.immediate)};
      break;
    case Kind::CodeLabel: shown.operand = {.kind = OperandKind::SymbolValue, .payload = s.address(o.value).symbol}; break;
    case Kind::Flag: break;
    case Kind::Label:
      shown.operand = {.kind = OperandKind::Block, .payload = s.plan_.target(s.block_, o.value.index())};
      break;
    }
  }

  Operand immediate(i64 value) {
    if (value == static_cast<i32>(value)) return {.kind = OperandKind::Immediate, .payload = static_cast<u32>(value)};
    m_.wide_immediates.push_back(value);
    return {.kind = OperandKind::WideImmediate, .payload = static_cast<u32>(m_.wide_immediates.size() - 1)};
  }

  void output(const AsmOperand& o, Placed& p) {
    if (p.output == no_id) return;
    bool fixed = o.fixed != 0xff, tied = o.tied_by != ~0u;
    Constraint constraint = fixed ? Constraint::Fixed : tied ? Constraint::Reuse : Constraint::Register;
    u8 number = fixed ? o.fixed : tied ? static_cast<u8>(at_[o.tied_by].place) : u8(0);
    // With inputs read late, an early definition is kept apart from them like any other.
    p.place = b_.add_register(MachineBuilder::make(p.output, Access::Def, Point::Late, constraint, number));
    if (p.output_high != no_id)
      b_.add_register(MachineBuilder::make(p.output_high, Access::Def, Point::Late, Constraint::Fixed, reg::rdx));
  }

  // --- Behind it

  void finish() {
    // Flags first: what follows may change them.
    std::vector<std::pair<Vreg, Vreg>> flags; // a byte, where it is wanted in full
    for (u32 k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.kind != Kind::Flag || at_[k].wanted == no_id) continue;
      bool narrow = s.bits_of(o.type) <= 8;
      Vreg byte = narrow ? at_[k].wanted : b_.general(4);
      s.set(byte, {o.condition, Test::Plain});
      if (!narrow) flags.push_back({byte, at_[k].wanted});
    }
    for (auto [byte, wanted] : flags) b_.begin(Row::movzx_r32_rm8).def(wanted).use_any(byte);
    pop_x87();
    for (u32 k = 0; k < plan_.operands.size(); ++k)
      if (plan_.operands[k].kind == Kind::Register && at_[k].wanted != no_id) convert(plan_.operands[k].type, at_[k]);
  }

  // The statement leaves its outputs on top of the x87 stack, then the inputs that it did not pop.
  void pop_x87() {
    std::sort(x87_outputs_.begin(), x87_outputs_.end(),
              [&](u32 a, u32 b) { return plan_.operands[a].fixed < plan_.operands[b].fixed; });
    for (u32 k : x87_outputs_) {
      const AsmOperand& o = plan_.operands[k];
      Vreg wanted = at_[k].wanted;
      if (o.type == TypeId::X86Fp80) {
        if (wanted == no_id)
          b_.begin(Row::fstp_sti).fixed(reg::st0);
        else
          s.fp80_store(wanted);
        continue;
      }
      AddressMode a = s.slot_address(s.scratch_slot(8));
      b_.begin(o.type == TypeId::Double ? Row::fstp_m64 : Row::fstp_m32).memory(a).flags(MachineSideEffect);
      if (wanted != no_id) s.load_register(o.type, wanted, a);
    }
    for (u32 k : x87_inputs_) {
      const AsmOperand& o = plan_.operands[k];
      if (o.tied < 0 && !(plan_.x87_clobbered >> (o.fixed - reg::st0) & 1)) b_.begin(Row::fstp_sti).fixed(reg::st0);
    }
  }

  void convert(TypeId type, const Placed& p) {
    bool wide = s.bits_of(type) > 32;
    if (type == TypeId::I1)
      b_.begin(Row::and_rm32_i32).def_reuse(p.wanted, 1).hidden_use(p.output).imm(1);
    else if (class_of(f_, type).rc == RegisterClass::General)
      b_.begin(wide ? Row::movq_rm64_x : Row::movd_rm32_x).def(p.wanted).use(p.output);
    else
      b_.begin(wide ? Row::movq_x_rm64 : Row::movd_x_rm32).def(p.wanted).use_any(p.output);
  }

  Selector& s;
  MachineBuilder& b_;
  ir::Function& f_;
  MachineFunction& m_;
  InstId statement_, result_;
  std::vector<TypeId> result_types_;
  AsmPlan plan_;
  std::vector<Placed> at_; // by operand
  std::vector<u32> x87_inputs_, x87_outputs_;
};

void Selector::select_inline_asm(InstId id) { AsmSelection(*this, id, id).select_call(); }

void Selector::select_asm_goto(InstId id) { AsmSelection(*this, id, ir::none).select_goto(); }

// What an asm goto or invoke has left in registers, at the start of a block that it leads to.
void Selector::receive_terminator(InstId id) {
  u32 block = plan_.machine_block[block_];
  lathe_check(m_->blocks[block].predecessor_count == 1, "a block that receives values has one predecessor");
  MachineBlockId from = m_->predecessors_of(m_->blocks[block])[0];
  InstId statement = f_->terminator(m_->blocks[from].source);
  if ((*f_)[statement].op == Opcode::Invoke) return receive_invoke(id, statement);
  lathe_check((*f_)[statement].op == Opcode::CallBr, "only asm goto and invoke leave values to receive");
  AsmSelection(*this, statement, id).receive();
}

} // namespace lathe::codegen::x86
