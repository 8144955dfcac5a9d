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

// Names that end in a number are kept apart from the others: the same rules must hold for all.
TEST(Interner, NumberedNames) {
  lathe::Interner names;
  const char* texts[] = {".L1", ".L01", ".L10", ".L63", ".L64", "L1", "1", "01", "a0", "a00", ".L999999999", ".L99999999", "x86_64", ""};
  for (const char* t : texts) EXPECT_EQ(names.find(t), lathe::Interner::none) << t;
  lathe::u32 id = 0;
  for (const char* t : texts) EXPECT_EQ(names.intern(t), id++) << t;
  id = 0;
  for (const char* t : texts) {
    EXPECT_EQ(names.find(t), id) << t;
    EXPECT_EQ(names.intern(t), id) << t;
    EXPECT_EQ(names.text(id++), t);
  }
  for (int i = 0; i < 100000; ++i) names.intern("n" + std::to_string(i) + "_7");
  for (int i = 0; i < 100000; i += 37) EXPECT_EQ(names.text(names.find("n" + std::to_string(i) + "_7")), "n" + std::to_string(i) + "_7");
  EXPECT_EQ(names.find("n5_8"), lathe::Interner::none);
}

// The size says which bytes the words of a short text hold: texts that share them all differ in it or in a word.
TEST(Interner, PrefixesOfEverySize) {
  lathe::Interner names;
  std::string text;
  lathe::u32 id = 0;
  for (int size = 1; size < 24; ++size) {
    text += static_cast<char>('a' + size % 3);
    EXPECT_EQ(names.intern(text + "7"), id++);
    EXPECT_EQ(names.intern(text + "71"), id++);
    EXPECT_EQ(names.intern("_" + text + "7"), id++);
  }
  EXPECT_EQ(names.find("ba7"), lathe::Interner::none);
}
