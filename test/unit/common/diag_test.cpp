#include "common/diag.h"

#include <gtest/gtest.h>

namespace lathe {
namespace {

TEST(Diagnostics, ShowsPlaceLineAndCaret) {
  auto file = SourceFile::from_memory("a.s", "nop\n\tbogus %eax\n");
  Diagnostics diagnostics;
  diagnostics.error({file.get(), 5, 5}, "no such instruction: 'bogus'");
  EXPECT_EQ(diagnostics.format(), "a.s:2:2: error: no such instruction: 'bogus'\n\tbogus %eax\n\t^~~~~\n");
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Diagnostics, GnuStyleNamesTheFileOnce) {
  auto file = SourceFile::from_memory("a.s", "x\ny\n");
  Diagnostics diagnostics("lathe-as");
  diagnostics.error({file.get(), 0}, "one");
  diagnostics.error({file.get(), 2}, "two");
  EXPECT_EQ(diagnostics.format(MessageStyle::GnuAs), "a.s: Assembler messages:\na.s:1: Error: one\na.s:2: Error: two\n");
}

TEST(Diagnostics, WarningsBecomeErrorsWhenAsked) {
  Diagnostics diagnostics;
  diagnostics.warning("careful");
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.set_warnings_are_errors(true);
  diagnostics.warning("careful");
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

TEST(Diagnostics, IsFullAtTwentyErrors) {
  Diagnostics diagnostics;
  for (int i = 0; i < 19; ++i) diagnostics.error("again");
  EXPECT_FALSE(diagnostics.is_full());
  diagnostics.error("again");
  EXPECT_TRUE(diagnostics.is_full());
}

TEST(Diagnostics, MergeKeepsTheOrderOfTheCalls) {
  Diagnostics a, b;
  b.error("second");
  a.error("first");
  a.merge(std::move(b));
  EXPECT_EQ(a.format(), "lathe: error: first\nlathe: error: second\n");
  EXPECT_EQ(a.error_count(), 2u);
}

} // namespace
} // namespace lathe
