// Constraints of inline assembly: letters say which places an operand may have; of several alternatives (a|b|c) the
// one that suits the operands best is taken for all of them; then certain registers are given out.

#include "codegen/x86/asm_constraints.h"

#include "codegen/analysis/analysis.h"
#include "codegen/x86/abi.h"
#include "codegen/x86/rows.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace lathe::codegen::x86 {

namespace {

using Kind = AsmOperand::Kind;

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

struct FlagName {
  std::string_view name;
  Condition condition;
};
constexpr FlagName flag_names[] = {
    {"o", Condition::O},    {"no", Condition::No},  {"b", Condition::B},    {"c", Condition::B},    {"nae", Condition::B},
    {"ae", Condition::Ae},  {"nc", Condition::Ae},  {"nb", Condition::Ae},  {"e", Condition::E},    {"z", Condition::E},
    {"ne", Condition::Ne},  {"nz", Condition::Ne},  {"be", Condition::Be},  {"na", Condition::Be},  {"a", Condition::A},
    {"nbe", Condition::A},  {"s", Condition::S},    {"ns", Condition::Ns},  {"p", Condition::P},    {"np", Condition::Np},
    {"l", Condition::L},    {"nge", Condition::L},  {"ge", Condition::Ge},  {"nl", Condition::Ge},  {"le", Condition::Le},
    {"ng", Condition::Le},  {"g", Condition::G},    {"nle", Condition::G},
};

// Splits outside braces.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> items;
  size_t begin = 0;
  int depth = 0;
  for (size_t k = 0; k <= text.size(); ++k) {
    if (k < text.size() && text[k] == '{') ++depth;
    if (k < text.size() && text[k] == '}') --depth;
    if (k == text.size() || (text[k] == separator && depth == 0)) {
      items.push_back(text.substr(begin, k - begin));
      begin = k + 1;
    }
  }
  return items;
}

// Letters for constants: what range they take. Symbols fit those with `symbols`.
struct ImmediateLetter {
  char letter;
  bool numbers, symbols;
  i64 least, most;
};
constexpr i64 any_least = INT64_MIN, any_most = INT64_MAX;
constexpr ImmediateLetter immediate_letters[] = {
    {'i', true, true, any_least, any_most}, {'n', true, false, any_least, any_most}, {'s', false, true, 0, 0},
    {'E', true, false, any_least, any_most}, {'F', true, false, any_least, any_most},
    {'I', true, false, 0, 31},  {'J', true, false, 0, 63},  {'K', true, false, -128, 127}, {'M', true, false, 0, 3},
    {'N', true, false, 0, 255}, {'O', true, false, 0, 127}, {'e', true, true, INT32_MIN, INT32_MAX},
    {'Z', true, true, 0, UINT32_MAX},
};

// The places that one alternative of an operand allows.
struct Places {
  bool memory = false, address = false, general = false, vector = false, x87 = false, immediate = false, pair = false;
  bool only_constants = true;    // no letter allows anything else
  bool any_general = false;      // a letter for all registers, beside which `choices` does not count
  RegisterMask choices = 0;
  PhysicalRegister st = 0xff;
  i32 tied = -1;
};

class Planner {
public:
  explicit Planner(const AsmContext& c) : c_(c), f_(c.function) {}

