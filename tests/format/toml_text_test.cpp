#include "format/toml_text.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

TEST(TomlNumber, HasAPointWhereItIsNoIntegerOf64Bits) {
  EXPECT_EQ(toml_number(24000), "24000");
  EXPECT_EQ(toml_number(3e-4), "3e-4");
  EXPECT_EQ(toml_number(9223372036854774784), "9223372036854774784");  // the last double below 2^63
  EXPECT_EQ(toml_number(9223372036854775808.0), "9223372036854775808.0");
  EXPECT_EQ(toml_number(-12345678901234567890.0), "-12345678901234567168.0");
  EXPECT_EQ(toml_number(1e22), "1e+22");
}

}  // namespace
}  // namespace losscast::test
