// Block layout works on weights alone, so it is tested without a function around it.
#include "codegen/emit/layout.h"

#include <gtest/gtest.h>

namespace lathe::codegen {
namespace {

MachineFunction with_blocks(std::initializer_list<float> frequencies) {
  MachineFunction f;
  for (float frequency : frequencies) {
    f.blocks.emplace_back();
    f.blocks.back().frequency = frequency;
  }
  return f;
}

using Order = std::vector<MachineBlockId>;

// 0 -> 1 (header) -> 2 (body) -> 1, 1 -> 3 (exit): the header goes behind the body.
TEST(Layout, TurnsLoopsRound) {
  MachineFunction f = with_blocks({1, 10, 9, 1});
  Order order{0, 1, 2, 3};
  emit::lay_out_blocks(f, {{0, 1, 1, true}, {1, 2, 9}, {1, 3, 1}, {2, 1, 9, true}}, order);
  EXPECT_EQ(order, (Order{0, 2, 1, 3}));
}

TEST(Layout, PutsColdBlocksLast) {
  MachineFunction f = with_blocks({1, 0.0001f, 1});
  Order order{0, 1, 2};
  emit::lay_out_blocks(f, {{0, 1, 0.0001f}, {0, 2, 1}, {1, 2, 0.0001f, true}}, order);
  EXPECT_EQ(order, (Order{0, 2, 1}));
}

TEST(Layout, KeepsTheGivenOrderWhenWeightsAreEqual) {
  MachineFunction f = with_blocks({1, 0.5f, 0.5f, 1});
  Order order{0, 1, 2, 3};
  emit::lay_out_blocks(f, {{0, 1, 0.5f}, {0, 2, 0.5f}, {1, 3, 0.5f, true}, {2, 3, 0.5f, true}}, order);
  EXPECT_EQ(order, (Order{0, 1, 2, 3}));
}

TEST(Layout, KeepsTheEntryFirstInALoopOfItsOwn) {
  MachineFunction f = with_blocks({1, 5});
  Order order{0, 1};
  emit::lay_out_blocks(f, {{0, 1, 1, true}, {1, 1, 4}}, order);
  EXPECT_EQ(order, (Order{0, 1}));
}

} // namespace
} // namespace lathe::codegen