  AsmPlan run() {
    const ir::InlineAsm& statement = f_.asms[f_.operand(c_.statement, 0).index()];
    for (std::string_view item : split(statement.constraints, ','))
      if (!item.empty()) read(item);
    if (results_ < c_.result_types.size()) c_.fail("fewer outputs than results");
    if (argument_ + 1 + label_count() < f_[c_.statement].operand_count) c_.fail("more arguments than constraints");
    size_t best = 0;
    i64 best_score = -1;
    for (size_t a = 0; a < alternatives_; ++a)
      if (i64 s = score(a); s > best_score) best = a, best_score = s;
    for (size_t k = 0; k < plan_.operands.size(); ++k) {
      decide(k, codes_of(k, best));
      check_fit(plan_.operands[k]);
    }
    give_registers();
    if (f_[c_.statement].op == ir::Opcode::CallBr) fix_outputs();
    return std::move(plan_);
  }

private:
  void read(std::string_view item) {
    if (item[0] == '~') return clobber(item.substr(1));
    AsmOperand o;
    size_t at = 0;
    for (; at < item.size(); ++at) {
      char ch = item[at];
      if (ch == '=') o.is_output = true;
      else if (ch == '*') o.indirect = true;
      else if (ch == '&') o.early = true;
      else if (ch == '!' && at == 0) o.kind = Kind::Label;
      else if (ch != '%') break;
    }
    plan_.any_early |= o.early;
    if (o.kind == Kind::Label) {
      o.value = next_label();
    } else if (o.is_direct_output()) {
      if (results_ >= c_.result_types.size()) c_.fail("more outputs than results");
      o.type = c_.result_types[results_++];
    } else {
      o.value = next_argument();
      o.type = o.indirect ? pointee_type() : f_.type_of(o.value);
    }
    if (o.kind != Kind::Label) o.width = width_of(o.type);
    codes_.push_back(split(item.substr(at), '|'));
    alternatives_ = std::max(alternatives_, codes_.back().size());
    plan_.operands.push_back(o);
  }

  void clobber(std::string_view name) {
    if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
    auto r = named_register(name);
    if (!r) return; // memory, flags, and registers that are never used
    if (r->rc == RegisterClass::StackOnly)
      plan_.x87_clobbered |= 1u << (r->unit - reg::st0);
    else if (r->unit != reg::rsp)
      plan_.clobbered |= register_bit(r->unit);
  }

  u32 label_count() const {
    auto operands = f_.operands_of(c_.statement);
    u32 n = 0;
    while (n < operands.size() && operands[operands.size() - 1 - n].is_block()) ++n;
    return n;
  }

  ir::Value next_argument() {
    if (argument_ + 1 + label_count() >= f_[c_.statement].operand_count) c_.fail("fewer arguments than constraints");
    return f_.operand(c_.statement, ++argument_);
  }

  ir::Value next_label() {
    u32 count = label_count();
    if (labels_ + 1 >= count) c_.fail("fewer labels than constraints");
    return f_.operand(c_.statement, f_[c_.statement].operand_count - count + 1 + labels_++);
  }

  ir::TypeId pointee_type() const {
    const auto& attributes = f_.call_info(c_.statement).argument_attributes;
    if (argument_ - 1 < attributes.size()) {
      const ir::AttributeSet& set = f_.attributes(attributes[argument_ - 1]);
      if (set.has(ir::Attribute::ElementType)) return set.by_type;
    }
    return ir::TypeId::I64;
  }

  u8 width_of(ir::TypeId type) const {
    if (type == ir::TypeId::X86Fp80) return 10;
    u64 bits = f_.types.size_in_bits(type, f_.module.layout);
    return static_cast<u8>(std::min<u64>((bits + 7) / 8, 64));
  }

  u32 bits_of(const AsmOperand& o) const {
    return f_.types.is_pointer(o.type) ? 64 : static_cast<u32>(f_.types.size_in_bits(o.type, f_.module.layout));
  }
  bool is_wide(const AsmOperand& o) const { return f_.types.is_integer(o.type) && bits_of(o) > 64; }
  bool is_general(const AsmOperand& o) const {
    return is_wide(o) || class_of(f_, o.type).rc == RegisterClass::General;
  }

  std::string_view codes_of(size_t k, size_t alternative) const {
    const auto& list = codes_[k];
    return alternative < list.size() ? list[alternative] : list.back();
  }

  // --- Constants

