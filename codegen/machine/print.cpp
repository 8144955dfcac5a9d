#include "codegen/machine/print.h"

#include <fmt/format.h>

namespace lathe::codegen {

namespace {

class Printer {
public:
  Printer(const FunctionCode& code, const MachineNames& names, const Allocation* allocation)
      : code_(code), m_(code.machine), names_(names), allocation_(allocation) {}

  std::string run() {
    for (size_t i = 0; i < m_.slots.size(); ++i) {
      const FrameSlot& s = m_.slots[i];
      static constexpr const char* kinds[] = {"local", "spill", "incoming", "outgoing"};
      put("slot{} {} size {} align {}", i, kinds[static_cast<u8>(s.kind)], s.size, s.align);
      if (s.kind == SlotKind::Incoming || s.kind == SlotKind::Outgoing) put(" at {}", s.offset);
      out_ += '\n';
    }
    for (MachineBlockId b = 0; b < m_.blocks.size(); ++b) block(b);
    return std::move(out_);
  }

private:
  template <class... A> void put(fmt::format_string<A...> format, A&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<A>(args)...);
  }

  void block(MachineBlockId id) {
    const MachineBlock& b = m_.blocks[id];
    put("bb{}", id);
    if (b.parameter_count) {
      out_ += '(';
      const char* comma = "";
      for (VirtualRegister v : m_.parameters_of(b)) {
        put("{}{}", comma, vreg(v));
        comma = ", ";
      }
      out_ += ')';
    }
    out_ += ':';
    if (b.address_taken) out_ += " address-taken";
    if (b.loop_depth) put(" depth {}", b.loop_depth);
    if (b.frequency != 1) put(" freq {:.3g}", b.frequency);
    out_ += '\n';
    for (InstructionIndex i = b.begin; i < b.end; ++i) {
      edits(2 * i);
      instruction(i);
      edits(2 * i + 1);
    }
    if (b.edge_count == 0) return;
    out_ += "  ->";
    const char* comma = " ";
    for (const MachineEdge& e : m_.edges_of(b)) {
      put("{}bb{}", comma, e.block);
      comma = ", ";
      if (m_.blocks[e.block].parameter_count == 0) continue;
      const char* inner = "(";
      for (VirtualRegister v : m_.arguments_of(e)) {
        put("{}{}", inner, vreg(v));
        inner = ", ";
      }
      out_ += ')';
    }
    out_ += '\n';
  }

  std::string vreg(VirtualRegister v) const { return v == no_id ? "%?" : fmt::format("%{}", v); }

  std::string location(const Location& l) const {
    if (l.is_register()) return names_.unit(l.reg);
    if (l.is_slot()) return fmt::format("slot{}", l.slot);
    return "nowhere";
  }

  void edits(u32 position) {
    if (!allocation_) return;
    while (edit_ < allocation_->edits.size() && allocation_->edits[edit_].position == position) {
      const Edit& e = allocation_->edits[edit_++];
      if (e.kind == EditKind::Move)
        put("  * {} = {} ({} bytes)\n", location(e.to), location(e.from), e.size);
      else
        put("  * {} = remat %{}\n", location(e.to), e.vreg);
    }
  }

  std::string register_operand(const MachineInstruction& i, u32 place) const {
    if (place >= i.register_count) return fmt::format("<bad place {}>", place);
    const RegisterOperand& r = m_.registers[i.first_register + place];
    std::string text = vreg(r.vreg);
    if (allocation_) {
      const Location& l = allocation_->locations[i.first_register + place];
      text += '@' + location(l);
    } else if (r.constraint == Constraint::Fixed) {
      text += '@' + names_.unit(r.fixed);
    } else if (r.constraint == Constraint::Any) {
      text += '?';
    } else if (r.constraint == Constraint::Stack) {
      text += "@stack";
    } else if (r.constraint == Constraint::Reuse) {
      text += '=' + register_operand(i, r.fixed);
    }
    if (r.access == Access::Use && r.point == Point::Late) text += " late";
    if (r.access == Access::Def && r.point == Point::Early) text += " early";
    return text;
  }

