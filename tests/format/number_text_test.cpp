#include "losscast/format/number_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace losscast::test {
namespace {

TEST(NumberText, IsShortAndPlain) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(3e-4), "3e-4");
  EXPECT_EQ(number_text(1.25e-12), "1.25e-12");
  EXPECT_EQ(number_text(24000), "24000");
  EXPECT_EQ(number_text(100'000), "100000");
  EXPECT_EQ(number_text(-3), "-3");
  EXPECT_EQ(number_text(1e300), "1e+300");
  EXPECT_EQ(number_text(0.0), "0");
  EXPECT_EQ(number_text(-0.0), "-0.0");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(NumberText, ReadsBackToTheLastBit) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::bit_cast<double>(generator());
    if (std::isnan(value)) continue;
    const std::optional<double> back = parse_number(number_text(value));
    ASSERT_TRUE(back) << number_text(value);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(*back), std::bit_cast<std::uint64_t>(value)) << number_text(value);
  }
  for (const double value : {1e15, 1e15 - 1, 9007199254740993.0, 5e-324, 1.7976931348623157e308, 1e22, 1e23})
    EXPECT_EQ(parse_number(number_text(value)), value);
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number("2.97"), 2.97);
  EXPECT_EQ(parse_number("1e-3"), 1e-3);
  EXPECT_EQ(parse_number("-5"), -5.0);
  EXPECT_TRUE(std::isnan(parse_number("nan").value()));
  EXPECT_TRUE(std::isinf(parse_number("inf").value()));
  for (const char* text : {"", " 1", "1 ", "1x", "2,97", "0x10", "1e999", "--1", "e5"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(IsExactInteger, EndsWhereADoubleCannotCount) {
  for (const double value : {0.0, -3.0, 1e6, 9007199254740992.0}) EXPECT_TRUE(is_exact_integer(value)) << value;
  for (const double value : {0.5, 9007199254740994.0, 1e300, std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(is_exact_integer(value)) << value;
}

}  // namespace
}  // namespace losscast::test