  bool number(const AsmOperand& o, i64& value) const {
    if (o.is_output || !c_.constant(o.value, value)) return false;
    if (o.type == ir::TypeId::I1) value &= 1;
    return true;
  }
  bool is_code_label(const AsmOperand& o) const {
    return !o.is_output && o.value.is_constant() && f_.constants[o.value.index()].kind == ir::ConstantKind::BlockAddress;
  }
  bool symbol(const AsmOperand& o, ir::GlobalId& global, i64& offset) const {
    return !o.is_output && (o.value.is_constant() || o.value.is_global()) &&
           analysis::as_symbol_offset(f_, o.value, global, offset);
  }

  bool fits(const AsmOperand& o, char letter) const {
    i64 value, offset;
    ir::GlobalId global;
    bool is_number = number(o, value);
    if (letter == 'L') return is_number && (value == 0xff || value == 0xffff || value == 0xffffffff);
    for (const ImmediateLetter& row : immediate_letters) {
      if (row.letter != letter) continue;
      // Letters that begin at 0 speak of the value without its sign.
      if (is_number && row.least == 0 && bits_of(o) < 64) value &= (i64(1) << bits_of(o)) - 1;
      if (is_number) return row.numbers && value >= row.least && value <= row.most;
      return row.symbols && (is_code_label(o) || symbol(o, global, offset));
    }
    return false;
  }
  static bool is_constant_letter(char letter) {
    return letter == 'L' || letter == 'G' || letter == 'C' ||
           std::any_of(std::begin(immediate_letters), std::end(immediate_letters),
                       [&](const ImmediateLetter& row) { return row.letter == letter; });
  }
  // A symbol whose address stands in a table is no immediate where there is another way.
  bool is_table_symbol(const AsmOperand& o) const {
    ir::GlobalId global;
    i64 offset, value;
    return c_.pic && !number(o, value) && symbol(o, global, offset) && !c_.is_direct(f_.global(global));
  }

  // --- Letters

  Places places(const AsmOperand& o, std::string_view codes) const {
    Places p;
    for (size_t k = 0; k < codes.size(); ++k) {
      char ch = codes[k];
      if (ch == '?' || ch == '!' || ch == '#' || ch == '*' || ch == '$') continue;
      if (is_constant_letter(ch)) {
        p.immediate |= fits(o, ch);
        continue;
      }
      if (ch == '^' && codes.substr(k, 3) == "^Ws") {
        ir::GlobalId global;
        i64 offset;
        p.immediate |= is_code_label(o) || symbol(o, global, offset);
        k += 2;
        continue;
      }
      p.only_constants = false;
      if (ch == '{') {
        size_t end = std::min(codes.find('}', k), codes.size());
        certain_register(o, p, codes.substr(k + 1, end - k - 1));
        k = end;
      } else if (ch >= '0' && ch <= '9') {
        if (o.is_output) c_.fail("an output is tied to an operand");
        i32 n = 0;
        while (k < codes.size() && codes[k] >= '0' && codes[k] <= '9' && n < 1000) n = n * 10 + (codes[k++] - '0');
        --k;
        p.tied = n;
      } else if (!letter(o, p, codes, k)) {
        c_.fail("constraint '" + std::string(codes.substr(k)) + "'");
      }
    }
    if (p.any_general) p.choices = 0;
    return p;
  }

  void certain_register(const AsmOperand& o, Places& p, std::string_view name) const {
    auto r = named_register(name);
    if (!r) c_.fail("register '" + std::string(name) + "'");
    if (r->rc == RegisterClass::StackOnly) {
      p.x87 = true;
      p.st = r->unit;
      return;
    }
    (r->rc == RegisterClass::General ? p.general : p.vector) = true;
    p.choices |= register_bit(r->unit);
    p.pair |= is_wide(o) && r->unit == reg::rax;
  }