  std::string symbol(u32 index) const {
    const SymbolRef& s = m_.symbols[index];
    std::string text(code_.symbols.text(s.symbol));
    if (s.modifier) text += fmt::format("@{}", names_.modifier(s.modifier));
    if (s.addend) text += fmt::format("{:+}", s.addend);
    return text;
  }

  std::string address(const MachineInstruction& i, u32 index) const {
    const Address& a = m_.addresses[index];
    std::string text = a.segment ? fmt::format("seg{}:[", a.segment) : std::string("[");
    const char* plus = "";
    auto add = [&](std::string_view part) {
      text += plus;
      text += part;
      plus = "+";
    };
    if (a.symbol != no_id) add(symbol(a.symbol));
    if (a.pc_relative) add("rip");
    if (a.slot != no_id) add(fmt::format("slot{}", a.slot));
    if (a.base != Address::no_register) add(register_operand(i, a.base));
    if (a.index != Address::no_register) add(fmt::format("{}*{}", register_operand(i, a.index), a.scale));
    if (a.displacement || text.back() == '[') text += fmt::format("{:+}", a.displacement);
    return text + "]";
  }

  void instruction(InstructionIndex index) {
    const MachineInstruction& i = m_.instructions[index];
    put("  {}", names_.row(i.row));
    if (i.flags & MachineLocked) out_ += " lock";
    std::vector<u8> shown(i.register_count, 0);
    const char* comma = " ";
    for (const Operand& o : m_.operands_of(i)) {
      put("{}{}", comma, o.indirect ? "*" : "");
      comma = ", ";
      switch (o.kind) {
      case OperandKind::None: out_ += '-'; break;
      case OperandKind::Register:
        out_ += register_operand(i, o.payload);
        if (o.payload < shown.size()) mark(i, o.payload, shown);
        break;
      case OperandKind::FixedRegister: out_ += names_.unit(static_cast<PhysicalRegister>(o.payload)); break;
      case OperandKind::Immediate: put("{}", static_cast<i32>(o.payload)); break;
      case OperandKind::WideImmediate: put("{}", m_.wide_immediates[o.payload]); break;
      case OperandKind::SymbolValue: out_ += symbol(o.payload); break;
      case OperandKind::Address: {
        out_ += address(i, o.payload);
        const Address& a = m_.addresses[o.payload];
        if (a.base != Address::no_register) mark(i, a.base, shown);
        if (a.index != Address::no_register) mark(i, a.index, shown);
        break;
      }
      case OperandKind::Block: put("bb{}", o.payload); break;
      }
    }
    const char* lead = " ; ";
    for (u32 r = 0; r < i.register_count; ++r) {
      if (shown[r]) continue;
      const RegisterOperand& op = m_.registers[i.first_register + r];
      put("{}{} {}", lead, op.access == Access::Def ? "def" : "use", register_operand(i, r));
      lead = ", ";
    }
    if (i.clobbers) put("{}clobbers {:#x}", lead, m_.clobber_masks[i.clobbers]);
    out_ += '\n';
  }

  void mark(const MachineInstruction& i, u32 place, std::vector<u8>& shown) const {
    shown[place] = 1;
    const RegisterOperand& r = m_.registers[i.first_register + place];
    if (!allocation_ && r.access == Access::Def && r.constraint == Constraint::Reuse && r.fixed < shown.size())
      shown[r.fixed] = 1;
  }

  const FunctionCode& code_;
  const MachineFunction& m_;
  const MachineNames& names_;
  const Allocation* allocation_;
  size_t edit_ = 0;
  std::string out_;
};

} // namespace

std::string print_machine(const FunctionCode& code, const MachineNames& names, const Allocation* allocation) {
  return Printer(code, names, allocation).run();
}

} // namespace lathe::codegen
