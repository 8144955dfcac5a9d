// Inline assembly: constraints choose a register, a memory operand or an immediate for every operand, and the
// template's text goes along for emission to fill in.

#include "codegen/analysis/analysis.h"
#include "codegen/x86/selector.h"

#include <algorithm>
#include <optional>

namespace lathe::codegen::x86 {

namespace {

struct AsmConstraint {
  bool output = false, indirect = false, early = false;
  i32 tied = -1;               // input: the operand whose place it shares
  std::string_view codes;      // of the first alternative, letters or {register}
};

struct NamedRegister {
  RegisterClass rc;
  PhysicalRegister unit;
};

std::optional<NamedRegister> named_register(std::string_view name) {
  if (name == "st" || name == "st(0)") return NamedRegister{RegisterClass::StackOnly, reg::st0};
  if (name.size() == 5 && name.starts_with("st(") && name[3] >= '0' && name[3] <= '7')
    return NamedRegister{RegisterClass::StackOnly, static_cast<PhysicalRegister>(reg::st0 + (name[3] - '0'))};
  for (u8 r = 1; r < static_cast<u8>(lathe::x86::Reg::Count); ++r) {
    auto candidate = static_cast<lathe::x86::Reg>(r);
    const lathe::x86::RegInfo& info = lathe::x86::info(candidate);
    if (info.name != name) continue;
    if (info.reg_class == lathe::x86::RegClass::Gpr || info.reg_class == lathe::x86::RegClass::GprHigh)
      return NamedRegister{RegisterClass::General, info.unit};
    if (lathe::x86::is_vector(candidate) && info.unit < 32) return NamedRegister{RegisterClass::Vector, info.unit};
    return std::nullopt;
  }
  return std::nullopt;
}

// Splits at commas outside braces.
std::vector<std::string_view> split_constraints(std::string_view text) {
  std::vector<std::string_view> items;
  size_t begin = 0;
  int depth = 0;
  for (size_t k = 0; k <= text.size(); ++k) {
    if (k < text.size() && text[k] == '{') ++depth;
    if (k < text.size() && text[k] == '}') --depth;
    if (k == text.size() || (text[k] == ',' && depth == 0)) {
      if (k > begin || k < text.size()) items.push_back(text.substr(begin, k - begin));
      begin = k + 1;
    }
  }
  return items;
}

// How an operand is given to the statement.
struct AsmOperand {
  enum class Kind : u8 { Register, X87, Memory, Immediate, Symbol } kind = Kind::Register;
  RegisterClass rc = RegisterClass::General;
  PhysicalRegister fixed = 0xff;  // a certain register, x87 ones included
  Vreg input = no_id, output = no_id;
  Vreg input_high = no_id, output_high = no_id; // i128 in rdx:rax
  bool early = false, is_output = false;
  i32 tied = -1;
  u32 tied_by = ~0u;              // output: the input that shares its register
  TypeId type{};
  Value value;
  AddressMode memory;
  i64 immediate = 0;
  u32 symbol = no_id;
  u8 width = 8;
};

} // namespace

void Selector::select_inline_asm(InstId id) {
  const ir::InlineAsm statement = f_->asms[f_->operand(id, 0).index()];
  auto fail = [&](const std::string& what) { refuse(id, "inline assembly: " + what); };
  TypeId result_type = (*f_)[id].type;
  std::vector<TypeId> result_types;
  if (result_type != TypeId::Void) {
    if (f_->types.is_aggregate(result_type)) {
      std::vector<legalize::Leaf> leaves;
      legalize::leaves_of(*f_, result_type, leaves);
      for (const auto& l : leaves) result_types.push_back(l.type);
    } else {
      result_types.push_back(result_type);
    }
  }
  u32 argument = 0, next_result = 0;
  u32 result_part = 0; // in the call's parts
  std::vector<AsmOperand> operands;
  RegisterMask clobbered = 0;
  u32 x87_clobbered = 0;
  bool any_early = false;
  struct ResultUse {
    u32 operand, part;
  };
  std::vector<ResultUse> result_uses;

  auto next_argument = [&]() -> Value {
    if (argument + 1 >= (*f_)[id].operand_count) fail("fewer arguments than constraints");
    return f_->operand(id, ++argument);
  };

  for (std::string_view item : split_constraints(statement.constraints)) {
    AsmConstraint c;
    if (item.starts_with('~')) {
      std::string_view name = item.substr(1);
      if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
      if (auto r = named_register(name)) {
        if (r->rc == RegisterClass::StackOnly)
          x87_clobbered |= 1u << (r->unit - reg::st0);
        else if (r->unit != reg::rsp)
          clobbered |= RegisterMask(1) << r->unit;
      }
      continue;
    }
    if (item.starts_with('!')) fail("'asm goto'");
    size_t at = 0;
    for (; at < item.size(); ++at) {
      char ch = item[at];
      if (ch == '=') c.output = true;
      else if (ch == '*') c.indirect = true;
      else if (ch == '&') c.early = true;
      else if (ch != '%') break;
    }
    c.codes = item.substr(at);
    if (size_t bar = c.codes.find('|'); bar != std::string_view::npos) c.codes = c.codes.substr(0, bar);

    AsmOperand o;
    o.is_output = c.output;
    o.early = c.early;
    any_early |= c.early;
    if (c.output && !c.indirect) {
      if (next_result >= result_types.size()) fail("more outputs than results");
      o.type = result_types[next_result++];
    } else {
      o.value = next_argument();
      o.type = type_of(o.value);
    }
    u32 bits = bits_of(o.type);
    o.width = static_cast<u8>(o.type == TypeId::X86Fp80 ? 10 : (bits + 7) / 8);
    bool floating = class_of(*f_, bits > 64 && f_->types.is_integer(o.type) ? TypeId::I64 : o.type).rc != RegisterClass::General;
    i64 value = 0;
    bool is_constant = !c.output && constant(o.value, value);
    bool is_symbol = false;
    ir::GlobalId global = ir::none;
    i64 symbol_offset = 0;
    if (!c.output && !is_constant && (o.value.is_constant() || o.value.is_global()))
      is_symbol = analysis::as_symbol_offset(*f_, o.value, global, symbol_offset);

    bool wants_memory = false, wants_register = false, wants_immediate = false, wants_vector = false, wants_x87 = false;
    bool only_immediate_letters = true;
    PhysicalRegister fixed = 0xff;
    bool pair = false;
    if (c.codes.starts_with('{')) {
      std::string_view name = c.codes.substr(1, c.codes.find('}') - 1);
      if (name.starts_with("@cc")) fail("flag outputs");
      auto r = named_register(name);
      if (!r) fail("register '" + std::string(name) + "'");
      fixed = r->unit;
      wants_register = r->rc == RegisterClass::General;
      wants_vector = r->rc == RegisterClass::Vector;
      wants_x87 = r->rc == RegisterClass::StackOnly;
      only_immediate_letters = false;
    } else {
      for (size_t k = 0; k < c.codes.size(); ++k) {
        char ch = c.codes[k];
        bool immediate_letter = false;
        switch (ch) {
        case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
          i32 n = 0;
          while (k < c.codes.size() && c.codes[k] >= '0' && c.codes[k] <= '9') n = n * 10 + (c.codes[k++] - '0');
          --k;
          c.tied = n;
          break;
        }
        case 'r': case 'q': case 'R': case 'l': wants_register = true; break;
        case 'Q': // a, b, c or d: the first that no operand of this side has
          wants_register = true;
          for (PhysicalRegister r : {reg::rdx, reg::rcx, reg::rbx, reg::rax})
            if (std::none_of(operands.begin(), operands.end(),
                             [&](const AsmOperand& other) { return other.is_output == c.output && other.fixed == r; }))
              fixed = r;
          break;
        case 'a': wants_register = true; fixed = reg::rax; break;
        case 'b': wants_register = true; fixed = reg::rbx; break;
        case 'c': wants_register = true; fixed = reg::rcx; break;
        case 'd': wants_register = true; fixed = reg::rdx; break;
        case 'S': wants_register = true; fixed = reg::rsi; break;
        case 'D': wants_register = true; fixed = reg::rdi; break;
        case 'A': wants_register = true; fixed = reg::rax; pair = bits > 64; break;
        case 'x': case 'v': wants_vector = true; break;
        case '^':
          if (c.codes.substr(k, 3) == "^Yz") fixed = reg::xmm0;
          wants_vector = true;
          k += 2;
          break;
        case 'Y': wants_vector = true; break;
        case 't': wants_x87 = true; fixed = reg::st0; break;
        case 'u': wants_x87 = true; fixed = reg::st0 + 1; break;
        case 'f': wants_x87 = true; break;
        case 'm': case 'o': case 'V': case 'p': case '<': case '>': wants_memory = true; break;
        case 'g': case 'X': wants_register = wants_memory = wants_immediate = true; break;
        case 'i': case 'n': case 's': case 'e': case 'E': case 'F': case 'I': case 'J': case 'K': case 'L':
        case 'M': case 'N': case 'O': case 'Z': case 'G': case 'C': wants_immediate = immediate_letter = true; break;
        case '?': case '!': case '#': break;
        default: fail("constraint '" + std::string(1, ch) + "'");
        }
        if (!immediate_letter) only_immediate_letters = false;
      }
    }

    if (c.tied >= 0) {
      if (c.tied >= static_cast<i32>(operands.size()) || !operands[static_cast<u32>(c.tied)].is_output)
        fail("an input is tied to what is no output");
      o.tied = c.tied;
      AsmOperand& to = operands[static_cast<u32>(c.tied)];
      if (to.kind == AsmOperand::Kind::Memory) {
        // Tied to memory: the same place in both roles.
        o.kind = AsmOperand::Kind::Memory;
        o.memory = to.memory;
      } else {
        o.kind = to.kind;
        o.rc = to.rc;
        o.fixed = to.fixed;
        to.tied_by = static_cast<u32>(operands.size());
      }
    } else if (c.indirect) {
      if (!wants_memory) fail("an indirect operand in a register");
      o.kind = AsmOperand::Kind::Memory;
      o.width = 8;
    } else if (!c.output && wants_immediate && (is_constant || is_symbol)) {
      o.kind = is_constant ? AsmOperand::Kind::Immediate : AsmOperand::Kind::Symbol;
      o.immediate = value;
      if (is_symbol) o.symbol = global_ref(global, SymbolModifier::None, symbol_offset);
    } else if (wants_x87 && (floating || (!wants_register && !wants_vector))) {
      o.kind = AsmOperand::Kind::X87;
      o.rc = RegisterClass::StackOnly;
      o.fixed = fixed;
    } else if (wants_vector && (!wants_register || floating)) {
      o.rc = RegisterClass::Vector;
      o.fixed = fixed;
    } else if (wants_register) {
      o.rc = RegisterClass::General;
      o.fixed = fixed;
      if (pair) o.input_high = o.output_high = 0; // marked; registers below
      if (bits > 64 && !pair) fail("a value wider than a register");
    } else if (wants_memory && !c.output && f_->types.is_pointer(o.type)) {
      o.kind = AsmOperand::Kind::Memory; // 'p': an address
    } else if (only_immediate_letters) {
      fail("an operand with constraint '" + std::string(c.codes) + "' is no constant");
    } else {
      fail("constraint '" + std::string(c.codes) + "'");
    }
    if (o.is_output && !c.indirect) {
      result_uses.push_back({static_cast<u32>(operands.size()), result_part});
      result_part += bits > 64 && f_->types.is_integer(o.type) ? 2 : 1;
    }
    operands.push_back(o);
  }

