#include "codegen/ir/check.h"

#include "codegen/ir/ir.h"

#include <algorithm>
#include <bit>

namespace lathe::ir {
namespace {

constexpr const char* atomic_size = "1, 2, 4, 8, ... whole bytes when it is atomic";

struct Checker {
  const Function& f;
  const Instruction& i;
  std::span<const Value> ops;
  const TypeTable& t = f.types;

  std::string text(TypeId id) const { return print(t, f.module.names, id); }
  std::string op() const { return std::string(spelling(i.op)); }
  TypeId type(u32 n) const { return f.type_of(ops[n]); }
  TypeId scalar(TypeId id) const { return t.is_vector(id) ? t[id].element : id; }
  bool integers(TypeId id) const { return t.is_integer(scalar(id)); }
  bool floats(TypeId id) const { return t.is_float(scalar(id)); }
  bool pointers(TypeId id) const { return t.is_pointer(scalar(id)); }
  bool same_shape(TypeId a, TypeId b) const {
    if (t.is_vector(a) != t.is_vector(b)) return false;
    return !t.is_vector(a) || (t[a].count == t[b].count && t[a].scalable == t[b].scalable);
  }
  u64 bits(TypeId id) const { return t.size_in_bits(id, f.module.layout); }

  // Atomic accesses have the size of some bytes that a bus moves at once.
  bool has_atomic_size(TypeId id) const { return bits(id) >= 8 && std::has_single_bit(bits(id)); }

  std::string wants(const char* what, TypeId id) const {
    return "this " + op() + " works on " + what + ", not on " + text(id);
  }
  std::string count(const char* what) const { return "this " + op() + " does not have " + what; }
  std::string equal(TypeId a, TypeId b) const {
    return "the types of this " + op() + " differ: " + text(a) + " and " + text(b);
  }