  bool letter(const AsmOperand& o, Places& p, std::string_view codes, size_t& k) const {
    auto one_of = [&](RegisterMask registers) {
      p.general = true;
      p.choices |= registers;
      return true;
    };
    constexpr RegisterMask abcd = register_bit(reg::rax) | register_bit(reg::rcx) | register_bit(reg::rdx) | register_bit(reg::rbx);
    i64 value;
    switch (codes[k]) {
    case 'r':
    case 'q':
    case 'l': p.any_general = true; return one_of(0);
    case 'R': return one_of(abcd | register_bit(reg::rsi) | register_bit(reg::rdi));
    case 'Q': return one_of(abcd);
    case 'a': return one_of(register_bit(reg::rax));
    case 'b': return one_of(register_bit(reg::rbx));
    case 'c': return one_of(register_bit(reg::rcx));
    case 'd': return one_of(register_bit(reg::rdx));
    case 'S': return one_of(register_bit(reg::rsi));
    case 'D': return one_of(register_bit(reg::rdi));
    case 'A': p.pair = is_wide(o); return one_of(register_bit(reg::rax));
    case 'x':
    case 'v': return p.vector = true;
    case '^': { // two letters
      std::string_view both = codes.substr(k + 1, 2);
      if (both != "Yz" && both != "Yi" && both != "Yt" && both != "Y2") return false;
      k += 2;
      if (both == "Yz") p.choices = register_bit(reg::xmm0);
      return p.vector = true;
    }
    case 't': p.st = reg::st0; return p.x87 = true;
    case 'u': p.st = reg::st0 + 1; return p.x87 = true;
    case 'f': return p.x87 = true;
    case 'p': return p.address = true;
    case 'm':
    case 'o':
    case 'V':
    case '<':
    case '>': return p.memory = true;
    case 'g':
    case 'X':
      p.immediate |= number(o, value) || fits(o, 'i');
      p.any_general = true;
      p.general = p.memory = true;
      if (codes[k] == 'X' && !o.indirect && !is_general(o)) p.vector = true;
      return true;
    default: return false;
    }
  }

  // --- Alternatives

  i64 score(size_t alternative) const {
    i64 sum = 0;
    for (size_t k = 0; k < plan_.operands.size(); ++k) {
      const AsmOperand& o = plan_.operands[k];
      if (o.kind == Kind::Label) continue;
      std::string_view codes = codes_of(k, alternative);
      if (codes.starts_with("{@cc")) continue;
      Places p = places(o, codes);
      i64 value;
      bool is_constant = number(o, value);
      if (p.tied >= 0) sum += 2;
      else if (o.indirect) sum += p.memory ? 3 : -1000;
      else if (p.immediate) sum += 4;
      else if (p.general && is_general(o)) sum += is_constant ? 1 : 3;
      else if (p.vector || p.x87) sum += is_general(o) ? 0 : 3;
      else if (p.general) sum += 1;
      else if (p.memory || p.address) sum += o.is_output ? -1000 : 1;
      else sum -= 1000;
    }
    return sum;
  }