  bool multi = result_type != TypeId::Void && is_multi(result_type);
  u32 asked = vreg_of_[id];

  // Registers and addresses of inputs, before the statement.
  auto into_class = [&](Value v, TypeId type, RegisterClass rc) {
    RegisterClass own = class_of(*f_, type).rc;
    Vreg from = reg(v);
    if (own == rc) return from;
    bool wide = bits_of(type) > 32;
    Vreg r = b_.new_register(rc, wide ? 8 : 4);
    if (rc == RegisterClass::General)
      b_.begin(wide ? Row::movq_rm64_x : Row::movd_rm32_x).def(r).use(from);
    else
      b_.begin(wide ? Row::movq_x_rm64 : Row::movd_x_rm32).def(r).use_any(from);
    return r;
  };
  std::vector<u32> x87_inputs;
  for (u32 k = 0; k < operands.size(); ++k) {
    AsmOperand& o = operands[k];
    if (o.kind == AsmOperand::Kind::Memory && o.tied < 0) {
      o.memory = address(o.value);
    } else if (o.kind == AsmOperand::Kind::Register && !o.is_output) {
      if (bits_of(o.type) > 64 && f_->types.is_integer(o.type))
        wide_parts(o.value, o.input, o.input_high);
      else
        o.input = into_class(o.value, o.type, o.rc);
    } else if (o.kind == AsmOperand::Kind::X87 && !o.is_output) {
      if (o.type == TypeId::X86Fp80) {
        if (!o.value.is_constant()) o.input = reg(o.value);
      } else {
        o.input = reg(o.value);
      }
      x87_inputs.push_back(k);
    }
  }

