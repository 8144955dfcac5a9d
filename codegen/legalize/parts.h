#pragma once
// Replacing values of some types by several values of others: aggregates by leaves, vectors by elements, wide
// integers by words. Blocks are walked in reverse postorder, so a value's parts exist before its uses; phis get their
// operands at the end. At the border (arguments, calls, returns) a value is joined from or split into parts.
// Inside codegen/legalize only.

#include "codegen/analysis/analysis.h"
#include "codegen/legalize/context.h"

namespace lathe::legalize {

class PartsRewriter {
public:
  explicit PartsRewriter(Context& c) : context(c), f(c.f), b(c.f) {}
  virtual ~PartsRewriter() = default;
  void run();

protected:
  // --- What a pass says.
  virtual bool is_split(TypeId) const = 0;
  virtual void part_types(TypeId, std::vector<TypeId>&) = 0;
  virtual void split_constant(Value, std::vector<Value>& parts) = 0;
  // Emits, at `b`, what takes a border value apart or makes one.
  virtual void split_border(Value, std::vector<Value>& parts) = 0;
  virtual Value join(TypeId, std::span<const Value> parts) = 0;
  // Handles an instruction that has or uses such values; `b` stands before it. False: left to the common
  // treatment of phi, select, freeze, calls and ret; anything else is then refused by name.
  virtual bool expand(InstId) = 0;

  // --- What a pass uses.
  bool is_split(Value v) const { return v && has_type(v) && is_split(f.type_of(v)); }
  static bool has_type(Value v) { return v.is_instruction() || v.is_argument() || v.is_constant(); }
  std::span<const Value> parts_of(Value); // valid until the next call of set_parts or parts_of
  std::vector<Value> copy_parts(Value);
  Value part(Value v, u32 i) { return parts_of(v)[i]; }
  void set_parts(InstId, std::span<const Value>); // and the instruction will be removed
  void keep_parts(InstId, std::span<const Value>); // parts of an instruction that stays
  bool has_parts(InstId id) const { return id < of_instruction_.size() && of_instruction_[id].count != none; }
  void replace(InstId, Value);                     // all uses; the instruction will be removed
  void drop(InstId id) { doomed_.push_back(id); }
  void refuse(InstId);
  // Border results of an instruction that stays: parts are taken behind it (on an invoke's normal edge).
  void split_result(InstId);
  // Joins each split operand from `first` on in place.
  void join_operands(InstId, u32 first = 0);

  Context& context;
  Function& f;
  Emitter b;

private:
  void visit(InstId);
  void begin_phi(InstId);
  void finish_phis();
  void finish();

  struct Range {
    u32 first = 0, count = none;
  };
  std::vector<Range> of_instruction_, of_argument_;
  std::vector<Value> list_;
  std::vector<Value> scratch_;
  std::vector<InstId> phis_, doomed_;
  Replacements replacements_{f};
};

} // namespace lathe::legalize