  void decide(size_t k, std::string_view codes) {
    AsmOperand& o = plan_.operands[k];
    if (o.kind == Kind::Label) return;
    if (codes.starts_with("{@cc")) return flag(o, codes);
    Places p = places(o, codes);
    i64 value = 0;
    bool is_number = number(o, value);
    bool alternatives_to_constant = p.general || p.memory || p.vector;
    bool wide_float = o.type == ir::TypeId::X86Fp80;
    if (p.tied >= 0) {
      tie(k, p.tied);
    } else if (o.indirect) {
      if (!p.memory) c_.fail("an indirect operand in a register");
      o.kind = Kind::Memory;
    } else if (p.immediate && !(alternatives_to_constant && is_table_symbol(o))) {
      o.immediate = value;
      if (is_number) {
        o.kind = Kind::Immediate;
      } else if (is_code_label(o)) {
        code_label(o);
      } else {
        o.kind = Kind::Symbol;
        symbol(o, o.global, o.immediate);
      }
    } else if (p.x87 && (wide_float || !p.vector) && (!is_general(o) || (!p.general && !p.vector))) {
      o.kind = Kind::X87;
      o.rc = RegisterClass::StackOnly;
      o.fixed = p.st;
    } else if (p.vector && !wide_float && (!p.general || !is_general(o))) {
      o.rc = RegisterClass::Vector;
      o.choices = p.choices;
    } else if (p.general && !wide_float && (!is_wide(o) || p.pair)) {
      o.choices = p.choices;
      o.may_be_memory = p.memory && !p.choices && !o.is_output && is_general(o);
    } else if (p.address && !o.is_output && f_.types.is_pointer(o.type)) {
      o.kind = Kind::Memory;
      o.indirect = true;
    } else if (p.memory && !o.is_output) {
      o.kind = Kind::Spilled;
    } else if (p.only_constants) {
      c_.fail(is_number ? "the constant " + std::to_string(value) + " outside the range of constraint '" + std::string(codes) + "'"
                        : "an operand that is no constant with constraint '" + std::string(codes) + "'");
    } else if (is_wide(o)) {
      c_.fail("a value wider than a register");
    } else {
      c_.fail("constraint '" + std::string(codes) + "'");
    }
  }

  // The place was chosen for the operand or for the output that it is tied to; is it wide enough for the value?
  void check_fit(const AsmOperand& o) const {
    bool is_fp80 = o.type == ir::TypeId::X86Fp80;
    if (o.kind == Kind::X87 && !is_fp80 && o.type != ir::TypeId::Float && o.type != ir::TypeId::Double)
      c_.fail("an x87 operand that is not floating point");
    if (o.kind != Kind::Register) return;
    if (is_fp80) c_.fail("a value of type 'x86_fp80' in a register");
    if (o.rc == RegisterClass::Vector && f_.types.is_integer(o.type) && bits_of(o) < 32)
      c_.fail("an integer of less than 32 bits in a vector register");
    bool pair = is_wide(o) && o.rc == RegisterClass::General;
    if (o.tied >= 0 && pair != is_wide(plan_.operands[static_cast<u32>(o.tied)])) pair = false;
    if (bits_of(o) > (pair || o.rc == RegisterClass::Vector ? 128u : 64u) || (is_wide(o) && !pair))
      c_.fail("a value wider than a register");
  }

  void flag(AsmOperand& o, std::string_view codes) {
    std::string_view name = codes.substr(4, codes.size() - 5);
    for (const FlagName& row : flag_names) {
      if (row.name != name) continue;
      if (!o.is_direct_output()) c_.fail("a flag as an input");
      if (!f_.types.is_integer(o.type) || is_wide(o)) c_.fail("a flag that is no integer of a register's width");
      o.kind = Kind::Flag;
      o.condition = row.condition;
      return;
    }
    c_.fail("the flag output '" + std::string(name) + "'");
  }

  void tie(size_t k, i32 number) {
    AsmOperand& o = plan_.operands[k];
    if (number >= static_cast<i32>(plan_.operands.size()) || !plan_.operands[static_cast<u32>(number)].is_output)
      c_.fail("an input is tied to what is no output");
    AsmOperand& to = plan_.operands[static_cast<u32>(number)];
    if (to.kind == Kind::Flag) c_.fail("an input is tied to a flag");
    if (to.tied_by != ~0u) c_.fail("two inputs are tied to one output");
    if (o.indirect && to.kind != Kind::Memory) c_.fail("an indirect operand in a register");
    o.tied = number;
    o.kind = to.kind;
    o.rc = to.rc;
    o.fixed = to.fixed;
    to.tied_by = static_cast<u32>(k);
  }

