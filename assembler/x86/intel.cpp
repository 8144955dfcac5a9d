// Operands of Intel syntax: "DWORD PTR foo[rip+4]", "[rax+rcx*8-16]", "OFFSET FLAT:x", "fs:40". Each is read as one
// expression, where registers are leaves and brackets add, and then folded into base, index, scale and displacement.
#include "assembler/x86/match.h"

#include "assembler/parser.h"

namespace lathe::assembler {

using namespace x86;

namespace {

bool equals(std::string_view a, std::string_view lowercase) {
  if (a.size() != lowercase.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lowercase[i]) return false;
  return true;
}

u16 pointer_size(std::string_view w) {
  static constexpr struct { std::string_view name; u16 bits; } sizes[] = {
      {"byte", 8}, {"word", 16}, {"dword", 32}, {"fword", 48}, {"qword", 64}, {"mmword", 64}, {"tbyte", 80}, {"oword", 128}, {"xmmword", 128}, {"ymmword", 256}, {"zmmword", 512}};
  for (auto& s : sizes)
    if (equals(w, s.name)) return s.bits;
  return 0;
}

bool names_target(std::string_view mnemonic) {
  return lower(mnemonic[0]) == 'j' || equals(mnemonic.substr(0, 4), "call") || equals(mnemonic.substr(0, 4), "loop") || equals(mnemonic, "xbegin");
}

} // namespace

// The tree of one operand folded: a sum of registers, registers times a constant, constants and symbols.
class IntelAddress {
public:
  explicit IntelAddress(Parser& owner) : parser(owner) {}
  Address address;
  u32 tree = no_id;            // the sum of what is no register and not known now
  u32 symbols = 0, others = 0; // summands of `tree`: symbols that are added, anything else

  bool fold(u32 root) {
    std::vector<Term> left_to_do{{root, 1, false}};
    while (!left_to_do.empty()) {
      Term t = left_to_do.back();
      left_to_do.pop_back();
      const Expression x = parser.buffer.expressions[t.tree];
      if (x.op == Operator::Register) {
        if (!add_register(static_cast<Reg>(x.left), t, x.right)) return false;
      } else if (x.op == Operator::Constant) {
        add_constant(t, x.value);
      } else if (i64 known; !x.has_register && is_known(t.tree, known)) {
        add_constant(t, known);
      } else if (x.op == Operator::Add || x.op == Operator::Subtract) {
        left_to_do.push_back({x.right, x.op == Operator::Add ? t.factor : 0 - t.factor, t.scaled});
        left_to_do.push_back({x.left, t.factor, t.scaled});
      } else if (x.has_register) { // times a constant
        const bool register_left = parser.buffer.expressions[x.left].has_register;
        i64 scale;
        if (!constant(register_left ? x.right : x.left, scale)) return parser.error("bad scale factor"), false;
        left_to_do.push_back({register_left ? x.left : x.right, t.factor * static_cast<u64>(scale), true});
      } else {
        add_symbolic(t, x);
      }
    }
    return true;
  }
  SymbolId only_symbol() const { return symbols == 1 && !others ? parser.buffer.expressions[tree].left : no_id; }

private:
  struct Term {
    u32 tree;
    u64 factor;
    bool scaled; // in a product
  };
  Parser& parser;