  // x87: inputs that name no place take the next free ones below; they are pushed from the deepest up.
  u32 places_taken = 0;
  for (u32 k : x87_inputs)
    if (operands[k].fixed != 0xff) places_taken |= 1u << (operands[k].fixed - reg::st0);
  for (u32 k : x87_inputs)
    if (operands[k].fixed == 0xff) {
      u32 place = static_cast<u32>(std::countr_one(places_taken));
      places_taken |= 1u << place;
      operands[k].fixed = static_cast<PhysicalRegister>(reg::st0 + place);
    }
  std::sort(x87_inputs.begin(), x87_inputs.end(), [&](u32 a, u32 b) { return operands[a].fixed > operands[b].fixed; });
  for (size_t k = 0; k < x87_inputs.size(); ++k)
    if (operands[x87_inputs[k]].fixed != reg::st0 + x87_inputs.size() - 1 - k) fail("x87 inputs with a gap between them");
  for (u32 k : x87_inputs) {
    AsmOperand& o = operands[k];
    if (o.type == TypeId::X86Fp80) {
      fp80_load(o.value);
    } else {
      if (o.type != TypeId::Float && o.type != TypeId::Double) fail("an x87 operand that is not floating point");
      AddressMode a = slot_address(scratch_slot(8));
      store_register(a, o.type, o.input);
      b_.begin(o.type == TypeId::Double ? Row::fld_m64 : Row::fld_m32).memory(a);
    }
  }

