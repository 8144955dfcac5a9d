#include "random_machine_function.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace lathe::codegen {
namespace {

using test::RandomOptions;

// Short functions are shown whole: a failure is read from this.
std::string dump(const MachineFunction& f, const Allocation& a) {
  if (f.instructions.size() > 60) return "";
  auto place = [](Location l) {
    return l.is_register() ? "r" + std::to_string(l.reg) : l.is_slot() ? "s" + std::to_string(l.slot) : "-";
  };
  std::string out;
  size_t edit = 0;
  auto edits = [&](u32 position) {
    for (; edit < a.edits.size() && a.edits[edit].position == position; ++edit)
      out += "        " + place(a.edits[edit].from) + " -> " + place(a.edits[edit].to) + "   v" +
             std::to_string(a.edits[edit].vreg) + "\n";
  };
  for (u32 b = 0; b < f.blocks.size(); ++b) {
    out += "bb" + std::to_string(b) + ":";
    for (VirtualRegister v : f.parameters_of(f.blocks[b])) out += " v" + std::to_string(v);
    out += "\n";
    for (InstructionIndex i = f.blocks[b].begin; i < f.blocks[b].end; ++i) {
      edits(2 * i);
      out += "  " + std::to_string(i) + (f.instructions[i].flags & MachineTerminator ? "T" : ":");
      const auto registers = f.registers_of(f.instructions[i]);
      for (u32 k = 0; k < registers.size(); ++k) {
        const RegisterOperand& o = registers[k];
        constexpr const char* names[] = {"", "any", "fixed", "reuse", "stack"};
        out += std::string(o.access == Access::Def ? "  def" : "  use") +
               (o.point == (o.access == Access::Def ? Point::Early : Point::Late) ? "! v" : " v") +
               std::to_string(o.vreg) + ":" + names[int(o.constraint)] + std::to_string(o.fixed) + "=" +
               place(a.locations[f.instructions[i].first_register + k]);
      }
      out += "  clobbers " + std::to_string(f.clobber_masks[f.instructions[i].clobbers]) + "\n";
      edits(2 * i + 1);
    }
    for (const MachineEdge& e : f.edges_of(f.blocks[b])) {
      out += "  -> bb" + std::to_string(e.block);
      for (VirtualRegister v : f.arguments_of(e)) out += " v" + std::to_string(v);
      out += "\n";
    }
  }
  return out;
}

void expect_right(u32 seed, const RandomOptions& options, AllocatorKind kind) {
  MachineFunction f = test::random_function(seed, options);
  const RegisterFile file = test::test_registers();
  Diagnostics diagnostics;
  try {
    const Allocation a = allocate(f, file, kind);
    if (!check_allocation(f, file, a, diagnostics))
      FAIL() << "seed " << seed << " allocator " << int(kind) << "\n" << diagnostics.format() << dump(f, a);
  } catch (const InternalError& e) {
    Allocation unallocated;
    unallocated.locations.resize(f.registers.size());
    FAIL() << "seed " << seed << " allocator " << int(kind) << ": " << e.what() << "\n" << dump(f, unallocated);
  }
}

// LATHE_SEED=n moves all seeds, for longer hunts.
void many(const RandomOptions& options, AllocatorKind kind, u32 from, u32 count) {
  if (const char* seed = std::getenv("LATHE_SEED")) from += 100000 * u32(std::atoi(seed));
  for (u32 seed = from; seed < from + count; ++seed) {
    expect_right(seed, options, kind);
    if (testing::Test::HasFatalFailure()) return;
  }
}

class Regalloc : public testing::TestWithParam<AllocatorKind> {};

TEST_P(Regalloc, OneBlock) { many({.blocks = 1, .instructions = 10}, GetParam(), 1, 1500); }
TEST_P(Regalloc, Loops) { many({.blocks = 6, .instructions = 4, .parameters = 3}, GetParam(), 10000, 1500); }
TEST_P(Regalloc, Pressure) {
  many({.blocks = 4, .instructions = 20, .pressure = 30, .calls = 4}, GetParam(), 20000, 400);
}
TEST_P(Regalloc, ManyParameters) {
  many({.blocks = 5, .instructions = 3, .parameters = 14, .calls = 0}, GetParam(), 30000, 800);
}
TEST_P(Regalloc, StackValues) { many({.blocks = 5, .instructions = 6, .stack_values = true}, GetParam(), 40000, 400); }
TEST_P(Regalloc, FixedOperands) {
  many({.blocks = 3, .instructions = 12, .calls = 30, .fixed = 60}, GetParam(), 50000, 600);
}
TEST_P(Regalloc, ManyBlocks) { many({.blocks = 60, .instructions = 3, .parameters = 4}, GetParam(), 60000, 60); }

std::string name_of(const testing::TestParamInfo<AllocatorKind>& info) {
  constexpr const char* names[] = {"Linear", "Local", "None"};
  return names[int(info.param)];
}

INSTANTIATE_TEST_SUITE_P(All, Regalloc,
                         testing::Values(AllocatorKind::None, AllocatorKind::Local, AllocatorKind::Linear),
                         name_of);

// A checker that accepts everything would make all of the above pass.
TEST(CheckAllocation, FindsEveryDroppedEdit) {
  const RegisterFile file = test::test_registers();
  u32 dropped = 0, found = 0;
  for (u32 seed = 1; seed < 60; ++seed) {
    MachineFunction f = test::random_function(seed, {.blocks = 3, .instructions = 6, .calls = 30});
    const Allocation a = allocate(f, file, AllocatorKind::None);
    for (size_t k = 0; k < a.edits.size(); k += 3) {
      if (a.edits[k].to.is_slot()) continue; // a store may be of a value that nobody reads again
      Allocation worse = a;
      worse.edits.erase(worse.edits.begin() + std::ptrdiff_t(k));
      Diagnostics diagnostics;
      ++dropped;
      found += !check_allocation(f, file, worse, diagnostics);
    }
  }
  EXPECT_GT(dropped, 200u);
  EXPECT_GT(found * 100, dropped * 70); // the rest loads what the register holds already
}

} // namespace
} // namespace lathe::codegen
