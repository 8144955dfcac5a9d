// Calls of the intrinsics that are single instructions, as intrinsic_rows.h describes them.

#include "codegen/x86/intrinsic_rows.h"
#include "codegen/x86/selector.h"

#include <charconv>

namespace lathe::codegen::x86 {

namespace {

struct FixedName {
  std::string_view name;
  PhysicalRegister reg;
};
constexpr FixedName fixed_names[] = {{"rax", reg::rax}, {"rcx", reg::rcx}, {"rdx", reg::rdx},
                                     {"rbx", reg::rbx}, {"rdi", reg::rdi}, {"xmm0", reg::xmm0}};

struct FlagName {
  std::string_view name;
  Test test;
};
constexpr FlagName flag_names[] = {{"b", {Condition::B}}, {"a", {Condition::A}},   {"ae", {Condition::Ae}},
                                   {"e", {Condition::E}}, {"ne", {Condition::Ne}}, {"o", {Condition::O}},
                                   {"s", {Condition::S}}, {"oe", {Condition::E, Test::AndOrdered}},
                                   {"une", {Condition::Ne, Test::OrUnordered}}};

PhysicalRegister fixed_register(std::string_view name) {
  for (const FixedName& f : fixed_names)
    if (f.name == name) return f.reg;
  internal_error("an intrinsic's row names an unknown register");
}

Test flag_test(std::string_view name) {
  for (const FlagName& f : flag_names)
    if (f.name == name) return f.test;
  internal_error("an intrinsic's row names an unknown condition");
}

u32 argument_number(std::string_view digits) {
  u32 n = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

} // namespace

class RowIntrinsic {
public:
  RowIntrinsic(Selector& selector, InstId call, const IntrinsicRow& row)
      : s(selector), b(s.b_), call_(call), row_(row), aggregate_(s.f_->types.is_aggregate((*s.f_)[call].type)) {}

  void run() {
    collect_operands();
    collect_fixed();
    collect_results();
    if (carry_) set_carry();
    emit();
    for (const Flag& f : flags_) s.set(f.result, f.test);
    for (const Flag& f : flags_)
      if (f.wide != no_id) b.begin(Row::movzx_r32_rm8).def(f.wide).use(f.result);
    if (high_ != no_id && joined_ != no_id) {
      Vreg up = b.general();
      b.begin(Row::shl_rm64_u8).def_reuse(up, 1).hidden_use(high_).imm(32);
      b.begin(Row::or_r64_rm64).def_reuse(joined_, 1).hidden_use(up).use_any(low_);
    }
  }

private:
  struct Shown {
    char kind;
    Vreg value = no_id; // of `=N` what it is tied to
    AddressMode memory{};
    i64 constant = 0;
  };
  struct Fixed {
    Vreg value;
    PhysicalRegister place;
    bool is_result;
  };
  struct Flag {
    Vreg result, wide;
    Test test;
  };

  Value argument(u32 n) const {
    if (n + 1 >= (*s.f_)[call_].operand_count) s.refuse(call_, "the intrinsic 'llvm." + std::string(row_.name) + "' with this type");
    return s.f_->operand(call_, n + 1);
  }

  // Everything that may need instructions of its own comes before the one of the row.
  void collect_operands() {
    for (std::string_view list = row_.operands; !list.empty();) {
      std::string_view word = next_word(list);
      Shown o{.kind = word[0]};
      if (word.size() > 1) fill(o, argument(argument_number(word.substr(1))));
      shown_.push_back(o);
    }
  }

  void fill(Shown& o, Value v) {
    switch (o.kind) {
    case 'm': o.memory = s.address(v); return;
    case 'i':
      if (!s.constant(v, o.constant)) s.refuse(call_, "the intrinsic 'llvm." + std::string(row_.name) + "' with a variable for its constant");
      return;
    case 'z': {
      Vreg narrow = s.reg(v);
      o.value = b.general();
      b.begin(Row::mov_r32_rm32).def(o.value).use(narrow);
      return;
    }
    case 'c': {
      Vreg count = s.reg(v);
      o.value = b.vector(16);
      b.begin(Row::movd_x_rm32).def(o.value).use(count);
      return;
    }
    default: o.value = s.reg(v);
    }
  }

  void collect_fixed() {
    for (std::string_view list = row_.fixed; !list.empty();) {
      std::string_view word = next_word(list);
      if (word[0] == '~') {
        fixed_.push_back({b.general(), fixed_register(word.substr(1)), true});
        continue;
      }
      size_t equals = word.find('=');
      std::string_view name = word.substr(0, equals), from = word.substr(equals + 1);
      if (name == "cf") {
        carry_ = argument(argument_number(from));
        if (i64 c; !s.constant(carry_, c)) carry_register_ = s.reg(carry_);
        continue;
      }
      Vreg v = from.starts_with("0x") ? s.integer_register(0, false) : s.reg(argument(argument_number(from)));
      fixed_.push_back({v, fixed_register(name), false});
    }
  }