  // Registers for outputs.
  struct Late {
    Vreg made, result;
    TypeId type;
  };
  std::vector<Late> conversions;
  std::vector<std::pair<u32, Vreg>> x87_outputs; // operand, result register or no_id
  for (const ResultUse& use : result_uses) {
    AsmOperand& o = operands[use.operand];
    bool wide_integer = bits_of(o.type) > 64 && f_->types.is_integer(o.type);
    Vreg wanted = asked == no_id ? no_id : multi ? parts_[asked + use.part] : asked;
    if (o.kind == AsmOperand::Kind::X87) {
      x87_outputs.push_back({use.operand, wanted});
      continue;
    }
    if (wide_integer) {
      Vreg high = asked == no_id ? no_id : parts_[asked + use.part + 1];
      o.output = wanted != no_id ? wanted : b_.general();
      o.output_high = high != no_id ? high : b_.general();
      continue;
    }
    ClassAndSize own = class_of(*f_, o.type);
    if (wanted != no_id && own.rc == o.rc && o.type != TypeId::I1) {
      o.output = wanted;
    } else {
      o.output = b_.new_register(o.rc, own.size);
      if (wanted != no_id) conversions.push_back({o.output, wanted, o.type});
    }
  }

  // The statement.
  AsmStatement record;
  record.text = statement.text;
  record.intel = statement.intel;
  record.align_stack = statement.align_stack;
  b_.begin(MachinePseudo::InlineAsm);
  b_.operand({.kind = OperandKind::Immediate, .payload = static_cast<u32>(code_->asm_statements.size())});
  Point input_point = any_early ? Point::Late : Point::Early;
  record.operands.resize(operands.size());
  std::vector<u32> place(operands.size(), no_id);
  // Inputs first, so that outputs can name the place of the one they are tied to.
  for (u32 k = 0; k < operands.size(); ++k) {
    AsmOperand& o = operands[k];
    if (o.kind != AsmOperand::Kind::Register || o.is_output) continue;
    bool fixed = o.fixed != 0xff;
    place[k] = b_.add_register(MachineBuilder::make(o.input, Access::Use, o.tied >= 0 ? Point::Early : input_point,
                                                    fixed ? Constraint::Fixed : Constraint::Register,
                                                    fixed ? o.fixed : PhysicalRegister(0)));
    if (o.input_high != no_id && bits_of(o.type) > 64)
      b_.add_register(MachineBuilder::make(o.input_high, Access::Use, Point::Early, Constraint::Fixed, reg::rdx));
  }
  for (u32 k = 0; k < operands.size(); ++k) {
    AsmOperand& o = operands[k];
    AsmStatement::Operand& shown = record.operands[k];
    shown.width = o.width;
    switch (o.kind) {
    case AsmOperand::Kind::Register:
      if (o.is_output) {
        Constraint constraint = o.fixed != 0xff        ? Constraint::Fixed
                                : o.tied_by != ~0u ? Constraint::Reuse
                                                       : Constraint::Register;
        u8 number = o.fixed != 0xff ? o.fixed : o.tied_by != ~0u ? static_cast<u8>(place[o.tied_by]) : u8(0);
        place[k] = b_.add_register(MachineBuilder::make(o.output, Access::Def, Point::Late, constraint, number));
        if (o.fixed != 0xff) clobbered &= ~(RegisterMask(1) << o.fixed);
        if (o.output_high != no_id && bits_of(o.type) > 64)
          b_.add_register(MachineBuilder::make(o.output_high, Access::Def, Point::Late, Constraint::Fixed, reg::rdx));
      }
      shown.operand = {.kind = OperandKind::Register, .payload = place[k]};
      break;
    case AsmOperand::Kind::X87:
      shown.operand = {.kind = OperandKind::FixedRegister, .payload = o.fixed};
      break;
    case AsmOperand::Kind::Memory: {
      shown.is_memory = true;
      if (o.tied >= 0) {
        shown.operand = record.operands[static_cast<u32>(o.tied)].operand;
        break;
      }
      u32 first = m_->registers.size();
      shown.operand = b_.make_address(o.memory);
      if (any_early)
        for (u32 r = first; r < m_->registers.size(); ++r) m_->registers[r].point = Point::Late;
      break;
    }
    case AsmOperand::Kind::Immediate:
      if (o.immediate == static_cast<i32>(o.immediate)) {
        shown.operand = {.kind = OperandKind::Immediate, .payload = static_cast<u32>(o.immediate)};
      } else {
        m_->wide_immediates.push_back(o.immediate);
        shown.operand = {.kind = OperandKind::WideImmediate, .payload = static_cast<u32>(m_->wide_immediates.size() - 1)};
      }
      break;
    case AsmOperand::Kind::Symbol:
      shown.operand = {.kind = OperandKind::SymbolValue, .payload = o.symbol};
      break;
    }
  }
  code_->asm_statements.push_back(std::move(record));
  b_.clobbers(clobbered).flags(MachineSideEffect);

