// Big functions: the allocators must stay near linear.

#include "codegen/regalloc/regalloc.h"
#include "random_machine_function.h"

#include <chrono>
#include <gtest/gtest.h>

namespace lathe::codegen {
namespace {

// Blocks in layout order, built one after the other.
class Builder {
public:
  MachineFunction f;

  VirtualRegister value() {
    VirtualRegisterInfo info;
    info.definition = InstructionIndex(f.instructions.size() - 1);
    f.vregs.push_back(info);
    return VirtualRegister(f.vregs.size() - 1);
  }
  void instruction(u8 flags = 0) {
    MachineInstruction m;
    m.flags = flags, m.row = 1, m.first_register = u32(f.registers.size());
    f.instructions.push_back(m);
  }
  void use(VirtualRegister v) {
    RegisterOperand o;
    o.vreg = v;
    operand(o);
  }
  VirtualRegister def() {
    const VirtualRegister v = value();
    RegisterOperand o;
    o.vreg = v, o.access = Access::Def, o.point = Point::Late;
    operand(o);
    return v;
  }
  void begin_block() {
    MachineBlock b;
    b.begin = InstructionIndex(f.instructions.size());
    b.first_parameter = u32(f.parameters.size());
    f.blocks.push_back(b);
  }
  VirtualRegister parameter() {
    f.vregs.push_back({});
    f.parameters.push_back(VirtualRegister(f.vregs.size() - 1));
    ++f.blocks.back().parameter_count;
    return f.parameters.back();
  }
  void end_block(std::initializer_list<u32> successors, std::span<const VirtualRegister> arguments = {}) {
    instruction(MachineTerminator);
    MachineBlock& b = f.blocks.back();
    b.end = InstructionIndex(f.instructions.size());
    b.first_edge = u32(f.edges.size()), b.edge_count = u32(successors.size());
    for (u32 s : successors) f.edges.push_back({s, u32(f.edge_arguments.size())});
    f.edge_arguments.insert(f.edge_arguments.end(), arguments.begin(), arguments.end());
  }
  void finish() {
    std::vector<std::vector<u32>> into(f.blocks.size());
    for (u32 b = 0; b < f.blocks.size(); ++b)
      for (const MachineEdge& e : f.edges_of(f.blocks[b])) into[e.block].push_back(b);
    for (u32 b = 0; b < f.blocks.size(); ++b) {
      f.blocks[b].first_predecessor = u32(f.predecessors.size());
      f.blocks[b].predecessor_count = u32(into[b].size());
      f.predecessors.insert(f.predecessors.end(), into[b].begin(), into[b].end());
    }
  }

private:
  void operand(RegisterOperand o) {
    f.registers.push_back(o);
    ++f.instructions.back().register_count;
  }
};

void expect_quick(const MachineFunction& function, const char* what, double limit) {
  const RegisterFile file = test::test_registers();
  for (AllocatorKind kind : {AllocatorKind::Linear, AllocatorKind::Local}) {
    MachineFunction f = function;
    const auto start = std::chrono::steady_clock::now();
    const Allocation a = allocate(f, file, kind);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_EQ(a.locations.size(), f.registers.size());
    EXPECT_LT(seconds, limit * 4) << what << " allocator " << int(kind);
    if (getenv("SHOW")) printf("%s %d: %.3f s\n", what, int(kind), seconds);
  }
}

// Twenty values live through 100,000 blocks, each block using some.
TEST(RegallocScale, ManyBlocks) {
  Builder b;
  constexpr u32 count = 100000;
  std::vector<VirtualRegister> values;
  b.begin_block();
  for (u32 k = 0; k < 20; ++k) {
    b.instruction();
    values.push_back(b.def());
  }
  b.end_block({1});
  for (u32 k = 1; k < count; ++k) {
    b.begin_block();
    b.instruction();
    b.use(values[k % 20]);
    b.use(values[(k * 7) % 20]);
    b.def();
    if (k + 1 < count)
      b.end_block({k + 1});
    else
      b.end_block({});
  }
  b.finish();
  expect_quick(b.f, "blocks", 4);
}

TEST(RegallocScale, ManyParameters) {
  Builder b;
  constexpr u32 count = 50000;
  std::vector<VirtualRegister> first, second;
  b.begin_block();
  for (u32 k = 0; k < count; ++k) {
    b.instruction();
    first.push_back(b.def());
  }
  b.end_block({1}, first);
  b.begin_block();
  for (u32 k = 0; k < count; ++k) second.push_back(b.parameter());
  for (u32 k = 0; k < count; k += 2) {
    b.instruction();
    b.use(second[k]);
    second[k] = b.def();
  }
  std::swap(second[0], second[1]);
  b.end_block({2, 3});
  b.begin_block();
  b.end_block({1}, second);
  b.begin_block();
  b.end_block({});
  b.finish();
  expect_quick(b.f, "parameters", 8);
}

// One block of 100,000 instructions, operands far apart.
TEST(RegallocScale, LongBlock) {
  Builder b;
  constexpr u32 count = 100000;
  std::vector<VirtualRegister> values;
  b.begin_block();
  for (u32 k = 0; k < count; ++k) {
    b.instruction();
    if (k > 10) {
      b.use(values[k - 1 - k % 3]);
      b.use(values[(u64(k) * 7919) % k]);
    }
    values.push_back(b.def());
  }
  b.end_block({});
  b.finish();
  expect_quick(b.f, "instructions", 4);
}

// A switch: values of the entry, each used in its own case.
TEST(RegallocScale, ManyCases) {
  Builder b;
  constexpr u32 count = 20000;
  std::vector<VirtualRegister> values;
  b.begin_block();
  for (u32 k = 0; k < count; ++k) {
    b.instruction();
    values.push_back(b.def());
  }
  b.instruction(MachineTerminator);
  MachineBlock& entry = b.f.blocks.back();
  entry.end = InstructionIndex(b.f.instructions.size());
  entry.edge_count = count;
  for (u32 k = 0; k < count; ++k) b.f.edges.push_back({k + 1, 0});
  for (u32 k = 0; k < count; ++k) {
    b.begin_block();
    b.instruction();
    b.use(values[k]);
    b.end_block({});
  }
  b.finish();
  expect_quick(b.f, "cases", 6);
}

} // namespace
} // namespace lathe::codegen
