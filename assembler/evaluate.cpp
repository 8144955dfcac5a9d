// Values of expressions: while reading, with what is known at that place, as GNU as does; and after layout, when
// every label has its address.
#include "assembler/assembler.h"

#include <elf.h>

namespace lathe::assembler {
namespace {

constexpr u32 depth_limit = 1000;

bool fold(Operator op, i64 a, i64 b, i64& out) {
  u64 x = static_cast<u64>(a), y = static_cast<u64>(b);
  switch (op) {
  case Operator::Add: out = static_cast<i64>(x + y); break;
  case Operator::Subtract: out = static_cast<i64>(x - y); break;
  case Operator::Multiply: out = static_cast<i64>(x * y); break;
  case Operator::Divide:
    if (!b) return false;
    out = b == -1 ? static_cast<i64>(0 - x) : a / b;
    break;
  case Operator::Remainder:
    if (!b) return false;
    out = b == -1 ? 0 : a % b;
    break;
  case Operator::ShiftLeft: out = y < 64 ? static_cast<i64>(x << y) : 0; break;
  case Operator::ShiftRight: out = y < 64 ? static_cast<i64>(x >> y) : 0; break;
  case Operator::And: out = a & b; break;
  case Operator::Or: out = a | b; break;
  case Operator::Xor: out = a ^ b; break;
  case Operator::OrNot: out = a | ~b; break;
  case Operator::Equal: out = a == b ? -1 : 0; break;
  case Operator::NotEqual: out = a != b ? -1 : 0; break;
  case Operator::Less: out = a < b ? -1 : 0; break;
  case Operator::LessEqual: out = a <= b ? -1 : 0; break;
  case Operator::Greater: out = a > b ? -1 : 0; break;
  case Operator::GreaterEqual: out = a >= b ? -1 : 0; break;
  case Operator::LogicalAnd: out = a && b; break;
  case Operator::LogicalOr: out = a || b; break;
  default: return false;
  }
  return true;
}

} // namespace

Value Assembler::evaluate(const Operand& o) {
  Value v;
  switch (o.kind()) {
  case OperandKind::Immediate: v.number = o.immediate(); return v;
  case OperandKind::WideImmediate: v.number = static_cast<i64>(buffer.wide[o.index()]); return v;
  case OperandKind::Symbol:
    mention_got(o.modifier());
    v = symbol_value(o.symbol(), false);
    v.number += o.addend();
    return v;
  case OperandKind::Expression: mention_got(o.modifier()); return evaluate_tree(o.index(), false, false);
  default: return v;
  }
}

// A reference by name: the symbol meant, which for an alias of .weakref is its target.
SymbolId Assembler::refer_to(SymbolId id) {
  for (u32 depth = 0; symbol(id).weakref && depth < depth_limit; ++depth) {
    id = symbol(id).target;
    make(id).weakly_referenced = true;
    if (!symbol(id).weakref) return id;
  }
  make(id).referenced = true;
  return id;
}

Value Assembler::symbol_value(SymbolId id, bool final_pass) {
  Value v;
  id = refer_to(id);
  Symbol& s = symbol(id);
  if (s.kind == SymbolKind::Absolute) {
    v.number = s.value;
    return v;
  }
  if (s.kind == SymbolKind::Equated && !s.weak) {
    if (final_pass) return final_reduce(id);
    // an equated symbol whose value has become known
    if (!s.resolving) {
      s.resolving = true;
      Value inner = evaluate_tree(s.expression, true, false);
      symbol(id).resolving = false;
      if (inner.is_constant() || (s.read_again && !inner.complex)) return inner;
    }
  }
  v.add = id;
  return v;
}

// Whether b - a is the same however the code between them is laid out.
bool Assembler::fixed_distance(const Symbol& a, const Symbol& b, i64& distance, bool final_pass) {
  if (a.kind != SymbolKind::Label || b.kind != SymbolKind::Label) return false;
  if (b.type == STT_GNU_IFUNC) return false; // the linker chooses its address
  if (final_pass) {
    if (chunks[a.chunk].section != chunks[b.chunk].section) return false;
    distance = static_cast<i64>(label_address(b) - label_address(a));
    return true;
  }
  if (a.chunk != b.chunk) return false;
  const Chunk& c = chunks[a.chunk];
  u32 low = std::min(a.frag, b.frag), high = std::max(a.frag, b.frag);
  for (u32 i = low; i < high; ++i)
    if (c.frags[i].kind != FragKind::None) return false;
  distance = (static_cast<i64>(c.frags[b.frag].start) + b.value) - (static_cast<i64>(c.frags[a.frag].start) + a.value);
  return true;
}

Value Assembler::subtract(Value a, Value b, bool final_pass) {
  Value v;
  if (a.complex || b.complex) {
    v.complex = true;
    return v;
  }
  v.number = static_cast<i64>(static_cast<u64>(a.number) - static_cast<u64>(b.number));
  SymbolId plus[2] = {a.add, b.sub}, minus[2] = {a.sub, b.add};
  for (SymbolId& p : plus)
    for (SymbolId& m : minus) {
      if (p == no_id || m == no_id) continue;
      i64 distance;
      if (p == m && symbol(p).kind != SymbolKind::Equated) {
        p = m = no_id;
      } else if (fixed_distance(symbol(m), symbol(p), distance, final_pass)) {
        v.number += distance;
        p = m = no_id;
      }
    }
  if ((plus[0] != no_id && plus[1] != no_id) || (minus[0] != no_id && minus[1] != no_id)) {
    v.complex = true;
    return v;
  }
  v.add = plus[0] != no_id ? plus[0] : plus[1];
  v.sub = minus[0] != no_id ? minus[0] : minus[1];
  return v;
}

Value Assembler::evaluate_tree(u32 tree, bool pooled, bool final_pass, u32 depth) {
  Value v;
  if (depth > depth_limit) {
    v.complex = true;
    return v;
  }
  const Expression e = pooled ? pool[tree] : buffer.expressions[tree];
  switch (e.op) {
  case Operator::Constant: v.number = e.value; return v;
  case Operator::Symbol: return symbol_value(e.left, final_pass);
  case Operator::Here:
    v.add = here();
    return v;
  case Operator::Negate: return subtract(Value{}, evaluate_tree(e.left, pooled, final_pass, depth + 1), final_pass);
  case Operator::Not: case Operator::LogicalNot:
    v = evaluate_tree(e.left, pooled, final_pass, depth + 1);
    if (v.is_constant()) v.number = e.op == Operator::Not ? ~v.number : !v.number;
    else v.complex = true;
    return v;
  default: break;
  }
  Value a = evaluate_tree(e.left, pooled, final_pass, depth + 1);
  Value b = evaluate_tree(e.right, pooled, final_pass, depth + 1);
  if (e.op == Operator::Subtract) return subtract(a, b, final_pass);
  if (e.op == Operator::Add) {
    if (a.complex || b.complex) {
      v.complex = true;
      return v;
    }
    Value negated;
    negated.add = b.sub, negated.sub = b.add, negated.number = static_cast<i64>(0 - static_cast<u64>(b.number));
    return subtract(a, negated, final_pass);
  }
  if (a.is_constant() && b.is_constant()) {
    if ((e.op == Operator::Divide || e.op == Operator::Remainder) && b.number == 0) {
      error("division by zero");
      return v;
    }
    if (fold(e.op, a.number, b.number, v.number)) return v;
  }
  // comparisons of places in one section
  if (e.op >= Operator::Equal && e.op <= Operator::GreaterEqual && !a.complex && !b.complex) {
    Value d = subtract(a, b, final_pass);
    if (d.is_constant() && fold(e.op, d.number, 0, v.number)) return v;
    if ((e.op == Operator::Equal || e.op == Operator::NotEqual) && a.sub == no_id && b.sub == no_id && final_pass) {
      v.number = e.op == Operator::NotEqual ? -1 : 0;
      return v;
    }
  }
  v.complex = true;
  return v;
}

u32 Assembler::pool_node(const Expression& node) {
  pool.push_back(node);
  return static_cast<u32>(pool.size() - 1);
}

u32 Assembler::keep_tree(u32 tree, bool values_of_now) {
  Expression e = buffer.expressions[tree];
  if (e.op == Operator::Here) {
    e.op = Operator::Symbol;
    e.left = here();
  } else if (e.op == Operator::Symbol) {
    e.left = refer_to(e.left);
    if (const Symbol& s = symbol(e.left); values_of_now && s.kind == SymbolKind::Absolute) {
      e.op = Operator::Constant;
      e.value = s.value;
      e.left = no_id;
    }
  } else if (e.op != Operator::Constant) {
    e.left = keep_tree(e.left, values_of_now);
    if (e.right != no_id) e.right = keep_tree(e.right, values_of_now);
  }
  return pool_node(e);
}

u32 Assembler::pool_sum(SymbolId symbol, i64 addend) {
  u32 left = pool_node({.op = Operator::Symbol, .left = symbol});
  if (!addend) return left;
  u32 right = pool_node({.op = Operator::Constant, .value = addend});
  return pool_node({.op = Operator::Add, .left = left, .right = right});
}

u32 Assembler::pool_value(const Value& v, u32 tree) {
  if (v.complex) return keep_tree(tree);
  u32 kept = v.add != no_id ? pool_sum(v.add, v.number) : pool_node({.op = Operator::Constant, .value = v.number});
  if (v.sub == no_id) return kept;
  u32 right = pool_node({.op = Operator::Symbol, .left = v.sub});
  return pool_node({.op = Operator::Subtract, .left = kept, .right = right});
}

SymbolId Assembler::expression_symbol(const Value& v, u32 tree) {
  if (!v.complex && v.sub == no_id && v.number == 0 && v.add != no_id) return v.add;
  u32 kept = pool_value(v, tree);
  SymbolId id = make_anonymous();
  Symbol& s = symbol(id);
  s.kind = SymbolKind::Equated;
  s.expression = kept;
  s.place = place;
  return id;
}

bool Assembler::evaluate_now(const Operand& o, i64& value) {
  if (o.modifier() != Modifier::None && (o.is(OperandKind::Symbol) || o.is(OperandKind::Expression))) return false;
  Value v = evaluate(o);
  value = v.number;
  return v.is_constant();
}

// After layout: what a symbol stands for, through .set chains.
Value Assembler::final_reduce(SymbolId id, u32 depth) {
  Symbol& s = symbol(id);
  Value v;
  if (s.kind == SymbolKind::Absolute) {
    v.number = s.value;
    return v;
  }
  if (s.kind != SymbolKind::Equated) {
    v.add = id;
    return v;
  }
  if (s.resolving || depth > depth_limit) {
    if (!s.loop_reported) parser.error_at(s.place, "symbol definition loop encountered at `" + std::string(name(id)) + "'");
    s.loop_reported = true;
    v.complex = true;
    return v;
  }
  s.resolving = true;
  v = evaluate_tree(s.expression, true, true, 0);
  symbol(id).resolving = false;
  return v;
}

bool Assembler::final_value(SymbolId id, i64& value) {
  Value v = final_reduce(id);
  value = v.number;
  if (v.is_constant()) return true;
  if (!v.complex && v.sub == no_id && v.add != no_id && symbol(v.add).kind == SymbolKind::Label) {
    value += static_cast<i64>(label_address(symbol(v.add)));
    return true;
  }
  return false;
}

// Follows an equated symbol to the one it stands for, adding up.
bool Assembler::resolve(SymbolId& id, i64& addend, u32) {
  if (symbol(id).kind != SymbolKind::Equated) return true;
  Value v = final_reduce(id);
  if (v.complex || v.sub != no_id) return false;
  addend += v.number;
  id = v.add;
  return true;
}

bool Assembler::known(const Operand& o, i64& value, const char* what) {
  if (o.is(OperandKind::None)) return false;
  if (evaluate_now(o, value)) return true;
  error(std::string(what));
  return false;
}

} // namespace lathe::assembler
