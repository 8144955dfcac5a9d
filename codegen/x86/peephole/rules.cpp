// The order of the rules in one round: the block structure first, then values, then shapes by liveness.

#include "codegen/x86/peephole/rules.h"

namespace lathe::codegen::x86 {

void Pass::rewrite(u32 line, Row row, std::initializer_list<assembler::Operand> list) {
  Statement& s = region.statement(line);
  s.id = static_cast<u16>(row);
  auto to = region.buffer.operands.begin() + s.first;
  for (assembler::Operand o : list) *to++ = o;
  s.operand_count = static_cast<u8>(list.size());
  region.update(line);
}

namespace {

class X86Rules : public peephole::Rules {
public:
  Effects effects(const StatementBuffer& b, const Statement& s, const Options& o) const override { return effects_of(b, s, o); }
  Live live_at_exit(const Options& o) const override { return exit_live(o); }
  Live unwritten_at_entry() const override { return unwritten_entry(); }
  Live unwritten_after_call() const override { return unwritten_behind_call(); }
  bool round(Region& region, Stats& stats) const override {
    Pass pass{region, stats};
    branch_rules(pass);
    if (pass.changed && !region.build()) return false;
    forward_rules(pass);
    region.compute_liveness();
    shape_rules(pass);
    return pass.changed;
  }
  bool wants_copies(const StatementBuffer& b, u32 begin, u32 end) const override { return has_computed_jump(b, begin, end); }
  void plan_copies(Region& region, std::vector<peephole::Copy>& copies, Stats& stats) const override {
    duplicate_computed_jumps(region, copies, stats);
  }
};

} // namespace
} // namespace lathe::codegen::x86

namespace lathe::codegen::peephole {
const Rules& x86_rules() {
  static const x86::X86Rules rules;
  return rules;
}
} // namespace lathe::codegen::peephole