  // The place of a block: one that the statement leads to is named as its label.
  void code_label(AsmOperand& o) {
    const ir::Constant& c = f_.constants[o.value.index()];
    o.kind = Kind::CodeLabel;
    if (f_[c_.statement].op != ir::Opcode::CallBr || !(c.operands.empty() || c.operands[0].index() == f_.self)) return;
    ir::Value block = ir::block_value(static_cast<ir::BlockId>(c.bits));
    auto labels = f_.operands_of(c_.statement).last(label_count() - 1);
    if (std::find(labels.begin(), labels.end(), block) == labels.end()) return;
    o.kind = Kind::Label;
    o.value = block;
  }

  // --- Registers

  // What stands in a register at the same time as `o`.
  RegisterMask taken_beside(const AsmOperand& o) const {
    RegisterMask m = plan_.clobbered;
    for (const AsmOperand& other : plan_.operands) {
      if (&other == &o || other.kind != Kind::Register || other.fixed == 0xff) continue;
      bool tied_pair = o.is_output ? other.tied >= 0 && &plan_.operands[static_cast<u32>(other.tied)] == &o : false;
      if (tied_pair) continue;
      if (other.is_output == o.is_output || other.early || o.early || other.tied_by != ~0u || o.tied_by != ~0u) {
        m |= register_bit(other.fixed);
        if (is_wide(other)) m |= register_bit(reg::rdx);
      }
    }
    return m;
  }

  void give_registers() {
    // Those with one register first, so that the others find what is left.
    for (int round = 0; round < 2; ++round)
      for (AsmOperand& o : plan_.operands) {
        if (o.kind != Kind::Register || o.tied >= 0 || !o.choices || o.fixed != 0xff) continue;
        bool single = std::has_single_bit(o.choices);
        if (single != (round == 0)) continue;
        RegisterMask left = single ? o.choices : o.choices & ~taken_beside(o);
        if (!left) c_.fail("more operands than registers that their constraints allow");
        o.fixed = static_cast<PhysicalRegister>(std::countr_zero(left));
      }
    for (AsmOperand& o : plan_.operands)
      if (o.tied >= 0) o.fixed = plan_.operands[static_cast<u32>(o.tied)].fixed;
  }

  // asm goto: its outputs are picked up in other blocks, so they need registers of their own.
  void fix_outputs() {
    constexpr PhysicalRegister general[] = {reg::rax, reg::rcx, reg::rdx, reg::rsi, reg::rdi, reg::r8,  reg::r9,
                                            reg::r10, reg::r11, reg::rbx, reg::r14, reg::r15, reg::r12, reg::r13};
    for (AsmOperand& o : plan_.operands) {
      if (!o.is_direct_output()) continue;
      if (o.kind == Kind::X87) c_.fail("an x87 output of 'asm goto'");
      if (o.kind != Kind::Register || o.fixed != 0xff) continue;
      RegisterMask taken = plan_.clobbered;
      for (const AsmOperand& other : plan_.operands)
        if (other.kind == Kind::Register && other.fixed != 0xff) {
          taken |= register_bit(other.fixed);
          if (is_wide(other)) taken |= register_bit(reg::rdx);
        }
      if (o.rc == RegisterClass::Vector) {
        for (PhysicalRegister r = reg::xmm0; r < reg::xmm0 + 16 && o.fixed == 0xff; ++r)
          if (!(taken & register_bit(r))) o.fixed = r;
      } else {
        for (PhysicalRegister r : general)
          if (o.fixed == 0xff && !(taken & register_bit(r))) o.fixed = r;
      }
      if (o.fixed == 0xff) c_.fail("more outputs than registers");
      if (o.tied_by != ~0u) plan_.operands[o.tied_by].fixed = o.fixed;
    }
  }

  const AsmContext& c_;
  const ir::Function& f_;
  AsmPlan plan_;
  std::vector<std::vector<std::string_view>> codes_; // by operand and alternative
  size_t alternatives_ = 1;
  u32 argument_ = 0, labels_ = 0;
  size_t results_ = 0;
};

} // namespace

AsmPlan plan_asm(const AsmContext& context) { return Planner(context).run(); }

} // namespace lathe::codegen::x86