  // The register that field `index` of the result is wanted in; no_id where nobody asks.
  Vreg wanted(u32 index) const {
    if (aggregate_) return s.existing_part(ir::instruction_value(call_), index);
    return s.vreg_of_[call_];
  }
  TypeId field_type(u32 index) const {
    TypeId type = (*s.f_)[call_].type;
    return aggregate_ ? s.f_->types[type].elements[index] : type;
  }
  Vreg made(u32 index) {
    Vreg v = wanted(index);
    return v != no_id ? v : s.new_register(field_type(index));
  }

  void collect_results() {
    u32 index = 0;
    std::string_view list = row_.results.empty() && row_.operands.starts_with("=") ? "=" : row_.results;
    for (; !list.empty(); ++index) {
      std::string_view word = next_word(list);
      if (word == "=") {
        shown_result_ = made(index);
      } else if (word[0] == '?') {
        if (wanted(index) == no_id) continue;
        bool wide = field_type(index) != TypeId::I8 && field_type(index) != TypeId::I1;
        flags_.push_back({wide ? b.general(4) : wanted(index), wide ? wanted(index) : no_id, flag_test(word.substr(1))});
      } else if (size_t colon = word.find(':'); colon != std::string_view::npos) {
        high_ = b.general(), low_ = b.general(), joined_ = wanted(index);
        fixed_.push_back({high_, fixed_register(word.substr(0, colon)), true});
        fixed_.push_back({low_, fixed_register(word.substr(colon + 1)), true});
      } else {
        fixed_.push_back({made(index), fixed_register(word), true});
      }
    }
  }

  // 0 + -1 carries nothing, any other byte does.
  void set_carry() {
    if (i64 c; s.constant(carry_, c)) {
      b.begin((c & 0xff) ? Row::stc : Row::clc).flags(MachineSideEffect);
      return;
    }
    b.begin(Row::add_rm8_i8).def_reuse(b.general(4), 1).hidden_use(carry_register_).imm(-1);
  }

  void emit() {
    if (row_.text.empty()) {
      b.begin(row_.row);
      for (const Shown& o : shown_) show(o);
    } else {
      emit_text();
    }
    for (const Fixed& f : fixed_) {
      if (f.is_result) b.hidden_def_fixed(f.value, f.place);
      else b.hidden_use_fixed(f.value, f.place);
    }
    b.flags(static_cast<u8>(MachineSideEffect | (carry_ ? MachineReadsFlags : 0)));
  }

  void show(const Shown& o) {
    switch (o.kind) {
    case '=':
      if (o.value == no_id) b.def(shown_result_);
      else b.def_reuse(shown_result_, 1).hidden_use(o.value);
      return;
    case 'm': b.memory(o.memory); return;
    case 'i': b.imm(o.constant); return;
    case 'a': b.use_any(o.value); return;
    default: b.use(o.value);
    }
  }

  // What it pushes must not fall on slots below the stack pointer.
  void emit_text() {
    s.code_->frame.red_zone = false;
    AsmStatement statement;
    statement.text = row_.text;
    b.begin(MachinePseudo::InlineAsm)
        .operand({.kind = OperandKind::Immediate, .payload = static_cast<u32>(s.code_->asm_statements.size())});
    for (const Shown& o : shown_) {
      Access access = o.kind == '=' ? Access::Def : Access::Use;
      u32 place = b.add_register(MachineBuilder::make(o.kind == '=' ? shown_result_ : o.value, access,
                                                      o.kind == '=' ? Point::Late : Point::Early, Constraint::Register, 0));
      statement.operands.push_back({.operand = {.kind = OperandKind::Register, .payload = place}});
    }
    s.code_->asm_statements.push_back(std::move(statement));
  }

  Selector& s;
  MachineBuilder& b;
  InstId call_;
  const IntrinsicRow& row_;
  bool aggregate_;
  std::vector<Shown> shown_;
  std::vector<Fixed> fixed_;
  std::vector<Flag> flags_;
  Value carry_;
  Vreg carry_register_ = no_id, shown_result_ = no_id, high_ = no_id, low_ = no_id, joined_ = no_id;
};

void Selector::select_row_intrinsic(InstId id, std::string_view name) {
  const IntrinsicRow* row = find_intrinsic(name);
  if (!row) refuse(id, "the intrinsic 'llvm." + std::string(name) + "'");
  RowIntrinsic(*this, id, *row).run();
}

} // namespace lathe::codegen::x86
