#include "common/paged.h"

#include <gtest/gtest.h>

namespace {

TEST(Paged, ElementsStayWhereTheyAre) {
  lathe::Paged<int, 2> list;
  int& first = list.emplace_back();
  first = 7;
  list.grow_to(9);
  EXPECT_EQ(list.size(), 9u);
  EXPECT_EQ(&first, &list[0]);
  EXPECT_EQ(list[8], 0);
  list.grow_to(3);
  EXPECT_EQ(list.size(), 9u);
  list.emplace_back() = 5;
  EXPECT_EQ(list.back(), 5);
  EXPECT_EQ(&list.back(), &list[9]);
}

} // namespace
