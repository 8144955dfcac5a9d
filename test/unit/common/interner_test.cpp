#include "common/intern.h"

#include <gtest/gtest.h>
#include <string>

namespace lathe {
namespace {

TEST(Interner, EqualTextGivesEqualIdCountedFromZero) {
  Interner names;
  EXPECT_EQ(names.intern("main"), 0u);
  EXPECT_EQ(names.intern("exit"), 1u);
  EXPECT_EQ(names.intern("main"), 0u);
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(names.text(1), "exit");
  EXPECT_EQ(names.find("nowhere"), Interner::none);
}

TEST(Interner, IdsSurviveGrowth) {
  Interner names;
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(names.intern("name" + std::to_string(i)), static_cast<u32>(i));
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(names.find("name" + std::to_string(i)), static_cast<u32>(i));
}

} // namespace
} // namespace lathe