  bool constant(u32 e, i64& value) const {
    const Expression& x = parser.buffer.expressions[e];
    if (x.op == Operator::Constant) return value = x.value, true;
    return parser.executor && parser.executor->evaluate_now(Operand::make(OperandKind::Expression, e), value);
  }
  // Sums are taken apart, but for the distance of two symbols.
  bool is_known(u32 e, i64& value) const {
    const Expression& x = parser.buffer.expressions[e];
    auto is_leaf = [&](u32 i) { return parser.buffer.expressions[i].op <= Operator::Here; };
    const bool is_sum = x.op == Operator::Add || x.op == Operator::Subtract;
    return (!is_sum || (is_leaf(x.left) && is_leaf(x.right))) && constant(e, value);
  }
  void add_constant(const Term& t, i64 value) {
    address.displacement = static_cast<i64>(static_cast<u64>(address.displacement) + t.factor * static_cast<u64>(value));
    address.flags |= HasDisplacement;
  }
  void add_symbolic(const Term& t, const Expression& x) {
    StatementBuffer& buffer = parser.buffer;
    if (t.factor == 1 && (x.op == Operator::Symbol)) ++symbols;
    else ++others;
    u32 e = t.tree;
    const bool negative = t.factor == ~u64{0};
    if (t.factor != 1 && !negative) e = buffer.binary(Operator::Multiply, e, buffer.constant(static_cast<i64>(t.factor)));
    if (tree == no_id) tree = negative ? buffer.add_expression({.op = Operator::Negate, .left = e}) : e;
    else tree = buffer.binary(negative ? Operator::Subtract : Operator::Add, tree, e);
  }
  bool add_register(Reg r, const Term& t, bool bracketed) {
    Address& a = address;
    if (!bracketed) return parser.error("invalid use of register"), false;
    if (t.scaled) {
      if (a.index != Reg::None && a.base == Reg::None && !(a.flags & HasScale)) a.base = a.index, a.index = Reg::None;
      if (a.index != Reg::None) return parser.error("invalid use of register"), false;
      if (t.factor != 1 && t.factor != 2 && t.factor != 4 && t.factor != 8) {
        parser.error("expecting scale factor of 1, 2, 4, or 8: got `" + std::to_string(static_cast<i64>(t.factor)) + "'");
        return false;
      }
      a.index = r;
      a.scale = static_cast<u8>(t.factor);
      a.flags |= HasScale;
    } else if (is_vector(r) && a.index == Reg::None) {
      a.index = r;
    } else if (a.base == Reg::None) {
      a.base = r;
    } else if (a.index == Reg::None) {
      a.index = r;
      if ((r == Reg::rsp || r == Reg::esp) && a.base != Reg::rsp && a.base != Reg::esp) std::swap(a.base, a.index);
    } else {
      return parser.error("invalid use of register"), false;
    }
    return true;
  }
};

// What a prefix like "dword ptr" stands before: anything but a register alone.
u32 Parser::without_register() {
  u32 e = nested_primary();
  if (e == no_id) return failed_ ? no_id : fail("missing expression");
  const Expression& x = buffer.expressions[e];
  return x.op == Operator::Register && x.right == intel_operand_->brackets ? fail("invalid use of register") : e;
}

u32 Parser::intel_bracket() { // at '['
  IntelOperand& o = *intel_operand_;
  const u32 open = o.offsets ? 0 : 1;
  if (open) o.bracketed = true;
  o.brackets += open;
  ++p;
  u32 e = expression(0);
  o.brackets -= open;
  if (e == no_id) return failed_ ? no_id : fail("missing expression");
  skip_blanks();
  if (*p != ']') return fail("unbalanced brackets in operand");
  ++p;
  return e;
}

u32 Parser::intel_register(Reg r) { // behind it
  IntelOperand& o = *intel_operand_;
  skip_blanks();
  if (reg_class(r) == RegClass::Segment && *p == ':') {
    ++p;
    if (!o.offsets) {
      if (o.segment != Reg::None) return fail("invalid use of register");
      o.segment = r;
    }
    return without_register();
  }
  if (o.offsets) return fail("invalid use of register");
  return buffer.add_expression({.op = Operator::Register, .has_register = true, .left = static_cast<u32>(r), .right = o.brackets});
}

// "dword ptr", "qword bcst"; the size alone is a number of bytes.
u32 Parser::intel_pointer(u16 size, std::string_view next) {
  IntelOperand& o = *intel_operand_;
  const bool broadcasts = equals(next, "bcst");
  if (!o.is_pointer) o.size = size, o.broadcasts = broadcasts;
  o.is_pointer = true;
  decorated_ |= broadcasts;
  return without_register();
}

// What an expression in an operand may have beside that of GAS: brackets, registers, '$', and operators that are
// words. False: it is none of these.
bool Parser::intel_primary(u32& e) {
  IntelOperand& o = *intel_operand_;
  if (*p == '[') return e = intel_bracket(), true;
  if (*p == '$' && !is_class(p[1], NamePart)) return ++p, e = buffer.add_expression({.op = Operator::Here}), true;
  if (!is_class(*p, NameStart) && *p != '%') return false;
  const char* start = p;
  if (*p == '%') ++p;
  if (Reg r = *start == '%' || naked_ ? register_name() : Reg::None; r != Reg::None && reg_class(r) != RegClass::Zero) return e = intel_register(r), true;
  p = start;
  if (*p == '%') return false;
  std::string_view word = name_token();
  if (equals(word, "offset")) {
    o.has_offset = true;
    ++o.offsets;
    e = without_register();
    --o.offsets;
    return true;
  }
  if (equals(word, "flat")) {
    skip_blanks();
    if (*p != ':') return e = fail("invalid use of pseudo-register"), true;
    ++p;
    return e = without_register(), true;
  }
  if (equals(word, "short")) return e = without_register(), true;
  const u16 size = pointer_size(word);
  const bool is_near = equals(word, "near"), is_far = equals(word, "far");
  if (size || is_near || is_far) {
    const char* behind = p;
    skip_blanks();
    std::string_view next = is_class(*p, NameStart) ? name_token() : std::string_view{};
    if (equals(next, "ptr") && !size) {
      o.is_far |= is_far;
      return e = without_register(), true;
    }
    if (size && (equals(next, "ptr") || equals(next, "bcst"))) return e = intel_pointer(size, next), true;
    p = behind;
    if (size) return e = buffer.constant(size / 8), true;
  }
  p = start;
  return false;
}

// Neither brackets nor registers: a constant, the memory at a symbol, or where to jump.
bool Parser::unbracketed_intel(ParsedOperand& out, IntelAddress& terms, const IntelOperand& operand, std::string_view mnemonic) {
  Address& a = terms.address;
  const bool is_target = names_target(mnemonic) && !operand.has_offset;
  auto make = [&](u8 flags) {
    if (terms.tree == no_id) {
      Operand o = buffer.immediate(a.displacement);
      o.bits |= static_cast<u64>(flags) << 4;
      return o;
    }
    if (terms.only_symbol() != no_id && a.displacement == static_cast<i16>(a.displacement))
      return Operand::make(OperandKind::Symbol, terms.only_symbol(), flags, static_cast<u8>(a.modifier), static_cast<u16>(a.displacement));
    u32 e = terms.tree;
    if (a.displacement) e = buffer.binary(Operator::Add, e, buffer.constant(a.displacement));
    return Operand::make(OperandKind::Expression, e, flags, static_cast<u8>(a.modifier));
  };
  // A symbol with or without a number is the memory there, any other sum is a number.
  bool is_immediate = operand.has_offset || terms.tree == no_id;
  if (!is_immediate && !is_target) {
    if (!executor && !operand.is_pointer) {
      error("in Intel's syntax a symbol alone is an address or a constant, which only assembling tells");
      return false;
    }
    i64 value = 0;
    const bool is_place = terms.only_symbol() != no_id || buffer.expressions[terms.tree].op == Operator::Here;
    is_immediate = (!operand.is_pointer && !is_place) || (executor && executor->evaluate_now(make(0), value));
  }
  if (is_target) is_immediate = false;
  if (operand.is_far) {
    error("cannot infer the segment part of the operand");
    return false;
  }
  if (!is_immediate && operand.is_pointer) return false;
  out.operand = make(is_immediate ? 0 : Operand::target_flag);
  out.bits = is_immediate ? BitImmediate : BitMemory | BitTarget;
  return true;
}

bool Parser::operand_intel(ParsedOperand& out, std::string_view mnemonic) {
  skip_blanks();
  const char* start = p;
  if (*p == '%' || (naked_ && is_class(*p, NameStart))) { // most often a register
    if (*p == '%') ++p;
    if (Reg r = register_name(); r != Reg::None && reg_class(r) != RegClass::Zero) {
      skip_blanks();
      if (*p == ',' || *p == '{' || at_end()) {
        register_operand(out, r);
        return *p != '{' || decorations(out);
      }
    }
    p = start;
  }
  modifier_ = Modifier::None;
  depth_ = 0;
  IntelOperand operand;
  intel_operand_ = &operand;
  u32 tree = expression(0);
  intel_operand_ = nullptr;
  if (tree == no_id) {
    if (!failed_) error("invalid operand");
    return false;
  }
  std::string_view text(start, static_cast<size_t>(p - start));
  while (is_class(text.back(), BlankChar)) text.remove_suffix(1);
  if (const Expression& x = buffer.expressions[tree]; x.op == Operator::Register && !x.right) {
    register_operand(out, static_cast<Reg>(x.left));
    return *p != '{' || decorations(out);
  }
  IntelAddress terms(*this);
  if (!terms.fold(tree)) return false;
  Address& a = terms.address;
  a.modifier = modifier_;
  a.segment = operand.segment;
  a.intel_size = operand.size;
  if (operand.broadcasts) a.broadcast = broadcast_by_row;
  out.is_far = operand.is_far;
  const bool no_register = a.base == Reg::None && a.index == Reg::None;
  const bool memory = operand.bracketed || operand.segment != Reg::None;
  if (no_register && (!memory || operand.has_offset)) {
    if (unbracketed_intel(out, terms, operand, mnemonic)) return true;
    if (failed_) return false;
  }
  if (!is_address(a.base, a.index)) {
    error("`" + std::string(text) + "' is not a valid base/index expression");
    return false;
  }
  if (no_register && terms.tree == no_id && a.displacement != static_cast<i32>(a.displacement) && (a.segment == Reg::None || a.segment == Reg::ds)) { // movabs
    out.operand = buffer.immediate(a.displacement);
    out.operand.bits |= u64{Operand::target_flag} << 4;
    out.bits = BitMemory | BitTarget;
    return true;
  }
  if (terms.only_symbol() != no_id) {
    a.symbol = terms.only_symbol();
  } else if (terms.tree != no_id) {
    a.expression = terms.tree;
    if (a.displacement) a.expression = buffer.binary(Operator::Add, a.expression, buffer.constant(a.displacement)), a.displacement = 0;
  }
  // "[rbp+rax*1]" reads as AT&T's (%rbp,%rax); a lone scaled index of one stays an index
  out.operand = buffer.address(a);
  out.bits = BitMemory;
  out.index_width = is_vector(a.index) ? x86::width(a.index) : u16{0};
  return *p != '{' || decorations(out);
}

} // namespace lathe::assembler
