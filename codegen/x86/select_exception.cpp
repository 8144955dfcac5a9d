// invoke, landingpad and what they leave in registers. The call of an invoke ends its block: what lives on into a
// landing pad is where the call finds it, in a callee-saved register or the frame.

#include "codegen/machine/names.h"
#include "codegen/x86/selector.h"

namespace lathe::codegen::x86 {

void Selector::select_invoke(InstId id) {
  materialize_edges(machine_block_);
  select_call(id);
  jump(plan_.target(block_, f_->operand(id, (*f_)[id].operand_count - 2).index()));
}

// The results of an invoke, at the start of its normal destination.
void Selector::receive_invoke(InstId landing, InstId invoke) {
  classify_call(invoke);
  b_.begin(Pseudo::Received).flags(MachineSideEffect);
  receive_results(landing, call_signature_, Point::Early, 0);
}

// The personality routine leaves the exception in rax and the number of the clause that takes it in rdx.
void Selector::select_landing_pad(InstId id) {
  const ir::Instruction& i = (*f_)[id];
  part_types_.clear();
  part_types(i.type, part_types_);
  if (part_types_.size() != 2 || part_types_[0] != TypeId::Ptr || part_types_[1] != TypeId::I32)
    refuse(id, "a landingpad of another type than { ptr, i32 }");
  b_.begin(Pseudo::Received).flags(MachineSideEffect);
  for (u32 k = 0; k < 2; ++k) {
    Vreg v = vreg_of_[id] == no_id ? no_id : parts_[vreg_of_[id] + k];
    if (v != no_id)
      b_.add_register(MachineBuilder::make(v, Access::Def, Point::Early, Constraint::Fixed, k == 0 ? reg::rax : reg::rdx));
  }
  ExceptionTable::Pad pad{.block = machine_block_, .clauses = {}, .cleanup = (i.flags & ir::FlagCleanup) != 0};
  auto clauses = f_->operands_of(id);
  for (u32 k = 0; k < clauses.size(); ++k) {
    bool is_filter = f_->indices[i.aux + k] != 0;
    if (!is_filter) {
      pad.clauses.push_back(static_cast<i32>(exception_type(clauses[k])));
      continue;
    }
    std::vector<u32> filter;
    const ir::Constant& list = f_->constants[clauses[k].index()];
    if (list.kind == ir::ConstantKind::Aggregate)
      for (Value v : list.operands) filter.push_back(exception_type(v));
    else if (list.kind != ir::ConstantKind::Zero || f_->types[list.type].count != 0)
      refuse(id, "a filter clause that is no list of type information");
    code_->exceptions.filters.push_back(std::move(filter));
    pad.clauses.push_back(-static_cast<i32>(code_->exceptions.filters.size()));
  }
  code_->exceptions.pads.push_back(std::move(pad));
}

void Selector::select_typeid(InstId id) {
  u32 number = exception_type(f_->operand(id, 1));
  if (vreg_of_[id] != no_id) copy(vreg_of_[id], integer_register(number, false));
}

// The number of a type in the function's table.
u32 Selector::exception_type(Value v) {
  u32 symbol = no_id;
  if (v.is_global())
    symbol = code_->symbols.intern(symbol_name(f_->global(v.index())));
  else if (!v.is_constant() || f_->constants[v.index()].kind != ir::ConstantKind::Null)
    unsupported(*f_, "type information that is no global");
  std::vector<u32>& types = code_->exceptions.types;
  for (u32 k = 0; k < types.size(); ++k)
    if (types[k] == symbol) return k + 1;
  types.push_back(symbol);
  return static_cast<u32>(types.size());
}

} // namespace lathe::codegen::x86
