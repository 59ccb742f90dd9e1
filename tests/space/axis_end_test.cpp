#include "losscast/space/axis_end.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

Axis range(Axis::Kind kind, double low, double high) {
  return {.argument = "x", .kind = kind, .choices = {}, .low = low, .high = high, .grid_points = {}};
}

TEST(AxisEnd, IsWithinTwoPercentOfTheAxis) {
  const Axis axis = range(Axis::Kind::linear, 0, 100);
  for (const double low : {0.0, 1.9}) EXPECT_EQ(end_of_axis(axis, low), AxisEnd::low) << low;
  for (const double between : {2.1, 50.0, 97.9}) EXPECT_EQ(end_of_axis(axis, between), AxisEnd::none) << between;
  for (const double high : {98.1, 100.0}) EXPECT_EQ(end_of_axis(axis, high), AxisEnd::high) << high;
}

// 1e-4 to 1e-2: 2% of the axis is a factor of 10^0.04 = 1.096.
TEST(AxisEnd, IsMeasuredInLogarithmsOnAxesOfThese) {
  const Axis axis = range(Axis::Kind::log, 1e-4, 1e-2);
  EXPECT_EQ(end_of_axis(axis, 1.09e-4), AxisEnd::low);
  EXPECT_EQ(end_of_axis(axis, 1.10e-4), AxisEnd::none);
  EXPECT_EQ(end_of_axis(axis, 0.92e-2), AxisEnd::high);
  EXPECT_EQ(end_of_axis(axis, 0.91e-2), AxisEnd::none);
}

TEST(AxisEnd, OfChoicesIsTheSmallestOrTheLargest) {
  Axis axis{.argument = "x", .kind = Axis::Kind::choice, .choices = {2.0, 1.0, 3.0}, .grid_points = {}};
  EXPECT_EQ(range_of(axis)->low, 1);
  EXPECT_EQ(range_of(axis)->high, 3);
  EXPECT_EQ(end_of_axis(axis, 1), AxisEnd::low);
  EXPECT_EQ(end_of_axis(axis, 2), AxisEnd::none);
  EXPECT_EQ(end_of_axis(axis, 3), AxisEnd::high);
  axis.choices = {2.0};
  EXPECT_EQ(end_of_axis(axis, 2), AxisEnd::none) << "nothing was searched";
  axis.choices = {2.0, std::string("sqrt")};
  EXPECT_FALSE(range_of(axis));
  EXPECT_EQ(end_of_axis(axis, 2), AxisEnd::none);
}

}  // namespace
}  // namespace losscast::test
