// Constant expressions in operands become instructions, in front of the user or, for a phi, at the end of the
// incoming block. What assembly can write (symbol+offset) stays, also inside constant vectors and aggregates.
//
//     store i64 mul (i64 ptrtoint (ptr @x to i64), i64 3), ptr %p
//   =>
//     %a = ptrtoint ptr @x to i64        ; stays an operand: it is symbol+0
//     %b = mul i64 ptrtoint (ptr @x to i64), 3
//     store i64 %b, ptr %p

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

#include <map>

namespace lathe::legalize {

namespace {

constexpr u32 deepest = 2000;

class Materializer {
public:
  explicit Materializer(Context& c) : f(c.f), b(c.f) {}

  void run() {
    for (BlockId block = f.first_block; block != none; block = f.blocks[block].next)
      for (InstId id = f.blocks[block].first; id != none; id = f[id].next) visit(id);
  }

private:
  enum class State : u8 { Unknown, Plain, Computed };

  void visit(InstId id) {
    Opcode op = f[id].op;
    if (op == Opcode::LandingPad) return;
    for (u32 i = 0; i < f[id].operand_count; ++i) {
      Value v = f.operand(id, i);
      if (!v.is_constant() || !must_compute(v, 0)) continue;
      if (op == Opcode::Phi) {
        f.set_operand(id, i, at_end_of(f.operand(id, i + 1).index(), v));
      } else {
        b.before_instruction(id);
        f.set_operand(id, i, compute(v, 0));
      }
    }
  }

  bool must_compute(Value v, u32 depth) {
    if (!v.is_constant()) return false;
    if (states_.size() <= v.index()) states_.resize(f.constants.size());
    if (states_[v.index()] != State::Unknown) return states_[v.index()] == State::Computed;
    if (depth > deepest) unsupported(f, "a constant expression nested more than 2000 deep");
    const Constant c = f.constants[v.index()];
    bool computed = false;
    if (c.kind == ConstantKind::Expression) {
      GlobalId global;
      i64 offset;
      computed = !analysis::as_symbol_offset(f, v, global, offset);
    } else if (c.kind == ConstantKind::Aggregate) {
      for (Value e : c.operands) computed |= must_compute(e, depth + 1);
    }
    states_[v.index()] = computed ? State::Computed : State::Plain;
    return computed;
  }

  Value at_end_of(BlockId block, Value v) {
    Value& known = at_end_[{block, v.bits}]; // equal entries of a phi must stay equal
    if (known) return known;
    b.before_instruction(f.terminator(block));
    return known = compute(v, 0);
  }

  Value compute(Value v, u32 depth) {
    if (!must_compute(v, depth)) return v;
    const Constant c = f.constants[v.index()];
    std::vector<Value> operands;
    for (Value o : c.operands) operands.push_back(compute(o, depth + 1));
    if (c.kind == ConstantKind::Aggregate) return aggregate(c, operands);
    Value made = b.emit(c.op, c.type, operands, c.flags);
    Instruction& i = f[made.index()];
    if (c.op == Opcode::GetElementPtr) i.aux = static_cast<u32>(c.source_type);
    if (c.op == Opcode::ICmp || c.op == Opcode::FCmp) i.sub = static_cast<u8>(c.bits);
    return made;
  }

  Value aggregate(const Constant& c, std::span<const Value> elements) {
    Value whole = b.poison(c.type);
    bool is_vector = f.types.is_vector(c.type);
    for (u32 i = 0; i < elements.size(); ++i) {
      if (is_vector) {
        Value operands[] = {whole, elements[i], b.integer(TypeId::I32, i)};
        whole = b.emit(Opcode::InsertElement, c.type, operands);
      } else {
        whole = b.insert_value(whole, elements[i], {&i, 1});
      }
    }
    return whole;
  }

  Function& f;
  Emitter b;
  std::vector<State> states_;
  std::map<std::pair<BlockId, u32>, Value> at_end_;
};

} // namespace

void legalize_constants(Context& c) { Materializer(c).run(); }

} // namespace lathe::legalize
