#include "losscast/report/width_svg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

namespace losscast::test {
namespace {

WidthPicture example() {
  return {.title = "a < b",
          .subtitle = "{ family = \"wsd\" }",
          .lrs = {1e-4, 2e-4, 4e-4, 8e-4},
          .losses = {3.3, 3.1, 3.05, 3.2},
          .widths = {256, 1024},
          .panels = {{"standard", {1, 0.25}}, {"mup", {1, 1}}}};
}

struct Dot {
  double x, y;
};

std::vector<Dot> dots(const std::string& svg) {
  const std::regex circle(R"(<circle cx="([\d.]+)\" cy="([\d.]+)\")");
  std::vector<Dot> found;
  for (std::sregex_iterator at(svg.begin(), svg.end(), circle), end; at != end; ++at)
    found.push_back({std::stod((*at)[1]), std::stod((*at)[2])});
  return found;
}

// The axis spans a factor of 32 in all panels: 8 of the LRs times 4 of the shift.
TEST(WidthSvg, PutsADotAtTheLowestLossOfEachWidthInEachPanel) {
  const std::vector<Dot> found = dots(width_svg(example()));
  ASSERT_EQ(found.size(), 4u);
  for (const Dot& dot : found) EXPECT_EQ(dot.y, found[0].y);  // moved aside only
  constexpr double kPanelWidth = 250;                         // pixels
  EXPECT_NEAR(found[0].x - found[1].x, kPanelWidth * std::log(4) / std::log(32), 0.2);
  EXPECT_EQ(found[2].x, found[3].x);
}

TEST(WidthSvg, LeavesOutWhatIsNoLoss) {
  WidthPicture picture = example();
  picture.losses[2] = std::numeric_limits<double>::quiet_NaN();
  picture.losses[3] = std::numeric_limits<double>::infinity();
  const std::string svg = width_svg(picture);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(dots(svg).size(), 4u);
}

TEST(WidthSvg, OfEqualLossesAndOneWidthIsAPicture) {
  WidthPicture picture = example();
  picture.losses.assign(4, 3);
  picture.widths = {256};
  for (WidthAxes& axes : picture.panels) axes.shifts = {1};
  const std::string svg = width_svg(picture);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(dots(svg).size(), 2u);
}

TEST(WidthSvg, EscapesText) { EXPECT_NE(width_svg(example()).find("a &lt; b"), std::string::npos); }

}  // namespace
}  // namespace losscast::test
