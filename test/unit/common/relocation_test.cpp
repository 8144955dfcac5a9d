#include "common/relocation.h"

#include <gtest/gtest.h>

namespace lathe {
namespace {

using enum RelocationField;
using enum RelocationRange;

TEST(Relocation, SignedRangeEndsAtTheSignBit) {
  EXPECT_TRUE(fits(Word, Signed, 0x7fffffff));
  EXPECT_FALSE(fits(Word, Signed, 0x80000000));
  EXPECT_TRUE(fits(Word, Signed, static_cast<u64>(-0x80000000ll)));
  EXPECT_FALSE(fits(Word, Signed, static_cast<u64>(-0x80000001ll)));
}

TEST(Relocation, EitherTakesBothReadings) {
  EXPECT_TRUE(fits(Byte, Either, 255));
  EXPECT_TRUE(fits(Byte, Either, static_cast<u64>(-128)));
  EXPECT_FALSE(fits(Byte, Either, 256));
  EXPECT_FALSE(fits(Byte, Unsigned, static_cast<u64>(-1)));
}

TEST(Relocation, ApplyWritesOnlyWhatFits) {
  u8 bytes[5] = {9, 9, 9, 9, 9};
  RelocationRow row{"test", 0, Word, RelocationFormula::S_A_P, Signed};
  EXPECT_TRUE(apply(row, bytes, {.S = 0x1000, .A = static_cast<u64>(-4), .P = 0x2000}));
  EXPECT_EQ(bytes[0], 0xfc);
  EXPECT_EQ(bytes[1], 0xef);
  EXPECT_EQ(bytes[4], 9);
  u8 before = bytes[0];
  EXPECT_FALSE(apply(row, bytes, {.S = u64{1} << 40, .A = 0, .P = 0}));
  EXPECT_EQ(bytes[0], before);
}

} // namespace
} // namespace lathe
