#include "losscast/report/forecast_svg.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace losscast::test {
namespace {

Statistics around(double mean, double spread) {
  Statistics out;
  out.mean = out.q50 = mean;
  out.q05 = mean - 2 * spread;
  out.q25 = mean - spread;
  out.q75 = mean + spread;
  out.q95 = mean + 2 * spread;
  return out;
}

ForecastPicture example() {
  ForecastPicture picture{"a < b & c", "subtitle", {}, {}, {}};
  for (Step step = 100; step <= 1000; step += 100) {
    picture.steps.push_back(step);
    picture.forecast.push_back(around(3 + 100.0 / static_cast<double>(step), 0.001));
  }
  return picture;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ForecastSvg, DrawsBandsMeanAndMeasuredPointsInBothPanels) {
  ForecastPicture picture = example();
  EXPECT_EQ(occurrences(forecast_svg(picture), "<circle"), 0u);  // control
  picture.measured = {{150, 3.7}, {500, 3.2}, {1000, 3.1}};
  const std::string svg = forecast_svg(picture);
  EXPECT_EQ(occurrences(svg, "<polygon"), 4u);   // two bands a panel
  EXPECT_EQ(occurrences(svg, "<polyline"), 2u);  // the mean in each
  EXPECT_EQ(occurrences(svg, "<circle"), 6u);    // three points in each
}

// Few paths tell nothing of the outer quantiles: the axes are then those of the inner ones, and the legend does not
// speak of the others.
TEST(ForecastSvg, DrawsWhatFewPathsTell) {
  ForecastPicture picture = example();
  const std::string many = forecast_svg(picture);
  EXPECT_EQ(occurrences(many, "5-95% of paths"), 1u);
  for (Statistics& one : picture.forecast) one.q05 = one.q95 = std::numeric_limits<double>::quiet_NaN();
  const std::string few = forecast_svg(picture);
  EXPECT_EQ(occurrences(few, "5-95% of paths"), 0u);
  EXPECT_EQ(occurrences(few, "25-75% of paths"), 1u);
  EXPECT_EQ(occurrences(few, "<polygon"), 2u);
  for (const std::string& svg : {many, few}) EXPECT_EQ(occurrences(svg, ">3.2</text>"), 1u) << "on the axis of losses";
}

TEST(ForecastSvg, SaysThatAllPathsAreLost) {
  ForecastPicture picture = example();
  for (Statistics& one : picture.forecast)
    one.q05 = one.q25 = one.mean = one.q50 = one.q75 = one.q95 = std::numeric_limits<double>::infinity();
  const std::string svg = forecast_svg(picture);
  EXPECT_EQ(occurrences(svg, "all are lost"), 1u);
  EXPECT_EQ(occurrences(svg, "25-75% of paths"), 0u);
}

TEST(ForecastSvg, LeavesOutPointsOutsideTheForecast) {
  ForecastPicture picture = example();
  picture.measured = {{50, 5.0}, {1001, 3.1}};
  EXPECT_EQ(occurrences(forecast_svg(picture), "<circle"), 0u);
}

TEST(ForecastSvg, EscapesText) { EXPECT_NE(forecast_svg(example()).find("a &lt; b &amp; c"), std::string::npos); }

// Diverged paths make a quantile infinite; a picture has no place for that and must still be one.
TEST(ForecastSvg, DrawsWhatIsFinite) {
  ForecastPicture picture = example();
  picture.forecast.back().q95 = std::numeric_limits<double>::infinity();
  picture.forecast.back().mean = std::numeric_limits<double>::infinity();
  const std::string svg = forecast_svg(picture);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(ForecastSvg, OfEqualLossesIsAPicture) {
  ForecastPicture picture = example();
  for (Statistics& one : picture.forecast) one = around(3, 0);
  EXPECT_EQ(forecast_svg(picture).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