  // What the statement leaves on the x87 stack: outputs on top, then inputs that it did not pop.
  std::sort(x87_outputs.begin(), x87_outputs.end(),
            [&](const auto& a, const auto& b) { return operands[a.first].fixed < operands[b.first].fixed; });
  for (auto [k, wanted] : x87_outputs) {
    const AsmOperand& o = operands[k];
    if (o.type == TypeId::X86Fp80) {
      if (wanted == no_id)
        b_.begin(Row::fstp_sti).fixed(reg::st0);
      else
        fp80_store(wanted);
      continue;
    }
    AddressMode a = slot_address(scratch_slot(8));
    b_.begin(o.type == TypeId::Double ? Row::fstp_m64 : Row::fstp_m32).memory(a).flags(MachineSideEffect);
    if (wanted != no_id) load_register(o.type, wanted, a);
  }
  for (u32 k : x87_inputs)
    if (operands[k].tied < 0 && !(x87_clobbered >> (operands[k].fixed - reg::st0) & 1))
      b_.begin(Row::fstp_sti).fixed(reg::st0);
  for (const Late& c : conversions) {
    RegisterClass own = class_of(*f_, c.type).rc;
    bool wide = bits_of(c.type) > 32;
    if (own == RegisterClass::General && c.type == TypeId::I1)
      b_.begin(Row::and_rm32_i32).def_reuse(c.result, 1).hidden_use(c.made).imm(1);
    else if (own == RegisterClass::General)
      b_.begin(wide ? Row::movq_rm64_x : Row::movd_rm32_x).def(c.result).use(c.made);
    else
      b_.begin(wide ? Row::movq_x_rm64 : Row::movd_x_rm32).def(c.result).use_any(c.made);
  }
}

} // namespace lathe::codegen::x86