  std::string run() const;
  std::string binary() const;
  std::string cast() const;
  std::string call() const;
  std::string branch() const;
  std::string cases() const;
  std::string memory() const;
  std::string atomic() const;
  std::string vector() const;
  std::string phi() const;
  std::string value_access() const;
};

std::string Checker::binary() const {
  if (ops.size() != 2) return count("two operands");
  TypeId a = type(0), b = type(1);
  if (a != b) return equal(a, b);
  if (i.type != a) return equal(a, i.type);
  bool is_float = i.op == Opcode::FAdd || i.op == Opcode::FSub || i.op == Opcode::FMul || i.op == Opcode::FDiv ||
                  i.op == Opcode::FRem;
  if (is_float && !floats(a)) return wants("floating-point numbers", a);
  if (!is_float && !integers(a)) return wants("integers", a);
  return {};
}

std::string Checker::cast() const {
  if (ops.size() != 1) return count("one operand");
  if (cast_fits(t, f.module.layout, i.op, type(0), i.type)) return {};
  return op() + " cannot make " + text(i.type) + " of " + text(type(0));
}

std::string Checker::call() const {
  if (i.aux >= f.calls.size() || ops.empty()) return count("a callee");
  const CallInfo& info = f.calls[i.aux];
  const Type& ft = t[info.function_type];
  if (ft.kind != TypeKind::Function) return count("a function type");
  if (!ops[0].is(ValueKind::InlineAsm) && !t.is_pointer(type(0))) return wants("a pointer", type(0));
  if (i.type != ft.element) return equal(i.type, ft.element);
  u64 tail = 0; // blocks at the end
  while (tail + 1 < ops.size() && ops[ops.size() - 1 - tail].is_block()) ++tail;
  u64 given = ops.size() - 1 - tail;
  if (given < ft.elements.size() || (given > ft.elements.size() && !ft.variadic)) {
    // A musttail call in a variadic function hands on `...`.
    return "this " + op() + " has " + std::to_string(given) + " arguments, but the callee takes " +
           std::to_string(ft.elements.size());
  }
  for (u32 k = 0; k < ft.elements.size(); ++k)
    if (type(k + 1) != ft.elements[k])
      return "argument " + std::to_string(k + 1) + " is " + text(type(k + 1)) + ", but the callee takes " +
             text(ft.elements[k]);
  if (!info.argument_attributes.empty() && info.argument_attributes.size() != given)
    return count("an attribute set for each argument");
  if (i.op == Opcode::Invoke && tail != 2) return count("two destinations");
  if (i.op == Opcode::CallBr && tail < 1) return count("a destination");
  if (i.op == Opcode::Call && tail != 0) return "a call has no destinations";
  return {};
}

// Behind the default of a switch. Equal constants have equal ids.
std::string Checker::cases() const {
  std::vector<ConstantId> values;
  for (size_t n = 2; n < ops.size(); n += 2) {
    if (!ops[n].is_constant() || !ops[n + 1].is_block()) return count("a constant and a block for each case");
    if (f.constants[ops[n].index()].type != type(0)) return equal(type(0), f.constants[ops[n].index()].type);
    values.push_back(ops[n].index());
  }
  std::ranges::sort(values);
  return std::ranges::adjacent_find(values) == values.end() ? std::string() : "two cases of this switch have the same value";
}

std::string Checker::branch() const {
  auto blocks_from = [&](size_t n) {
    for (; n < ops.size(); ++n)
      if (!ops[n].is_block()) return false;
    return true;
  };
  switch (i.op) {
  case Opcode::Br:
    if (ops.size() == 1) return ops[0].is_block() ? std::string() : count("a destination");
    if (ops.size() != 3 || !blocks_from(1)) return count("two destinations");
    return type(0) == TypeId::I1 ? std::string() : wants("an i1", type(0));
  case Opcode::Switch:
    if (ops.size() < 2 || ops.size() % 2 || !ops[1].is_block()) return count("a default destination");
    if (!t.is_integer(type(0))) return wants("an integer", type(0));
    return cases();
  case Opcode::IndirectBr:
    if (ops.empty() || !t.is_pointer(type(0)) || !blocks_from(1)) return count("an address and blocks");
    return {};
  default: return {};
  }
}

std::string Checker::memory() const {
  switch (i.op) {
  case Opcode::Alloca:
    if (ops.size() != 1 || !t.is_integer(type(0))) return count("an integer count");
    return t.is_pointer(i.type) ? std::string() : wants("a pointer", i.type);
  case Opcode::Load:
    if (ops.size() != 1) return count("one operand");
    if (!t.is_pointer(type(0))) return wants("a pointer", type(0));
    break;
  case Opcode::Store:
    if (ops.size() != 2) return count("two operands");
    if (!t.is_pointer(type(1))) return wants("a pointer", type(1));
    break;
  case Opcode::GetElementPtr:
    if (ops.empty()) return count("a pointer");
    if (!pointers(type(0))) return wants("a pointer", type(0));
    for (u32 k = 1; k < ops.size(); ++k)
      if (!integers(type(k))) return wants("integer indices", type(k));
    if (!pointers(i.type)) return wants("a pointer", i.type);
    return {};
  default: return {};
  }
  auto order = static_cast<Ordering>(i.sub);
  if (order == Ordering::NotAtomic) return {};
  bool is_load = i.op == Opcode::Load;
  if (order == Ordering::AcquireRelease || order == (is_load ? Ordering::Release : Ordering::Acquire))
    return "this ordering is not allowed for an atomic " + op();
  TypeId v = is_load ? i.type : type(0);
  if (!t.is_integer(v) && !t.is_pointer(v) && !t.is_float(v) && !t.is_vector(v))
    return wants("an integer, a pointer or a float when it is atomic", v);
  return has_atomic_size(v) ? std::string() : wants(atomic_size, v);
}

std::string Checker::atomic() const {
  if (i.op == Opcode::Fence) {
    auto o = static_cast<Ordering>(i.sub);
    return o < Ordering::Acquire ? "a fence is acquire, release, acq_rel or seq_cst" : std::string();
  }
  if (ops.size() != (i.op == Opcode::CmpXchg ? 3u : 2u)) return count("its operands");
  if (!t.is_pointer(type(0))) return wants("a pointer", type(0));
  TypeId v = type(1);
  if (i.op == Opcode::CmpXchg) {
    if (type(2) != v) return equal(v, type(2));
    if (!t.is_integer(v) && !t.is_pointer(v)) return wants("integers or pointers", v);
    if (!has_atomic_size(v)) return wants(atomic_size, v);
    auto failure = static_cast<Ordering>(i.sub2);
    if (i.sub < static_cast<u8>(Ordering::Monotonic) || i.sub2 < static_cast<u8>(Ordering::Monotonic))
      return "a cmpxchg is at least monotonic";
    if (failure == Ordering::Release || failure == Ordering::AcquireRelease)
      return "a cmpxchg that fails releases nothing";
    return {};
  }
  if (i.type != v) return equal(i.type, v);
  if (!t.is_vector(v) && !has_atomic_size(v)) return wants(atomic_size, v);
  if (i.sub < static_cast<u8>(Ordering::Monotonic)) return "an atomicrmw is at least monotonic";
  auto r = static_cast<RmwOp>(i.sub2);
  bool is_float = r == RmwOp::FAdd || r == RmwOp::FSub || r == RmwOp::FMax || r == RmwOp::FMin ||
                  r == RmwOp::FMaximum || r == RmwOp::FMinimum;
  if (is_float && !floats(v)) return wants("floating-point numbers here", v);
  if (r == RmwOp::Xchg) return t.is_integer(v) || t.is_float(v) || t.is_pointer(v) ? std::string() : wants("a scalar", v);
  if (!is_float && !t.is_integer(v)) return wants("integers here", v);
  return {};
}

std::string Checker::vector() const {
  TypeId v = ops.empty() ? TypeId::Void : type(0);
  if (!t.is_vector(v)) return wants("vectors", v);
  if (i.op == Opcode::ExtractElement) {
    if (ops.size() != 2 || !t.is_integer(type(1))) return count("an integer index");
    return i.type == t[v].element ? std::string() : equal(i.type, t[v].element);
  }
  if (i.op == Opcode::InsertElement) {
    if (ops.size() != 3 || !t.is_integer(type(2))) return count("an integer index");
    if (type(1) != t[v].element) return equal(type(1), t[v].element);
    return i.type == v ? std::string() : equal(i.type, v);
  }
  if (ops.size() != 3 || type(1) != v) return count("two vectors of one type and a mask");
  const Type& mask = t[type(2)];
  if (mask.kind != TypeKind::Vector || mask.element != TypeId::I32) return "a shufflevector's mask is a vector of i32";
  if (!ops[2].is_constant()) return "a shufflevector's mask is a constant";
  const Constant& k = f.constants[ops[2].index()];
  if (k.kind == ConstantKind::Aggregate)
    for (Value m : k.operands) {
      const Constant& e = f.constants[m.index()];
      if (e.kind == ConstantKind::Integer && e.bits >= 2 * t[v].count) return "an index of this mask is too large";
    }
  return {};
}

std::string Checker::phi() const {
  if (ops.size() % 2) return count("a block for each value");
  for (u32 k = 0; k < ops.size(); k += 2) {
    if (!ops[k + 1].is_block()) return count("a block for each value");
    if (type(k) != i.type) return equal(i.type, type(k));
  }
  return {};
}

std::string Checker::value_access() const {
  bool extract = i.op == Opcode::ExtractValue;
  if (ops.size() != (extract ? 1u : 2u) || i.index_count == 0) return count("its operands");
  TypeId at = type(0);
  for (u32 k = 0; k < i.index_count; ++k) {
    u32 n = f.indices[i.aux + k];
    const Type& a = t[at];
    if (a.kind == TypeKind::Struct && n < a.elements.size()) at = a.elements[n];
    else if (a.kind == TypeKind::Array && n < a.count) at = a.element;
    else return "an index of this " + op() + " does not fit " + text(at);
  }
  if (extract) return at == i.type ? std::string() : equal(i.type, at);
  if (type(1) != at) return equal(at, type(1));
  return i.type == type(0) ? std::string() : equal(i.type, type(0));
}

std::string Checker::run() const {
  for (Value v : ops)
    if (!v) return count("all its operands");
  switch (i.op) {
  case Opcode::Ret: {
    TypeId wanted = t[f.module.globals[f.self].value_type].element;
    TypeId given = ops.empty() ? TypeId::Void : type(0);
    return ops.size() <= 1 && given == wanted ? std::string() : equal(wanted, given);
  }
  case Opcode::Br: case Opcode::Switch: case Opcode::IndirectBr: return branch();
  case Opcode::Invoke: case Opcode::CallBr: case Opcode::Call: return call();
  case Opcode::FNeg:
    if (ops.size() != 1 || type(0) != i.type) return count("one operand");
    return floats(i.type) ? std::string() : wants("floating-point numbers", i.type);
  case Opcode::Alloca: case Opcode::Load: case Opcode::Store: case Opcode::GetElementPtr: return memory();
  case Opcode::Fence: case Opcode::CmpXchg: case Opcode::AtomicRmw: return atomic();
  case Opcode::ICmp:
  case Opcode::FCmp: {
    if (ops.size() != 2) return count("two operands");
    TypeId a = type(0);
    if (a != type(1)) return equal(a, type(1));
    if (i.op == Opcode::ICmp) {
      if (i.sub < static_cast<u8>(Predicate::IEq)) return count("a predicate of integers");
      return integers(a) || pointers(a) ? std::string() : wants("integers or pointers", a);
    }
    if (i.sub > static_cast<u8>(Predicate::True)) return count("a predicate of floating-point numbers");
    return floats(a) ? std::string() : wants("floating-point numbers", a);
  }
  case Opcode::Phi: return phi();
  case Opcode::Select: {
    if (ops.size() != 3) return count("three operands");
    if (type(1) != type(2)) return equal(type(1), type(2));
    if (type(1) != i.type) return equal(i.type, type(1));
    TypeId condition = type(0);
    if (scalar(condition) != TypeId::I1) return "a select asks an i1, not " + text(condition);
    if (t.is_vector(condition) && !same_shape(condition, i.type)) return equal(condition, i.type);
    return {};
  }
  case Opcode::Freeze:
    return ops.size() == 1 && type(0) == i.type ? std::string() : count("one operand");
  case Opcode::VAArg:
    return ops.size() == 1 && t.is_pointer(type(0)) ? std::string() : count("a pointer to a va_list");
  case Opcode::ExtractElement: case Opcode::InsertElement: case Opcode::ShuffleVector: return vector();
  case Opcode::ExtractValue: case Opcode::InsertValue: return value_access();
  default:
    if (i.op >= Opcode::Add && i.op <= Opcode::Xor) return binary();
    if (i.op >= Opcode::Trunc && i.op <= Opcode::AddrSpaceCast) return cast();
    return {};
  }
}

} // namespace

bool cast_fits(const TypeTable& t, const DataLayout& layout, Opcode op, TypeId from, TypeId to) {
  auto scalar = [&](TypeId id) { return t.is_vector(id) ? t[id].element : id; };
  auto same_shape = [&] {
    if (t.is_vector(from) != t.is_vector(to)) return false;
    return !t.is_vector(from) || (t[from].count == t[to].count && t[from].scalable == t[to].scalable);
  };
  if (op != Opcode::BitCast && !same_shape()) return false;
  TypeId s = scalar(from), d = scalar(to);
  u32 a = t.is_integer(s) ? t.integer_bits(s) : 0, b = t.is_integer(d) ? t.integer_bits(d) : 0;
  bool floats = t.is_float(s) && t.is_float(d);
  auto bits = [&](TypeId id) { return t.size_in_bits(id, layout); };
  switch (op) {
  case Opcode::Trunc: return a && b && a > b;
  case Opcode::ZExt: case Opcode::SExt: return a && b && a < b;
  case Opcode::FPTrunc: return floats && bits(s) > bits(d);
  case Opcode::FPExt: return floats && bits(s) < bits(d);
  case Opcode::FPToUI: case Opcode::FPToSI: return t.is_float(s) && b;
  case Opcode::UIToFP: case Opcode::SIToFP: return a && t.is_float(d);
  case Opcode::PtrToInt: case Opcode::PtrToAddr: return t.is_pointer(s) && b;
  case Opcode::IntToPtr: return a && t.is_pointer(d);
  case Opcode::AddrSpaceCast: return t.is_pointer(s) && t.is_pointer(d) && from != to;
  case Opcode::BitCast: {
    auto plain = [&](TypeId id) { return t.is_integer(id) || t.is_float(id) || t.is_pointer(id) || id == TypeId::X86Amx; };
    if (t.is_pointer(s) || t.is_pointer(d)) return s == d && bits(from) == bits(to);
    return plain(s) && plain(d) && bits(from) == bits(to);
  }
  default: return false;
  }
}

std::string check_instruction(const Function& f, InstId id) {
  return Checker{f, f.instructions[id], f.operands_of(id)}.run();
}

} // namespace lathe::ir
