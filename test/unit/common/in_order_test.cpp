// Results come in the order of the items from any number of threads; an early end and exceptions end the work.

#include "common/in_order.h"

#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>

namespace lathe {
namespace {

struct Square {
  u64 value = 0;
};

u64 heavy_first(u32 i) { return i == 0 ? 1000 : 1; }

// As if the first item took long: it ends when `others` are made.
void make_square(u32 i, std::atomic<u32>& made, u32 others, Square& result) {
  if (i == 0)
    while (made < others) std::this_thread::yield();
  result.value = u64{i} * i;
  ++made;
}

TEST(InOrder, TakesInOrderForAnyNumberOfThreads) {
  for (u32 threads : {1u, 2u, 3u, 16u}) {
    std::vector<u64> taken;
    std::atomic<u32> made = 0;
    work_in_order<Square>(
        5000, threads, 2000, heavy_first,
        [&](u32 i, u32 thread, Square& result) {
          EXPECT_LT(thread, threads);
          make_square(i, made, threads == 1 ? 0 : 500, result);
        },
        [&](Square& s) { return taken.push_back(s.value), true; });
    ASSERT_EQ(taken.size(), 5000u);
    for (u64 i = 0; i < taken.size(); ++i) ASSERT_EQ(taken[i], i * i);
  }
}

TEST(InOrder, NoMoreWeightInFlightThanTheLimit) {
  std::atomic<i64> in_flight = 0, most = 0;
  work_in_order<Square>(
      200, 4, 10, [](u32 i) { return u64{i % 7 == 0 ? 30u : 4u}; },
      [&](u32 i, u32, Square& s) {
        s.value = i % 7 == 0 ? 30 : 4;
        i64 now = in_flight += static_cast<i64>(s.value);
        for (i64 seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
      },
      [&](Square& s) { return in_flight -= static_cast<i64>(s.value), true; });
  EXPECT_EQ(most, 30);
}

TEST(InOrder, EndsWhenNoMoreIsTaken) {
  for (u32 threads : {1u, 4u}) {
    u32 taken = 0;
    work_in_order<Square>(
        1000, threads, 50, [](u32) { return u64{1}; }, [](u32, u32, Square&) {}, [&](Square&) { return ++taken < 10; });
    EXPECT_EQ(taken, 10u);
  }
}

TEST(InOrder, PassesOnWhatIsThrown) {
  auto weight = [](u32) { return u64{1}; };
  for (u32 threads : {1u, 4u}) {
    auto make = [](u32 i, u32, Square&) {
      if (i == 77) throw std::runtime_error("make");
    };
    EXPECT_THROW(work_in_order<Square>(1000, threads, 50, weight, make, [](Square&) { return true; }), std::runtime_error);
    auto take = [](Square&) -> bool { throw std::logic_error("take"); };
    EXPECT_THROW(work_in_order<Square>(1000, threads, 50, weight, [](u32, u32, Square&) {}, take), std::logic_error);
  }
}

TEST(InOrder, NothingToDo) {
  work_in_order<Square>(
      0, 2, 1, [](u32) { return u64{1}; }, [](u32, u32, Square&) { FAIL(); }, [](Square&) { return true; });
}

} // namespace
} // namespace lathe
