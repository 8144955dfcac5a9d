#pragma once
// The x86 peephole rules' inside: what the files of this folder share. rules.def lists the rules, rules.cpp runs
// them in order.

#include "codegen/peephole/region.h"
#include "codegen/x86/peephole/rows.h"

namespace lathe::codegen::x86 {

using assembler::Statement;
using assembler::StatementBuffer;
using assembler::SymbolId;
using peephole::Effects;
using peephole::Flow;
using peephole::Live;
using peephole::Options;
using peephole::Origin;
using peephole::Region;
using peephole::RegionBlock;
using peephole::Stats;

enum class Rule : u8 {
#define RULE(name, reason) name,
#include "codegen/x86/peephole/rules.def"
#undef RULE
};

// effects.cpp
Effects effects_of(const StatementBuffer&, const Statement&, const Options&);
Live exit_live(const Options&);
Live unwritten_entry();
Live unwritten_behind_call();

// One run over a region: rules count what they do and say that they changed something.
struct Pass {
  Region& region;
  Stats& stats;
  bool changed = false;

  void fired(Rule rule) {
    ++stats.fired[static_cast<size_t>(rule)];
    changed = true;
  }
  StatementBuffer& buffer() { return region.buffer; }
  std::span<assembler::Operand> operands(u32 line) { return region.buffer.operands_of(region.statement(line)); }
  // Row and operands of an instruction are replaced; there must be no more operands than before.
  void rewrite(u32 line, Row row, std::initializer_list<assembler::Operand>);
};

bool has_computed_jump(const StatementBuffer&, u32 begin, u32 end);                   // branches.cpp, both
void duplicate_computed_jumps(Region&, std::vector<peephole::Copy>&, Stats&);
void branch_rules(Pass&);  // branches.cpp: needs blocks only
void forward_rules(Pass&); // forward.cpp: what registers and slots hold, walked downwards
void shape_rules(Pass&);   // shapes.cpp: needs liveness, walks blocks upwards

} // namespace lathe::codegen::x86
